"""Run a reader's function so that it ends: loops, recursion and printing have a limit.

The lines of the reader's own code are counted, since a browser's Python knows neither threads nor
signals. What runs inside a library is not counted and cannot be stopped.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

LINES = 400_000  # about a second; the longest answer the book asks for takes a tenth
DEPTH = 400  # calls inside each other
PRINTED = 2_000  # characters


class Endless(BaseException):
    """More lines than any answer needs; not an Exception, so that `except Exception` lets it by."""


class _Shortened(io.TextIOBase):
    """A stream that passes on the first characters it is given."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.left = stream, PRINTED

    def write(self, text: str) -> int:
        if self.left > 0:
            self.stream.write(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.stream.write("\n… what else your code prints is not shown.\n")
        return len(text)


@contextlib.contextmanager
def limited_output() -> Iterator[None]:
    with contextlib.redirect_stdout(_Shortened(sys.stdout)):
        yield


class Budget:
    """Lines that are left; several calls may share it."""

    def __init__(self) -> None:
        self.left = LINES

    def call(self, function: Callable, *arguments: Any) -> Any:
        """`function(*arguments)`; `Endless` or RecursionError where that does not end."""
        own = {getattr(function, "__module__", None), "__main__"}

        def count(frame: FrameType, event: str, _: Any) -> Callable:
            self.left -= 1
            if self.left < 0:
                raise Endless
            return count

        def enter(frame: FrameType, event: str, _: Any) -> Callable | None:
            return count(frame, event, _) if frame.f_globals.get("__name__") in own else None

        tracer, depth = sys.gettrace(), sys.getrecursionlimit()
        sys.setrecursionlimit(min(depth, _depth() + DEPTH))
        sys.settrace(enter)
        try:
            return function(*arguments)
        finally:
            sys.settrace(tracer)
            sys.setrecursionlimit(depth)


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame:
        frame, depth = frame.f_back, depth + 1
    return depth
