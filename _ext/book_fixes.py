"""Sphinx extension: serve the vendored web files, and mend third-party HTML for accessibility."""

from __future__ import annotations

import re
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


def mend_body(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Strip roles that ARIA forbids where docutils puts them."""
    if body := context.get("body"):
        body = body.replace('role="list" class="citation-list"', 'class="citation-list"')
        context["body"] = re.sub(r' role="doc-(biblioentry|backlink|footnote)"', "", body)


def depart_section(self: Any, node: Any) -> None:
    """Leave a section for which codeautolink saw no title (it pops an empty list otherwise)."""
    if self.title_stack:
        self.title_stack.pop()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", serve_vendored_files)
    app.connect("html-page-context", mend_body)
    block.CodeBlockAnalyser.depart_section = depart_section
    return {"parallel_read_safe": True, "parallel_write_safe": True}
