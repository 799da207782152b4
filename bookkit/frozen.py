"""A reader's function, kept as it was when its cell ran."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any


def as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` with what the names of its notebook stand for now.

    A live figure draws when a control moves, which may be after later cells gave a name such as
    `net` to something else. The copy, and each function of the notebook that it can call by name,
    look names up among those of this moment. Objects are not copied: what is changed in place is
    changed for the figure, too. What is no plain Python function is returned as it is.
    """
    if not isinstance(function, FunctionType):
        return function
    notebook = function.__globals__
    names = dict(notebook)

    def copy(f: FunctionType) -> FunctionType:
        new = FunctionType(f.__code__, names, f.__name__, f.__defaults__, f.__closure__)
        new.__kwdefaults__ = f.__kwdefaults__
        new.__dict__.update(f.__dict__)
        return new

    for name, value in notebook.items():
        if isinstance(value, FunctionType) and value.__globals__ is notebook:
            names[name] = copy(value)
    return copy(function)
