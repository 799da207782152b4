"""A notebook that needs what is not installed is passed over with one line; others run."""

import json
import os
import subprocess
import sys

import nbformat
import notebooks
import pytest
import seeds
from checks import live, needs
from checks.page import ROOT, Page
from samples import code, markdown, notebook, save

from bookkit import book, exercises

ABSENT = "no_such_module"


@pytest.fixture
def needing(tmp_path):
    """Writes a notebook that needs a module, and prints the word `ran` where it runs."""

    def write(module):
        made = notebook(markdown("# One"), code("print('ran')"))
        made.metadata["needs"] = [module]
        made.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="ran\n")]
        made.cells[1].execution_count = 1
        return save(made, tmp_path / "one.ipynb")

    return write


def nbval(path):
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-c", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(path.parent), "--nbval", "-q", "-n", "0", "-p", "no:cacheprovider"]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tools")])
    ran = subprocess.run(
        [*command, str(path)],
        capture_output=True,
        encoding="utf-8",
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": paths},
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_nbval_runs_what_is_there_and_names_what_is_not(needing):
    returned, said = nbval(needing("json"))
    assert returned == 0, said
    assert "skipped" not in said
    returned, said = nbval(needing(ABSENT))
    assert returned == 0, said
    assert said.count("is not run: it needs") == 1
    assert "1 skipped" in said


def test_refresh_leaves_it_as_it_is(needing, capsys):
    path = needing(ABSENT)
    before = path.read_bytes()
    notebooks.refresh(path)
    assert path.read_bytes() == before
    assert capsys.readouterr().out.count("is not run: it needs no_such_module") == 1
    path = needing("json")
    notebooks.refresh(path)
    assert nbformat.read(path, as_version=4).metadata.needs == ["json"]


def test_seeds_pass_it_over(needing, capsys):
    assert seeds.main([str(needing(ABSENT)), "--shifts", "1"]) == 0
    assert "is not run: it needs no_such_module" in capsys.readouterr().out


def test_it_says_so_in_one_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(book.Missing, match="needs PyTorch, which is not here") as raised:
        book.needs("torch")
    assert raised.value._render_traceback_() == [str(raised.value)]


def test_what_is_there_is_not_missed():
    book.needs("json")


def chapters_with_needs():
    pages = [Page.read(path) for path in notebooks.chapters()]
    return [page for page in pages if needs.needed(page.notebook)]


def test_a_notebook_says_what_it_needs():
    [page] = chapters_with_needs()
    assert not list(needs.problems(page))
    page.notebook.metadata["needs"] = []
    assert list(needs.problems(page))
    assert page.path not in live.notebooks()


@pytest.mark.parametrize("page", chapters_with_needs(), ids=lambda page: page.path.stem)
def test_its_exercises_run_without(page):
    """As in the page: the cells above the gate, then the exercises, in a Python that lacks it."""
    runs = sorted(needs.runs_without(page.notebook))
    sources = [page.cells[i].source for i in runs]
    lacking = f"import sys\nfor m in {needs.needed(page.notebook)!r}: sys.modules[m] = None\n"
    ran = subprocess.run(
        [sys.executable, "-c", lacking + "\n\n".join(sources)],
        capture_output=True,
        text=True,
        env=os.environ | {"MPLBACKEND": "agg"},
    )
    assert ran.returncode == 0, ran.stderr
    number = len(exercises.chapter(int(page.path.name[:2])))
    assert ran.stdout.count("✓") == number
    assert json.dumps(sources).count("exercises.check(") == 2 * number
