"""A file that cannot be read is one line that says where, why and what to do; the others go on."""

import json
import subprocess
import sys

import notebooks
import pytest
from checks import all_problems, hygiene, links
from checks.page import ROOT, Page, Unreadable, readable
from samples import blank, code, markdown, notebook, page, save, shown


def changed(change):
    """The bytes of a small notebook whose JSON was changed."""
    made = json.loads(
        json.dumps(notebook(markdown("Text."), code("1", shown(**{"text/plain": "1"}))))
    )
    change(made["cells"])
    return json.dumps(made).encode()


GOOD = changed(lambda cells: None)
UNREADABLE = {
    "conflict": (
        b'{\n"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> mine\n]}',
        "own.ipynb, line 3: holds a merge conflict; take one side whole",
    ),
    "byte-order mark": (b"\xef\xbb\xbf" + GOOD, "own.ipynb begins with a byte-order mark"),
    "encoding": (b'{\n"cells": "M\xfcller"}', "own.ipynb, line 2: no UTF-8"),
    "cut short": (GOOD[:-9], "own.ipynb, line 1: no notebook"),
    "empty": (b"", "own.ipynb, line 1: no notebook"),
    "another JSON": (b'{"a": 1}', "own.ipynb, no notebook"),
    "a list": (b"[1]", "own.ipynb, no notebook"),
    "null source": (changed(lambda c: c[0].update(source=None)), "cell 0: its source is no text"),
    "null metadata": (changed(lambda c: c[1].update(metadata=None)), "cell 1: its metadata is no"),
    "unknown cell": (changed(lambda c: c[0].update(cell_type="x")), "cell 0: neither code nor"),
    "no outputs": (
        changed(lambda c: c[1].update(outputs=None)),
        "cell 1: an output without a type",
    ),
    "no type": (changed(lambda c: c[1]["outputs"].append({})), "cell 1: an output without a type"),
    "no data": (changed(lambda c: c[1]["outputs"][0].update(data=None)), "cell 1: an output that"),
    "null text": (
        changed(lambda c: c[1]["outputs"][0].update(data={"text/plain": None})),
        "cell 1: its output text/plain is no text",
    ),
    "null stream": (
        changed(lambda c: c[1]["outputs"].append({"output_type": "stream", "name": "stdout"})),
        "cell 1: printed text that is no text",
    ),
    "damaged picture": (
        changed(lambda c: c[1]["outputs"][0].update(data={"image/png": "abcde"})),
        "cell 1: its stored picture is damaged",
    ),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("command", ["check", "refresh", "approve"])
def test_one_line_says_it_and_the_others_go_on(
    command, content, message, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(notebooks, "prose_pages", list)
    monkeypatch.setattr(notebooks.register, "APPROVED", tmp_path / "approved")
    (tmp_path / "own.ipynb").write_bytes(content)
    other = tmp_path / "zz.md"
    other.write_text("There are 0.25 of them.\n")
    assert notebooks.main([command, str(tmp_path / "own.ipynb"), str(other)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert sum(message in line for line in printed) == 1
    assert any("zz.md" in line for line in printed)
    assert (tmp_path / "own.ipynb").read_bytes() == content


def test_a_page_is_unreadable_too(tmp_path):
    (tmp_path / "page.md").write_bytes(b"one\ntw\xff")
    with pytest.raises(Unreadable, match=r"page.md, line 2: no UTF-8"):
        Page.read(tmp_path / "page.md")
    assert list(readable([tmp_path / "page.md"])) == []


def test_line_ends_and_old_formats_are_read(tmp_path):
    path = save(notebook(markdown("Text.")), tmp_path / "own.ipynb")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Page.read(path).cells[0].source == "Text."


def test_another_page_that_cannot_be_read_hides_no_problem(tmp_path, monkeypatch):
    broken = tmp_path / "broken.ipynb"
    broken.write_bytes(b"{")
    for module in ("checks", "checks.links"):
        monkeypatch.setattr(f"{module}.prose_pages", lambda: [broken])
    assert any("0.25" in problem for problem in all_problems(page(markdown("There are 0.25."))))
    assert "fig-perceptron" in "".join(links.figures())


def test_a_picture_cut_short_is_a_problem_of_its_cell():
    cell = code("plot()", shown(**{"image/png": blank()[:40], "text/plain": "Figure"}))
    assert any("its picture is damaged" in problem for problem in hygiene.problems(page(cell)))


def test_a_console_without_the_signs_still_gets_its_lines(tmp_path):
    path = tmp_path / "own.md"
    path.write_text("“About” → 0.25 × …\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, ROOT / "tools" / "notebooks.py", "check", path],
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        encoding="ascii",
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "\\u2192 0.25" in run.stdout


@pytest.mark.parametrize("comment", ["# NBVAL_SKIP", "## NBVAL_SKIP", "  #NBVAL_IGNORE_OUTPUT"])
def test_what_nbval_obeys_is_said_as_a_tag(comment):
    found = hygiene.problems(page(code(f"x = 1\n{comment}")))
    assert any("say NBVAL_" in problem and "as a tag" in problem for problem in found)


@pytest.mark.parametrize("name", ["clear_output(wait=True)", "update_display(1, display_id='a')"])
def test_a_changing_display_is_refused(name):
    assert any("disagree on what" in problem for problem in hygiene.problems(page(code(name))))


def test_the_build_stops_with_a_line_for_each_such_file(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "web" / "extensions"))
    import book_fixes

    broken = [tmp_path / "01-one.ipynb", tmp_path / "02-two.ipynb"]
    for path in broken:
        path.write_text("<<<<<<< HEAD\n{}", encoding="utf-8")
    monkeypatch.setattr(book_fixes, "chapters", lambda: broken)
    with pytest.raises(SystemExit) as stop:
        book_fixes.read_pages_first(None, None)
    lines = str(stop.value).splitlines()
    assert len(lines) == 2
    assert "01-one.ipynb, line 1: holds a merge conflict" in lines[0]
