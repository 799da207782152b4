"""Sections that may be skipped: nothing in an unmarked section needs one whose heading ends with ★.

A reader who skips them still runs every other cell, and sees every figure that the text names.
"""

from __future__ import annotations

import re
import symtable
from collections.abc import Iterator

from checks.page import CODE_BLOCK, HEADING, Page

_NUMREF = re.compile(r"\{numref\}`([^`]+)`")


def problems(page: Page) -> Iterator[str]:
    made_in: dict[str, str] = {}  # name of a variable: the ★ section that set it last
    shown_in: dict[str, str] = {}  # name of a figure: the ★ section that shows it
    for index, text, section in stretches(page):
        cell = page.cells[index]
        if cell.cell_type == "code":
            made, used = names(text)
            figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            if section:
                made_in |= dict.fromkeys(made, section)
                shown_in |= {figure: section} if figure else {}
                continue
            for name in sorted(used & made_in.keys()):
                yield f"{page.where(index)} uses {name!r}, which only '{made_in[name]}' has set"
            for name in made:
                made_in.pop(name, None)
        elif not section:
            for name in _NUMREF.findall(text):
                if name in shown_in:
                    yield f"{page.where(index)} names {name}, which '{shown_in[name]}' shows"


def stretches(page: Page) -> Iterator[tuple[int, str, str]]:
    """Cells, and text from heading to heading, each with the ★ section it belongs to, or ""."""
    section, level = "", 0
    for index, cell in enumerate(page.cells):
        if cell.cell_type != "markdown":
            yield index, cell.source, section
            continue
        text, start = CODE_BLOCK.sub("", cell.source), 0
        for heading in [*HEADING.finditer(text), None]:
            yield index, text[start : heading.start() if heading else None], section
            if heading and (not section or len(heading[1]) <= level):
                section = heading[2] if heading[2].endswith("★") else ""
                level = len(heading[1])
            start = heading.start() if heading else 0


def names(source: str) -> tuple[set[str], set[str]]:
    """What a cell sets, and what it needs from cells before it."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except SyntaxError:  # a line of IPython's own
        return set(), set()
    made = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    below = list(top.get_children())
    while below:
        scope = below.pop()
        below += scope.get_children()
        used |= {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
    return made, used - made
