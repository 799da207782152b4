"""Refresh and check the notebooks of the book.

    python tools/notebooks.py refresh [PATH…]   run, write the numbers into the prose, tidy up
    python tools/notebooks.py check [PATH…]     rules that need no run; `pytest --nbval` runs too
    python tools/notebooks.py approve [PATH…]   show which words changed, and register them

Without a path: every chapter and every page. A refresh that fails leaves the file as it was; a
second refresh changes no byte. Markdown pages are not run: `refresh` writes the numbers that they
quote.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from checks import all_problems, chapter_facts, needs, register, times
from checks.page import (
    STATE_MIME,
    VIEW_MIME,
    Page,
    Unreadable,
    chapters,
    first_line,
    output_data,
    prose_pages,
)
from checks.prose import bind
from nbformat import NotebookNode

CELL_TIMEOUT = 120  # seconds, as in pyproject.toml for nbval
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
KEPT_OF_NOTEBOOK = ("myst", "mystnb", "needs", "title", "widgets")
KEPT_OF_CELL = ("jupyter", "mystnb", "slideshow", "tags")


class RefreshError(Exception):
    """A notebook does not run; the message says which cell and why."""


def refresh(path: Path) -> None:
    """Run and tidy one notebook, or write the numbers into one Markdown page."""
    page = Page.read(path)
    if reason := needs.skipped(page):
        print(reason)
        return
    if page.is_notebook:
        run(page)
        normalize(page.notebook)
        times.write(page)
    bind(page, chapter_facts)
    text = nbformat.writes(page.notebook) + "\n" if page.is_notebook else page.cells[0].source
    write(page.path, text)


def run(page: Page) -> None:
    """Execute every cell in a fresh kernel of this Python, replacing outputs and widget state."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    page.notebook.metadata.pop("widgets", None)
    started = [0]
    client = NotebookClient(
        page.notebook,
        km=_kernel_of_this_python(),
        timeout=CELL_TIMEOUT,
        startup_timeout=60,
        record_timing=False,
        allow_errors=True,  # so that the error is in the cell, where it can be named
        store_widget_state=True,
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
        on_cell_executed=lambda cell, cell_index, execute_reply: _stop_at_error(page, cell_index),
        resources={"metadata": {"path": str(page.path.parent)}},
    )
    try:
        # Interactive figures as the page shows them; matrices too small to be worth a second thread
        # (which waits, where cores are busy); and the kernel's own log is of no interest.
        settings = {"OPENBLAS_NUM_THREADS": "1"} | os.environ | {"BOOK_STATIC": "1"}
        client.execute(env=settings, stderr=subprocess.DEVNULL)
    except CellTimeoutError:
        raise RefreshError(
            f"{page.where(started[-1])} ran longer than {CELL_TIMEOUT} s; make it cheaper"
        ) from None
    except DeadKernelError:
        raise RefreshError(f"{page.where(started[-1])} killed its kernel") from None


def _kernel_of_this_python() -> Any:
    """A kernel manager for the interpreter that runs this command, like nbval's."""
    from jupyter_client.manager import AsyncKernelManager
    from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

    return AsyncKernelManager(
        kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
    )


def _stop_at_error(page: Page, index: int) -> None:
    cell = page.cells[index]
    if "raises-exception" in cell.metadata.get("tags", []):
        return
    for output in cell.outputs:
        if output.output_type == "error":
            raise RefreshError(
                f"{page.where(index)} stops with {output.ename}: {first_line(output.evalue, 200)}"
            )


def normalize(notebook: NotebookNode) -> None:
    """Leave in the notebook only what a reader or a check needs, in a fixed order."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    kept = {key: notebook.metadata[key] for key in KEPT_OF_NOTEBOOK if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(
        {**kept, "kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    )
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    count = 0
    for cell in notebook.cells:
        cell.source = "\n".join(line.rstrip() for line in cell.source.strip("\n").splitlines())
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in KEPT_OF_CELL if cell.metadata.get(key)}
        )
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
            _merge_streams(cell)
    _name_cells(notebook.cells)
    _name_widgets(notebook)


def _merge_streams(cell: NotebookNode) -> None:
    """Join neighboring pieces of one stream: where the kernel cut them is chance."""
    merged: list[NotebookNode] = []
    for output in cell.outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    cell.outputs = merged


def _name_cells(cells: list[NotebookNode]) -> None:
    """Ids that say where a cell stands: its figure's name, else its section and place in it."""
    section, place, taken = "start", 0, set()
    for cell in cells:
        heading = re.match(r"#+ +(.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading:
            section, place = _slug(heading[1]), 0
        else:
            place += 1
        figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        name = figure[:50] if figure else f"{section}-{place}" if place else section
        unique, repeat = name, 1
        while unique in taken:
            repeat += 1
            unique = f"{name}-again-{repeat}"
        taken.add(unique)
        cell["id"] = unique


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:40].strip("-") or "section"


