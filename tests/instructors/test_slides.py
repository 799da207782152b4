"""Slides and figures: what a template names is in its chapter, what is made stands alone."""

import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from checks.home import home
from teaching import figures, slides
from teaching.chapter import Chapter

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = Chapter.all()
TEMPLATES = [c for c in CHAPTERS if slides.template(c).is_file()]
SVG = "{http://www.w3.org/2000/svg}"
each = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)


def source(chapter):
    return slides.template(chapter).read_text(encoding="utf-8")


@each
def test_every_chapter_has_slides(chapter):
    assert slides.template(chapter).is_file(), f"write {slides.template(chapter).relative_to(ROOT)}"


@pytest.mark.parametrize("chapter", TEMPLATES, ids=lambda c: c.name)
def test_a_template_names_only_what_its_chapter_has(chapter):
    assert slides.problems(chapter, source(chapter)) == []


@pytest.mark.parametrize("chapter", TEMPLATES, ids=lambda c: c.name)
def test_slides_have_notes_and_show_the_core(chapter):
    text = source(chapter)
    assert len(re.findall(r"<!-- (?!_)", text)) >= 5, "write notes for the speaker"
    named = set(re.findall(r"\{\{section (.+?)\}\}", text))
    shown = {name for name in chapter.figures if name in text}
    assert len(named) >= 5
    assert len(shown) >= 5
    assert "{{objectives}}" in text
    assert "{{next}}" in text
    starred = {s.title for s in chapter.sections if s.starred}
    assert not named & starred, "slides are for the class: sections without ★"


