"""Check a reader's answer to an exercise, and name the misconception behind a wrong one.

    from bookkit import exercises

    exercises.check(
        step,
        cases=[(0.5, 1), (-2.0, 0), (0.0, 1)],
        mistakes={"The step is 1 at exactly zero too.": lambda z: int(z > 0)},
    )

prints one line if `step` is right, else the first case in which it fails, what was expected, and
the sentence of the known mistake that the answer makes, if it makes one.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

RELATIVE, ABSOLUTE = 1e-6, 1e-9  # floats that differ by no more are the same
SHOWN = 12  # an array with more values is described, not printed


class _Outcome(NamedTuple):
    """What an answer did in one case; `problem` is empty where that was right."""

    problem: str
    result: Any


class _Raised(NamedTuple):
    name: str


def check(answer: Any, cases: Sequence[Any], mistakes: Mapping[str, Any] | None = None) -> None:
    """Say whether `answer` is right in every case.

    Parameters
    ----------
    answer
        a function, or a value: a number, an array, a string, a tuple of those. `...`, None and a
        function without a body count as not answered yet.
    cases
        for a function, pairs `(arguments, expected)`: a tuple of arguments, or one that is no
        tuple. For a value, what is expected of it. What is expected is a value, or a function that
        says of a result whether it is right, whose docstring says so in words.
    mistakes
        from the sentence that answers a misconception to a function or value that embodies it.

    Raises
    ------
    ValueError
        if there are no cases, or if they let one of `mistakes` pass: then they cannot tell that
        wrong answer from a right one.
    """
    mistakes = mistakes or {}
    if not cases:
        raise ValueError("there are no cases; give at least one to check the answer in")
    example = next(iter(mistakes.values()), None) if _is_blank(answer) else answer
    pairs = list(cases) if callable(example) else [((), expected) for expected in cases]
    known = {sentence: _outcomes(mistake, pairs) for sentence, mistake in mistakes.items()}
    for sentence, outcomes in known.items():
        if not any(outcome.problem for outcome in outcomes):
            raise ValueError(f"the cases let this mistake pass; add one that does not: {sentence}")
    outcomes = [] if _is_blank(answer) else _outcomes(answer, pairs)
    if not outcomes or _is_unwritten(answer, outcomes[0].result):
        print("Not answered yet: write your answer and run this cell again.")
        return
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    if not problems:
        rejected = f", {_count(mistakes, 'known mistake')} rejected" if mistakes else ""
        print(f"✓ {_name(answer)} is right: {_count(cases, 'case')} checked{rejected}.")
        return
    print(f"✗ {_name(answer)}{problems[0]}")
    for sentence, wrong in known.items():
        if all(_alike(mine, other) for mine, other in zip(outcomes, wrong, strict=True)):
            print(f"  {sentence}")


def _is_blank(answer: Any) -> bool:
    if isinstance(answer, tuple):
        return any(_is_blank(part) for part in answer)
    return answer is None or answer is ... or answer is NotImplemented


def _stub(*_: Any) -> Any: ...


def _stub_with_docstring(*_: Any) -> Any:
    """Compiled like any function that holds only its docstring."""


def _is_unwritten(answer: Any, result: Any) -> bool:
    """Whether a function that gave a blank was never written; one with code forgot `return`."""
    if result is not None:
        return _is_blank(result)
    empty = [stub.__code__.co_code for stub in (_stub, _stub_with_docstring)]
    return hasattr(answer, "__code__") and answer.__code__.co_code in empty


def _outcomes(answer: Any, pairs: Sequence[tuple[Any, Any]]) -> list[_Outcome]:
    return [_outcome(answer, arguments, expected) for arguments, expected in pairs]


def _outcome(answer: Any, arguments: Any, expected: Any) -> _Outcome:
    if not callable(answer):
        problem = _difference(answer, expected)
        return _Outcome(problem and f" is {problem}", answer)
    arguments = arguments if isinstance(arguments, tuple) else (arguments,)
    given = copy.deepcopy(arguments)
    call = f"({', '.join(_show(argument) for argument in arguments)})"
    try:
        result = answer(*given)
    except NotImplementedError:
        return _Outcome(f"{call} is not implemented.", NotImplemented)
    except Exception as error:  # whatever a reader's code may do, they get a sentence
        said = str(error).splitlines()[:1]
        message = ": ".join([type(error).__name__, *said])
        return _Outcome(f"{call} stops with {message}", _Raised(type(error).__name__))
    for place, (before, after) in enumerate(zip(arguments, given, strict=True), 1):
        if _was_changed(before, after):
            which = "its argument" if len(arguments) == 1 else f"its argument number {place}"
            return _Outcome(f"{call} changes {which}; work on a copy of it.", result)
    if result is None:
        return _Outcome(f"{call} gives nothing back; is a `return` missing?", None)
    problem = _difference(result, expected)
    return _Outcome(problem and f"{call} gives {problem}", result)


def _difference(result: Any, expected: Any) -> str:
    """In words what is wrong with `result`; empty if nothing is."""
    if callable(expected):
        try:
            right = bool(expected(result))
        except Exception:  # a result of another kind than the test can take
            right = False
        wanted = (expected.__doc__ or "").strip().rstrip(".") or "something else"
        return "" if right else f"{_show(result)}; expected: {wanted}."
    if _equal(result, expected):
        return ""
    got, want = _numbers(result), _numbers(expected)
    if got is None or want is None:
        return f"{_show(result)}; expected {_show(expected)}."
    if got.shape != want.shape:
        shapes = [f"shape {a.shape}" if a.shape else "a single number" for a in (got, want)]
        return f"{shapes[0]}; expected {shapes[1]}."
    if got.size <= SHOWN:
        return f"{_show(result)}; expected {_show(expected)}."
    if np.isnan(got).any() and not np.isnan(want).any():
        return f"nan in {_count(np.flatnonzero(np.isnan(got)), 'place')}; expected numbers."
    place = np.unravel_index(np.argmax(np.abs(got - want)), got.shape)
    index = ", ".join(str(int(i)) for i in place)
    return f"{_show(got[place])} at [{index}]; expected {_show(want[place])} there."


def _equal(one: Any, other: Any) -> bool:
    a, b = _numbers(one), _numbers(other)
    if a is not None and b is not None:
        close = a.shape == b.shape and np.isclose(a, b, RELATIVE, ABSOLUTE, equal_nan=True).all()
        return bool(close)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    return a is None and b is None and type(one) is type(other) and bool(one == other)


def _numbers(value: Any) -> np.ndarray | None:
    """As an array of numbers, or None where it is something else."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "buifc" else None


