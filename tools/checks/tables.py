"""Every column of a table has a name, which a screen reader says with each of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.page import CODE_BLOCK, Page

_HEAD = re.compile(r"(?m)^ {0,3}\|(?P<names>.*)\|[ \t]*\n {0,3}\|[ \t:|-]+\|[ \t]*$")
_BETWEEN = re.compile(r"(?<!\\)\|")


def problems(page: Page) -> Iterator[str]:
    for index, cell in page.markdown_cells:
        for head in _HEAD.finditer(CODE_BLOCK.sub("", cell.source)):
            if any(not name.strip() for name in _BETWEEN.split(head["names"])):
                yield f"{page.where(index)}: a column of the table '|{head['names']}|' has no name"
