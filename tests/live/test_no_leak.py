"""With `book_solutions: none` nothing that a site serves holds a solution."""

import html
import re
import sys
import zipfile
from pathlib import Path

import exercises
import live
import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_answers  # noqa: E402
import book_live  # noqa: E402

NUMBERS = ["2.3", "2.4", "2.6"]
WORDS = "The words of the solution."
CONF = f"""\
import sys
sys.path.insert(0, {str(book_live.ROOT / "web" / "extensions")!r})
extensions = ["myst_nb", "book_answers"]
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
root_doc = "chapters/02-sample"
"""


def secrets():
    """The first line inside each reference solution."""
    for number in NUMBERS:
        solution = exercises.cells(number)[1].source
        lines = [line for line in solution.splitlines() if line.startswith("    ")]
        yield lines[0].strip()


@pytest.fixture
def source(tmp_path):
    """The folder of a small book of one chapter with its exercises."""
    cells = [new_markdown_cell("# Sample")]
    for number in NUMBERS:
        text = (
            f"### Exercise {number} (check) — A\n\nDo it.\n\n"
            f'<details class="solution"><summary>Solution</summary>\n\n{WORDS}\n\n</details>'
        )
        cells += [new_markdown_cell(text), *exercises.cells(number)]
    (tmp_path / "book/chapters").mkdir(parents=True)
    (tmp_path / "book/conf.py").write_text(CONF)
    nbformat.write(new_notebook(cells=cells), tmp_path / "book/chapters/02-sample.ipynb")
    return tmp_path / "book"


def served(source, mode):
    """What a build serves, by kind: the text of its pages, its sources, and the list of cells."""
    out, settings = source.parent / mode, {"book_solutions": mode}
    build = {"status": None, "warning": None, "confoverrides": settings}
    Sphinx(source, source, out, out / "doctrees", "html", **build).build()
    found = {}
    for kind in ("html", "ipynb", "js"):
        files = (p for p in out.rglob(f"*.{kind}*") if "doctrees" not in p.parts)
        found[kind] = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found["html"] = html.unescape(re.sub(r"<[^>]*>", "", found["html"]))
    found["cells"] = str(book_live.list_cells(str(source / "chapters/02-sample.ipynb"), mode))
    return found


def test_a_build_without_solutions_holds_none(source):
    for kind, text in served(source, "none").items():
        assert [secret for secret in [WORDS, *secrets()] if secret in text] == [], kind


@pytest.mark.parametrize("mode", ["folded", "appendix"])
def test_the_test_would_see_a_leak(source, mode):
    found = served(source, mode)
    for kind in ("html", "ipynb", "cells"):
        assert [secret for secret in secrets() if secret not in found[kind]] == [], kind
    assert WORDS in found["html"]


def test_jupyterlite_gets_what_the_pages_show(source):
    notebook = book_answers.read(source / "chapters/02-sample.ipynb", "none")
    assert WORDS not in str(notebook)
    assert [secret for secret in secrets() if secret in str(notebook)] == []


def test_the_wheel_for_the_page_holds_no_solution(tmp_path):
    with zipfile.ZipFile(live.nnlib_wheel(tmp_path)) as wheel:
        assert not [name for name in wheel.namelist() if "solution" in name]
        text = b"".join(wheel.read(n) for n in wheel.namelist() if n.endswith(".py")).decode()
    assert [number for number in NUMBERS if exercises.blocks(2)[number] in text] == []