WRONG = {
    "{{figure fig-gone}}": "no such figure",
    "{{figure fig-forward-bumps m=999}}": "m is one of",
    "{{figure fig-forward-bumps n=8}}": "no control n",
    "{{figure fig-forward-losses m=1}}": "has no controls",
    "{{section Gone}}": "no such heading",
    "{{equation \\zeta}}": "no equation begins so",
    "{{equation L = }}": "equations begin so",
    "{{code gone()}}": "no cell begins so",
    "{{output class Dense}}": "prints nothing",
    "{{table gone}}": "no table begins so",
    "{{table symbol}}": "no table begins so",  # that of the last page
    "{{guess Gone}}": "no prediction begins so",
    "{{question 4.99}}": "no such question",
    "{{exercise 4.99}}": "no such exercise",
    "{{fact gone}}": "no such fact",
    "{{summary 90-99}}": "the summary has",
    "{{movie x}}": "is none of",
    "It reads 97.8% of them.": "97.8%",
    "<!-- It reads 97.8% of them. -->": "97.8%",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_a_name_that_is_gone_or_a_typed_number_is_a_problem(text, said):
    [problem] = slides.problems(Chapter.of(4), text)
    assert said in problem


@pytest.mark.parametrize("chapter", TEMPLATES, ids=lambda c: c.name)
def test_no_mark_and_no_solution_is_on_a_slide(chapter):
    made = slides.markdown(chapter, source(chapter))
    words = re.sub(r"(?s)```.*?```|\$\$.*?\$\$|\$.*?\$", "", made)
    assert "{{" not in words
    assert "}}" not in words, "a name ends earlier than it should"
    assert "{cite" not in made
    slides_of = re.sub(r"(?s)<!--.*?-->", "", made).split("\n---\n")[2:]
    assert [s.strip()[:60] for s in slides_of if not re.match(r"\s*#{1,3} ", s)] == []
    assert not re.search(r"<!-- (?:\{|const|given)", made)
    for exercise in chapter.exercises.values():
        assert exercise.solution[:60] not in made


@each
def test_every_figure_is_a_drawing_that_stands_alone(chapter, tmp_path):
    made = figures.write([chapter], tmp_path, browser=False)
    drawn = {path.stem: path for path in made if path.suffix == ".svg"}
    assert drawn.keys() == chapter.figures.keys()
    for name, path in drawn.items():
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        names = {element.get("id") for element in root.iter()}
        for element in root.iter():
            for value in element.attrib.values():
                for link in re.findall(r"url\(#([^)]+)\)", value) + re.findall(r"^#(.+)", value):
                    if not re.fullmatch(r"[0-9a-f]{3,8}", link):  # a color
                        assert link in names, f"{name} refers to {link}, which it does not hold"
        figure = chapter.figures[name]
        assert root.find(f"{SVG}title").text == figures.said(figure)[0]
        assert len(root.find(f"{SVG}desc").text) >= 30
        assert "CC BY" in root.find(f"{SVG}metadata").text
        assert len(list(root.iter())) > 10 or root.find(f"{SVG}image") is not None
    listed = json.loads((tmp_path / f"ch{chapter.number:02}/figures.json").read_text("utf-8"))
    assert {entry["name"] for entry in listed} == drawn.keys()
    assert all(entry["caption"] and entry["alt"] and "<!--" not in str(entry) for entry in listed)


def test_a_step_of_an_interactive_figure_can_be_named():
    chapter = Chapter.of(4)
    figure = chapter.figures["fig-forward-bumps"]
    two, eight = (figures.drawing(chapter, figure, m=m) for m in ("2", "8"))
    assert two != eight == figures.drawing(chapter, figure)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    try:
        from teaching import pages

        program = pages.chromium()
    except FileNotFoundError:
        program = None
    if not program or not slides.MARP.exists() or not shutil.which("node"):
        sentence = "Slides need Chromium, Node, and Marp: npm ci --prefix instructors"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    folder = tmp_path_factory.mktemp("slides")
    slides.write([Chapter.of(4)], folder)  # an error if anything is cut off
    return folder


def test_slides_ask_nothing_of_the_net_and_draw_their_formulas(printed):
    page = (printed / "ch04.html").read_text(encoding="utf-8")
    asked = re.findall(r"""(?:src|href)=["'](https?:[^"']+)|url\(["']?(https?:[^"')]+)""", page)
    allowed = home().pages
    assert [a or b for a, b in asked if not (a or b).startswith(allowed)] == []
    assert "@import" not in page
    assert page.count("<mjx-container") > 10
    assert "bespoke-marp-note" in page
    assert (printed / "ch04.pdf").read_bytes().startswith(b"%PDF")


FAULTS = {  # put on the second slide, and what is said of it
    "<p style='height:900px'>much</p>": "pixels too much",
    "<pre style='width:200px'><code>a line that is much too long for it</code></pre>": "too long",
    "<p><code style='font-size:9px'>tiny</code></p>": "code of 9 pixels is too small",
    "<p>$x^2$</p>": "a formula was not drawn",
    "<p>\\frac{1}{2}</p>": "a formula was not drawn",
    "<p style='height:500px'>words</p><img class='figure' src='{image}'>": "is too small",
    "<p style='width:5px'>{formula}</p>": "a formula was made small",
}


def test_what_is_cut_off_or_too_small_is_noticed(printed):
    page = (printed / "ch04.html").read_text(encoding="utf-8")
    image = re.search(r'<img class="figure"[^>]*src="([^"]+)"', page)[1]
    formula = re.search(r"<mjx-container.*?</mjx-container>", page, re.S)[0]
    bad = []
    for place, fault in enumerate(FAULTS):
        shown = fault.replace("{image}", image).replace("{formula}", formula)
        bad.append(printed / f"bad-{place}.html")
        bad[-1].write_text(page.replace("<ul>", f"{shown}<ul>", 1), encoding="utf-8")
    found = slides.overflowing(bad)
    for place, said in enumerate(FAULTS.values()):
        told = [line for line in found if line.startswith(f"bad-{place}.html, slide 2: ")]
        assert any(said in line for line in told), f"{bad[place].name}: {told}"
    assert len({line.partition(",")[0] for line in found}) == len(bad)


def test_keys_turn_the_slides_and_notes_are_there(printed):
    from teaching import pages

    with pages.browser() as browser:
        context = browser.new_context(offline=True)
        tab, errors = context.new_page(), []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto((printed / "ch04.html").as_uri())
        shown = "document.querySelector('.bespoke-marp-active section').id"
        assert tab.evaluate(shown) == "1"
        for key, slide in {"ArrowRight": "2", "End": "last", "Home": "1", "Space": "2"}.items():
            tab.keyboard.press(key)
            slide = tab.locator("section").last.get_attribute("id") if slide == "last" else slide
            tab.wait_for_function(f"{shown} === '{slide}'")
        with context.expect_page() as opened:
            tab.keyboard.press("p")
        opened.value.wait_for_selector(".bespoke-marp-note", state="attached")
        assert errors == []


def test_the_pdf_holds_the_notes_and_an_outline(printed):
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(printed / "ch04.pdf") as pdf:
        notes = [
            a for page in pdf.pages for a in page.get("/Annots", []) if a["/Subtype"] == "/Text"
        ]
        assert len(notes) == len(re.findall(r"<!-- (?!_)", source(Chapter.of(4))))
        assert "/Outlines" in pdf.Root


def test_a_figure_is_printed_on_a_sheet_of_its_size(printed):
    chapter = Chapter.of(4)
    chapter.figures = {"fig-forward-losses": chapter.figures["fig-forward-losses"]}
    made = figures.write([chapter], printed)
    [sheet] = [p for p in made if p.name == "fig-forward-losses.pdf"]
    svg = figures.drawing(chapter, chapter.figures["fig-forward-losses"])
    content = sheet.read_bytes()
    width, height = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content).groups()
    assert float(width) == pytest.approx(figures.size(svg)[0], abs=1.5)
    assert float(height) == pytest.approx(figures.size(svg)[1], abs=1.5)
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") <= 1
