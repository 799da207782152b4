"""Sphinx extension: the index of figures, made from the chapters.

``reference/figures.md`` says where it stands. Numbers come from Sphinx, short titles from
``reference/figures.yml``, and small pictures from those that the notebooks store. What a guess
covers in its chapter shows no picture here.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import yaml
from PIL import Image
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
PAGE = "reference/figures"
MARK = "<!-- figures -->"
MOVES = "◉"
UNSEEN = '<span class="figure-unseen" aria-hidden="true">?</span>'
WIDTH, HEIGHT = 360, 240  # of a small picture, in its own pixels; the page shows it half as large
sys.path.insert(0, str(ROOT / "tools"))
from checks import answers  # noqa: E402
from checks.page import output_data  # noqa: E402
from teaching.chapter import Chapter  # noqa: E402


def titles() -> dict[str, str]:
    return yaml.safe_load((ROOT / f"{PAGE}.yml").read_text(encoding="utf-8"))


def covered(chapter: Chapter) -> set[str]:
    """The figures that a guess covers."""
    return {
        name
        for index, cell in chapter.page.markdown_cells
        if answers.PREDICT in cell.source
        for name in answers.covered(chapter.page, index)
    }


def index(folder: Path) -> str:
    """The Markdown of the index; writes the small pictures into the folder."""
    return "\n\n".join(part for chapter in Chapter.all() for part in _chapter(chapter, folder))


def _chapter(chapter: Chapter, folder: Path) -> Iterator[str]:
    yield f"## {chapter.title}"
    yield f"From [chapter {chapter.number}](../chapters/{chapter.name}.ipynb)."
    known, behind = titles(), covered(chapter)
    entries = []
    for name, figure in chapter.figures.items():
        picture = UNSEEN if name in behind else _picture(chapter, name, folder)
        moves = f' <span class="figure-moves">{MOVES} moves</span>' if figure.interactive else ""
        title = escape(known.get(name, name))
        entries.append(
            f'- {picture} {{numref}}`{name}` <span class="figure-title">{title}</span>{moves}'
        )
    yield ":::{container} figure-index\n" + "\n".join(entries) + "\n:::"


def _picture(chapter: Chapter, name: str, folder: Path) -> str:
    cell = chapter.page.cells[chapter.figures[name].cell]
    stored = next(data["image/png"] for data in output_data(cell) if "image/png" in data)
    picture = Image.open(io.BytesIO(base64.b64decode(stored))).convert("RGB")
    picture.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    folder.mkdir(parents=True, exist_ok=True)
    picture.save(folder / f"{name}-small.webp", quality=60, method=6)
    width, height = picture.width // 2, picture.height // 2
    return (
        f'<img src="../_images/{name}-small.webp" width="{width}" height="{height}" alt="" '
        'loading="lazy" decoding="async">'
    )


def expand(app: Sphinx, docname: str, content: list[str]) -> None:
    if docname == PAGE:
        for chapter in Chapter.all():
            app.env.note_dependency(str(chapter.page.path))
        content[0] = content[0].replace(MARK, index(Path(app.outdir) / "_images"))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", expand)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
