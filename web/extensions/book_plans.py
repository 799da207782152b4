"""Sphinx extension: lesson plans as pages, joined with what their chapters say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent.parent
PLANS = "instructors/plans/"
sys.path.insert(0, str(ROOT / "tools"))
from teaching import plans  # noqa: E402
from teaching.chapter import Chapter  # noqa: E402


def expand(app: Sphinx, docname: str, content: list[str]) -> None:
    if docname.startswith(PLANS):
        chapter = Chapter.of(int(docname[-2:]))
        app.env.note_dependency(str(chapter.page.path))
        content[0] = plans.page(chapter, *plans.parse(content[0]))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", expand)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
