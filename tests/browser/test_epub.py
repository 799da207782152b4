"""The EPUB holds what the pages hold, its links lead somewhere, and EPUBCheck finds nothing."""

from __future__ import annotations

import re
import shutil
import sys
import xml.etree.ElementTree as ET
import zipfile
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import epub
import pytest
from bs4 import BeautifulSoup
from harness import HTML, ROOT, missing

sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_epub_page

H, M = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/1998/Math/MathML}"
OPF = {"o": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
RUNS = {H + tag for tag in ("script", "details", "button", "iframe")}
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))


@cache
def files() -> dict[str, bytes]:
    if not epub.BOOK.is_file():
        missing("There is no EPUB to look at: run `make epub` first.")
    with zipfile.ZipFile(epub.BOOK) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def pages() -> dict[str, ET.Element]:
    return {name: ET.fromstring(content) for name, content in files().items()
            if name.endswith(".xhtml")}  # fmt: skip


@cache
def built(chapter: str) -> BeautifulSoup:
    if not (HTML / "index.html").is_file():
        missing("There is no built book to compare with: run `make book` first.")
    return BeautifulSoup((HTML / f"chapters/{chapter}.html").read_bytes(), "html.parser")


def test_epubcheck_finds_nothing():
    files()
    if shutil.which("java") is None:
        missing("EPUBCheck needs Java: run `sudo apt-get install default-jre-headless`.")
    assert epub.problems() == []


def test_an_archive_as_epub_wants_it():
    with zipfile.ZipFile(epub.BOOK if files() else "") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert len({entry.date_time for entry in archive.infolist()}) == 1
    assert epub.BOOK.stat().st_size < 6e6


def test_pages_in_the_books_order():
    package = ET.fromstring(files()["content.opf"])
    address = {item.get("id"): item.get("href") for item in package.iterfind(".//o:item", OPF)}
    spine = [address[item.get("idref")] for item in package.iterfind(".//o:itemref", OPF)]
    chapters = [f"chapters/{name}.xhtml" for name in CHAPTERS]
    assert spine[:3] == ["cover.xhtml", "nav.xhtml", "intro.xhtml"]
    assert spine[3 : 3 + len(chapters)] == chapters
    assert not [name for name in files() if name.startswith("instructors/")]
    nav = [a.get("href") for a in pages()["nav.xhtml"].iter(f"{H}a")]
    for name in spine[2:]:
        sections = {f"{name}#{s.get('id')}" for s in pages()[name].iterfind(f".//{H}section")
                    if s.find(f"{H}h2") is not None}  # fmt: skip
        assert {name} | sections <= set(nav)
    for name in ("dc:title", "dc:creator", "dc:language", "dc:rights", "dc:identifier"):
        assert package.find(f".//{name}", OPF).text
    told = {meta.get("property") for meta in package.iterfind(".//o:meta", OPF)}
    assert {"dcterms:modified", "schema:accessMode", "schema:accessibilityFeature"} <= told


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_all_that_its_page_has(chapter):
    ours, page = pages()[f"chapters/{chapter}.xhtml"], built(chapter).find("article")

    def figures(*names):
        return sorted(f.get("id") for f in names)

    assert figures(*ours.iter(f"{H}figure")) == figures(*page.find_all("figure"))
    formulas = [tag for tag in page.select(".math") if tag.name in ("span", "div")]
    assert len(list(ours.iter(f"{M}math"))) == len(formulas) > 0
    for kind in ("self-check", "predict", "tag_exercise"):
        count = sum(kind in e.get("class", "").split() for e in ours.iter(f"{H}div"))
        assert (kind, count) == (kind, len(page.select(f".{kind}")))
    titles = [" ".join("".join(h.itertext()).split()) for h in ours.iter(f"{H}h2")]
    for heading in page.find_all("h2"):
        heading = " ".join(heading.get_text().split()).removesuffix("#")
        assert heading in titles


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_answers_stand_in_their_place_alone(chapter):
    """Outcomes, feedback, hints and solutions of the page stand at the end, and not before it."""
    whole = pages()[f"chapters/{chapter}.xhtml"]
    main = next(s for s in whole.iter(f"{H}section") if s.find(f"{H}h1") is not None)
    notes = {s.get("id"): plain(s) for s in list(main) if s.get("class") == "notes"}
    before = plain(main, without="notes")
    sought = {"outcome": "outcome", "hint": "hint", "solution": "solution"}
    page = built(chapter)
    for fold in page.select("details.outcome, details.hint, details.solution, .self-check details"):
        kind = next((sought[name] for name in sought if name in fold.get("class", [])), "answer")
        for paragraph in fold.find_all("p"):
            if paragraph.find_parent("summary") or paragraph.find(class_="math"):
                continue
            said = letters(paragraph.get_text())
            if len(said) > 60:
                assert said in notes[f"all-{kind}"], said
                assert said not in before, said
    for cell in page.select(".tag_solution .cell_input pre"):
        assert letters(cell.get_text()) in notes["all-solution"]
        assert letters(cell.get_text()) not in before


