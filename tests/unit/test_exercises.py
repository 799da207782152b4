"""The checker of exercise answers: what it says of right, wrong, odd and missing answers."""

import re
import sys

import numpy as np
import pytest

from bookkit import exercises

CASES = [(0.5, 1), (-2.0, 0), (0.0, 1)]
UNANSWERED = "Exercise 9.1 is not answered yet: write your answer and run this cell again."
AT_ZERO = "The step is 1 at exactly zero too."
MISTAKES = {AT_ZERO: lambda z: int(z > 0), "You return the sign.": lambda z: int(np.sign(z))}


@pytest.fixture
def said(capsys):
    """What a check says, without its first line where the answer is wrong."""

    def run(answer, cases=CASES, mistakes=MISTAKES):
        exercise = exercises.Exercise("9.1", "answer", "check", "Any", cases, mistakes)
        text = exercises.report(exercise, answer).text
        return capsys.readouterr().out + re.sub(r"^✗ Exercise 9.1.*\n", "", text)

    return run


def step(z):
    return int(z >= 0)


def test_a_right_answer_gets_one_line(said):
    assert said(step) == "✓ Exercise 9.1 is right: 3 of 3 cases."


def test_a_right_answer_may_be_any_kind_of_number(said):
    assert said(lambda z: np.float32(z >= 0)).startswith("✓ Exercise 9.1 is right")
    assert said(lambda z: z >= 0).startswith("✓")


def test_a_known_mistake_is_named(said):
    assert said(lambda z: 1.0 * (z > 0)) == (f"  answer(0) gives 0; expected 1.\n  {AT_ZERO}")


def test_an_unknown_mistake_names_the_case_only(said):
    assert said(lambda z: 1) == "  answer(-2) gives 1; expected 0."


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
    assert said(answer) == UNANSWERED


def test_a_missing_return_is_told_from_a_missing_answer(said):
    def forgot(z):
        z >= 0  # noqa: B015

    assert said(forgot) == "  answer(0.5) gives nothing back; is a `return` missing?"


def test_an_error_becomes_a_sentence(said):
    def broken(z):
        return z[0]

    assert said(broken) == (
        "  answer(0.5) stops with TypeError: 'float' object is not subscriptable"
        f" (line {broken.__code__.co_firstlineno + 1} of your cell)"
    )


def test_an_error_without_a_message(said):
    def broken(z):
        raise KeyError

    assert said(broken) == (
        "  answer(0.5) stops with KeyError"
        f" (line {broken.__code__.co_firstlineno + 1} of your cell)"
    )


def test_arrays_lists_and_several_arguments(said):
    cases = [(([1.0, 2.0], [3.0, 4.0]), 11.0)]
    assert said(np.dot, cases, {}) == "✓ Exercise 9.1 is right: 1 of 1 cases."
    assert said(np.multiply, cases, {"Add up.": lambda a, b: np.multiply(a, b)}) == (
        "  answer([1, 2], [3, 4]) gives shape (2,); expected a single number.\n  Add up."
    )


def test_a_changed_argument_is_told(said):
    def normalize(x):
        x /= x.sum()
        return x

    cases = [(np.array([1.0, 3.0]), np.array([0.25, 0.75]))]
    assert said(normalize, cases, {}) == (
        "  answer([1, 3]) changes its argument; work on a copy of it."
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
        "  answer([1, 1, 1]) gives shape (3, 1); expected shape (3,)."
    )


def test_nan_may_be_what_is_expected(said):
    assert said(lambda z: np.full(2, np.nan), [(0.0, [np.nan, np.nan])], {}).startswith("✓")


def test_nan_is_no_number(said):
    assert said(lambda z: float("nan")) == "  answer(0.5) gives nan; expected 1."
    many = [(np.zeros(20), np.zeros(20))]
    with np.errstate(invalid="ignore"):
        assert said(lambda x: x / x, many, {}) == (
            "  answer(an array of shape (20,)) gives nan in 20 places; expected numbers."
        )


