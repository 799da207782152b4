"""`pytest --nbval` itself, run on good and on spoiled cells: the second kind must fail."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

import nbformat
import notebooks
import pytest
from checks.page import FACTS_MIME, ROOT, VIEW_MIME
from samples import OLD_SOFTWARE, code, markdown, notebook, repainted, save

SETUP = """\
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider
from IPython.display import display
from bookkit import book
book.setup()"""
FIGURE = "plt.plot(np.sin(np.linspace(0, 6)), label='sine');"
WIDGET = f"""\
view = {{'model_id': IntSlider().model_id, 'version_major': 2, 'version_minor': 0}}
text = 'Interactive figure\\n a=1: a line ±3 [10, 20]'
display({{'text/plain': text, {VIEW_MIME!r}: view}}, raw=True)"""


@dataclass
class Case:
    """A cell, how what it stores is spoiled after a refresh, and what the failure then says."""

    source: str
    spoil: str = "pass"  # code, with the cell and its outputs' first data at hand
    says: str | None = None  # None: it passes


CASES = {
    "setup": Case(SETUP),
    "semicolon": Case("1 + 1;"),
    "printed text": Case("print('one')", "output.text = 'two\\n'", "-two\n    +one"),
    "missing output": Case("print('one')", "cell.outputs = []", "stored is nothing; came out text"),
    "never run": Case("x = 1", "cell.execution_count = None", "was never run"),
    "fact": Case(
        "book.facts(accuracy=0.97834)",
        f"output.data[{FACTS_MIME!r}].accuracy = 0.97934",
        "fact accuracy: stored 0.97934; came out 0.97834",
    ),
    "figure": Case(FIGURE),
    "data of a figure": Case(
        FIGURE,
        "output.data['text/plain'] = output.data['text/plain'].replace('sine', 'cosine')",
        "the figure changed: stored \"line 'cosine'",
    ),
    "picture only": Case(
        FIGURE,
        "output.data['image/png'] = repainted(output.data['image/png'])",
        "the picture changed: RMS difference",
    ),
    "picture of another matplotlib": Case(
        FIGURE, "output.data['image/png'] = repainted(output.data['image/png'], OLD_SOFTWARE)"
    ),
    "id of a widget": Case(WIDGET, f"output.data[{VIEW_MIME!r}]['model_id'] = 'another'"),
    "summary of a widget": Case(
        WIDGET,
        "output.data['text/plain'] = output.data['text/plain'].replace('20]', '30]')",
        "the figure changed: stored 'a=1: a line ±3 [10, 30]'",
    ),
    "warning": Case(
        "print('one')",
        "cell.source += '; import warnings; warnings.warn(\"Careful!\")'",
        "came out text on stdout, text on stderr",
    ),
    "error": Case("x = 1", "cell.source = '1 / 0'", "ZeroDivisionError: division by zero"),
}
ENDING = {
    "endless": "import time; time.sleep(1000)",
    "dead": "import os; os._exit(1)",
}
MORE = ["--durations=0", "--continue-on-collection-errors"]


def pytest_nbval(folder, cell_timeout, more=()):
    """What a run of pytest prints about the notebooks in this folder, some of which fail."""
    command = [
        sys.executable, "-m", "pytest", "-p", "conftest", "-c", str(ROOT / "pyproject.toml"),
        "--rootdir", str(folder), "--nbval", f"--nbval-cell-timeout={cell_timeout}", "-rA", "-q",
        "--color=no", "-p", "no:cacheprovider", "--numprocesses=0", *more, str(folder),
    ]  # fmt: skip
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tools")])
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONUTF8": "1"}
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=500
    )
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """One notebook with all of these cells."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [code(case.source) for case in CASES.values()]
    prose = markdown("# Sample\n\n**97.8%**<!-- {accuracy:.1%} --> are right.")
    path = save(notebook(prose, *cells), folder / "cases.ipynb")
    notebooks.refresh(path)
    made = nbformat.read(path, 4)
    for cell, case in zip(made.cells[1:], CASES.values(), strict=True):
        scope = {"cell": cell, "output": next(iter(cell.outputs), None)}
        exec(case.spoil, {"repainted": repainted, "OLD_SOFTWARE": OLD_SOFTWARE}, scope)
    save(made, path)
    return pytest_nbval(folder, cell_timeout=120)


@pytest.fixture(scope="module")
def report_of_endings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("endings")
    for name, source in ENDING.items():
        save(notebook(code(source)), folder / f"{name}.ipynb")
    (folder / "conflict.ipynb").write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n")
    return pytest_nbval(folder, cell_timeout=12, more=MORE)


def outcome(report, name, part):
    part = part if isinstance(part, str) else f"Cell {part}"
    (line,) = re.findall(rf"(?m)^([A-Z]+) {name}\.ipynb::{part}\b", report)
    return line


def said(report, place):
    """What pytest prints of the failed cell that stands at `place`, as in `one.ipynb, cell 3`."""
    failures = report.split(" short test summary info ")[0]
    blocks = re.split(r"(?m)^_{3,} .* _{3,}$|^=+ .* =+$", failures)
    (block,) = [block for block in blocks if re.search(rf"{re.escape(place)} \(\S+: [\"']", block)]
    return block


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.says])
def test_a_spoiled_cell_fails_and_the_failure_says_how_to_mend(report, name):
    number = list(CASES).index(name)
    assert outcome(report, "cases", number) == "FAILED"
    block = said(report, f"cases.ipynb, cell {number + 1}")
    assert CASES[name].says in block
    stored = re.search(r"python tools/notebooks.py refresh \S*cases\.ipynb$", block, re.M)
    assert bool(stored) == (name != "error")  # what fails has nothing new to store


def test_prose_that_says_another_number_fails(report):
    assert outcome(report, "cases", "Prose") == "FAILED"
    failures = report.split(" short test summary info ")[0]
    (says,) = re.findall(r"the prose says '97\.8%', the run says '97\.9%'.*", failures)
    assert re.search(r"mend with: python tools/notebooks.py refresh \S*cases\.ipynb$", says)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.says])
def test_what_is_the_same_to_a_reader_passes(report, name):
    assert outcome(report, "cases", list(CASES).index(name)) == "PASSED"


def test_pictures_that_cannot_be_compared_are_told(report):
    assert re.search(r"pictures of \S*cases.ipynb not compared \(matplotlib 3.1 and ", report)


def test_a_cell_that_does_not_end_fails_after_the_timeout(report_of_endings):
    assert outcome(report_of_endings, "endless", 0) == "FAILED"
    block = said(report_of_endings, "endless.ipynb, cell 0")
    assert "Timeout of 12 seconds exceeded" in block
    assert "store them" not in block


def test_a_cell_that_kills_its_kernel_fails_at_once(report_of_endings):
    assert outcome(report_of_endings, "dead", 0) == "FAILED"
    assert "killed its kernel" in said(report_of_endings, "dead.ipynb, cell 0")
    durations = re.findall(r"(?m)^(\d+\.\d+)s call +dead\.ipynb", report_of_endings)
    assert all(float(seconds) < 8 for seconds in durations)
    assert durations


def test_a_file_that_is_no_notebook_is_one_line_and_the_others_run(report_of_endings):
    assert re.search(
        r"conflict\.ipynb, line 1: holds a merge conflict; take one", report_of_endings
    )
    assert "JSONDecodeError" not in report_of_endings
