"""Each chapter ends on one page that holds all of it, where a symbol means one thing.

The page has a table of symbols, the equations, and the one picture to remember. A symbol stands in
one row of the table, and the chapter uses it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from checks.page import Page

HEADING = "## On one page"
_ROW = re.compile(r"^\| *(?P<symbols>\$.*?) *\| *(?P<meaning>[^|]+?) *\|", re.MULTILINE)
_MATH = re.compile(r"\$([^$]+)\$")


def problems(page: Page) -> Iterator[str]:
    code = "\n".join(cell.source for cell in page.cells if cell.cell_type == "code")
    texts = [cell.source for cell in page.cells if cell.cell_type == "markdown"]
    before, heading, last = "\n\n".join(texts).rpartition(f"{HEADING}\n")
    if not heading:
        yield f"{page.path.name} must end with a section '{HEADING}'"
        return
    last = last.replace(r"\lvert", "").replace(r"\|", "")
    rows = [(symbols_of(m["symbols"]), m["meaning"]) for m in _ROW.finditer(last)]
    if not rows:
        yield f"'{HEADING}' of {page.path.name} needs a table whose rows begin with a symbol"
    if "$$" not in last:
        yield f"'{HEADING}' of {page.path.name} needs the chapter's equations, displayed"
    if "{numref}" not in last:
        yield f"'{HEADING}' of {page.path.name} must name the one picture, with {{numref}}"
    counted = Counter(symbol for symbols, _ in rows for symbol in symbols)
    for symbol, count in counted.items():
        if count > 1:
            yield f"'{HEADING}' of {page.path.name} gives ${symbol}$ {count} meanings: keep one"
        if not _used(symbol, before) and not re.search(rf"\b{re.escape(symbol)}\b", code):
            yield f"'{HEADING}' of {page.path.name} lists ${symbol}$, which the chapter never uses"


def symbols_of(cell: str) -> list[str]:
    """The symbols that a row defines: what stands left of an equals sign, separated by commas."""
    found = []
    for formula in _MATH.findall(cell):
        for part in re.split(r"(?<!\\),(?![^{(]*[})])|;", formula):
            symbol = part.split("=")[0].split(r"\in")[0].strip().removesuffix("\\").strip()
            if symbol and symbol != r"\dots":
                found.append(symbol)
    return found


def _used(symbol: str, text: str) -> bool:
    mathematics = " ".join(re.findall(r"\$\$.*?\$\$|\$[^$\n]+\$", text, re.DOTALL))
    squeezed = re.sub(r"[\s{}]|\\[,;!]|\\text", "", mathematics)
    return re.sub(r"[\s{}]|\\[,;!]|\\text", "", symbol) in squeezed
