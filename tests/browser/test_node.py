"""Every notebook's code runs in the reader's Python, and says there what it stored.

The page's own kernel (``live/kernel.py``) runs under Pyodide in Node, without a browser.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import live
import nbformat
import pytest
from checks.live import live_differences, notebooks
from harness import missing

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def pyodide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("node") is None:
        missing("Chapters run under Pyodide only where Node is installed: see https://nodejs.org.")
    folder = tmp_path_factory.mktemp("pyodide")
    try:
        live.assemble(folder)
    except live.Missing:
        missing("Pyodide is not here yet: run `python tools/live.py get`.")
    return folder


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda path: path.stem)
def test_notebook_says_what_it_stored(notebook: Path, pyodide: Path) -> None:
    run = [shutil.which("node"), str(HERE / "run_notebook.mjs"), str(pyodide), str(notebook)]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    ran = {row["cell"]: row for row in map(json.loads, done.stdout.splitlines())}
    cells = nbformat.read(notebook, as_version=4).cells
    problems = []
    for index, cell in enumerate(cells):
        if cell.cell_type == "code" and cell.source.strip():
            found = live_differences(notebook.stem, cell, ran[index]["messages"])
            problems += [f"cell {index} ({cell.id}): {difference}" for difference in found]
    print(f"{notebook.stem}: {sum(row['seconds'] for row in ran.values()):.1f} s under Pyodide")
    assert not problems, "\n".join(problems)
