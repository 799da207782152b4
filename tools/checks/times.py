"""How long a chapter takes: measured on what stands there, not guessed.

A first-year student reads 130 words a minute of such prose, and stops at each equation, line of
code, figure, prediction and question for about as long as `SECONDS` says. Sections whose heading
ends with ★ count apart, and so do the exercises. `refresh` writes the sums into the first cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from nbformat import NotebookNode

from checks import hygiene
from checks.page import CODE_BLOCK, HEADING, Page, shows_figure, tags

WORDS_A_MINUTE = 130
SECONDS = {
    "word": 60 / WORDS_A_MINUTE,
    "displayed equation": 45,
    "formula in a line": 2,
    "line of code": 4,
    "figure": 30,
    "interactive figure": 120,
    "prediction": 30,
    "question": 72,
    "exercise": 480,
}
MAX_CORE = 90  # minutes: one class
STEP = 5  # minutes: nobody reads to the minute

_WRITTEN = re.compile(r"\*\*Reading time\*\* +[^·]*?(?=\s+·)")
_DISPLAYED = re.compile(r"(?s)\$\$.+?\$\$")
_INLINE = re.compile(r"(?<!\\)\$[^$\n]+?(?<!\\)\$")
_UNREAD = re.compile(r"(?s)<!--.*?-->|<[^>]*>|\]\([^)]*\)|\{[\w:]+\}`[^`]*`|[|#*_`>-]+")
_PREDICTION = re.compile(r"\*\*(?:Guess|Predict)[^*]*\*\*")


def minutes(page: Page) -> dict[str, int]:
    """Minutes for what is "core", for the sections marked "★" and for the "exercises"."""
    found: dict[str, Counter[str]] = {part: Counter() for part in ("core", "★", "exercises")}
    for part, counted in _parts(page):
        found[part] += counted
    sums = {part: sum(SECONDS[k] * n for k, n in c.items()) / 60 for part, c in found.items()}
    return {part: STEP * round(total / STEP) for part, total in sums.items()}


def sentence(page: Page) -> str:
    time = minutes(page)
    more = f"★ {time['★']} and exercises" if time["★"] else "exercises"
    return f"**Reading time** about {time['core']} minutes, {more} {time['exercises']} more"


def write(page: Page) -> None:
    """Put the sums where the first cell speaks of reading time."""
    first = page.cells[0]
    first.source = _WRITTEN.sub(lambda _: sentence(page), first.source, count=1)


def problems(page: Page) -> list[str]:
    found = []
    written = _WRITTEN.search(page.cells[0].source)
    if not written or written[0] != sentence(page):
        found.append(
            f"{page.where(0)}: the first cell must say {sentence(page)!r}, then ' · **Running"
            f" time** …'; write it with: {page.mend}"
        )
    core = minutes(page)["core"]
    if core > MAX_CORE:
        found.append(
            f"{page.name}: its unmarked sections take about {core} minutes, and a class has"
            f" {MAX_CORE}; shorten them, or end the heading of one that may be skipped with ' ★'"
        )
    for _, cell in page.markdown_cells:
        for heading in HEADING.finditer(CODE_BLOCK.sub("", cell.source)):
            if "★" in heading[2] and not re.fullmatch(r"[^★]+ ★", heading[2]):
                found.append(
                    f"{page.name}: the heading {heading[2]!r} carries ★ last, after a space"
                )
    return found


def _parts(page: Page) -> Iterator[tuple[str, Counter[str]]]:
    """Each stretch of the page between two headings, and what it asks of its reader."""
    section, starred = "", 0  # second-level heading; level of the ★ heading that we are below
    for cell in page.cells:
        if cell.cell_type == "code":
            yield _part(section, starred), _of_code(cell)
            continue
        text = CODE_BLOCK.sub(lambda block: "\n" * 2, cell.source)
        lines = sum(b["code"].count("\n") for b in CODE_BLOCK.finditer(cell.source))
        yield _part(section, starred), Counter({"line of code": lines})
        start = 0
        for heading in [*HEADING.finditer(text), None]:
            end = heading.start() if heading else len(text)
            yield _part(section, starred), _of_text(text[start:end], section)
            if heading:
                level, title, start = len(heading[1]), heading[2], heading.start()
                section = title if level <= 2 else section
                if title.endswith("★"):
                    starred = min(starred or level, level)
                elif level <= starred:
                    starred = 0


def _part(section: str, starred: int) -> str:
    return "exercises" if section == "Exercises" else "★" if starred else "core"


def _of_text(text: str, section: str) -> Counter[str]:
    if section == "Exercises":
        return Counter({"exercise": len(re.findall(r"(?m)^### Exercise ", text))})
    if 'class="self-check"' in text:
        return Counter({"question": 1})
    displayed = len(_DISPLAYED.findall(text))
    text = _DISPLAYED.sub(" ", text)
    formulas = len(_INLINE.findall(text))
    words = len(_UNREAD.sub(" ", _INLINE.sub(" ", text)).split())
    counted = Counter({"word": words, "prediction": len(_PREDICTION.findall(text))})
    if section != "On one page":  # to look things up: its equations were read before
        counted += Counter({"displayed equation": displayed, "formula in a line": formulas})
    return counted


def _of_code(cell: NotebookNode) -> Counter[str]:
    if "remove-cell" in tags(cell):
        return Counter()
    counted: Counter[str] = Counter()
    if shows_figure(cell):
        counted["interactive figure" if "interactive" in tags(cell) else "figure"] += 1
    if not tags(cell) & hygiene.HIDDEN:
        counted["line of code"] += hygiene.code_lines(cell)
    return counted
