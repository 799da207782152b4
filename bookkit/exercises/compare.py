"""Compare what an answer gives with what was expected, and put the difference into words."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bookkit.exercises import guard

RELATIVE, ABSOLUTE = 1e-6, 1e-9  # floats that differ by no more are the same
SHOWN = 12  # an array with more values is described, not printed


class Outcome(NamedTuple):
    """What an answer did in one case; `problem` is empty where that was right."""

    problem: str
    result: Any


class _Raised(NamedTuple):
    name: str


def is_blank(answer: Any) -> bool:
    if isinstance(answer, tuple):
        return any(is_blank(part) for part in answer)
    return answer is None or answer is ... or answer is NotImplemented


def _stub(*_: Any) -> Any: ...


def _stub_with_docstring(*_: Any) -> Any:
    """Compiled like any function that holds only its docstring."""


def is_unwritten(answer: Any, result: Any) -> bool:
    """Whether a function that gave a blank, or a class, was never written."""
    if isinstance(answer, type):
        own = [part for part in vars(answer).values() if hasattr(part, "__code__")]
        return all(map(_is_empty, own))
    if result is not None:
        return is_blank(result)
    return _is_empty(answer)  # one with code forgot `return`


def _is_empty(function: Any) -> bool:
    empty = [stub.__code__.co_code for stub in (_stub, _stub_with_docstring)]
    return hasattr(function, "__code__") and function.__code__.co_code in empty


def outcomes(answer: Any, pairs: Sequence[tuple[Any, Any]]) -> list[Outcome]:
    """What the answer does in each case, up to the first that does not end."""
    found, budget = [], guard.Budget()
    with guard.limited_output():
        for arguments, expected in pairs:
            found.append(_outcome(answer, arguments, expected, budget))
            if found[-1].result is guard.Endless:
                break
    return found


def _outcome(answer: Any, arguments: Any, expected: Any, budget: guard.Budget) -> Outcome:
    if not callable(answer):
        problem = _difference(answer, expected)
        return Outcome(problem and f" is {problem}", answer)
    arguments = arguments if isinstance(arguments, tuple) else (arguments,)
    given = copy.deepcopy(arguments)
    try:
        result = budget.call(answer, *given)
    except NotImplementedError:
        return Outcome(" is not implemented.", NotImplemented)
    except guard.Endless:
        problem = f" has not ended after {guard.LINES:,} lines; can its loop ever stop?"
        return Outcome(problem, guard.Endless)
    except RecursionError:
        return Outcome(" calls itself without end; which case stops it?", RecursionError)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a reader's code may do, exit too, gets a sentence
        said = str(error).splitlines()[:1]
        message = ": ".join([type(error).__name__, *said])
        return Outcome(
            f" stops with {message}{_line(answer, error)}", _Raised(type(error).__name__)
        )
    for place, (before, after) in enumerate(zip(arguments, given, strict=True), 1):
        if _was_changed(before, after):
            which = "its argument" if len(arguments) == 1 else f"its argument number {place}"
            return Outcome(f" changes {which}; work on a copy of it.", result)
    if result is None:
        return Outcome(" gives nothing back; is a `return` missing?", None)
    problem = _difference(result, expected)
    return Outcome(problem and f" gives {problem}", result)


def _line(answer: Any, error: BaseException) -> str:
    """Where in the reader's code the error was, if it was there at all."""
    trace, line = error.__traceback__, 0
    while trace:
        if trace.tb_frame.f_globals.get("__name__") == getattr(answer, "__module__", None):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (line {line} of your cell)" if line else ""


def call_in_words(name: str, arguments: Any) -> str:
    """The call of one case as a reader would write it."""
    arguments = arguments if isinstance(arguments, tuple) else (arguments,)
    return f"{name}({', '.join(_show(argument) for argument in arguments)})"


def size(arguments: Any) -> int:
    """How many numbers a case shows: of several that fail, the smallest is shown."""
    if isinstance(arguments, (list, tuple)):
        return sum(map(size, arguments))
    return int(np.size(arguments)) if _numbers(arguments) is not None else 1


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
        return f"nan in {count(np.flatnonzero(np.isnan(got)), 'place')}; expected numbers."
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


def alike(one: Outcome, other: Outcome) -> bool:
    """Whether two answers did the same in a case: both right, or wrong in the same way."""
    if bool(one.problem) != bool(other.problem):
        return False
    return not one.problem or one.problem == other.problem or _equal(one.result, other.result)


def count(things: Any, noun: str) -> str:
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
