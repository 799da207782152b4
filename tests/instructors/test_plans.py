"""Lesson plans fit their chapters: sections, minutes, objectives, exercises, guesses, and words."""

from copy import deepcopy
from urllib.parse import parse_qs, urlparse

import pytest
from checks.home import home
from checks.page import ROOT
from teaching import links, plans
from teaching.chapter import Chapter

CHAPTERS = Chapter.all()
each = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)


@each
def test_every_chapter_has_a_plan_that_fits(chapter):
    path = plans.path_of(chapter)
    assert path.is_file(), f"write {path.relative_to(ROOT)}"
    assert plans.problems(chapter, *plans.read(path)) == []


@each
def test_a_plan_has_enough_to_teach_from(chapter):
    plan, _ = plans.read(plans.path_of(chapter))
    assert len(plan["guesses"]) >= 2
    assert len(plan["misconceptions"]) >= 4
    assert len(plan["board"]) >= 4
    assert sum(row["minutes"] for row in plan["cut"]) >= 10
    assert {row["kind"] for row in plan["lesson"]} == set(plans.KINDS)


CHANGES = {
    "minutes": (lambda p: p["lesson"][0].update(minutes=99), "a class has 90"),
    "no minutes": (lambda p: p["lesson"][0].update(minutes=0), "whole minutes"),
    "only teaching": (
        lambda p: [row.update(kind="teach") for row in p["lesson"]],
        "students work 0 minutes",
    ),
    "section": (lambda p: p["lesson"][0].update(section="Gone"), "no section 'Gone'"),
    "section to cut": (lambda p: p["cut"][0].update(section="Gone"), "no section 'Gone'"),
    "more than there is": (lambda p: p["cut"][0].update(minutes=60), "saves at most"),
    "left out": (lambda p: p["lesson"].pop(0), "neither in the lesson nor read at home"),
    "starred": (
        lambda p: p["lesson"][0].update(section=p["starred"][0]["section"]),
        "which is marked ★",
    ),
    "starred left out": (lambda p: p["starred"].pop(), "and not in the plan"),
    "figure": (lambda p: p["lesson"][0].update(figures=["fig-gone"]), "no figure fig-gone"),
    "exercise": (lambda p: p["objectives"][0].update(assessed=["4.99"]), "question 4.99"),
    "question": (lambda p: p["lesson"][0].update(tasks=["Q4.99"]), "question Q4.99"),
    "no exercise": (lambda p: p["objectives"][0].update(assessed=["Q4.1"]), "no exercise assesses"),
    "level": (lambda p: p["objectives"][0].update(bloom="know"), "is one of remember"),
    "objective": (lambda p: p["objectives"].pop(), "the chapter has 5"),
    "guess": (lambda p: p["guesses"][0].update(starts="Gone"), "not one prediction starts"),
    "misconception": (lambda p: p["misconceptions"][0].update(option="4.1b"), "no wrong option"),
    "number": (lambda p: p["board"].append("It reads 97.8% of them."), "97.8%"),
    "key": (lambda p: p.update(more=[]), "it has, or lacks, more"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_plan_that_no_longer_fits_is_noticed(change, said):
    chapter = Chapter.of(4)
    plan = deepcopy(plans.read(plans.path_of(chapter))[0])
    change(plan)
    assert any(said in problem for problem in plans.problems(chapter, plan))


@each
def test_the_page_holds_the_words_of_the_chapter_and_no_solution(chapter):
    page = plans.page(chapter, *plans.read(plans.path_of(chapter)))
    for objective in chapter.objectives:
        assert objective in page
    for exercise in chapter.exercises.values():
        assert exercise.solution[:60] not in page
    assert f"0–{plans.read(plans.path_of(chapter))[0]['lesson'][0]['minutes']} |" in page
    assert f"–{plans.CLASS} |" in page


def test_links_to_a_hub_come_from_the_one_address_and_lead_to_files():
    book = home()
    assert len(links.notebooks()) > len(Chapter.all())
    for path in links.notebooks():
        link = urlparse(links.nbgitpuller("https://hub.example.edu/", path))
        asked = {key: value for key, [value] in parse_qs(link.query).items()}
        assert (link.netloc, link.path) == ("hub.example.edu", "/hub/user-redirect/git-pull")
        assert (asked["repo"], asked["branch"]) == (book.url, book.branch)
        folder, inside = asked["urlpath"].removeprefix("lab/tree/").split("/", 1)
        assert folder == book.name
        assert (ROOT / inside).is_file()
