"""The rule for exercises in code: their cells are those of their one source."""

from __future__ import annotations

import exercises

from checks.page import Page


def problems(page: Page) -> list[str]:
    return [f"{page.name}: {p}" for p in exercises.problems(page.notebook, int(page.path.name[:2]))]