def _was_changed(before: Any, after: Any) -> bool:
    """Whether an array, or one in a list, is another than before; other objects may change."""
    if isinstance(before, np.ndarray):
        return not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, (list, tuple)):
        return len(before) != len(after) or any(map(_was_changed, before, after))
    if isinstance(before, dict):
        return before.keys() != after.keys() or any(
            _was_changed(before[k], after[k]) for k in before
        )
    return isinstance(before, (int, float, str)) and before != after


def _alike(one: _Outcome, other: _Outcome) -> bool:
    """Whether two answers did the same in a case: both right, or wrong in the same way."""
    if bool(one.problem) != bool(other.problem):
        return False
    return not one.problem or one.problem == other.problem or _equal(one.result, other.result)


def _name(answer: Any) -> str:
    name = getattr(answer, "__name__", "")
    return name if name.isidentifier() else "your function" if callable(answer) else "Your answer"


def _count(things: Any, noun: str) -> str:
    return f"{len(things)} {noun}{'s' if len(things) != 1 else ''}"


def _show(value: Any) -> str:
    """Short, and the same on every machine: no addresses, no digits that rounding moves."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        if value.size > SHOWN:
            return f"an array of shape {value.shape}"
        return _show(value.tolist())
    if isinstance(value, (list, tuple)):
        if len(value) > SHOWN:
            return f"a {type(value).__name__} of {len(value)}"
        inner = ", ".join(_show(part) for part in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"
    if value is None or isinstance(value, (bool, int, str, complex)):
        return repr(value)
    return getattr(value, "__name__", None) or f"a {type(value).__name__}"
