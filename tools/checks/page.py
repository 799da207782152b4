"""A page of the book, notebook or Markdown, as the rules see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bookkit.book import FACTS_MIME as FACTS_MIME

ROOT = Path(__file__).resolve().parents[2]
VIEW_MIME = "application/vnd.jupyter.widget-view+json"
STATE_MIME = "application/vnd.jupyter.widget-state+json"
PICTURE_MIMES = ("image/png", "image/svg+xml", "image/jpeg")
COMMAND = "python tools/notebooks.py refresh"


def chapters() -> list[Path]:
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def prose_pages() -> list[Path]:
    """Pages outside the chapters, whose numbers are checked like those of the chapters."""
    names = ["README.md", "intro.md", "laboratory.ipynb"]
    folders = ["reference", "instructors"]
    return [p for name in names if (p := ROOT / name).is_file()] + [
        p for folder in folders for p in sorted((ROOT / folder).glob("*.md"))
    ]


@dataclass
class Page:
    """One notebook or Markdown file; a Markdown file counts as a notebook of one cell."""

    path: Path
    notebook: NotebookNode

    @classmethod
    def read(cls, path: Path) -> Page:
        path = Path(path).resolve()
        if path.suffix == ".ipynb":
            return cls(path, nbformat.read(path, as_version=4))
        text = nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))
        return cls(path, nbformat.v4.new_notebook(cells=[text]))

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

    def where(self, index: int) -> str:
        """`chapters/02-perceptron.ipynb, cell 7 (the-rule-2: "w = w + …")`."""
        if not self.is_notebook:
            return self.name
        cell = self.cells[index]
        return f"{self.name}, cell {index} ({cell.get('id', 'no id')}: {first_line(cell.source)!r})"

    @property
    def mend(self) -> str:
        return f"{COMMAND} {self.name}"


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
