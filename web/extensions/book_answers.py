"""Sphinx extension: where the solutions of exercises stand, and the reader's answers in the page.

The setting ``book_solutions`` is ``folded`` (under each exercise), ``appendix`` (at the end of the
chapter) or ``none``. It holds for the pages, their sources, the lists of cells and JupyterLite:
all read a notebook through `read`.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "web" / "answers"
CARDS = "reference/remember"
sys.path.insert(0, str(ROOT / "tools"))
import exercises  # noqa: E402
from checks.answers import DRAWN  # noqa: E402
from checks.page import Page  # noqa: E402


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


BOX = '<div class="predict"'
# The page's first script, before anything is drawn: it covers what guesses cover, but for the
# guesses that are kept; and uncovers all if the page's other scripts do not arrive.
FIRST = """<script>
(() => {
  const page = document.documentElement;
  const name = location.pathname.split('/').pop().replace(/\\.html$/, '');
  let given = [];
  try {
    const { guess, skipped } = JSON.parse(localStorage.getItem('book-answers'))[name];
    given = Object.keys({ ...guess, ...skipped }).filter((id) => /^\\d+$/.test(id));
  } catch { /* nothing is kept */ }
  const style = document.createElement('style');
  const shown = '{ content-visibility: visible !important; }';
  style.textContent = given.map((id) => `.covered[data-guess="${id}"] ${shown}`).join('');
  document.head.append(style);
  page.dataset.guessing = '';
  addEventListener('load', () => setTimeout(() => {
    if (!page.dataset.answers) delete page.dataset.guessing;
  }, 3000));
})();
</script>
"""


def cover(app: Sphinx, doctree: nodes.document) -> None:
    """Put what a prediction would give away into an element of its own, for the page to cover.

    That is all up to the next heading or prediction, or up to what ``data-covers`` names.
    """
    if not app.env.docname.startswith("chapters/"):
        return
    boxes = [raw for raw in doctree.findall(nodes.raw) if raw.astext().startswith(BOX)]
    for number, box in enumerate(boxes, start=1):
        siblings = box.parent.children
        begin = siblings.index(box)
        while siblings[begin].astext().strip() != "</div>":
            begin += 1
        end = _covered_to(siblings, begin + 1, box)
        if end > begin + 1:
            box.parent.insert(end, nodes.raw("", "</div>", format="html"))
            opening = f'<div class="covered" data-guess="{number}">'
            box.parent.insert(begin + 1, nodes.raw("", opening, format="html"))


def _covered_to(siblings: list[nodes.Node], begin: int, box: nodes.raw) -> int:
    named = re.search(r'data-covers="([\w-]+)"', box.astext())
    if named and named[1] == "none":
        return begin
    for i, node in enumerate(siblings[begin:], start=begin):
        if isinstance(node, nodes.section) or node.astext().startswith(BOX):
            return i
        if named and any(named[1] in n["names"] for n in node.findall(nodes.figure)):
            return i + 1
    return len(siblings)


def curves(path: Path) -> dict[str, Any]:
    """The curves that a chapter publishes and a prediction asks for."""
    page = Page.read(path)
    asked = {name for _, cell in page.markdown_cells for name in DRAWN.findall(cell.source)}
    return {name: curve for _, name, curve in page.curves() if name in asked}


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
    if doctree is not None and chapter:
        known = json.dumps(curves(Path(app.env.doc2path(pagename)))).replace("<", "\\u003c")
        data = f'<script type="application/json" id="book-curves">{known}</script>'
        context["body"] = FIRST + context["body"] + data


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("book_solutions", "folded", "env", types=(str,))
    app.add_config_value("book_answers", "", "html", types=(str,))
    app.connect("config-inited", stage)
    app.connect("doctree-read", cover)
    app.connect("html-page-context", add_to_page)
    app.connect("source-read", place_solutions, priority=100)
    app.connect("build-finished", place_in_sources)
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