_MODEL = re.compile(r"^IPY_MODEL_(.+)$")
_RANDOM_ID = re.compile(r"^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def _name_widgets(notebook: NotebookNode) -> None:
    """Drop widget models that no output shows; sort the others, give random ids stable names."""
    stored = notebook.metadata.get("widgets", {}).get(STATE_MIME)
    bundles = [data for cell in notebook.cells for data in output_data(cell)]
    views = [data[VIEW_MIME] for data in bundles if VIEW_MIME in data]
    if not stored or not views:
        notebook.metadata.pop("widgets", None)
        return
    state = stored["state"]
    order = _reachable([view["model_id"] for view in views], state)
    names: dict[str, str] = {}
    for model in order:
        names[model] = f"model-{len(names) + 1:04}" if _RANDOM_ID.match(model) else model

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(value[key]) for key in sorted(value)}
        if isinstance(value, (list, tuple)):
            return [renamed(item) for item in value]
        if isinstance(value, str) and (match := _MODEL.match(value)):
            return f"IPY_MODEL_{names.get(match[1], match[1])}"
        return value

    models = {names[model]: renamed(deepcopy(state[model])) for model in order}
    for model in models.values():
        if "buffers" in model:
            model["buffers"].sort(key=lambda buffer: buffer["path"])
    stored["state"] = nbformat.from_dict(dict(sorted(models.items())))
    notebook.metadata.widgets = nbformat.from_dict({STATE_MIME: stored})
    for view in views:
        view["model_id"] = names.get(view["model_id"], view["model_id"])


def _reachable(shown: list[str], state: dict) -> list[str]:
    """Models that the views hold, and links between those, in order of first mention."""
    found: dict[str, None] = {}

    def visit(model: str) -> None:
        if model in found or model not in state:
            return
        found[model] = None
        for mentioned in _mentions(state[model]["state"]):
            visit(mentioned)

    for model in shown:
        visit(model)
    links = [m for m in state if state[m]["model_name"] in ("LinkModel", "DirectionalLinkModel")]
    # The kernel opens its comms in program order, so the order of `state` is stable too.
    for model in links:
        if all(end in found for end in _mentions(state[model]["state"])):
            visit(model)
    return list(found)


def _mentions(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [model for key in sorted(value) for model in _mentions(value[key])]
    if isinstance(value, (list, tuple)):
        return [model for item in value for model in _mentions(item)]
    match = _MODEL.match(value) if isinstance(value, str) else None
    return [match[1]] if match else []


def write(path: Path, text: str) -> None:
    """Replace the file at once, or not at all."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        if path.exists():
            os.chmod(temporary, path.stat().st_mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def problems(path: Path) -> list[str]:
    try:
        return all_problems(Page.read(path))
    except Unreadable as error:
        return [str(error)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["refresh", "check", "approve"])
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    options = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):  # a console without × or → still gets its line
        sys.stdout.reconfigure(errors="backslashreplace")
    paths = options.paths or [*chapters(), *prose_pages()]
    for path in paths:
        if not path.is_file():
            parser.error(f"there is no file {path}")
    failures: list[str] = []
    if options.command == "approve":
        for path in paths:
            try:
                if changed := register.approve(Page.read(path)):
                    print(changed)
            except Unreadable as error:
                failures.append(str(error))
                print(error)
        return bool(failures)
    if options.command == "refresh":
        # A page may quote a chapter, so pages follow, given or not.
        given = {p.resolve() for p in paths}
        pages = [p for p in prose_pages() if p.suffix == ".md" and p not in given]
        for path in [*sorted(paths, key=lambda p: p.suffix != ".ipynb"), *pages]:
            try:
                refresh(path)
            except Unreadable as error:
                if path in pages:
                    failures.append(str(error))
            except RefreshError as error:
                failures.append(f"{error}. The file is as it was before.")
    found = [*failures, *(problem for path in paths for problem in problems(path))]
    for problem in found:
        print(problem)
    print(f"files: {len(paths)}, problems: {len(found)}")
    return bool(found)


if __name__ == "__main__":
    if sys.platform == "win32":  # the kernel's sockets need it
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main())
