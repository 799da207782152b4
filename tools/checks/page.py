"""A page of the book, notebook or Markdown, as the rules see it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from bookkit.book import CURVE_MIME as CURVE_MIME
from bookkit.book import FACTS_MIME as FACTS_MIME

ROOT = Path(__file__).resolve().parents[2]
VIEW_MIME = "application/vnd.jupyter.widget-view+json"
STATE_MIME = "application/vnd.jupyter.widget-state+json"
PICTURE_MIMES = ("image/png", "image/svg+xml", "image/jpeg")
COMMAND = "python tools/notebooks.py refresh"
CODE_BLOCK = re.compile(r"(?ms)^[ \t]*(?P<fence>```+|~~~+)[^\n]*\n(?P<code>.*?)^[ \t]*(?P=fence)")
HEADING = re.compile(r"(?m)^(#{1,6}) +(.+?) *$")


def chapters() -> list[Path]:
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def notebooks() -> list[Path]:
    """The chapters and the laboratory."""
    return [*chapters(), ROOT / "laboratory.ipynb"]


def prose_pages() -> list[Path]:
    """Pages outside the chapters, whose numbers are checked like those of the chapters."""
    names = ["README.md", "intro.md", "laboratory.ipynb"]
    folders = ["reference", "instructors"]
    return [p for name in names if (p := ROOT / name).is_file()] + [
        p for folder in folders for p in sorted((ROOT / folder).glob("*.md"))
    ]


class Unreadable(Exception):
    """A file that is no page; the message says where, why, and what to do."""


@dataclass
class Page:
    """One notebook or Markdown file; a Markdown file counts as a notebook of one cell."""

    path: Path
    notebook: NotebookNode

    @classmethod
    def read(cls, path: Path) -> Page:
        """Read a file; raise `Unreadable`, in one line, where it holds no page."""
        path = Path(path).resolve()
        name = cls(path, nbformat.v4.new_notebook()).name
        text = _text(name, path.read_bytes())
        if path.suffix == ".ipynb":
            return cls(path, _notebook(name, text))
        cell = nbformat.v4.new_markdown_cell(text)
        return cls(path, nbformat.v4.new_notebook(cells=[cell]))

    @property
    def is_notebook(self) -> bool:
        return self.path.suffix == ".ipynb"

    @property
    def name(self) -> str:
        """The file as one types it at the root of the repository."""
        return str(self.path.relative_to(ROOT) if self.path.is_relative_to(ROOT) else self.path)

    @property
    def cells(self) -> list[NotebookNode]:
        return self.notebook.cells

    @property
    def code_cells(self) -> Iterator[tuple[int, NotebookNode]]:
        """Cells of code that hold any, with their position in the notebook."""
        return (
            (i, c) for i, c in enumerate(self.cells) if c.cell_type == "code" and c.source.strip()
        )

    @property
    def markdown_cells(self) -> Iterator[tuple[int, NotebookNode]]:
        return ((i, c) for i, c in enumerate(self.cells) if c.cell_type == "markdown")

    @cached_property
    def facts(self) -> dict[str, bool | int | float | str]:
        return {name: value for _, name, value in self.published()}

    def published(self) -> Iterator[tuple[int, str, bool | int | float | str]]:
        for index, cell in self.code_cells:
            for data in output_data(cell):
                for name, value in data.get(FACTS_MIME, {}).items():
                    yield index, name, value

    def curves(self) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Curves that are published for the reader to guess: cell, name, and what is drawn."""
        for index, cell in self.code_cells:
            for data in output_data(cell):
                for name, curve in data.get(CURVE_MIME, {}).items():
                    yield index, name, curve

    def where(self, index: int) -> str:
        """`chapters/02-perceptron.ipynb, cell 7 (the-rule-2: "w = w + …")`."""
        if not self.is_notebook:
            return self.name
        cell = self.cells[index]
        return f"{self.name}, cell {index} ({cell.get('id', 'no id')}: {first_line(cell.source)!r})"

    @property
    def mend(self) -> str:
        return f"{COMMAND} {self.name}"


def readable(paths: Iterable[Path]) -> Iterator[Page]:
    """Those of the pages that can be read; the others are a problem of their own."""
    for path in paths:
        with suppress(Unreadable):
            yield Page.read(path)


def _text(name: str, content: bytes) -> str:
    restore = f"take an earlier version: git checkout HEAD -- {name}"
    if content.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(f"{name} begins with a byte-order mark; save it as UTF-8 without one")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name}, line {line}: no UTF-8; save it as UTF-8, or {restore}") from None
    if conflict := re.search(r"(?m)^(?:<{7} |>{7} )", text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise Unreadable(
            f"{name}, line {line}: holds a merge conflict; take one side whole (git checkout --ours"
            f" -- {name}, or --theirs), then refresh"
        )
    return text.replace("\r\n", "\n")


def _notebook(name: str, text: str) -> NotebookNode:
    restore = f"mend it, or take an earlier version: git checkout HEAD -- {name}"
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{name}, line {error.lineno}: no notebook ({error.msg}); {restore}"
        ) from None
    try:
        notebook = nbformat.reads(text, as_version=4)
        cells = notebook.cells
    except Exception as error:  # of many kinds: nbformat takes what it reads for granted
        place = next(_faults(raw), f"no notebook ({type(error).__name__}: {error})")
        raise Unreadable(f"{name}, {place}; {restore}") from None
    if fault := next(_faults({"cells": cells}), None):
        raise Unreadable(f"{name}, {fault}; {restore}")
    return notebook


def _faults(raw: Any) -> Iterator[str]:
    """Cells of a notebook that lack what every cell has."""
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        yield "no notebook: it has no list of cells"
        return
    for index, cell in enumerate(raw["cells"]):
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
            yield f"cell {index}: neither code nor text"
        elif not _is_text(cell.get("source")):
            yield f"cell {index}: its source is no text"
        elif not isinstance(cell.get("metadata"), dict):
            yield f"cell {index}: its metadata is no object"
        elif cell["cell_type"] == "code":
            for output in cell.get("outputs") or [None] * (
                not isinstance(cell.get("outputs"), list)
            ):
                if fault := _fault_of_output(output):
                    yield f"cell {index}: {fault}"


def _fault_of_output(output: Any) -> str | None:
    if not isinstance(output, dict) or not isinstance(output.get("output_type"), str):
        return "an output without a type"
    if output["output_type"] == "stream":
        return None if _is_text(output.get("text")) else "printed text that is no text"
    if output["output_type"] in ("display_data", "execute_result"):
        data = output.get("data")
        if not isinstance(data, dict):
            return "an output that holds no data"
        for mime, value in data.items():
            if (mime.startswith("text/") or mime in PICTURE_MIMES) and not _is_text(value):
                return f"its output {mime} is no text"
        try:
            base64.b64decode("".join(data.get("image/png", "")), validate=False)
        except binascii.Error:
            return "its stored picture is damaged"
    return None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def output_data(cell: NotebookNode) -> Iterator[dict]:
    """The mime bundles among a cell's outputs."""
    return (output["data"] for output in cell.get("outputs", []) if "data" in output)


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def first_line(source: str, width: int = 50) -> str:
    line = next((text.strip() for text in source.splitlines() if text.strip()), "")
    return line if len(line) <= width else line[: width - 1] + "…"


def shows_figure(cell: NotebookNode) -> bool:
    """Whether the page shows a picture or an interactive figure below this cell."""
    mimes = {mime for data in output_data(cell) for mime in data}
    return "interactive" in tags(cell) or not mimes.isdisjoint({*PICTURE_MIMES, VIEW_MIME})
