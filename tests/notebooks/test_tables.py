"""A table whose column has no name is refused."""

from checks import all_problems, tables
from samples import markdown, page

NAMED = "| symbol | what it is |\n|---|---|\n| $|w|$ | length |"
NAMELESS = "| | right |\n|---|--:|\n| network | a \\| b |"


def test_a_column_without_a_name_is_refused():
    assert list(tables.problems(page(markdown(NAMED)))) == []
    (problem,) = tables.problems(page(markdown(NAMED), markdown(NAMELESS)))
    assert "'|  | right |' has no name".replace("|  |", "| |") in problem
    assert list(tables.problems(page(markdown(f"```\n{NAMELESS}\n```")))) == []


def test_the_rule_is_one_of_all():
    assert "has no name" in "".join(all_problems(page(markdown(NAMELESS))))
