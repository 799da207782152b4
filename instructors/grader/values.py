"""Values between the grader and the answers, as text that can hold data and nothing else.

What comes from a student's process is never unpickled and never run: numbers, texts, arrays and
lists of them arrive, and of anything else only its kind.
"""

from __future__ import annotations

import base64
import importlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np

DEPTH = 20  # lists inside lists


def encode(value: Any, function: Callable[[Any], Any] | None = None, depth: int = 0) -> Any:
    """As JSON can write it; `function` says what becomes of a function, else it is "other"."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if value is ...:
        return {"blank": True}
    if type(value) is complex:
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "buifcU":
        np.save(buffer := io.BytesIO(), value, allow_pickle=False)
        return {"array": base64.b64encode(buffer.getvalue()).decode()}
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    if type(value) in (list, tuple) and depth < DEPTH:
        return {type(value).__name__: [encode(part, function, depth + 1) for part in value]}
    if type(value) is dict and depth < DEPTH:
        pairs = [[encode(p, function, depth + 1) for p in pair] for pair in value.items()]
        return {"dict": pairs}
    if callable(value) and function is not None:
        return {"function": function(value)}
    return {"other": type(value).__name__}


def by_name(function: Any) -> str:
    """A function as `module:name`, for a process that can import it."""
    name = f"{function.__module__}:{function.__qualname__}"
    if named(name) is not function:
        raise TypeError(f"{name} cannot be imported, so it cannot be an argument")
    return name


def named(name: str) -> Any:
    module, _, inside = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in inside.split("."):
        found = getattr(found, part)
    return found


def decode(data: Any, *, functions: bool = False) -> Any:
    """What `encode` wrote. Only the student's side may look up functions."""
    if not isinstance(data, dict):
        if data is None or type(data) in (bool, int, float, str):
            return data
        raise ValueError("no value")
    [(kind, content)] = data.items()
    inside = lambda parts: [decode(part, functions=functions) for part in parts]  # noqa: E731
    if kind == "blank":
        return ...
    if kind == "complex":
        return complex(*content)
    if kind == "array":
        return np.load(io.BytesIO(base64.b64decode(content)), allow_pickle=False)
    if kind == "generator":
        generator = np.random.default_rng()
        generator.bit_generator.state = content
        return generator
    if kind == "list":
        return inside(content)
    if kind == "tuple":
        return tuple(inside(content))
    if kind == "dict":
        return dict(map(inside, content))
    if kind == "function" and functions:
        return named(content)
    if kind == "other":
        return type(str(content)[:60], (), {})()  # an object of that name, and nothing in it
    raise ValueError(f"no value: {kind}")
