"""`tools/notebooks.py refresh` runs, binds and tidies; twice is once; a failure loses nothing."""

import json
import os
import re

import nbformat
import notebooks
import pytest
from checks.page import STATE_MIME, VIEW_MIME
from nbformat import from_dict
from samples import code, markdown, notebook, printed, save, shown


def raw_cells():
    """As an author has them: never run, no ids that mean anything, Lab's metadata."""
    cells = [
        markdown("# Title\n\n*Is it?*"),
        code("from bookkit import book\nimport ipywidgets\nfrom IPython.display import display"),
        markdown("## A section\n\nHere we compute.   \n\n"),
        code("accuracy = 0.97834\nprint('one')\nprint('two')\naccuracy;"),
        code("book.facts(accuracy=accuracy)", tags=["remove-cell"]),
        markdown("It is **?**<!-- {accuracy:.1%} -->."),
        code(""),
        code(
            "a, b, unseen = ipywidgets.IntSlider(), ipywidgets.IntText(), ipywidgets.Text()\n"
            "link = ipywidgets.jslink((a, 'value'), (b, 'value'))\n"
            "box = ipywidgets.VBox([a, b])\n"
            f"view = {{'model_id': box.model_id, 'version_major': 2, 'version_minor': 0}}\n"
            f"display({{'text/plain': 'Interactive figure', {VIEW_MIME!r}: view}}, raw=True)",
            tags=["interactive"],
            figure={"name": "fig-one"},
        ),
    ]
    for cell in cells:
        cell.metadata["collapsed"] = False
    return cells


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A raw notebook after one refresh, and what a second one leaves."""
    made = notebook(*raw_cells())
    made.metadata = from_dict({"jupytext": {"formats": "ipynb,py"}, "kernelspec": {"name": "ir"}})
    path = save(made, tmp_path_factory.mktemp("raw") / "raw.ipynb")
    notebooks.refresh(path)
    first = path.read_bytes()
    notebooks.refresh(path)
    return nbformat.read(path, 4), first, path.read_bytes()


def test_a_second_refresh_changes_no_byte(refreshed):
    _, first, second = refreshed
    assert first == second
    assert first.endswith(b"}\n")


def test_cells_are_run_numbered_bound_and_named(refreshed):
    made = refreshed[0]
    assert [c.execution_count for c in made.cells if c.cell_type == "code"] == [1, 2, 3, 4]
    assert made.cells[3].outputs == [printed("one\ntwo\n")]
    assert made.cells[5].source == "It is **97.8%**<!-- {accuracy:.1%} -->."
    assert [cell.id for cell in made.cells] == [
        "title", "title-1", "a-section", "a-section-1", "a-section-2", "a-section-3", "fig-one",
    ]  # fmt: skip


def test_only_what_is_needed_stays(refreshed):
    made = refreshed[0]
    assert set(made.metadata) == {"kernelspec", "language_info", "widgets"}
    assert made.metadata.kernelspec.name == "python3"
    assert [set(cell.metadata) for cell in made.cells[3:5]] == [set(), {"tags"}]
    assert made.cells[2].source == "## A section\n\nHere we compute."


def test_widgets_have_stable_names_and_only_those_that_show_stay(refreshed):
    made = refreshed[0]
    state = made.metadata.widgets[STATE_MIME]["state"]
    assert list(state) == [f"model-{k:04}" for k in range(1, len(state) + 1)]
    kinds = [model["model_name"] for model in state.values()]
    assert kinds.count("LinkModel") == 1
    assert "TextModel" not in kinds
    view = made.cells[6].outputs[0].data[VIEW_MIME]
    assert state[view["model_id"]]["model_name"] == "VBoxModel"
    mentioned = set(re.findall(r"IPY_MODEL_([\w-]+)", json.dumps(state)))
    assert mentioned <= set(state)


def test_pieces_of_a_stream_are_joined_wherever_the_kernel_cut_them():
    pieces = [printed("one"), printed(" two\n"), printed("!", "stderr"), printed("three\n")]
    made = notebook(code("x", *pieces))
    notebooks.normalize(made)
    assert made.cells[0].outputs == [
        printed("one two\n"),
        printed("!", "stderr"),
        printed("three\n"),
    ]


def test_names_given_to_widgets_are_kept():
    made = notebook(code("x", shown(**{VIEW_MIME: {"model_id": "fig/root"}})))
    root = {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_" + "a" * 32]}}
    leaf = {"model_name": "Leaf", "state": {}, "buffers": [{"path": ["b"]}, {"path": ["a"]}]}
    state = {"state": {"a" * 32: leaf, "fig/root": root, "b" * 32: leaf}}
    made.metadata["widgets"] = from_dict({STATE_MIME: state})
    notebooks.normalize(made)
    stored = made.metadata.widgets[STATE_MIME]["state"]
    assert list(stored) == ["fig/root", "model-0002"]
    assert stored["fig/root"]["state"]["children"] == ["IPY_MODEL_model-0002"]
    assert [buffer["path"] for buffer in stored["model-0002"]["buffers"]] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", r"cell 1 (title-1: '1 / 0') stops with ZeroDivisionError: division by zero"),
        ("import os; os._exit(1)", "cell 1 (title-1: 'import os; os._exit(1)') killed its kernel"),
        ("while True: pass", "cell 1 (title-1: 'while True: pass') ran longer than 1 s"),
    ],
)
def test_a_refresh_that_fails_says_where_and_leaves_the_file(
    tmp_path, capsys, monkeypatch, source, message
):
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 1 if "while" in source else 60)
    monkeypatch.setattr(notebooks, "prose_pages", list)  # the book's own pages are not at stake
    made = notebook(markdown("# Title"), code(source), code("print('not reached')"))
    notebooks.normalize(made)
    path = save(made, tmp_path / "bad.ipynb")
    before = path.read_bytes()
    assert notebooks.main(["refresh", str(path)]) == 1
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    said = capsys.readouterr().out
    assert f"{path}, {message}" in said
    assert "The file is as it was before." in said


def test_a_write_that_is_cut_short_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "page.md"
    path.write_text("old")

    def cut_short(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", cut_short)
    with pytest.raises(KeyboardInterrupt):
        notebooks.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_markdown_page_is_bound_and_otherwise_untouched(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "chapter_facts", {"02-one": {"accuracy": 0.97834}}.get)
    page = tmp_path / "intro.md"
    page.write_text("#  Title \n\nIt is **?**<!-- {02-one:accuracy:.1%} -->.  \n", encoding="utf-8")
    notebooks.refresh(page)
    assert page.read_text(encoding="utf-8") == (
        "#  Title \n\nIt is **97.8%**<!-- {02-one:accuracy:.1%} -->.  \n"
    )


def test_a_missing_file_is_named(capsys):
    with pytest.raises(SystemExit):
        notebooks.main(["check", "chapters/nowhere.ipynb"])
    assert "there is no file chapters/nowhere.ipynb" in capsys.readouterr().err


def test_check_prints_problems_and_fails(tmp_path, capsys):
    path = tmp_path / "page.md"
    path.write_text("It reaches 97.8% of them.")
    assert notebooks.main(["check", str(path)]) == 1
    assert "'97.8%'" in capsys.readouterr().out
    path.write_text("It reaches most of them.")
    assert notebooks.main(["check", str(path)]) == 0
    assert capsys.readouterr().out == "files: 1, problems: 0\n"
