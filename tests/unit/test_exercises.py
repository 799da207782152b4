"""The checker of exercise answers: what it says of right, wrong, odd and missing answers."""

import numpy as np
import pytest

from bookkit import exercises

CASES = [(0.5, 1), (-2.0, 0), (0.0, 1)]
AT_ZERO = "The step is 1 at exactly zero too."
MISTAKES = {AT_ZERO: lambda z: int(z > 0), "You return the sign.": lambda z: int(np.sign(z))}


@pytest.fixture
def said(capsys):
    def run(answer, cases=CASES, mistakes=MISTAKES):
        exercises.check(answer, cases, mistakes)
        return capsys.readouterr().out

    return run


def step(z):
    return int(z >= 0)


def test_a_right_answer_gets_one_line(said):
    assert said(step) == "✓ step is right: 3 cases checked, 2 known mistakes rejected.\n"


def test_a_right_answer_may_be_any_kind_of_number(said):
    assert said(lambda z: np.float32(z >= 0)).startswith("✓ your function is right")
    assert said(lambda z: z >= 0).startswith("✓")


def test_a_known_mistake_is_named(said):
    assert said(lambda z: 1.0 * (z > 0)) == (
        f"✗ your function(0) gives 0; expected 1.\n  {AT_ZERO}\n"
    )


def test_an_unknown_mistake_names_the_case_only(said):
    assert said(lambda z: 1) == "✗ your function(-2) gives 1; expected 0.\n"


def test_cases_that_let_a_known_mistake_pass_are_refused():
    with pytest.raises(ValueError, match=r"let this mistake pass.*exactly zero"):
        exercises.check(step, CASES[:2], MISTAKES)


def test_blind_cases_are_refused_also_while_the_exercise_is_not_answered():
    with pytest.raises(ValueError, match="let this mistake pass"):
        exercises.check(..., CASES[:2], MISTAKES)


def test_no_cases_are_refused():
    with pytest.raises(ValueError, match="there are no cases"):
        exercises.check(step, [])


def unwritten(z):
    """What the exercise asks for."""


def unwritten_too(z): ...


def not_implemented(z):
    raise NotImplementedError


@pytest.mark.parametrize(
    "answer",
    [..., None, NotImplemented, unwritten, unwritten_too, not_implemented, lambda z: ...],
)
def test_what_is_not_answered_yet_is_no_mistake(said, answer):
    assert said(answer) == "Not answered yet: write your answer and run this cell again.\n"


def test_a_missing_return_is_told_from_a_missing_answer(said):
    def forgot(z):
        z >= 0  # noqa: B015

    assert said(forgot) == "✗ forgot(0.5) gives nothing back; is a `return` missing?\n"


def test_an_error_becomes_a_sentence(said):
    def broken(z):
        return z[0]

    assert said(broken) == (
        "✗ broken(0.5) stops with TypeError: 'float' object is not subscriptable\n"
    )


def test_an_error_without_a_message(said):
    def broken(z):
        raise KeyError

    assert said(broken) == "✗ broken(0.5) stops with KeyError\n"


def test_arrays_lists_and_several_arguments(said):
    cases = [(([1.0, 2.0], [3.0, 4.0]), 11.0)]
    assert said(np.dot, cases, {}) == "✓ dot is right: 1 case checked.\n"
    assert said(np.multiply, cases, {"Add up.": lambda a, b: np.multiply(a, b)}) == (
        "✗ multiply([1, 2], [3, 4]) gives shape (2,); expected a single number.\n  Add up.\n"
    )


def test_a_changed_argument_is_told(said):
    def normalize(x):
        x /= x.sum()
        return x

    cases = [(np.array([1.0, 3.0]), np.array([0.25, 0.75]))]
    assert said(normalize, cases, {}) == (
        "✗ normalize([1, 3]) changes its argument; work on a copy of it.\n"
    )
    np.testing.assert_array_equal(cases[0][0], [1.0, 3.0])


def test_a_generator_of_random_numbers_may_advance_and_starts_anew(said):
    cases = [((np.random.default_rng(0), 2), np.random.default_rng(0).normal(size=2))]
    draw = {"name": lambda rng, n: rng.uniform(size=n)}
    for _ in range(2):
        assert said(lambda rng, n: rng.normal(size=n), cases, draw).startswith("✓")


def test_a_shape_that_would_broadcast_is_wrong(said):
    cases = [(np.ones(3), np.ones(3))]
    assert said(lambda x: x[:, None], cases, {}) == (
        "✗ your function([1, 1, 1]) gives shape (3, 1); expected shape (3,).\n"
    )


def test_nan_may_be_what_is_expected(said):
    assert said(lambda z: np.full(2, np.nan), [(0.0, [np.nan, np.nan])], {}).startswith("✓")


def test_nan_is_no_number(said):
    assert said(lambda z: float("nan")) == "✗ your function(0.5) gives nan; expected 1.\n"
    many = [(np.zeros(20), np.zeros(20))]
    with np.errstate(invalid="ignore"):
        assert said(lambda x: x / x, many, {}) == (
            "✗ your function(an array of shape (20,)) gives nan in 20 places; expected numbers.\n"
        )


def test_large_arrays_are_located_not_printed(said):
    cases = [(np.arange(20.0), np.arange(20.0))]
    assert said(lambda x: x + (x == 7), cases, {}) == (
        "✗ your function(an array of shape (20,)) gives 8 at [7]; expected 7 there.\n"
    )


def test_a_condition_instead_of_a_value(said):
    def separates(w):
        """weights with a positive product"""
        return w[0] * w[1] > 0

    assert said(np.array([1.0, 2.0]), [separates], {}).startswith("✓ Your answer is right")
    assert said(np.array([1.0, -2.0]), [separates], {}) == (
        "✗ Your answer is [1, -2]; expected: weights with a positive product.\n"
    )
    assert said("word", [separates], {}).startswith("✗ Your answer is 'word'; expected: weights")


def test_values_with_known_mistakes(said):
    mistakes = {"You forgot the bias.": 2.0}
    assert said(2.5, [2.5], mistakes) == (
        "✓ Your answer is right: 1 case checked, 1 known mistake rejected.\n"
    )
    assert said(2.0, [2.5], mistakes) == (
        "✗ Your answer is 2; expected 2.5.\n  You forgot the bias.\n"
    )
    assert said(..., [2.5], mistakes).startswith("Not answered yet")


def test_several_results(said):
    cases = [(3.0, (9.0, "odd"))]
    assert said(lambda z: (z * z, "odd"), cases, {}).startswith("✓")
    assert said(lambda z: (z * z, "even"), cases, {}) == (
        "✗ your function(3) gives (9, 'even'); expected (9, 'odd').\n"
    )
    assert said((..., 2), [(1, 2)], {}).startswith("Not answered yet")


def test_rounding_is_no_mistake(said):
    assert said(0.1 + 0.2, [0.3], {"Three tenths": 0.30001}).startswith("✓")
