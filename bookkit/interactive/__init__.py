"""Interactive figures: sliders, choices and a player over frames that nnlib computes.

One call draws every frame a reader can reach, when the notebook runs. The controls are linked to
the frames in the browser, so the figure works in the plain HTML page with no kernel; nothing but
``draw`` ever computes what a frame shows.

A figure with sliders::

    from bookkit import interactive

    def draw(ax, w1, b):
        plotting.boundary(ax, [w1, 1.0], b)
        return f"The boundary for w₁ = {w1:g} and b = {b:g}."  # alt text of this frame

    interactive.figure(
        draw,
        {
            "w1": interactive.slider("weight w₁", [-2, -1, 0, 1, 2], value=1),
            "b": interactive.slider("bias b", [-1, 0, 1]),
        },
        name="fig-boundary",
    )

A figure that plays through steps, here beside a choice::

    def draw(axes, step, rate):
        plotting.descent(axes[0], paths[rate][: step + 1])
        plotting.curve(axes[1], losses[rate][: step + 1])
        return f"After {step} updates at rate {rate} the loss is {losses[rate][step]:.2f}."

    interactive.figure(
        draw,
        {
            "step": interactive.play("update", 30),
            "rate": interactive.choice("learning rate", [0.1, 0.5, 1.1]),
        },
        name="fig-descent",
        figsize=(8, 3.5),
        subplots={"ncols": 2},
        still={"step": 29},  # the frame that print and PDF show
    )

Rules for ``draw(ax, **values)``:

- it gets the axes (or the array of axes that ``subplots`` asks for) and one value a control;
- it computes with nnlib and **returns the alt text of its frame**, one or two sentences that say
  what the picture shows now;
- it sets axis limits itself, the same in all frames, so that the picture does not jump and what the
  frames share is stored once;
- it keeps no state between calls: frames are drawn in any order;
- the names that it uses keep what they stand for when the cell runs, whatever later cells call so.

The call is the last line of its cell. The cell's metadata carry the tags ``interactive`` and
``hide-input``, and caption, name and alt text (of the still frame) as for every other figure; its
name is the ``name`` given here.

In JupyterLab, Binder and a kernel in the page, the same call computes on the spot: numeric sliders
also stop at up to 200 round numbers between their steps (``continuous=False`` keeps the steps).
Where the environment variable ``BOOK_STATIC`` is 1 it makes the stored form instead; the refresh
command and ``pytest`` set it.

A stored figure may weigh 400 KB and hold 300 frames; drawing a frame takes about 0.05 s, so 60 is
a good number. Fewer steps, fewer points a curve, ``imshow`` instead of ``pcolormesh``, and
``contourf`` on a coarse grid make it lighter.
"""

from __future__ import annotations

import base64
import inspect
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bookkit.frozen import as_it_is
from bookkit.interactive.controls import Control, choice, play, slider
from bookkit.interactive.frames import Frame, Painter, summary
from bookkit.interactive.widgets import live_widget, stored_widget

__all__ = ["Control", "Frame", "InteractiveFigure", "choice", "figure", "play", "slider"]

MAX_FRAMES = 300
VIEW = "application/vnd.jupyter.widget-view+json"


def figure(
    draw: Callable[..., str],
    controls: Mapping[str, Control],
    *,
    name: str,
    figsize: tuple[float, float] = (6.0, 4.0),
    subplots: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    still: Mapping[str, Any] | None = None,
    live: bool | None = None,
) -> InteractiveFigure:
    """Return a figure whose ``controls`` choose among the frames that ``draw`` makes.

    Parameters
    ----------
    draw : ``draw(ax, **values)`` draws one frame and returns its alt text.
    controls : a control for every further parameter of ``draw``, by its name.
    name : the figure's name, unique in its chapter and the same as in the cell's metadata.
    figsize : width and height in inches; a column of the frame wider than a phone can show is
        drawn smaller, so that its letters stay legible.
    subplots : arguments of :meth:`matplotlib.figure.Figure.subplots`, such as ``{"ncols": 2}``.
    start : the values at which the controls stand first, in place of their own.
    still : the values of the frame that the stored picture and PDF show; what it leaves out stands
        where the control starts.
    live : draw on demand (``True``) or store every frame (``False``); left out, a kernel with a
        reader draws on demand unless the environment variable ``BOOK_STATIC`` is set.
    """
    _check_controls(draw, controls)
    controls = _moved(controls, start or {}, f"start of {name!r}")
    stills = _moved(controls, still or {}, f"still of {name!r}")
    shown = {key: control.values[control.start] for key, control in stills.items()}
    live = _kernel_with_reader() if live is None else live
    painter = Painter(as_it_is(draw) if live else draw, figsize, subplots)
    if live:
        return InteractiveFigure(name, [], live_widget(painter, controls), "", b"")
    frames, widget, size = stored_widget(painter, controls, name)
    return InteractiveFigure(
        name,
        frames,
        widget,
        summary(name, controls, frames, painter.figsize),
        painter.png(shown),
        size,
    )


def _moved(
    controls: Mapping[str, Control], places: Mapping[str, Any], what: str
) -> dict[str, Control]:
    """Return the controls as they start at ``places``, or at their own where it names none."""
    for key in places:
        if key not in controls:
            raise ValueError(f"{what} names {key!r}, which is no control of it.")
    return {
        key: replace(c, start=c.index(places[key])) if key in places else c
        for key, c in controls.items()
    }


@dataclass(frozen=True)
class InteractiveFigure:
    """What :func:`figure` returns; a notebook shows it."""

    name: str
    frames: list[Frame]
    widget: Any
    summary: str
    png: bytes
    size: int = 0

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        if not self.frames:
            return {"text/plain": f"Live figure {self.name}", VIEW: view}
        png = base64.b64encode(self.png).decode()
        return {"text/plain": self.summary, "image/png": png, VIEW: view}


def _check_controls(draw: Callable[..., str], controls: Mapping[str, Control]) -> None:
    parameters = list(inspect.signature(draw).parameters.values())[1:]
    names = [p.name for p in parameters]
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for key in controls:
        if key not in names and not takes_all:
            raise ValueError(
                f"draw has no parameter {key!r} for the control of that name; "
                f"after the axes it takes: {', '.join(names) or 'nothing'}."
            )
    for p in parameters:
        if p.name not in controls and p.default is p.empty and p.kind is not p.VAR_KEYWORD:
            raise ValueError(f"draw needs a value for {p.name!r}, but no control has that name.")
    if not controls:
        raise ValueError("An interactive figure needs at least one control.")
    count = math.prod(len(c.values) for c in controls.values())
    if count > MAX_FRAMES:
        steps = " × ".join(str(len(c.values)) for c in controls.values())
        raise ValueError(
            f"The controls reach {steps} = {count} frames, but a figure may store {MAX_FRAMES}: "
            "give the controls fewer values."
        )


def _kernel_with_reader() -> bool:
    """Tell whether somebody may move a control while this kernel runs."""
    if os.environ.get("BOOK_STATIC", "0") not in ("", "0"):
        return False
    if sys.platform == "emscripten":
        return True
    ipython = sys.modules.get("IPython")
    return getattr(ipython and ipython.get_ipython(), "kernel", None) is not None
