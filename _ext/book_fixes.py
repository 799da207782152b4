"""Sphinx extension: serve the vendored web files, and mend what third-party extensions leave."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx_codeautolink.extension import block

WEB = Path(__file__).resolve().parent.parent / "vendor" / "web"


def serve_vendored_files(app: Sphinx) -> None:
    """Copy vendor/web into the site's _static folder.

    Not through ``html_static_path`` in the settings: Jupyter Book adds every script that it finds
    there to every page.
    """
    app.config.html_static_path.append(str(WEB))


def drop_thebe(app: Sphinx) -> None:
    """Jupyter Book loads sphinx-thebe always, whose script names an outside host and fails."""
    for listeners in app.events.listeners.values():
        listeners[:] = [x for x in listeners if not x.handler.__module__.startswith("sphinx_thebe")]


def mend_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Start in the reader's own color theme; strip roles that ARIA forbids there."""
    context["default_mode"] = "auto"
    if body := context.get("body"):
        body = body.replace('role="list" class="citation-list"', 'class="citation-list"')
        context["body"] = re.sub(r' role="doc-(biblioentry|backlink|footnote)"', "", body)


def start_page_is_index(app: Sphinx, exception: Exception | None) -> None:
    """Serve the start page itself at the site's address, not a page that redirects to it."""
    if exception is None and app.builder.name == "html":
        start = Path(app.outdir) / f"{app.config.root_doc}.html"
        shutil.copyfile(start, start.with_name("index.html"))


def depart_section(self: Any, node: Any) -> None:
    """Leave a section for which codeautolink saw no title (it pops an empty list otherwise)."""
    if self.title_stack:
        self.title_stack.pop()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", serve_vendored_files)
    app.connect("builder-inited", drop_thebe)
    app.connect("html-page-context", mend_page)
    app.connect("build-finished", start_page_is_index, priority=100)  # before a redirect is written
    block.CodeBlockAnalyser.depart_section = depart_section
    return {"parallel_read_safe": True, "parallel_write_safe": True}
