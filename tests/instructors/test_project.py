"""The project: its rubric adds up, and its sample answers say what they are."""

import re

import nbformat
from checks.page import ROOT

PAGE = (ROOT / "instructors" / "project.md").read_text(encoding="utf-8")
SAMPLES = sorted((ROOT / "instructors" / "project").glob("sample-*.ipynb"))
BEST = 4


def rows(title):
    """The rows of the table below a heading: their first cell and the others."""
    table = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {first.strip("*| "): rest for first, *rest in cells}


def test_the_points_of_the_rubric_and_of_both_samples_add_up():
    rubric, graded = rows("Rubric"), rows("Two sample answers")
    sums = [int(re.search(r"\d+", cell)[0]) for cell in graded.pop("sum")]
    assert graded.keys() == rubric.keys()
    points = [[int(re.match(r"\d", cell)[0]) for cell in row] for row in graded.values()]
    assert [sum(column) for column in zip(*points, strict=True)] == sums
    assert sums[0] == BEST * len(rubric)
    assert f"{BEST * len(rubric)} in all" in PAGE
    assert sums[1] <= sums[0] / 2


def test_the_samples_say_that_no_student_wrote_them_and_are_linked():
    assert len(SAMPLES) == 2
    for path in SAMPLES:
        first = nbformat.read(path, as_version=4).cells[0].source
        assert "no student wrote it" in first
        assert f"project/{path.name}" in PAGE
