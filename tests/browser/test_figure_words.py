"""The stored drawings of static figures, wide and as narrow as a phone: no words over other words,
and none cut off at the edge. Legends and titles that fit one layout often do not fit the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from harness import ROOT

from bookkit.layouts import FIGURE_MIME

WIDTHS = {"narrow": 360, "wide": 640}  # pixels of the page's text on a phone, and on a screen
CROWDED = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
    const name = svg.parentElement.id, frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("g[transform*=scale]")].filter(
        g => [...g.children].some(child => child.tagName === "use"));
    if (!words.length) return [`${name} has no words`];
    const boxes = words.map(g => g.getBoundingClientRect());
    const at = box => `${Math.round(box.left - frame.left)}, ${Math.round(box.top - frame.top)}`;
    const cut = boxes.filter(box => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    const over = boxes.filter((a, i) => boxes.slice(i + 1).some(b =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5));
    return [...cut.map(box => `${name}: words at ${at(box)} are cut off`),
            ...over.map(box => `${name}: words at ${at(box)} stand over others`)];
})"""


def drawings(notebook: Path, layout: str) -> str:
    """The drawings of a chapter, each in a box that is named after its figure."""
    parts = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name", cell.id)
        for output in cell.get("outputs", []):
            drawing = output.get("data", {}).get(FIGURE_MIME, {}).get(layout, "")
            if drawing.startswith("<svg"):  # else a picture, in which letters are pixels
                width = WIDTHS[layout]
                parts.append(f'<div id="{name}" style="width: {width}px">{drawing}</div>')
    return "".join(parts)


def crowded(browser: Any, content: str) -> list[str]:
    page = browser.new_page()
    try:
        page.set_content(content)
        return page.evaluate(CROWDED)
    finally:
        page.close()


@pytest.mark.parametrize("layout", WIDTHS)
@pytest.mark.parametrize(
    "notebook", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_words_have_room(browser, notebook, layout):
    content = drawings(notebook, layout)
    assert content, "the chapter stores drawings"
    assert crowded(browser, content) == []


WORD = '<g transform="translate({} {}) scale(.1 -.1)"><use href="#a"/></g>'


@pytest.mark.parametrize(
    ("places", "complaint"),
    [([(10, 20), (50, 20)], ""), ([(10, 20), (14, 22)], "over others"), ([(97, 20)], "cut off")],
)
def test_crowded_words_are_found(browser, places, complaint):
    words = "".join(WORD.format(x, y) for x, y in places)
    defs = '<defs><path id="a" d="M0 0H100V100H0z"/></defs>'
    found = crowded(
        browser,
        f'<div id="fig-x" style="width: 100px"><svg viewBox="0 0 100 40">{defs}{words}</svg></div>',
    )
    assert [complaint in problem for problem in found] == ([True] if complaint else [])
