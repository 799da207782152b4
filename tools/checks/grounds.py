"""Numbers that carry no mark still stand on something in the notebook.

A decimal in mathematics, and a count below a thousand in the text, must be one that the code holds,
that a cell printed, that a fact has, or that arithmetic on the page gives. Else it was typed, and
takes a mark (`checks.prose`): a fact, `<!-- const -->`, or `<!-- given -->`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from checks import arithmetic, prose
from checks.page import Page

_COUNT = re.compile(r"(?<![\w.,/])\d{1,3}(?![\w/]|[.,]\d)")
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)")
_PRINTED = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")
_IN_LISTS = re.compile(r"(?m)^\s*\d+\. |\*\*Question \d+\.\d+")


def problems(page: Page) -> Iterator[str]:
    known = sorted(_known(page))
    for index, cell in page.markdown_cells:
        if index == 0:  # it states times, which have a rule of their own
            continue
        for number, around in [*_decimals(cell.source), *_counts(cell.source)]:
            if not _holds(known, float(number)):
                yield (
                    f"{page.where(index)}: the number {number!r} in {around!r} is neither in the"
                    " code, nor printed, nor computed; bind it to a fact, cite its source, or mark"
                    " it <!-- given -->"
                )


def _known(page: Page) -> set[float]:
    numbers = {float(n.replace("_", "")) for n in prose.literals(page)}
    for _, cell in page.code_cells:
        for output in cell.outputs:
            printed = output.get("text", "") or output.get("data", {}).get("text/plain", "")
            numbers |= {float(n.replace(",", "")) for n in _PRINTED.findall("".join(printed))}
    numbers |= {abs(v) for v in page.facts.values() if isinstance(v, int | float)}
    for _, cell in page.markdown_cells:
        numbers |= arithmetic.computed(cell.source)
    return numbers


def _holds(known: list[float], value: float) -> bool:
    return any(math.isclose(value, other, rel_tol=1e-9) for other in known)


def _decimals(text: str) -> Iterator[tuple[str, str]]:
    for formula in arithmetic.formulas(prose.without_marked_numbers(text)):
        for match in _DECIMAL.finditer(formula):
            yield match[0], " ".join(formula.split())[:60]


def _counts(text: str) -> Iterator[tuple[str, str]]:
    for sentence in prose.sentences(prose.unmarked(_IN_LISTS.sub(" ", text))):
        if "{cite" not in sentence:
            for match in _COUNT.finditer(sentence):
                around = sentence[max(0, match.start() - 30) : match.end() + 30]
                yield match[0], " ".join(around.split())
