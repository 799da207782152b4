"""`tools/notebooks.py check` asks every rule that there is."""

import importlib
import pkgutil
import shutil

import checks
import notebooks
import pytest
import samples
from checks import all_problems, structure
from checks.page import ROOT, Page
from samples import page, save, text_page

OTHERS = {"page", "outputs", "live"}  # what pages are; what a run compares, not a rule for a page
RULES = {module.name for module in pkgutil.iter_modules(checks.__path__)} - OTHERS
OF_CHAPTERS = {"structure", "answers", "onepage"}


@pytest.fixture
def asked(monkeypatch):
    """Each rule answers with its name."""
    for name in RULES:
        module = importlib.import_module(f"checks.{name}")
        if hasattr(module, "problems"):
            monkeypatch.setattr(module, "problems", lambda *_, name=name: [f"rule {name}"])


def rules(found):
    return {problem.removeprefix("rule ") for problem in found if problem.startswith("rule ")}


def with_problems():
    return {
        name for name in RULES if hasattr(importlib.import_module(f"checks.{name}"), "problems")
    }


def test_a_chapter_is_asked_every_rule(asked):
    chapter = Page.read(ROOT / "chapters" / "04-forward-pass.ipynb")
    through_structure = {"times"}  # one of its rules
    assert rules(all_problems(chapter)) == with_problems() - through_structure


def test_a_page_is_asked_what_holds_for_prose(asked):
    assert {"prose", "links", "register"} <= rules(all_problems(Page.read(ROOT / "intro.md")))
    assert not rules(all_problems(Page.read(ROOT / "intro.md"))) & OF_CHAPTERS


def test_what_is_no_page_of_the_book_needs_no_approval(asked):
    assert "register" not in rules(all_problems(text_page("Words.", "elsewhere.md")))


def test_reading_times_are_asked_through_structure():
    made = page(*samples.chapter())
    made.cells[0].source = made.cells[0].source.replace("15 minutes", "25 minutes")
    assert any("must say '**Reading time**" in problem for problem in structure.problems(made))


def test_a_copied_chapter_repeats_its_figures_and_the_original_does_not(tmp_path):
    original = ROOT / "chapters" / "04-forward-pass.ipynb"
    assert not [p for p in all_problems(Page.read(original)) if "is taken by" in p]
    copied = Page.read(shutil.copy(original, tmp_path / "07-copy.ipynb"))
    assert [p for p in all_problems(copied) if "is taken by" in p]


def test_the_command_counts_and_prints_what_it_finds(tmp_path, capsys):
    good = save(samples.notebook(samples.markdown("Words.")), tmp_path / "good.ipynb")
    assert notebooks.main(["check", str(good)]) == 0
    assert capsys.readouterr().out == "files: 1, problems: 0\n"
    bad = save(samples.notebook(samples.markdown("It is 0.25.")), tmp_path / "bad.ipynb")
    assert notebooks.main(["check", str(good), str(bad)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert "bad.ipynb, cell 0" in printed[0]
    assert printed[1:] == ["files: 2, problems: 1"]
