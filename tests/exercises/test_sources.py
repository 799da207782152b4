"""Every exercise in code, tried: the reference is right, known mistakes get their own sentence,
and further wrong answers are rejected."""

import importlib.util
from pathlib import Path

import exercises as tool
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from bookkit import exercises

ROOT = Path(__file__).resolve().parents[2]

FEWEST_WRONG = 5
CHAPTERS = [int(path.stem[2:]) for path in sorted((ROOT / "bookkit/exercises").glob("ch*.py"))]
ALL = [exercise for number in CHAPTERS for exercise in exercises.chapter(number)]
each = pytest.mark.parametrize("exercise", ALL, ids=[exercise.number for exercise in ALL])


def load(path):
    """The module at this path, under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def collected(exercise, kind):
    chapter = int(exercise.number.partition(".")[0])
    return getattr(load(ROOT / f"tests/exercises/ch{chapter:02}.py"), kind).get(exercise.number, [])


def reference(exercise):
    chapter = int(exercise.number.partition(".")[0])
    return getattr(load(ROOT / f"solutions/ch{chapter:02}.py"), exercise.name)


@each
def test_the_reference_is_right(exercise):
    said = exercises.report(exercise, reference(exercise))
    assert said.text.startswith("✓"), said.text


@each
def test_every_known_mistake_gets_its_own_sentence(exercise):
    assert exercise.mistakes, "it names no mistake"
    for sentence, mistake in exercise.mistakes.items():
        said = exercises.report(exercise, mistake).text
        assert said.startswith("✗"), f"passes: {sentence}"
        others = [other for other in exercise.mistakes if other in said.splitlines()[-1]]
        assert others == [sentence], said


@each
def test_further_wrong_answers_are_rejected(exercise):
    wrong = collected(exercise, "WRONG")
    assert len(wrong) >= FEWEST_WRONG
    passed = [i for i, a in enumerate(wrong) if exercises.report(exercise, a).text.startswith("✓")]
    assert not passed, f"wrong answers that pass: {passed}"


@each
def test_another_right_answer_is_accepted(exercise):
    answers = collected(exercise, "ALSO_RIGHT")
    assert answers, "give one right answer that is not the reference's"
    for answer in answers:
        said = exercises.report(exercise, answer)
        assert said.text.startswith("✓"), said.text


@each
def test_the_starter_is_not_answered_yet(exercise):
    code = tool.cells(exercise.number)[0].source.partition("\n\nexercises.check")[0]
    names = {}
    exec(code, names)
    assert "not answered yet" in exercises.report(exercise, names[exercise.name]).text


@each
def test_the_solution_is_not_in_the_starter_nor_in_the_package(exercise):
    starter, solution = (cell.source for cell in tool.cells(exercise.number))
    package = "".join(path.read_text() for path in (ROOT / "bookkit").rglob("*.py"))
    secret = [line for line in solution.splitlines() if line.startswith("    ")]
    assert secret or " = " in solution
    assert not [line for line in secret if line in starter.splitlines()]
    first = "\n".join(secret[:2]) or solution.partition("\n")[0]  # of a value, its line
    assert first not in package


def test_the_tool_writes_what_the_rule_asks_for():
    exercise = ALL[0]
    chapter = int(exercise.number.partition(".")[0])
    texts = [f"### Exercise {e.number} ({e.grade}) — {e.title}\n\nDo it." for e in ALL]
    notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    assert len(tool.problems(notebook, chapter)) == len(exercises.chapter(chapter))
    for _ in range(2):  # the second time it replaces its own cells
        tool.write(notebook, chapter)
        assert tool.problems(notebook, chapter) == []
    notebook.cells[1].source += "\n# changed by hand"
    assert "not those of its source" in tool.problems(notebook, chapter)[0]
    notebook.cells[0].source = notebook.cells[0].source.replace("—", "— Not")
    assert "another grade or title" in tool.problems(notebook, chapter)[0]


@pytest.mark.parametrize("mode", ["folded", "none", "appendix"])
def test_solutions_are_shown_as_the_switch_says(mode):
    number = ALL[0].number
    text = (
        f'### Exercise {number} (check) — A\n\nDo it.\n\n<details class="hint">'
        '<summary>Hint</summary>\n\nLook.\n\n</details>\n<details class="solution">\n'
        "<summary>Solution</summary>\n\nThe words.\n\n</details>"
    )
    cells = [new_markdown_cell(text), *tool.cells(number), new_markdown_cell("## Summary")]
    shown = tool.shown(new_notebook(cells=cells), mode)
    sources = "\n".join(cell.source for cell in shown.cells)
    assert ("The words." in sources) == (mode != "none")
    assert (cells[2].source in sources) == (mode != "none")
    assert "Look." in sources
    assert (sources.find("The words.") > sources.find("## Summary")) == (mode == "appendix")


def test_an_unknown_switch_is_refused():
    with pytest.raises(ValueError, match="folded, appendix or none"):
        tool.shown(new_notebook(), "hidden")
