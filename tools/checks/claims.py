"""What is true of one draw alone says so.

A cell whose claim holds only for the seeds that stand there carries the tag ``one-seed`` (see
``tools/seeds.py``), and the prose beside it says that it speaks of one run.
"""

from __future__ import annotations

import re

from checks.page import Page, tags

ONE_SEED = "one-seed"
SAYS_SO = re.compile(
    r"\b(this|these|our|one|its|that) (one |first |own |single )?"
    r"(runs?|draws?|seeds?|splits?|starts?|sample)\b",
    re.IGNORECASE,
)


def problems(page: Page) -> list[str]:
    return [
        f"{page.where(index)} is tagged {ONE_SEED}, but the text beside it does not say so: write"
        ' "in this run", "with this seed" or the like'
        for index, cell in page.code_cells
        if ONE_SEED in tags(cell) and not SAYS_SO.search(_beside(page, index))
    ]


def _beside(page: Page, index: int) -> str:
    """The texts before and after a cell, up to the next ones with words."""
    cells = page.cells
    before = next((c.source for c in reversed(cells[:index]) if c.cell_type == "markdown"), "")
    after = next((c.source for c in cells[index + 1 :] if c.cell_type == "markdown"), "")
    return re.sub(r"\s+", " ", f"{before} {after}")
