"""The controls of an interactive figure: what they say, and where they stop."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Control:
    """One control: its kind, its label, the values it steps through and the one it starts at."""

    kind: str
    label: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    start: int
    show: Callable[[Any], str]
    continuous: bool = False
    interval: int = 0

    def index(self, value: Any) -> int:
        """Return the step of ``value``."""
        if value not in self.values:
            raise ValueError(
                f"{value!r} is not among the steps of {self.label!r}: {', '.join(self.texts)}."
            )
        return self.values.index(value)

    def positions(self) -> list[float]:
        """Return where the steps stand on the track, from 0 to 1: as the numbers lie, where a live
        slider stops between them, else one as far from the next as any."""
        if not self.continuous:
            return [round(i / (len(self.values) - 1), 4) for i in range(len(self.values))]
        low, high = self.values[0], self.values[-1]
        return [round((v - low) / (high - low), 4) for v in self.values]


def slider(
    label: str,
    values: Sequence[float],
    *,
    value: float | None = None,
    continuous: bool = True,
    text: str | Callable[[Any], str] = "{:g}",
) -> Control:
    """A slider over numbers, in increasing order; it starts at ``value`` (else in the middle).

    With a kernel it also stops at round numbers between them, unless ``continuous`` is false.
    ``text`` formats a value for the reader.
    """
    values = tuple(v.item() if isinstance(v, np.generic) else v for v in values)
    if list(values) != sorted(set(values)):
        raise ValueError(f"The values of slider {label!r} must increase, but they are {values}.")
    middle = len(values) // 2
    return _control("slider", label, values, value, text, start=middle, continuous=continuous)


def choice(
    label: str,
    values: Sequence[Any] | Mapping[str, Any],
    *,
    value: Any = None,
    text: str | Callable[[Any], str] = "{}",
) -> Control:
    """Buttons, one of which is pressed; ``values`` may map what a button says to its value."""
    if isinstance(values, Mapping):
        said = {v: k for k, v in values.items()}
        values, text = tuple(said), said.__getitem__
    return _control("choice", label, tuple(values), value, text)


def play(
    label: str,
    frames: int | Sequence[Any],
    *,
    value: Any = None,
    interval: int = 500,
    text: str | Callable[[Any], str] = "{}",
) -> Control:
    """A player with a slider: play and pause, step back and forward, back to the start.

    ``frames`` is a number of steps or their values; a step lasts ``interval`` milliseconds.
    Nothing plays before the reader asks for it. It starts at ``value``, else at the last step,
    which shows most; played from there, it begins anew.
    """
    values = tuple(range(frames)) if isinstance(frames, int) else tuple(frames)
    return _control("play", label, values, value, text, start=len(values) - 1, interval=interval)


def _control(
    kind: str,
    label: str,
    values: tuple[Any, ...],
    value: Any,
    text: Any,
    start: int = 0,
    **more: Any,
) -> Control:
    """Make a control that starts at ``value``, or at the step ``start`` where that is None."""
    if len(values) < 2:
        raise ValueError(f"The {kind} {label!r} needs at least two values, but has {len(values)}.")
    write = text.format if isinstance(text, str) else text

    def show(v: Any) -> str:
        return re.sub(r"^-(?=[\d.∞])", "−", write(v))

    control = Control(kind, label, values, tuple(map(show, values)), start, show, **more)
    return control if value is None else replace(control, start=control.index(value))


def live_options(c: Control) -> list[tuple[str, Any]]:
    """Return text and value of every stop: the steps and, on a slider, round numbers between."""
    options = list(zip(c.texts, c.values, strict=True))
    if not c.continuous:
        return options
    low, high = c.values[0], c.values[-1]
    least = (high - low) / 200
    digits = -math.floor(math.log10(least))
    spacing = next(s for s in (n * 10.0**-digits for n in (1, 2, 5, 10)) if s >= least)
    texts = set(c.texts)
    for k in range(math.ceil(low / spacing), math.floor(high / spacing) + 1):
        value = round(k * spacing, digits)
        text = c.show(value)
        if value not in c.values and text not in texts:
            options.append((text, value))
            texts.add(text)
    return sorted(options, key=lambda option: option[1])
