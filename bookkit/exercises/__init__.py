"""Exercises of the book: what an answer must give, and the words for one that does not.

    from bookkit import exercises

    exercises.check("2.4", learn)

says of a reader's `learn` that it is not answered yet, that it is right, or in which case it fails,
what came, what was expected, and the sentence that answers a known mistake. The cases and the known
mistakes of chapter 2 are in `ch02.py` beside this file; the reference solutions are in no package.
CONTRIBUTING.md, "Exercises", says how one is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

from bookkit.exercises.compare import (
    Outcome,
    alike,
    call_in_words,
    is_blank,
    is_unwritten,
    outcomes,
    size,
)


@dataclass(frozen=True)
class Exercise:
    """One exercise in code, as its chapter's file beside this one describes it.

    Parameters
    ----------
    number
        `"2.4"`: the fourth exercise of chapter 2.
    name
        what the reader writes, a function, a class or a value.
    grade, title
        as in the heading, `### Exercise 2.4 (apply) — The learning rule`.
    cases
        for a function, pairs `(arguments, expected)`: a tuple of arguments, or one that is no
        tuple. For a value, what is expected of it. What is expected is a value, or a function that
        says of a result whether it is right, whose docstring says so in words. Each case is worth
        the same.
    mistakes
        from the sentence that answers a misconception to a function or value that embodies it. It
        stands by itself: a function of the reader's may be wrong in ways of its own.
    """

    number: str
    name: str
    grade: str
    title: str
    cases: Sequence[Any]
    mistakes: Mapping[str, Any] = field(default_factory=dict)


class Report(NamedTuple):
    """What a check found: how many cases are right of how many, and the words for the reader."""

    right: int
    of: int
    text: str


def chapter(number: int | str) -> list[Exercise]:
    """The exercises in code of one chapter; none where it has no file here."""
    name = f"{__name__}.ch{int(number):02}"
    try:
        return import_module(name).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return []


def find(number: str) -> Exercise:
    """The exercise with this number; KeyError where there is none."""
    for exercise in chapter(number.partition(".")[0]):
        if exercise.number == number:
            return exercise
    raise KeyError(f"there is no exercise {number} that a function can check")


def check(number: str, answer: Any) -> None:
    """Print what `report` says of the answer to the exercise with this number."""
    print(report(find(number), answer).text)


def report(exercise: Exercise, answer: Any) -> Report:
    """Try the answer in every case, and say what is to be said of it.

    `answer` may be anything. `...`, None and a function without a body count as not answered yet.
    """
    of, label = len(exercise.cases), f"Exercise {exercise.number}"
    pairs = _pairs(exercise, answer)
    found = [] if is_blank(answer) else outcomes(answer, pairs)
    if not found or is_unwritten(answer, found[0].result):
        return Report(
            0, of, f"{label} is not answered yet: write your answer and run this cell again."
        )
    failed = [i for i, outcome in enumerate(found) if outcome.problem]
    right = len(found) - len(failed)
    if not failed:
        return Report(right, of, f"✓ {label} is right: {right} of {of} cases.")
    first = min(failed, key=lambda i: size(pairs[i][0]))
    call = call_in_words(exercise.name, pairs[first][0]) if callable(answer) else "Your answer"
    lines = [f"✗ {label}: {right} of {of} cases are right.", f"  {call}{found[first].problem}"]
    return Report(right, of, "\n".join([*lines, *(f"  {s}" for s in _sentences(exercise, found))]))


def _pairs(exercise: Exercise, answer: Any) -> list[tuple[Any, Any]]:
    if callable(answer):
        is_pair = [isinstance(case, tuple) and len(case) == 2 for case in exercise.cases]
        if all(is_pair):
            return list(exercise.cases)
    return [((), expected) for expected in exercise.cases]


def _sentences(exercise: Exercise, found: list[Outcome]) -> list[str]:
    """Of the known mistakes that do in every case what the answer did."""
    matching = []
    for sentence, mistake in exercise.mistakes.items():
        known = outcomes(mistake, _pairs(exercise, mistake))
        if len(known) == len(found) and all(map(alike, found, known)):
            matching.append(sentence)
    return matching
