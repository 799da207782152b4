"""The book as one PDF: every page, heading, figure, formula and line of code of the built book is
in it, can be found from its contents, and stands behind what it answers.

`make pdf` prints it; these tests look at what was printed and print nothing but small samples.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import book_pdf
import pikepdf
import pypdfium2
import pytest
from bs4 import Tag
from harness import HTML, ROOT, missing
from printed import document, links, pages, press
from teaching.chapter import Chapter

PDF = ROOT / "_build" / "pdf" / book_pdf.NAME
TEXT = (
    22 / 25.4 * 72,
    (210 - 22) / 25.4 * 72,
)  # from the left to the right edge of the text, in points
LETTERS = ("DejaVu", "MathJax", "SourceSerif")


def squeezed(text: str) -> str:
    """Without what may stand between words on paper: spaces, and hyphens at the end of a line."""
    return re.sub(r"[\s\u00ad\ufffe\u200b]", "", text)


def words(part: Tag) -> str:
    """What a reader's program finds of it: formulas are drawn and have no words."""
    return squeezed(
        "".join(t for t in part.find_all(string=True) if not t.find_parent(class_="math"))
    )


class Printed:
    """The PDF beside the pages that it was made from."""

    def __init__(self) -> None:
        self.source = document.Source.read()
        self.pages = book_pdf.gather(HTML, self.source)
        self.pdf = pikepdf.open(PDF)
        self.places = press.places(self.pdf)
        shown = pypdfium2.PdfDocument(PDF)
        texts = [page.get_textpage() for page in shown]
        self.lines = [text.get_text_range().splitlines() for text in texts]
        self.text = [squeezed("".join(lines)) for lines in self.lines]
        self.beyond = [
            (number, box, text.get_text_bounded(*box))
            for number, text in enumerate(texts, start=1)
            for box in map(text.get_rect, range(text.count_rects()))
            if box[0] < TEXT[0] - 2 or box[2] > TEXT[1] + 2
        ]

    @cached_property
    def structure(self) -> list[pikepdf.Dictionary]:
        """Every element of the tags, in the order of reading."""
        found, left = [], [self.pdf.Root.StructTreeRoot.K]
        while left:
            element = left.pop()
            if isinstance(element, pikepdf.Array):
                left.extend(reversed(list(element)))
            elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
                found.append(element)
                left.append(element.get("/K", 0))
        return found

    @cached_property
    def code(self) -> set[str]:
        """Every line of code and of its results, as the pages have them."""
        blocks = [block for page in self.pages for block in page.body.find_all("pre")]
        return {squeezed(line) for block in blocks for line in block.get_text().splitlines()}

    @cached_property
    def links(self) -> list[pikepdf.Dictionary]:
        return [
            note
            for page in self.pdf.pages
            for note in page.get("/Annots", [])
            if note.Subtype == "/Link"
        ]


@pytest.fixture(scope="module")
def printed() -> Printed:
    if not (HTML / "index.html").is_file():
        missing("There is no built book to compare with: run `make book` first.")
    if not PDF.is_file():
        missing("The book is not printed: run `make pdf` first.")
    book = Printed()
    if str(book.pdf.docinfo.get("/Source")) != document.digest(book.pages):
        missing("The PDF was printed from other pages than these: run `make pdf` again.")
    return book


def headings(printed: Printed) -> Iterator[tuple[str, Tag]]:
    """Every heading, with the anchor of the section that it begins."""
    for page in printed.pages:
        for heading in page.body.find_all(re.compile("^h[1-4]$")):
            if heading is page.heading:
                yield page.key, heading
            else:
                section = heading.find_parent("section")
                yield (section["id"] if section.find(heading.name) is heading else ""), heading


def test_it_is_tagged_and_says_what_it_is(printed: Printed) -> None:
    root, told = printed.pdf.Root, printed.pdf.docinfo
    assert root.MarkInfo.Marked
    assert root.Lang == "en"
    assert root.PageMode == "/UseOutlines"
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(told.Title) == f"{printed.source.title}: {printed.source.subtitle}"
    assert str(told.Author) == printed.source.authors
    roles = [str(element.S) for element in printed.structure]
    assert roles.count("/H1") == len(printed.pages) + 1  # and the contents
    assert roles.count("/Table") == sum(len(p.body.find_all("table")) for p in printed.pages)
    for role in ("/H2", "/H3", "/P", "/L", "/LI", "/Link", "/Code", "/Caption"):
        assert roles.count(role) > 10, role


