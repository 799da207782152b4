"""Where the setting `book_solutions` leaves solutions out, no file that a site serves holds one."""

import html
import json
import re
import sys
import zipfile
from pathlib import Path

import exercises
import live
import live_lite
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx

from bookkit.layouts import FIGURE_MIME

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_live  # noqa: E402

NUMBERS = ["2.3", "2.4", "2.6"]
WORDS = "The words of the solution."
SUMMARY = "Figure 1×1 in\n axes ''\n  line - #0072b2\n   x ±1 [0, 1]\n   y ±1 [0, 1]"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 72 72'></svg>"
CONF = f"""\
import sys
sys.path.insert(0, {str(book_live.ROOT / "web" / "extensions")!r})
extensions = ["myst_nb", "book_answers", "book_widgets", "book_live", "book_search"]
nb_execution_mode = "off"
html_sourcelink_suffix = ""
myst_enable_extensions = ["dollarmath"]
root_doc = "chapters/02-sample"
"""


def secrets():
    """The lines of each reference solution that its starter does not show, and the words."""
    for number in NUMBERS:
        starter, solution = (cell.source for cell in exercises.cells(number))
        lines = {line.strip() for line in solution.splitlines()} - {
            line.strip() for line in starter.splitlines()
        }
        yield max(lines, key=len)
    yield WORDS


@pytest.fixture(autouse=True)
def without_pyodide(monkeypatch):
    """Python for the page is the book's own wheel alone; JupyterLite is looked at below."""

    def assemble(folder):
        folder.mkdir(parents=True)
        live.nnlib_wheel(folder)
        return {"lock": "lock", "bytes": 1, "transfer": 1, "on_demand": []}

    monkeypatch.setattr(live, "assemble", assemble)
    monkeypatch.setattr(live_lite, "available", lambda: False)


@pytest.fixture
def source(tmp_path):
    """The folder of a small book of one chapter with its exercises, and a figure behind them."""
    cells = [new_markdown_cell("# Sample\n\n## Exercises")]
    for number in NUMBERS:
        text = (
            f"### Exercise {number} (check) — A\n\nDo it.\n\n"
            f'<details class="solution"><summary>Solution</summary>\n\n{WORDS}\n\n</details>'
        )
        cells += [new_markdown_cell(text), *exercises.cells(number)]
    drawn = {"wide": SVG, "narrow": SVG}
    data = {"image/png": "", "text/plain": SUMMARY, FIGURE_MIME: drawn}
    figure = new_code_cell("draw()", outputs=[new_output("display_data", data=data)])
    cells += [new_markdown_cell("## Behind them"), figure]
    (tmp_path / "book/chapters").mkdir(parents=True)
    (tmp_path / "book/conf.py").write_text(CONF)
    nbformat.write(new_notebook(cells=cells), tmp_path / "book/chapters/02-sample.ipynb")
    return tmp_path / "book"


def served(source, mode):
    """Every file that a build serves, as what is read in it."""
    out, settings = source.parent / mode, {"book_solutions": mode}
    build = {"status": None, "warning": None, "confoverrides": settings}
    Sphinx(source, source, out, source.parent / f"{mode}-doctrees", "html", **build).build()
    files = (path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): text_of(path) for path in files}


def text_of(path):
    """Pages without their tags, archives unpacked, JSON without its escapes."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(
                archive.read(name).decode(errors="replace") for name in archive.namelist()
            )
    text = path.read_bytes().decode(errors="replace")
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    return "\n".join(strings(json.loads(text))) if text.startswith(("{", "[")) else text


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def leaks(files):
    return [(name, s) for name, text in files.items() for s in secrets() if s in text]


PAGE, SOURCE = "chapters/02-sample.html", "_sources/chapters/02-sample.ipynb"
CELLS, SEARCH = "chapters/02-sample.cells.json", "search-sections.json"


def test_a_build_without_solutions_holds_none(source):
    files = served(source, "none")
    assert {PAGE, SOURCE, CELLS, SEARCH} <= files.keys()
    assert any(name.endswith(".whl") for name in files)
    assert leaks(files) == []
    assert "figure-layouts" in (source.parent / "none" / PAGE).read_text()


def test_folded_solutions_stand_where_they_should_and_not_in_the_search(source):
    """So the tests would see a leak."""
    found = {name for name, _ in leaks(served(source, "folded"))}
    assert found == {PAGE, SOURCE, CELLS}


def test_gathered_solutions_stand_in_the_appendix_alone(source):
    files = served(source, "appendix")
    assert {name for name, _ in leaks(files)} == {PAGE, SOURCE, CELLS}
    for name, heading in ((PAGE, "\nSolutions"), (SOURCE, "## Solutions")):
        chapter, appendix = files[name].rsplit(heading, 1)
        assert leaks({name: chapter}) == []
        assert {secret for _, secret in leaks({name: appendix})} == set(secrets())
        assert chapter.index("Behind them") < len(chapter)
    listed = json.loads((source.parent / "appendix" / CELLS).read_text())["cells"]
    gathered = ["solution" in cell["tags"] for cell in listed]
    assert gathered == [False] * 4 + [True] * 3
    assert "Solution of exercise" not in files[SEARCH]


@pytest.mark.parametrize("mode", ["none", "folded"])
def test_jupyterlite_gets_what_the_pages_show(source, tmp_path, mode):
    notebook = source / "chapters/02-sample.ipynb"
    live_lite.copy_notebooks([notebook], source, tmp_path / "lite", mode)
    found = leaks({"copy": text_of(tmp_path / "lite/chapters/02-sample.ipynb")})
    assert {secret for _, secret in found} == (set() if mode == "none" else set(secrets()))


def test_the_wheel_for_the_page_holds_no_solution(tmp_path):
    wheel = live.nnlib_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "solution" in name]
    text = text_of(wheel)
    every = {**exercises.blocks(2), **exercises.blocks(7), **exercises.blocks(8)}
    assert [number for number, block in every.items() if block in text] == []
