"""The rules for what the reader answers: exercises in code come from their one source, and
predictions have the form that the page can take a guess in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import exercises

from checks.page import Page

_BOX = re.compile(
    r'\s*<div class="predict"(?: data-unit="[^"]*")?(?: data-within="[\d.]+")?>\n\n'
    r"\*\*Predict first\.\*\* (?P<question>.*?)\n\n"
    r'<details class="outcome">\s*<summary>What came out</summary>\n\n'
    r"(?P<outcome>.*?)\n\n</details>\n\n</div>\s*",
    re.S,
)


def problems(page: Page) -> list[str]:
    sources = exercises.problems(page.notebook, int(page.path.name[:2]))
    return [*(f"{page.name}: {problem}" for problem in sources), *_predictions(page)]


def _predictions(page: Page) -> Iterator[str]:
    for index, cell in page.markdown_cells:
        if 'class="predict"' in cell.source:
            yield from (f"{page.where(index)}: {problem}" for problem in prediction(cell.source))


def prediction(source: str) -> Iterator[str]:
    """What is wrong with the form of one prediction."""
    box = _BOX.fullmatch(source)
    if box is None:
        yield (
            'a prediction is one <div class="predict"> alone in its cell, with "**Predict first.**"'
            ' and <details class="outcome"><summary>What came out</summary>; see CONTRIBUTING'
        )
        return
    options = re.findall(r"(?m)^(\d)\. \S", box["question"])
    first = re.match(r"\*\*([^*]+)\*\*", box["outcome"])
    number = first and re.match(r"[-−]?[\d,]*\.?\d+", first[1])
    if not number:
        yield "the outcome begins with the right number, or the number of the right option, in bold"
    elif options and first[1].strip(".") not in options:
        yield f"the outcome names option {first[1]!r}; there are {len(options)}"
    elif not options and "<!--" not in box["outcome"]:
        yield "the right number must be bound to a fact"