def test_its_date_is_that_of_its_source(printed: Printed) -> None:
    asked = ["git", "log", "-1", "--format=%cd", "--date=format:%Y%m%d"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("This is not a git clone, so the date of the source is not known.")
    assert f"{printed.source.written:%Y%m%d}" == told.stdout.strip()
    assert re.search(r"D:(\d{8})", str(printed.pdf.docinfo.CreationDate))
    first = printed.text[0]
    for part in (printed.source.title, printed.source.authors, f"Version {printed.source.version}"):
        assert squeezed(part) in first


def test_the_outline_holds_every_heading_and_leads_to_it(printed: Printed) -> None:
    numbers = {page.objgen: number for number, page in enumerate(printed.pdf.pages)}
    with printed.pdf.open_outline() as outline:
        left, found = list(outline.root), []
        while left:
            item = left.pop(0)
            left[:0] = item.children
            found.append((squeezed(item.title), numbers[item.destination[0].objgen]))
    assert found[0][0] == "Contents"
    expected = [words(heading) for _, heading in headings(printed)]
    assert [title for title, _ in found[1:]] == expected
    lost = [title for title, number in found if title not in printed.text[number]]
    assert lost == []


def test_every_line_of_the_contents_names_the_page_of_its_heading(printed: Printed) -> None:
    start = printed.places[printed.pages[0].key] - 1
    lines = [line for page in printed.lines[1:start] for line in page[1:]]  # without the feet
    contents = "\n".join(map(squeezed, lines)) + "\n"
    at, wrong = 0, []
    for anchor, heading in headings(printed):
        if heading.name not in ("h1", "h2") or (heading.name == "h2" and len(words(heading)) == 1):
            continue
        spelled = r"\n?".join(map(re.escape, words(heading)))  # it may need two lines
        match = re.compile(rf"^{spelled}\n?(\d+)$", re.M).search(contents, at)
        assert match, f"{heading.get_text()} is not in the contents"
        at = match.end()
        number = int(match[1])
        if words(heading) not in printed.text[number - 1] or number != printed.places[anchor]:
            wrong.append((heading.get_text(), number, printed.places[anchor]))
    assert wrong == []


def test_every_link_within_the_book_leads_to_a_place_and_every_other_to_the_web(
    printed: Printed,
) -> None:
    within, outside = set(), set()
    for note in printed.links:
        if "/A" in note and "/URI" in note.A:
            outside.add(str(note.A.URI))
        else:
            target = note.get("/Dest") or note.A.D
            within.add(str(target).removeprefix("/"))
    asked = {a["href"] for page in printed.pages for a in page.body.select("a[href]")}
    assert {href[1:] for href in asked if href.startswith("#")} <= within
    assert within <= printed.places.keys()
    assert len(within) > 1000
    assert [url for url in outside if not url.startswith(("https://", "http://"))] == []
    assert [url for url in outside if press.HOST in url] == []


def test_every_number_of_a_page_beside_an_answer_is_right(printed: Printed) -> None:
    """Each link to an answer and back says where it leads."""
    wrong = []
    for page in printed.pages:
        for answer in page.body.select(".answer"):
            back = answer.select_one(".name > a")
            here, there = printed.places[answer["id"]], printed.places[back["href"][1:]]
            if f"{words(back)}←p.{there}" not in printed.text[here - 1]:
                wrong.append((answer["id"], "back", there))
            if not any(f"p.{here}" in text for text in printed.text[there - 1 : there + 1]):
                wrong.append((answer["id"], "there", here))
    assert wrong == []


def test_answers_stand_behind_their_chapter(printed: Printed) -> None:
    wrong, count = [], 0
    for page in printed.pages:
        assert page.body.select("details") == [], page.path
        asked = [s for s in page.body.select("section") if not s.find_parent(class_="answers")]
        asked = [s for s in asked if "answers" not in s.get("class", []) and s.find("h2")]
        last = max((printed.places.get(s.get("id"), 0) for s in asked), default=0)
        for answer in page.body.select(".answer"):
            count += 1
            place = printed.places[answer["id"]]
            if not printed.places[answer.select_one("a")["href"][1:]] <= place >= last:
                wrong.append(answer["id"])
    for page in printed.pages:
        for box in page.body.select(".predict, .self-check"):
            assert not box.select(".right, .wrong"), box["id"]
    known = Chapter.all()
    least = sum(len(c.questions) + len(c.predictions) + len(c.exercises) for c in known)
    assert count > least
    assert wrong == []


def test_every_figure_is_there_whole_with_its_words(printed: Printed) -> None:
    said = {str(e.get("/Alt", "")) for e in printed.structure if e.S == "/Figure"}
    pages_of = {page.key: page for page in printed.pages}
    wrong, count = [], 0
    for chapter in Chapter.all():
        for name in chapter.figures:
            count += 1
            anchor = f"{chapter.name}.{name}"
            figure = pages_of[chapter.name].body.find(id=anchor)
            shown = figure.find("img") or figure.select_one(".nnlib-frames > svg")
            if (shown.get("alt") or shown.get("aria-label")) not in said:
                wrong.append(f"{name}: no alternative text")
            caption = words(figure.select_one("figcaption"))[:30]
            under = [i for i, text in enumerate(printed.text, start=1) if caption in text]
            if not under or printed.places.get(anchor, under[0]) not in under:
                wrong.append(f"{name}: on another page than its caption, {under}")
    assert count > 80
    assert wrong == []
    assert [e for e in printed.structure if e.S == "/Figure" and not str(e.get("/Alt", ""))] == []


def test_no_formula_is_left_as_tex(printed: Printed) -> None:
    tex = re.compile(r"\$\$|\\\(|\\\[|\\begin\{|\\frac|\\cdot")
    code = printed.code  # which may name TeX in the words of a figure
    raw = [line for page in printed.lines for line in page if tex.search(line)]
    assert [line for line in raw if squeezed(line) not in code] == []


def test_no_line_of_code_is_broken_or_cut(printed: Printed) -> None:
    lines = {squeezed(line) for page in printed.lines for line in page}
    assert len(printed.code) > 1000
    assert sorted(printed.code - lines - {""}) == []


def test_nothing_stands_beyond_the_text(printed: Printed) -> None:
    """But parts of long braces, which MathJax makes longer than what it shows of them."""
    of_braces = re.compile(r"[\ue000-\uf8ff\s]*")
    assert [found for found in printed.beyond if not of_braces.fullmatch(found[2])] == []


def test_its_letters_are_its_own(printed: Printed) -> None:
    """Every font is in the file, and is one that the book brings, whatever the machine has."""
    named, drawn = set(), 0
    for thing in printed.pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != "/Font":
            continue
        if thing.Subtype == "/Type3":
            drawn += 1  # its letters are drawings: the variable Source Serif, and MathJax's
            continue
        below = thing.get("/DescendantFonts", [thing])[0]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & below.FontDescriptor.keys(), thing
        named.add(str(thing.BaseFont).partition("+")[2].replace("-", ""))
    assert drawn
    assert [name for name in named if not name.startswith(LETTERS)] == []


def test_what_only_a_screen_can_use_is_not_there(printed: Printed) -> None:
    text = "".join(printed.text)
    for words_ in ("Hidethecode", "Showthecode", "Thedataofthisfigure", "Shift-Enter"):
        assert words_ not in text
    parts = {page.part for page in printed.pages}
    assert "For instructors" not in parts
    assert {"Chapters", "Beyond the core", "Laboratory", "Reference"} <= parts


# --- the press refuses what is not fit to be printed -------------------------------------------

SAMPLE = (
    "<!doctype html><meta charset=utf-8><script>window.MathJax = {}</script>"
    "<script defer src='_static/mathjax/tex-mml-chtml.js'></script><body id=sample>"
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<pre>" + "x" * 200 + "</pre>", "wider than the page: sample"),
        ("<p style='white-space: nowrap'>" + "word " * 60, "wider than the page: sample"),
        ("<table><tr>" + "<td>wwwwwwwwwwwwwwwwwwww" * 20 + "</table>", "wider than the page"),
        (r"<p>\(\nonsense{1}\)", "not typeset: sample"),
        ("<p class=math>x", "not typeset: sample: x"),
        ("<img src='_images/nowhere.svg'>", "no such file: _images/nowhere.svg"),
        ("<img src='https://example.org/picture.png'>", "asked another host: https://example.org"),
    ],
)
def test_the_press_refuses(body: str, sentence: str, tmp_path) -> None:
    if not (HTML / "index.html").is_file():
        missing("There is no built book to take scripts from: run `make book` first.")
    # In a thread of its own: the one Playwright of a thread may be that of other tests.
    with ThreadPoolExecutor(1) as own, pytest.raises(press.CannotPrint, match=re.escape(sentence)):
        own.submit(press.to_pdf, SAMPLE + body, HTML, tmp_path / "sample.pdf").result()


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    tool = [sys.executable, ROOT / "tools" / "book_pdf.py", *arguments]
    given = {**os.environ, **environment}
    return subprocess.run(tool, capture_output=True, text=True, env=given)


def test_one_sentence_says_what_is_missing(tmp_path) -> None:
    no_book = run("--html", str(tmp_path), "--to", str(tmp_path), CHROMIUM="chromium")
    no_chromium = run("--to", str(tmp_path), CHROMIUM="", PATH=str(tmp_path))
    for ended, sentence in ((no_book, "run `make book` first"), (no_chromium, "install it")):
        assert ended.returncode == 1
        assert sentence in ended.stderr
        assert ended.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_links_out_of_what_is_printed_lead_to_the_web() -> None:
    def page(path: str, body: str) -> pages.Page:
        made = pages.BeautifulSoup(f"<div>{body}</div>", "html.parser").div
        return pages.Page(path, "", made)

    start = page("index.html", "<a href='chapters/one.html#here'></a><a href='other.html#x'></a>")
    one = page(
        "chapters/one.html", "<p id='here'></p><a href='../index.html'></a><a href='#gone'></a>"
    )
    links.join([start, one], "https://book.test/")
    found = [a["href"] for p in (start, one) for a in p.body.select("a")]
    assert found == ["#one.here", "https://book.test/other.html#x", "#index",
                     "https://book.test/chapters/one.html#gone"]  # fmt: skip
