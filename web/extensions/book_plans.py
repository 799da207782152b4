"""Sphinx extension: lesson plans as pages, joined with what their chapters say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parent.parent.parent
PLANS = "instructors/plans/"
sys.path.insert(0, str(ROOT / "tools"))
from teaching import plans  # noqa: E402
from teaching.chapter import Chapter  # noqa: E402


def leave_out(app: Sphinx, config: Config) -> None:
    """A plan that was written before its chapter is no page yet."""
    for path in sorted((ROOT / PLANS).glob("ch*.md")):
        if not any((ROOT / "chapters").glob(f"{path.stem[2:]}-*.ipynb")):
            config.exclude_patterns.append(f"{PLANS}{path.name}")


def expand(app: Sphinx, docname: str, content: list[str]) -> None:
    if docname.startswith(PLANS):
        chapter = Chapter.of(int(docname[-2:]))
        app.env.note_dependency(str(chapter.page.path))
        content[0] = plans.page(chapter, *plans.parse(content[0]))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", leave_out)
    app.connect("source-read", expand)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
