"""Sphinx extension: code cells that run in the reader's browser, with no server.

Every page made from a notebook gets the script ``live/page.mjs``, and a file of its own beside it,
``<page>.cells.json``, with all code cells of the notebook, those too that the page does not show:
what a later cell needs can then always be run. Where Python's files are in the cache (see
``tools/live.py``), they are copied to the site, and the pages can run their cells offline.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import live  # noqa: E402
import live_lite  # noqa: E402
from book_answers import read  # noqa: E402
from book_fixes import POLICY  # noqa: E402
from checks import needs  # noqa: E402

from bookkit.book import EXTRAS  # noqa: E402

SOURCES = ROOT / "web" / "live"
# What a reader without a network needs of the site; of Python, which each page brings itself, only
# what some pages ask for.
NOT_KEPT = re.compile(
    r"^(lite|pyodide|_sources|_static/locales)/|^404\.html$|\.(map|inv|ipynb|txt|xml|po|mo)$"
)
COMPRESSED = {".html", ".js", ".mjs", ".css", ".json", ".svg"}  # on their way from most servers
PAGE_FILES = ("*.mjs", "*.py", "live.css", "vendor/*")
logger = logging.getLogger(__name__)


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each code cell that runs in the page its notebook's id, by which the page finds it in
    the list of cells."""
    source = app.env.doc2path(app.env.docname)
    if source.endswith(".ipynb"):
        notebook = read(source, app.config.book_solutions)
        runs = needs.runs_without(notebook)
        for node in doctree.findall(nodes.container):
            if node.get("nb_element") == "cell_code" and node["cell_index"] in runs:
                node["ids"].append(f"code-cell-{notebook.cells[node['cell_index']].id}")


def list_cells(path: str, solutions: str) -> list[dict[str, Any]]:
    """All code cells of a notebook that run in the page, in order."""
    notebook = read(path, solutions)
    runs = needs.runs_without(notebook)
    return [
        {"id": cell.id, "source": cell.source, "tags": cell.metadata.get("tags", [])}
        for index, cell in enumerate(notebook.cells)
        if index in runs and cell.source.strip()
    ]


RUNS = "The code on this page runs in your browser: change it and run it."
READS = """The code of this chapter needs {names}, which Python in the page does not have: read it
here with its results, or run it in Colab or on your own machine. The exercises run here."""
INTRO = """
<div class="live-intro">
<p>{sentence}
The first run fetches Python: {megabytes:.0f} MB, once.</p>
<button type="button" class="live-button">▶ {button}</button>
<p id="live-help" hidden>Shift-Enter runs the cell, Tab leaves the editor, Control and a square
bracket indent.</p>
</div>"""

TOOLS = """
<div class="live-tools" role="group" aria-label="Code cell {n}" data-number="{n}">
<span class="live-count" aria-hidden="true">[{n}]</span>
<button type="button" class="live-button" aria-label="Run code cell {n}">▶ Run</button>
<button type="button" class="live-button" aria-label="Edit code cell {n}">Edit</button>
</div>"""

FIGURE = '<div class="interactive-figure"'
SLIDER = '<div class="figure-control" data-control="slider">'
FREELY = """
<button type="button" class="live-button live-freely">▶ Run this cell to move freely</button>"""


def with_tools(body: str, megabytes: float, needed: Sequence[str] = ()) -> str:
    """The page with its live parts in place, so that nothing moves when the script arrives.

    ``needed`` are modules that the page's Python does not have: then only some cells run, which
    have an id.
    """
    parts, at, n = [], 0, 0
    for match in re.finditer(r'<div class="cell_input[^>]*>', body):
        cell = body.rfind('<div class="cell ', 0, match.start())
        if cell >= 0 and 'id="code-cell-' not in body[cell : body.index(">", cell)]:
            continue
        n += 1
        end = closing(body, match.start())
        parts += [body[at:end], TOOLS.format(n=n)]
        at = end
    body = with_freely("".join([*parts, body[at:]]))
    names = " and ".join(EXTRAS.get(module, module) for module in needed)
    sentence = READS.format(names=names) if needed else RUNS
    button = "Run the exercises" if needed else "Run all"
    intro = INTRO.format(sentence=sentence, megabytes=megabytes, button=button)
    return body.replace("</h1>", "</h1>" + intro, 1)


def with_freely(body: str) -> str:
    """The page with a button under each figure whose sliders Python moves between their stops."""
    parts, at = [], 0
    for match in re.finditer(FIGURE, body):
        end = closing(body, match.start())
        button = FREELY if SLIDER in body[match.start() : end] else ""
        parts += [body[at:end], button]
        at = end
    return "".join([*parts, body[at:]])


