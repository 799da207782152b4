"""The rules that the notebooks and pages of the book keep.

A rule takes a `Page` and returns problems, one readable line each. `tools/notebooks.py check`
prints them, and `tests/notebooks/` asserts that there are none.
"""

from __future__ import annotations

from typing import Any

from checks import (
    answers,
    arithmetic,
    claims,
    frames,
    grounds,
    hygiene,
    links,
    needs,
    onepage,
    prose,
    register,
    sources,
    stars,
    structure,
    tables,
)
from checks.page import ROOT, Page, chapters, prose_pages, readable


def chapter_facts(name: str) -> dict[str, Any] | None:
    """Facts that the chapter with this name publishes; None where there is no such chapter."""
    path = ROOT / "chapters" / f"{name}.ipynb"
    found = next(readable([path] if path.is_file() else []), None)
    return found and found.facts


def all_problems(page: Page) -> list[str]:
    found = prose.problems(page, chapter_facts) + links.problems(page)
    found += arithmetic.problems(page)
    found += tables.problems(page)
    if page.is_notebook:
        others = list(readable(p for p in [*chapters(), *prose_pages()] if p != page.path))
        found += prose.unused_facts(page, others)
        found += (
            claims.problems(page)
            + frames.problems(page)
            + list(grounds.problems(page))
            + hygiene.problems(page)
            + list(needs.problems(page))
            + hygiene.repeated_figures([page, *others])
            + sources.problems(page)
        )
    if page.path in {*chapters(), *prose_pages()}:
        found += register.problems(page)
    if structure.applies_to(page):
        found += structure.problems(page) + answers.problems(page) + list(onepage.problems(page))
        found += list(stars.problems(page))
    return found
