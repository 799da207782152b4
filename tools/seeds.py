"""Run the chapters with all their seeds shifted, and list every claim that does not hold then.

    python tools/seeds.py [PATH…] [--shifts N | --shift K…]

A claim is an ``assert`` or a checked answer in a cell. One that holds only for the seeds that stand
in the chapter says less than the sentence beside it. What is true of one draw alone carries the
cell tag ``one-seed``, and its sentence says so ("in this run"); every other claim must hold.

Shift K adds 1000 K to every whole number given to ``np.random.default_rng``, which is the only way
by which chance enters the book. Cells that only draw a figure are left out: no claim stands there.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import json
import os
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from checks import needs
from checks.claims import ONE_SEED
from checks.page import Page, chapters, first_line, tags
from nbformat import NotebookNode

STEP = 1000  # farther than the seeds 0, 1, 2, … of any experiment, so that no draw comes twice
LIMIT = 600  # seconds for one chapter under one shift


def shift_seeds(shift: int) -> None:
    """From here on, ``np.random.default_rng(7)`` draws as ``default_rng(7 + 1000 shift)`` would."""
    import numpy as np

    draw = np.random.default_rng

    def shifted(seed: Any = None) -> Any:
        whole = isinstance(seed, int | np.integer)
        return draw(int(seed) + STEP * shift if whole else seed)

    np.random.default_rng = shifted


def only_draws(cell: NotebookNode) -> bool:
    """Whether the cell shows a figure and hides how: then no claim and no later cell needs it."""
    return "hide-input" in tags(cell) and "figure" in cell.metadata.get("mystnb", {})


def statements(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Each statement of a cell by itself, so that those after a claim that fails still run."""
    from IPython.core.inputtransformer2 import TransformerManager

    source = TransformerManager().transform_cell(source)
    for node in ast.parse(source).body:
        text = ast.get_source_segment(source, node) or ""
        yield text, ast.Module([node], type_ignores=[])


def failures(path: Path, shift: int) -> list[dict[str, Any]]:
    """Run one notebook here; returns what failed: the cell's number, its tags, and why."""
    import matplotlib

    matplotlib.use("Agg")
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot as plt

    names = InteractiveShell.instance().user_ns
    names["display"] = lambda *shown, **options: None
    os.chdir(path.parent)
    shift_seeds(shift)
    found = []
    for index, cell in enumerate(nbformat.read(path, as_version=4).cells):
        if cell.cell_type != "code" or only_draws(cell):
            continue
        for text, code in statements(cell.source):
            problem = run(text, code, names)
            follows = " stops with " in problem and any(" stops with " in f["why"] for f in found)
            if problem and not follows and not {"remove-cell", "raises-exception"} & tags(cell):
                found.append({"cell": index, "tagged": ONE_SEED in tags(cell), "why": problem})
        plt.close("all")
    return found


def run(text: str, code: ast.Module, names: dict[str, Any]) -> str:
    """Run one statement; returns why it failed, or nothing. A failed claim is not an accident: what
    else stops a statement comes with its own message."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(code, "<cell>", "exec"), names)
    except AssertionError:
        return first_line(text, 160)
    except Exception as error:  # whatever a chapter's code may do
        return f"{first_line(text, 100)} stops with {type(error).__name__}: {error}"[:240]
    wrong = [line for line in printed.getvalue().splitlines() if line.startswith("✗")]
    return wrong[0] if wrong else ""


def in_its_own_process(path: Path, shift: int) -> list[dict[str, Any]]:
    command = [sys.executable, __file__, "--one", str(path), "--shift", str(shift)]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "BOOK_STATIC": "1", "CI": "true"}
    ran = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | one_thread, timeout=LIMIT
    )
    if ran.returncode:
        raise SystemExit(f"{path.name} under shift {shift} broke off:\n{ran.stderr[-2000:]}")
    return json.loads(ran.stdout.splitlines()[-1])


def report(path: Path, runs: dict[int, list[dict[str, Any]]]) -> tuple[list[str], list[str]]:
    """One sentence for each claim that failed untagged, and one for each tag without a failure."""
    page = Page.read(path)
    felled: dict[tuple[int, str], list[int]] = {}
    for shift, found in runs.items():
        for failure in found:
            felled.setdefault((failure["cell"], failure["why"]), []).append(shift)
    problems = [
        f"{page.where(index)} fails under {len(shifts)} of {len(runs)} shifts"
        f" (shift {', '.join(map(str, shifts[:5]))}): {why}"
        for (index, why), shifts in sorted(felled.items())
        if ONE_SEED not in tags(page.cells[index])
    ]
    failed = {index for index, _ in felled}
    idle = [
        f"{page.where(index)} is tagged {ONE_SEED}, but held under all {len(runs)} shifts"
        for index, cell in enumerate(page.cells)
        if ONE_SEED in tags(cell) and index not in failed
    ]
    return problems, idle


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    parser.add_argument("--shifts", type=int, default=20, metavar="N", help="shifts 1 to N")
    parser.add_argument("--shift", type=int, nargs="+", metavar="K", help="these shifts")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # in a process of its own
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(failures(options.one.resolve(), options.shift[0])))
        return 0
    shifts = options.shift or range(1, options.shifts + 1)
    paths = options.paths or chapters()
    for path in paths:
        if not path.is_file():
            parser.error(f"there is no file {path}")
    reasons = {path: needs.skipped(Page.read(path)) for path in paths}
    for reason in filter(None, reasons.values()):
        print(reason)
    paths = [path for path in paths if not reasons[path]]
    jobs = [(path, shift) for path in paths for shift in shifts]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda job: in_its_own_process(*job), jobs))
    count = 0
    for path in paths:
        runs = {s: f for (p, s), f in zip(jobs, found, strict=True) if p == path}
        problems, idle = report(path, runs)
        count += len(problems)
        for line in [*problems, *idle]:
            print(textwrap.shorten(line, 400))
    print(f"chapters: {len(paths)}, shifts: {len(shifts)}, claims that fail: {count}")
    return bool(count)


if __name__ == "__main__":
    sys.exit(main())
