"""Notebooks that need more than the book installs.

Such a notebook names the modules in its metadata, ``"needs": ["torch"]``, and stops where one is
missing, with `book.needs`. There its stored results stay as they are: refresh, seeds and
``pytest --nbval`` pass it over with one line.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from bookkit.book import EXTRAS
from checks.page import Page, tags

EXERCISE = {"exercise", "solution"}


def needed(notebook: NotebookNode) -> list[str]:
    """The modules that a notebook names."""
    return list(notebook.metadata.get("needs", []))


def skipped(page: Page) -> str:
    """Why this notebook cannot run on this machine, in one line; nothing where it can."""
    missing = [m for m in needed(page.notebook) if importlib.util.find_spec(m) is None]
    if not missing:
        return ""
    names = " and ".join(EXTRAS.get(module, module) for module in missing)
    return f"{page.name} is not run: it needs {names} (pip install {' '.join(missing)})"


def runs_without(notebook: NotebookNode) -> set[int]:
    """The cells that run where the needed modules are missing: those before `book.needs`, and the
    exercises; of any other notebook all cells."""
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if not needed(notebook):
        return set(code)
    cells = notebook.cells
    gate = next((i for i in code if "book.needs(" in cells[i].source), len(cells))
    return {i for i in code if i < gate or EXERCISE & tags(cells[i])}


def problems(page: Page) -> Iterator[str]:
    """What a notebook asks for with `book.needs` is what its metadata name."""
    sources = [cell.source for _, cell in page.code_cells]
    asked = [m for m in EXTRAS if any(f'book.needs("{m}")' in source for source in sources)]
    line = re.compile(rf"(?m)^(?:import|from) ({'|'.join(EXTRAS)})\b")
    imported = {name for source in sources for name in line.findall(source)}
    if asked != needed(page.notebook) or not imported <= set(asked):
        yield (
            f"{page.name} imports {sorted(imported)}, asks for {asked} with book.needs, and names"
            f" {needed(page.notebook)} in its metadata under 'needs'; the three must agree"
        )
