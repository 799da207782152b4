"""Sphinx extension: where the solutions of exercises stand, and the reader's answers in the page.

The setting ``book_solutions`` is ``folded`` (under each exercise), ``appendix`` (at the end of the
chapter) or ``none``. It holds for the pages, their sources, the lists of cells and JupyterLite:
all read a notebook through `read`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "web" / "answers"
CARDS = "reference/remember"
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
        for path in (Path(app.outdir) / "_sources").rglob("*.ipynb*"):
            nbformat.write(read(path, mode), path)


def stage(app: Sphinx, config: Config) -> None:
    """Put the page's scripts into a folder that is named by their contents.

    They go through ``html_static_path`` here and not in the settings: Jupyter Book would add every
    script that it finds there to every page.
    """
    files = sorted(path for path in SOURCES.iterdir() if path.suffix in (".mjs", ".css"))
    digest = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files))
    static = Path(app.doctreedir) / "answers" / "static"
    shutil.rmtree(static, ignore_errors=True)
    config.book_answers = f"answers-{digest.hexdigest()[:8]}"
    (static / config.book_answers).mkdir(parents=True)
    for path in files:
        shutil.copyfile(path, static / config.book_answers / path.name)
    config.html_static_path.append(str(static))


def add_to_page(app: Sphinx, pagename: str, template: str, context: Any, doctree: Any) -> None:
    """Chapters, the start page and the page of cards take part."""
    chapter = pagename.startswith("chapters/")
    if doctree is not None and (chapter or pagename in (app.config.root_doc, CARDS)):
        app.add_css_file(f"{app.config.book_answers}/answers.css")
        app.add_js_file(f"{app.config.book_answers}/page.mjs", type="module")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("book_solutions", "folded", "env", types=(str,))
    app.add_config_value("book_answers", "", "html", types=(str,))
    app.connect("config-inited", stage)
    app.connect("html-page-context", add_to_page)
    app.connect("source-read", place_solutions, priority=100)
    app.connect("build-finished", place_in_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
