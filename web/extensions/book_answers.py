"""Sphinx extension: where the solutions of exercises stand, and the reader's answers in the page.

The setting ``book_solutions`` is ``folded`` (under each exercise), ``appendix`` (at the end of the
chapter) or ``none``. It holds for the pages, their sources, the lists of cells and JupyterLite:
all read a notebook through `read`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import exercises  # noqa: E402


def read(path: str | Path, solutions: str) -> nbformat.NotebookNode:
    """A notebook as the site shows it."""
    return exercises.shown(nbformat.read(path, as_version=4), solutions)


def place_solutions(app: Sphinx, docname: str, content: list[str]) -> None:
    mode = app.config.book_solutions
    if app.env.doc2path(docname).endswith(".ipynb") and mode != "folded":
        notebook = nbformat.reads(content[0], as_version=4)
        content[0] = nbformat.writes(exercises.shown(notebook, mode))


def place_in_sources(app: Sphinx, error: Exception | None) -> None:
    """What the site offers for download is what it shows."""
    mode = app.config.book_solutions
    if error is None and app.builder.format == "html" and mode != "folded":
        for path in (Path(app.outdir) / "_sources").rglob("*.ipynb"):
            nbformat.write(read(path, mode), path)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("book_solutions", "folded", "env", types=(str,))
    app.connect("source-read", place_solutions, priority=100)
    app.connect("build-finished", place_in_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
