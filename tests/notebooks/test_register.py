"""No word of the book changes unless somebody reads and approves it."""

from copy import deepcopy

import nbformat
import notebooks
import pytest
from checks import all_problems, register
from checks.page import ROOT, Page
from samples import code, markdown, page, save, text_page

CELLS = [
    markdown("# Title\n\nIt reads **97.8%**<!-- {accuracy:.1%} --> of the digits."),
    markdown("Blue speaks for the digit 8."),
    code(
        "exercises.check(step, mistakes={'The step is 1 at exactly zero.': wrong})",
        figure={"caption": "The bars of cats are wide."},
        image={"alt": "Wide bars for cats and narrow ones for dogs."},
    ),
]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(register, "APPROVED", tmp_path / "approved")


def sample():
    made = page(*deepcopy(CELLS))
    for index, cell in enumerate(made.cells):
        cell["id"] = f"cell-{index}"
    return made


SPOILERS = {
    "a word": lambda c: c[1].update(source=c[1].source.replace("Blue", "Orange")),
    "a number that no mark binds": lambda c: c[1].update(source=c[1].source.replace("8", "6")),
    "the mark of a number": lambda c: c[0].update(source=c[0].source.replace("accuracy", "loss")),
    "a caption": lambda c: c[2].metadata.mystnb.figure.update(caption="The bars of cats are thin."),
    "an alt text": lambda c: c[2].metadata.mystnb.image.update(alt="Narrow bars for cats."),
    "what a check answers": lambda c: c[2].update(source=c[2].source.replace("1 at", "0 at")),
    "a cell that is gone": lambda c: c.pop(1),
    "a new cell": lambda c: c.append(markdown("One sentence more.")),
    "the order of cells": lambda c: c.insert(0, c.pop(1)),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_a_changed_text_is_a_problem_until_it_is_approved(spoil):
    made = sample()
    register.approve(made)
    assert register.problems(made) == []
    spoil(made.cells)
    [problem] = register.problems(made)
    assert problem.startswith(made.name)
    assert problem.endswith(f"{register.COMMAND} {made.name}")
    register.approve(made)
    assert register.problems(made) == []


def test_what_was_never_approved_is_a_problem():
    [problem] = register.problems(sample())
    assert "5 texts were changed or added ('cell-0', 'cell-1', 'cell-2 caption', …)" in problem


def test_a_bound_number_may_change_and_so_may_line_ends():
    made = sample()
    register.approve(made)
    made.cells[0].source = made.cells[0].source.replace("97.8", "97.9").replace(" of", "\nof")
    assert register.problems(made) == []


def test_approving_shows_old_and_new_words(monkeypatch):
    made, before = sample(), sample()
    history = {"log": "a1", "show": nbformat.writes(before.notebook)}
    monkeypatch.setattr(register, "_git", lambda command, *_: history[command])
    register.approve(made)
    made.cells[1].source = "Orange speaks for the digit 8."
    del made.cells[0]
    assert register.approve(made).splitlines() == [
        f"{made.name}, cell-1:",
        "    @@ -1 +1 @@",
        "    -Blue speaks for the digit 8.",
        "    +Orange speaks for the digit 8.",
        f"{made.name}: gone: cell-0: # Title",
    ]


def test_approving_works_without_git(monkeypatch):
    def absent(*_, **__):
        raise FileNotFoundError

    made = sample()
    register.approve(made)
    monkeypatch.setattr(register.subprocess, "run", absent)
    made.cells[1].source = "Orange speaks for the digit 8."
    assert "    +Orange speaks for the digit 8." in register.approve(made)


def test_a_page_is_registered_by_its_sections():
    made = text_page("# One\n\nA.\n\n## Two\n\nB.\n")
    register.approve(made)
    assert [line[14:] for line in register.file_of(made).read_text().splitlines()] == [
        "One: # One",
        "Two: ## Two",
    ]
    made.cells[0].source = made.cells[0].source.replace("B", "C")
    assert "('Two')" in register.problems(made)[0]


def test_frames_of_interactive_figures_are_registered():
    chapter = Page.read(ROOT / "chapters" / "04-forward-pass.ipynb")
    told = [text for place, text in register.texts(chapter) if place.endswith(" frames")]
    assert len(told) >= 2
    assert all("\n" in text for text in told)


def test_the_command_approves_and_a_page_of_the_book_is_checked(tmp_path, capsys, monkeypatch):
    path = save(sample().notebook, tmp_path / "own.ipynb")
    assert notebooks.main(["approve", str(path)]) == 0
    assert "5 texts registered for the first time" in capsys.readouterr().out
    intro = Page.read(ROOT / "intro.md")
    assert any(register.COMMAND in problem for problem in all_problems(intro))