def closing(body: str, start: int) -> int:
    """Where the div that begins at ``start`` has ended."""
    depth = 0
    for tag in re.compile(r"<(/?)div\b").finditer(body, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return body.index(">", tag.start()) + 1
    raise ValueError(f"a div of the page is never closed: {body[start : start + 80]!r}")


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    source = app.env.doc2path(pagename) if pagename in app.env.found_docs else ""
    settings = app.config.book_live
    if doctree is None or not source.endswith(".ipynb") or not settings["python"]:
        return
    target = Path(app.outdir) / f"{pagename}.cells.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    content = {"live": settings, "cells": list_cells(source, app.config.book_solutions)}
    target.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    folder = settings["scripts"]
    app.add_css_file(f"{folder}/live.css")
    app.add_js_file(f"{folder}/page.mjs", type="module")
    needed = needs.needed(read(source, app.config.book_solutions))
    context["body"] = with_tools(context["body"], settings["python"]["transfer"] / 1e6, needed)
    if settings["lite"]:
        add_launch_button(context, pagename)


def add_launch_button(context: dict[str, Any], pagename: str) -> None:
    """Offer JupyterLite where the theme offers to launch a page elsewhere."""
    page = context["pathto"]("lite/notebooks/index.html", resource=True)
    button = {
        "type": "link",
        "text": "JupyterLite",
        "tooltip": "Open in JupyterLite, in this browser",
        "icon": "fas fa-feather",
        "url": f"{page}?path={pagename}.ipynb",
    }
    for group in context["header_buttons"]:
        if group.get("label") == "launch-buttons":
            group["buttons"].insert(0, button)


def stage(app: Sphinx, config: Config) -> None:
    """Gather the scripts, and Python where there is one, beside the doctrees.

    The scripts' folder is named by their contents, so that a browser never mixes old and new ones.
    They go through ``html_static_path`` here and not in the settings: Jupyter Book would add every
    script that it finds there to every page.
    """
    files = sorted(path for pattern in PAGE_FILES for path in SOURCES.glob(pattern))
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    scripts = f"live-{digest.hexdigest()[:8]}"
    static, python = Path(app.doctreedir) / "live" / "static", f"pyodide/{live.VERSION}/"
    shutil.rmtree(static, ignore_errors=True)
    for path in files:
        copy = static / scripts / path.relative_to(SOURCES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    config.html_static_path.append(str(static))
    config.book_live = {"scripts": scripts, "python": None, "lite": False}
    if os.environ.get("BOOK_LIVE") == "0":
        return
    try:
        there = live.assemble(Path(app.doctreedir) / "live" / "site" / python)
        config.book_live["python"] = {"folder": python, **there}
        config.book_live["lite"] = live_lite.available()
    except live.Missing as missing:
        logger.info("%s: code cells will not run in the page. Mend with: make live", missing)


def complete_site(app: Sphinx, error: Exception | None) -> None:
    """Put Python, JupyterLite, and the service worker (which governs its folder) into the site."""
    if error is None and app.builder.format == "html" and app.config.book_live["python"]:
        here = Path(app.doctreedir) / "live"
        site = here / "site"
        if app.config.book_live["lite"]:
            found = [Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs)]
            notebooks = [path for path in found if path.suffix == ".ipynb"]
            python = app.config.book_live["python"]["folder"]
            root = Path(app.srcdir)
            mode = app.config.book_solutions
            live_lite.build(here / "lite", site / "lite", notebooks, root, python, POLICY, mode)
        shutil.copytree(site, app.outdir, dirs_exist_ok=True)
        shutil.copyfile(SOURCES / "service-worker.js", Path(app.outdir) / "service-worker.js")


def transfer(path: Path) -> int:
    """About how many bytes a server sends for a file."""
    data = path.read_bytes()
    return len(zlib.compress(data, 6) if path.suffix in COMPRESSED else data)


def list_for_offline(app: Sphinx, error: Exception | None) -> None:
    """Name all files that the whole book needs without a network, and their size."""
    if error is None and app.builder.format == "html" and app.config.book_live["python"]:
        site = Path(app.outdir)
        names = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
        python = app.config.book_live["python"]
        asked_for = [python["folder"] + name for name in python["on_demand"]]
        files = sorted([name for name in names if not NOT_KEPT.search(name)] + asked_for)
        content = {"bytes": sum(transfer(site / name) for name in files), "files": files}
        (site / "offline.json").write_text(json.dumps(content), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("book_live", None, "html", types=(dict,))
    app.connect("config-inited", stage)
    app.connect("doctree-read", name_cells)
    app.connect("html-page-context", add_to_page, priority=502)  # after the theme's launch buttons
    app.connect("build-finished", complete_site)
    app.connect("build-finished", list_for_offline, priority=900)  # when all else is in place
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