def test_large_arrays_are_located_not_printed(said):
    cases = [(np.arange(20.0), np.arange(20.0))]
    assert said(lambda x: x + (x == 7), cases, {}) == (
        "  answer(an array of shape (20,)) gives 8 at [7]; expected 7 there."
    )


def test_a_condition_instead_of_a_value(said):
    def separates(w):
        """weights with a positive product"""
        return w[0] * w[1] > 0

    assert said(np.array([1.0, 2.0]), [separates], {}).startswith("✓ Exercise 9.1 is right")
    assert said(np.array([1.0, -2.0]), [separates], {}) == (
        "  Your answer is [1, -2]; expected: weights with a positive product."
    )
    assert said("word", [separates], {}).startswith("  Your answer is 'word'; expected: weights")


def test_values_with_known_mistakes(said):
    mistakes = {"You forgot the bias.": 2.0}
    assert said(2.5, [2.5], mistakes) == ("✓ Exercise 9.1 is right: 1 of 1 cases.")
    assert said(2.0, [2.5], mistakes) == (
        "  Your answer is 2; expected 2.5.\n  You forgot the bias."
    )
    assert said(..., [2.5], mistakes) == UNANSWERED


def test_several_results(said):
    cases = [(3.0, (9.0, "odd"))]
    assert said(lambda z: (z * z, "odd"), cases, {}).startswith("✓")
    assert said(lambda z: (z * z, "even"), cases, {}) == (
        "  answer(3) gives (9, 'even'); expected (9, 'odd')."
    )
    assert said((..., 2), [(1, 2)], {}) == UNANSWERED


def test_rounding_is_no_mistake(said):
    assert said(0.1 + 0.2, [0.3], {"Three tenths": 0.30001}).startswith("✓")


def test_the_smallest_failing_case_is_shown(said):
    cases = [(np.ones(9), 9.0), (np.ones(4), 4.0), (np.array([2.0]), 2.0)]
    assert said(lambda x: -x.sum(), cases, {}).startswith("  answer([2]) gives -2")


def forever(z):
    while True:
        z = z + 1


def forever_in_parts(z):
    def inner():
        return z

    while True:
        try:
            inner()
        except Exception:
            continue


@pytest.mark.parametrize("endless", [forever, forever_in_parts])
def test_an_endless_loop_ends_with_a_sentence(said, endless):
    assert "can its loop ever stop?" in said(endless)


def test_endless_recursion_ends_with_a_sentence(said):
    def deeper(z):
        return deeper(z - 1)

    assert "calls itself without end" in said(deeper)


def test_a_known_mistake_may_be_endless(said):
    mistakes = {"Nobody comes home.": forever}
    assert said(forever, CASES, mistakes).endswith("  Nobody comes home.")


def test_what_an_answer_prints_is_cut(said):
    def talks(z):
        print("word " * 10_000)
        return int(z >= 0)

    heard = said(talks)
    assert len(heard) < 3_000
    assert "is not shown" in heard


def test_exit_gets_a_sentence(said):
    assert "stops with SystemExit" in said(lambda z: sys.exit())


def test_tracing_is_as_before(said):
    tracer, depth = sys.gettrace(), sys.getrecursionlimit()
    said(forever)
    assert (sys.gettrace(), sys.getrecursionlimit()) == (tracer, depth)


def test_a_class_without_substance_is_not_answered_yet(said):
    class Empty:
        def forward(self, x):
            """Rows in, rows out."""
            ...

    assert said(Empty, [((), lambda made: False)], {}) == UNANSWERED


def test_an_exercise_is_found_by_its_number(capsys):
    exercises.check("2.4", ...)
    assert "Exercise 2.4 is not answered yet" in capsys.readouterr().out
    with pytest.raises(KeyError, match=r"2\.99"):
        exercises.check("2.99", ...)
    assert exercises.chapter(99) == []
