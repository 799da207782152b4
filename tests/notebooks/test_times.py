"""Reading times follow from what a chapter holds."""

import notebooks
import pytest
from checks import structure, times
from samples import chapter, code, exercise, figure, markdown, notebook, page, question, save

FIRST = "**Reading time** ? · **Running time** 1 second"
WORDS = "word " * 1300  # ten minutes


def minutes(*cells):
    return times.minutes(page(markdown(FIRST), *cells))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (markdown(WORDS), 10),
        (markdown("$$x = 1$$\n\n" * 20), 15),
        (markdown("$x$ " * 300), 10),
        (code("x = 1\n\n" * 150), 10),
        (markdown("```python\n" + "x = 1\n" * 150 + "```"), 10),
        (markdown("**Predict first.**\n\n" * 20), 10),
        (markdown("<!-- never read -->" * 2000), 0),
        (code("x = 1\n" * 150, tags=["hide-input"]), 0),
        (code("x = 1\n" * 150, tags=["remove-cell"]), 0),
        (markdown("## On one page\n\n" + "$$x = 1$$\n\n" * 20), 0),
    ],
)
def test_each_thing_takes_its_time(cell, expected):
    assert minutes(cell) == {"core": expected, "★": 0, "exercises": 0}


def test_figures_and_questions_take_theirs():
    assert minutes(*[figure(f"fig-{k}") for k in range(20)])["core"] == 10
    assert minutes(*[figure(f"fig-{k}", interactive=True) for k in range(5)])["core"] == 10
    assert minutes(*[question(f"2.{k}") for k in range(10)])["core"] == 10


def test_starred_sections_and_exercises_count_apart():
    cells = [
        markdown(f"## Deeper ★\n\n{WORDS}\n\n### Part of it\n\n{WORDS}"),
        code("x = 1\n" * 150),
        markdown(f"## Back\n\n{WORDS}\n\n### Aside ★\n\n{WORDS}\n\n### Core again\n\n{WORDS}"),
        markdown(f"## Exercises\n\n{WORDS}"),
        exercise("2.1", "check"),
        code("x = 1\n" * 150, tags=["hide-cell"]),
        exercise("2.2", "apply"),
        markdown(f"## Summary\n\n{WORDS}"),
    ]
    assert minutes(*cells) == {"core": 30, "★": 40, "exercises": 15}


def test_refresh_writes_the_time_and_the_rule_wants_it(tmp_path):
    made = notebook(markdown(f"# T\n\n{FIRST}"), markdown(f"## Deeper ★\n\n{WORDS}"), code("1"))
    path = save(made, tmp_path / "02-own.ipynb")
    notebooks.refresh(path)
    own = times.Page.read(path)
    written = FIRST.replace("?", "about 0 minutes, ★ 10 and exercises 0 more")
    assert own.cells[0].source == f"# T\n\n{written}"
    assert times.problems(own) == []
    own.cells[0].source = own.cells[0].source.replace("★ 10", "★ 20")
    assert "must say '**Reading time** about 0 minutes, ★ 10 and" in times.problems(own)[0]


def test_a_core_longer_than_a_class_is_a_problem():
    made = page(*chapter())
    made.cells[3].source += " word" * 130 * 80
    times.write(made)
    assert "take about 95 minutes, and a class has 90" in structure.problems(made)[-1]


@pytest.mark.parametrize("heading", ["★ Deeper", "Deeper★", "Deep ★ er", "Deeper ★ ★"])
def test_the_star_stands_last(heading):
    made = page(*chapter())
    made.cells.insert(3, markdown(f"## {heading}\n\n"))
    times.write(made)
    assert [p for p in times.problems(made) if "carries ★ last" in p]
