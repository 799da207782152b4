"""The notebooks and pages of the book keep the rules of `tools/checks`."""

from functools import cache

import pytest
from checks import arithmetic, chapter_facts, hygiene, links, prose, register, structure
from checks.page import ROOT, Page, chapters, prose_pages

read = cache(Page.read)


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


def report(problems):
    """One problem a line: pytest's own comparison of lists would bury them."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@each([*chapters(), *prose_pages()])
def test_numbers_in_the_prose_come_from_the_run(path):
    report(prose.problems(read(path), chapter_facts) + arithmetic.problems(read(path)))


@each(chapters())
def test_every_fact_is_quoted(path):
    others = [read(other) for other in [*chapters(), *prose_pages()] if other != path]
    report(prose.unused_facts(read(path), others))


@each(chapters())
def test_hygiene(path):
    report(hygiene.problems(read(path)))


@each(chapters())
def test_figure_names_are_unique(path):
    others = [read(other) for other in chapters() if other != path]
    report(hygiene.repeated_figures([read(path), *others]))


@each([path for path in chapters() if structure.applies_to(read(path))])
def test_structure(path):
    report(structure.problems(read(path)))


@each([*chapters(), *prose_pages()])
def test_every_word_is_approved(path):
    report(register.problems(read(path)))


@each([*chapters(), *prose_pages()])
def test_what_the_text_points_at_is_there(path):
    report(links.problems(read(path)))
