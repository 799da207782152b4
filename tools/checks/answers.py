"""The rules for what the reader answers: exercises in code come from their one source, and
predictions have the form that the page can take a guess in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import exercises
import numpy as np

from checks.page import Page

_BOX = re.compile(
    r'\s*<div class="predict"(?P<data>(?: data-(?:unit|within|draw|covers)="[^"]*")*)>\n\n'
    r"\*\*Predict first\.\*\* (?P<question>.*?)\n\n"
    r'<details class="outcome">\s*<summary>What came out</summary>\n\n'
    r"(?P<outcome>.*?)\n\n</details>\n\n</div>\s*",
    re.S,
)
PREDICT = 'class="predict"'
_NAMED = re.compile(r'data-covers="([^"]*)"')
DRAWN = re.compile(r'<div class="predict"[^>]* data-draw="([^"]*)"')
COLUMNS = 33  # as in the page: places at which a line has a height
WITHIN = 0.1  # as in the page: how far a line may be from the curve, in parts of the axes' height


def problems(page: Page) -> list[str]:
    sources = exercises.problems(page.notebook, int(page.path.name[:2]))
    return [*(f"{page.name}: {problem}" for problem in sources), *_predictions(page)]


def _predictions(page: Page) -> Iterator[str]:
    for index, cell in page.markdown_cells:
        if PREDICT in cell.source:
            found = [*prediction(cell.source), *_drawn(page, cell.source)]
            found += _covered(page, index)
            yield from (f"{page.where(index)}: {problem}" for problem in found)
    asked = {name for _, cell in page.markdown_cells for name in DRAWN.findall(cell.source)}
    for index, name, _ in page.curves():
        if name not in asked:
            yield f"{page.where(index)}: no prediction asks for the curve {name!r}: data-draw"


def prediction(source: str) -> Iterator[str]:
    """What is wrong with the form of one prediction."""
    box = _BOX.fullmatch(source)
    if box is None:
        yield (
            'a prediction is one <div class="predict"> alone in its cell, with "**Predict first.**"'
            ' and <details class="outcome"><summary>What came out</summary>; see CONTRIBUTING'
        )
        return
    data = dict(re.findall(r'data-(\w+)="([^"]*)"', box["data"]))
    if "within" in data and not re.fullmatch(r"\d*\.?\d+", data["within"]):
        yield f"data-within must be a number; it is {data['within']!r}"
    options = re.findall(r"(?m)^(\d)\. \S", box["question"])
    if "draw" in data:
        if options or "unit" in data:
            yield "a line that is drawn (data-draw) has neither options nor a unit"
        return
    first = re.match(r"\*\*([^*]+)\*\*", box["outcome"])
    number = first and re.match(r"[-−]?[\d,]*\.?\d+", first[1])
    if not number:
        yield "the outcome begins with the right number, or the number of the right option, in bold"
    elif options and first[1].strip(".") not in options:
        yield f"the outcome names option {first[1]!r}; there are {len(options)}"
    elif not options and "<!--" not in box["outcome"]:
        yield "the right number must be bound to a fact"


def _drawn(page: Page, source: str) -> Iterator[str]:
    """A line is drawn into axes that the notebook publishes, and a straight one must not pass."""
    for name in DRAWN.findall(source):
        curve = next((c for _, known, c in page.curves() if known == name), None)
        if curve is None:
            yield (
                f"no cell publishes the curve {name!r}; write, in a cell tagged remove-cell,"
                f" book.curve({name!r}, x, y, x_label=…, y_label=…)"
            )
            continue
        within = re.search(r'data-within="(\d*\.?\d+)"', source)
        limit = float(within[1]) if within else WITHIN
        if (straight := _straight(curve)) <= limit:
            yield (
                f"a straight line is only {straight:.2f} of the height away from {name!r} and would"
                f" count as right (within {limit:g}); narrow y_range, or set data-within"
            )


def _straight(curve: dict[str, Any]) -> float:
    """How far the nearest straight line is from the curve, in parts of the axes' height."""
    low, high = curve["y_range"]
    x = np.linspace(*curve["x_range"], COLUMNS)
    y = np.interp(x, curve["x"], curve["y"])
    sloped = np.polynomial.Polynomial.fit(x, y, 1)(x)
    return float(min(np.abs(y - line).mean() for line in (np.median(y), sloped)) / (high - low))


def covered(page: Page, index: int) -> list[str]:
    """The figures that the prediction in a cell covers: up to the next heading or prediction, or up
    to the one that it names."""
    named = _NAMED.search(page.cells[index].source)
    found: list[str] = []
    if named and named[1] == "none":
        return found
    for cell in page.cells[index + 1 :]:
        if cell.cell_type == "markdown" and re.search(rf"^#|{PREDICT}", cell.source, re.M):
            break
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        if cell.cell_type == "code" and "name" in figure:
            found.append(figure["name"])
            if named and named[1] == found[-1]:
                break
    return found


def _covered(page: Page, index: int) -> Iterator[str]:
    """A figure that ends what a prediction covers stands before the next heading or prediction."""
    named = _NAMED.search(page.cells[index].source)
    if named is None or named[1] == "none" or named[1] in covered(page, index):
        return
    yield (
        f"data-covers names {named[1]!r}, and no such figure stands between this prediction and the"
        ' next heading or prediction; without it all up to there is covered, with "none" nothing'
    )