def plain(element: ET.Element, without: str | None = None) -> str:
    if without is None:
        return letters("".join(element.itertext()))
    return "".join(plain(child) for child in element if child.get("class") != without)


def letters(said: str) -> str:
    return re.sub(r"\W|_", "", said)


def test_no_tex_and_nothing_that_runs():
    for name, page in pages().items():
        for element in page.iter():
            assert element.tag not in {H + t for t in ("script", "details", "button", "iframe")}, (
                name
            )
            assert not [a for a in element.attrib if a.startswith("on")], name
            if element.tag in (H + "pre", H + "code"):
                element.clear()
            elif element.tag == f"{M}math":
                assert element.get("alttext"), name
                assert not re.search(r"[\\&]", "".join(element.itertext())), element.get("alttext")
        said = "".join(page.iter(f"{H}body").__next__().itertext())
        assert not re.search(r"\\[(\[a-z]|\$[^$\n]+\$|\{[\w-]+\}`", said), name
    pages.cache_clear()


def test_every_link_leads_somewhere():
    known = {name: {e.get("id") for e in page.iter()} for name, page in pages().items()}
    for name, page in pages().items():
        ids = [e.get("id") for e in page.iter() if e.get("id")]
        assert len(ids) == len(set(ids)), name
        for element in page.iter():
            for address in (element.get("href"), element.get("src"), element.get("srcset")):
                if address is None or re.match(r"https?:|mailto:", address):
                    continue
                path, _, anchor = unquote(address).partition("#")
                target = normpath(join(dirname(name), path)) if path else name
                assert target in files(), f"{name}: {address}"
                assert not anchor or anchor in known[target], f"{name}: {address}"


def test_every_picture_says_what_is_to_be_seen():
    for name, page in pages().items():
        index = {image for box in page.iter(f"{H}div") if "figure-index" in box.get("class", "")
                 for image in box.iter(f"{H}img")}  # fmt: skip
        for image in set(page.iter(f"{H}img")) - index:  # beside the titles of figures
            assert len(image.get("alt", "")) >= 20, f"{name}: {image.get('src')}"


def test_nothing_is_cut_on_a_phone(browser):
    """A page is no wider than a phone, but for formulas and tables that scroll on their own."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    tab = context.new_page()
    for name in pages():
        tab.goto((epub.FOLDER / "pages" / name).as_uri())
        wide = """() => [...document.querySelectorAll('p, pre, img, h1, h2, h3, li, .math, .table')]
            .filter(e => !e.closest('.table *, .math *'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.localName + ': ' + e.textContent.slice(0, 60))"""
        assert (name, tab.evaluate(wide)) == (name, [])
        broken = """async () => {
            const images = [...document.images];
            for (const image of images) image.loading = "eager";
            const drawn = await Promise.allSettled(images.map(image => image.decode()));
            return images.filter((_, i) => drawn[i].status === "rejected").map(i => i.src);
        }"""
        assert (name, tab.evaluate(broken)) == (name, [])
    context.close()


def test_text_without_a_paragraph_in_a_fold_is_refused():
    page = "<section><h1>A</h1><details><summary>Q</summary>lost</details></section>"
    with pytest.raises(ValueError, match="without a paragraph"):
        book_epub_page.Page.made("page", page)


def test_html_becomes_xhtml():
    page = book_epub_page.Page.made(
        "page",
        "<section id=a><h1>A &amp; b<br></h1><!-- no --><p hidden>x<script>no</script>y</section>",
    )
    written = page.written("epub.css")
    ET.fromstring(written)
    assert b"no" not in written
    assert b"xy" in written


def test_the_epub_is_where_the_tool_says():
    import book_epub_package

    assert epub.BOOK.name == book_epub_package.NAME
    assert Path(epub.FOLDER).name == "epub"
