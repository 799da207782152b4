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
- it keeps no state between calls: frames are drawn in any order.

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
import hashlib
import inspect
import io
import itertools
import json
import math
import os
import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Control", "Frame", "InteractiveFigure", "choice", "figure", "play", "slider"]

MAX_FRAMES = 300
MAX_KB = 400
VIEW = "application/vnd.jupyter.widget-view+json"


# --- controls ---------------------------------------------------------------------------------


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
    Nothing plays before the reader asks for it.
    """
    values = tuple(range(frames)) if isinstance(frames, int) else tuple(frames)
    return _control("play", label, values, value, text, interval=interval)


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


# --- frames -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """What one position of the controls shows: SVG, alt text, and a digest of the numbers drawn."""

    values: dict[str, Any]
    svg: str
    alt: str
    digest: str


class _Painter:
    """Draws frames with one layout, so that the axes stay where they are from frame to frame."""

    def __init__(self, draw: Callable[..., str], figsize: tuple[float, float], subplots: Any):
        self.draw, self.figsize, self.subplots = draw, figsize, dict(subplots or {})
        self.places: list[Any] | None = None

    def paint(self, values: Mapping[str, Any]) -> tuple[Any, str]:
        """Return the matplotlib figure of one frame and its alt text."""
        from matplotlib.figure import Figure

        fig = Figure(figsize=self.figsize, layout="constrained")
        alt = self.draw(fig.subplots(**self.subplots), **values)
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(
                f"draw must return the alt text of its frame, but for {values} it returned {alt!r}."
            )
        if self.places is None:
            fig.draw_without_rendering()
            self.places = [ax.get_position() for ax in fig.axes]
        if len(self.places) == len(fig.axes):
            fig.set_layout_engine("none")
            for ax, place in zip(fig.axes, self.places, strict=True):
                ax.set_position(place)
        return fig, alt.strip()

    def svg(self, values: Mapping[str, Any]) -> tuple[ET.Element, str, str]:
        """Return the frame's SVG tree, its alt text and its digest."""
        import matplotlib
        from matplotlib.backends.backend_svg import RendererSVG
        from matplotlib.textpath import text_to_path

        style = {"svg.fonttype": "path", "svg.hashsalt": "nnlib", "image.interpolation": "none"}
        with matplotlib.rc_context(style):
            fig, alt = self.paint(values)
            image_dpi, fig.dpi = fig.dpi, 72  # SVG counts in points
            buffer = io.StringIO()
            renderer = RendererSVG(
                *fig.bbox.size,
                buffer,
                image_dpi=image_dpi,
                metadata={"Date": None, "Creator": None},
            )
            # One reader of formulas for all frames, since it remembers them, and reads slowly.
            renderer._text2path = text_to_path
            fig.draw(renderer)  # savefig would draw everything twice
            renderer.finalize()
        return _tidy(ET.fromstring(buffer.getvalue())), alt, _digest(fig)

    def png(self, values: Mapping[str, Any]) -> bytes:
        """Return the frame as a PNG, for print and for pages without scripts."""
        fig, _ = self.paint(values)
        fig.savefig(buffer := io.BytesIO(), format="png")
        return buffer.getvalue()


_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DECIMAL = re.compile(r"-?\d+\.\d+")
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
_KEY = re.compile(r"\bshape[0-9a-f]{24}\b")


def _rounded(text: str) -> str:
    """Round decimals to 1/100 point."""
    return _DECIMAL.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), text)


def _tidy(root: ET.Element) -> ET.Element:
    """Drop what browsers do not need, shorten numbers and paths, name shapes by their content."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
        node.text = node.tail = None
        if _HREF in node.attrib:
            node.set("href", node.attrib.pop(_HREF))
        for key in {"x", "y", "width", "height"} & set(node.keys()):
            node.set(key, _rounded(node.attrib[key]))
        if "d" in node.attrib:
            node.set("d", _shorter_path(node.attrib["d"]))
        if "style" in node.attrib:
            node.set("style", re.sub(r"([:;])\s+", r"\1", node.attrib["style"]))
        if "transform" in node.attrib:
            moved = re.sub(
                r"translate\([^)]*\)", lambda m: _rounded(m[0]), node.attrib["transform"]
            )
            node.set("transform", moved)
    for node in root.iter("g"):
        styles = {child.get("style", "") for child in node}
        # Say once what all markers have in common; but opacity means another thing in a group.
        common = len(node) > 1 and len(styles) == 1 and "style" not in node.attrib
        if common and not re.search(r"^$|(^|;)opacity", style := styles.pop()):
            node.set("style", style)
            for child in node:
                del child.attrib["style"]
    used = {r for n in root.iter() for v in n.attrib.values() for r in _REFERENCE.findall(v)}
    names = {}
    for node in root.iter():
        if (name := node.attrib.pop("id", None)) in used:
            names[name] = _key(_markup(node))
            node.set("id", names[name])
    for node in root.iter():
        for key, value in node.attrib.items():
            if key == "href" or "url(#" in value:
                node.set(key, _REFERENCE.sub(lambda m: names.get(m[0], m[0]), value))
    return root


@lru_cache(4096)  # most shapes stand in many frames
def _shorter_path(d: str) -> str:
    """Round a path and leave out points within 1/20 point of the line that remains."""
    points = re.findall(r"([A-Za-z])\s*([^A-Za-z]*)", _rounded(d))
    if any(command not in "MLz" for command, _ in points) or len(points) < 4:
        return "".join(command + numbers.strip() for command, numbers in points)
    shorter: list[str] = []
    run: list[str] = []

    def close_run() -> None:
        xy = np.array([p.split() for p in run], dtype=float).reshape(-1, 2)
        shorter.extend(("L" if i else "M") + run[k].strip() for i, k in enumerate(_corners(xy)))
        run.clear()

    for command, numbers in points:
        if command in "Mz":
            close_run()
        if command == "z":
            shorter.append("z")
        else:
            run.append(numbers)
    close_run()
    return "".join(shorter)


def _corners(xy: NDArray[np.float64], tolerance: float = 0.05) -> list[int]:
    """Return the points to keep of a polyline (Ramer 1972; Douglas and Peucker 1973)."""
    keep, open_ = {0, len(xy) - 1} if len(xy) else set(), [(0, len(xy) - 1)]
    while open_:
        i, k = open_.pop()
        if k - i < 2:
            continue
        between, chord = xy[i + 1 : k] - xy[i], xy[k] - xy[i]
        along = np.clip(between @ chord / max(chord @ chord, 1e-12), 0, 1)
        off = np.linalg.norm(between - along[:, None] * chord, axis=1)
        if off.max() > tolerance:
            j = i + 1 + int(off.argmax())
            keep.add(j)
            open_ += [(i, j), (j, k)]
    return sorted(keep)


def _key(mark: str) -> str:
    return "shape" + hashlib.sha256(mark.encode()).hexdigest()[:24]


def _markup(node: ET.Element) -> str:
    """Serialize with single quotes, which JSON leaves alone."""
    return _element(node, "".join(map(_markup, node)))


def _element(node: ET.Element, inner: str) -> str:
    names = "".join(f" {k}='{escape(v, quote=True)}'" for k, v in node.attrib.items())
    if node.tag == "g" and not names:
        return inner
    return f"<{node.tag}{names}>{inner}</{node.tag}>" if inner else f"<{node.tag}{names}/>"


def _share(trees: list[ET.Element], prefix: str) -> tuple[str, list[str]]:
    """Return the shapes that frames share, as SVG definitions, and each frame's own markup.

    What stands in two frames or more is stored once and used by reference where it stood, so that
    the order in which things cover each other stays.
    """
    marks: dict[ET.Element, str] = {}
    for tree in trees:
        for node in reversed(list(tree.iter())):  # parts before what they are part of
            marks[node] = _element(node, "".join(marks[part] for part in node))
    frames_with = Counter(m for tree in trees for m in {marks[node] for node in tree.iter()})
    shapes: dict[str, str] = {}

    def write(node: ET.Element, above: int = 1) -> str:
        """Write ``node``, by reference if it stands in more frames than what it is part of."""
        mark = marks[node]
        if node.tag == "defs":
            shapes.update((part.attrib["id"], marks[part]) for part in node if "id" in part.attrib)
            return ""
        if frames_with[mark] <= above or len(mark) < 60 or "id" in node.attrib:
            return _element(node, "".join(write(part, above) for part in node))
        key = _key(mark)
        if key not in shapes:
            inner = "".join(write(part, frames_with[mark]) for part in node)
            drawn = _element(node, inner) if node.attrib else f"<{node.tag}>{inner}</{node.tag}>"
            shapes[key] = re.sub(r"^<\w+", rf"\g<0> id='{key}'", drawn)
        return f"<use href='#{key}'/>"

    bodies = ["".join(map(write, tree)) for tree in trees]
    short = {key: f"{prefix}{np.base_repr(i, 36).lower()}" for i, key in enumerate(shapes)}

    def named(text: str) -> str:
        return _KEY.sub(lambda m: short[m[0]], text)

    return named("".join(shapes.values())), [named(body) for body in bodies]


def _picture(tree: ET.Element, body: str, alt: str, width: float) -> str:
    """Wrap a frame's markup in an image that says what it shows."""
    return (
        f"<svg viewBox='{tree.get('viewBox')}' role='img' aria-label='{escape(alt, quote=True)}' "
        f"style='display:block;width:100%;max-width:{100 * width:g}px;height:auto;margin:0 auto;"
        f"stroke-linejoin:round;stroke-linecap:butt'>{body}</svg>"
    )


def _digest(fig: Any) -> str:
    """Condense the text summary of a frame: a hash of its words, and four sums of its numbers.

    The sums weigh every number by where it stands, as thousandths of the largest beside it, and
    that one's logarithm. A change that a reader could see moves them by more than their tolerance;
    the rounding of another machine does not.
    """
    from bookkit.book import figure_summary

    groups: list[NDArray[np.float64]] = []

    def take_numbers(match: re.Match[str]) -> str:
        numbers = np.array([float(v) for v in match[1].split(",") if v.strip()])
        numbers[~np.isfinite(numbers)] = 0
        largest = np.abs(numbers).max(initial=1e-9)
        groups.append(1000 * np.array([*(numbers / largest), np.log(largest)]))
        return "±"

    def take_color(match: re.Match[str]) -> str:
        groups.append(0.3 * np.frombuffer(bytes.fromhex(match[1]), dtype=np.uint8))
        return "#"

    words = re.sub(r"±\S+ \[([^\]]*)\]", take_numbers, figure_summary(fig))
    words = re.sub(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", take_color, words)
    numbers = np.concatenate([[0.0], *groups])
    places = np.outer(np.sqrt([2, 3, 5, 7]), np.arange(len(numbers)))
    sums = (2 + np.cos(2 * np.pi * places)) @ numbers
    written = ", ".join(f"{v:.0f}" for v in sums)
    return f"{hashlib.sha256(words.encode()).hexdigest()[:6]} ±3 [{written}]"


# --- the figure -------------------------------------------------------------------------------


def figure(
    draw: Callable[..., str],
    controls: Mapping[str, Control],
    *,
    name: str,
    figsize: tuple[float, float] = (6.0, 4.0),
    subplots: Mapping[str, Any] | None = None,
    still: Mapping[str, Any] | None = None,
    live: bool | None = None,
) -> InteractiveFigure:
    """Return a figure whose ``controls`` choose among the frames that ``draw`` makes.

    Parameters
    ----------
    draw : ``draw(ax, **values)`` draws one frame and returns its alt text.
    controls : a control for every further parameter of ``draw``, by its name.
    name : the figure's name, unique in its chapter and the same as in the cell's metadata.
    figsize : width and height in inches.
    subplots : arguments of :meth:`matplotlib.figure.Figure.subplots`, such as ``{"ncols": 2}``.
    still : the values of the frame that print, PDF and pages without scripts show; what it leaves
        out stands where the control starts.
    live : draw on demand (``True``) or store every frame (``False``); left out, a kernel with a
        reader draws on demand unless the environment variable ``BOOK_STATIC`` is set.
    """
    _check_controls(draw, controls)
    stills = {key: control.values[control.start] for key, control in controls.items()}
    for key, value in (still or {}).items():
        if key not in controls:
            raise ValueError(f"still names {key!r}, which is no control of {name!r}.")
        stills[key] = controls[key].values[controls[key].index(value)]
    painter = _Painter(draw, figsize, subplots)
    if _kernel_with_reader() if live is None else live:
        return InteractiveFigure(name, [], _live_widget(painter, controls), "", b"")
    frames, widget, size = _stored_widget(painter, controls, name)
    return InteractiveFigure(
        name, frames, widget, _summary(name, controls, frames, figsize), painter.png(stills), size
    )


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


def _summary(
    name: str, controls: Mapping[str, Control], frames: list[Frame], figsize: tuple[float, float]
) -> str:
    """Return what nbval compares: the controls and, for every frame, its alt text and digest."""
    lines = [f"Interactive figure {name}, {figsize[0]:g} x {figsize[1]:g} in, {len(frames)} frames"]
    for key, c in controls.items():
        lines.append(
            f" {c.kind} {key} {c.label!r}: {', '.join(c.texts)}; starts at {c.texts[c.start]}"
        )
    keys = [[f"{k}={t}" for t in c.texts] for k, c in controls.items()]
    for position, frame in zip(itertools.product(*keys), frames, strict=True):
        lines.append(f" {' '.join(position)}: {frame.alt} {frame.digest}")
    return "\n".join(lines)


# --- widgets ----------------------------------------------------------------------------------


def _ipywidgets() -> Any:
    try:
        import ipywidgets
    except ImportError as error:
        raise ImportError(
            "Interactive figures need ipywidgets; install it with: pip install 'nnlib[interactive]'"
        ) from error
    return ipywidgets


class _Factory:
    """Makes widgets whose ids follow from the figure's name and the widget's place in it.

    With no name, ids are left to ipywidgets, as a live figure needs when its cell runs twice.
    """

    def __init__(self, name: str | None):
        self.widgets, self.name, self.made = _ipywidgets(), name, []

    def __call__(self, kind: str, place: str, **traits: Any) -> Any:
        """Make a widget; ``layout`` and ``style`` are mappings, or widgets to share."""
        maker = getattr(self.widgets, kind)
        for part in {"layout", "style"}.intersection(maker.class_trait_names()):
            given = traits.get(part, {})
            if isinstance(given, dict):
                traits[part] = given | self._id(f"{place}/{part}")
        self.made.append(maker(**traits, **self._id(place)))
        return self.made[-1]

    def link(self, place: str, source: tuple[Any, str], target: tuple[Any, str]) -> None:
        """Let the browser copy one trait to another, as ``ipywidgets.jsdlink`` does."""
        maker = self.widgets.widgets.widget_link.DirectionalLink
        self.made.append(maker(source=source, target=target, **self._id(place)))

    def size(self) -> int:
        """Return how many bytes the notebook will store, nearly."""
        parts = [
            getattr(w, name) for w in self.made for name in ("layout", "style") if w.has_trait(name)
        ]
        states = {w.model_id: w.get_state() for w in [*self.made, *parts]}
        return len(json.dumps(states, ensure_ascii=False).encode())

    def _id(self, place: str) -> dict[str, str]:
        if self.name is None:
            return {}
        model_id = f"{self.name}/{place}"
        if earlier := self.widgets.widgets.widget._instances.get(model_id):
            earlier.close()  # the cell runs again: the id is free for its new widget
        return {"model_id": model_id}


def _label_width(controls: Mapping[str, Control]) -> str:
    return f"{max(len(c.label) for c in controls.values()) + 1}ch"


def _stored_widget(
    painter: _Painter, controls: Mapping[str, Control], name: str
) -> tuple[list[Frame], Any, int]:
    """Draw every frame and link the controls to them in nested stacks, one level a control."""
    make = _Factory(name)
    starts = {key: c.values[c.start] for key, c in controls.items()}
    painter.paint(starts)  # the layout of the starting frame holds for all
    _try_between_steps(painter, controls, starts)
    drawn = []
    for values in itertools.product(*(c.values for c in controls.values())):
        values = dict(zip(controls, values, strict=True))
        drawn.append((values, *painter.svg(values)))
    prefix = "s" + hashlib.sha256(name.encode()).hexdigest()[:6] + "-"
    shared, bodies = _share([tree for _, tree, _, _ in drawn], prefix)
    frames = [
        Frame(values, _picture(tree, body, alt, painter.figsize[0]), alt, digest)
        for (values, tree, alt, digest), body in zip(drawn, bodies, strict=True)
    ]

    definitions = make(
        "HTML",
        "shared",
        value=f"<svg width='0' height='0' style='position:absolute' aria-hidden='true'>"
        f"<defs>{shared}</defs></svg>",
        layout={"height": "0", "margin": "0"},
    )
    leaves = [make("HTML", "frame/0", value=frames[0].svg, layout={"width": "100%", "margin": "0"})]
    same = {"layout": leaves[0].layout, "style": leaves[0].style}
    leaves += [
        make("HTML", f"frame/{i}", value=frame.svg, **same)
        for i, frame in enumerate(frames[1:], start=1)
    ]
    handles = {
        key: _stored_control(make, key, c, _label_width(controls)) for key, c in controls.items()
    }
    level = leaves
    for depth, (key, c) in reversed(list(enumerate(controls.items()))):
        n = len(c.values)
        groups = [level[i : i + n] for i in range(0, len(level), n)]
        level = []
        for i, children in enumerate(groups):
            place = f"stack/{depth}/{i}"
            level.append(
                make(
                    "Stack", place, children=children, selected_index=c.start, layout=same["layout"]
                )
            )
            make.link(f"{place}/link", (handles[key][0], "index"), (level[-1], "selected_index"))
    level[0].add_class("nnlib-frames")
    panel = make(
        "VBox",
        "controls",
        children=[row for _, row in handles.values()],
        layout={"width": "auto"},
    )
    panel.add_class("nnlib-controls")
    root = make(
        "VBox",
        "root",
        children=[definitions, level[0], panel],
        layout={"width": "100%"},
    )
    root.add_class("nnlib-figure")
    size = make.size()
    if size > MAX_KB * 1024:
        raise ValueError(
            f"The {len(frames)} frames of {name!r} take {size / 1024:.0f} KB, but a figure may "
            f"take {MAX_KB} KB: give the controls fewer values or draw fewer points a frame."
        )
    return frames, root, size


def _try_between_steps(
    painter: _Painter, controls: Mapping[str, Control], starts: dict[str, Any]
) -> None:
    """Draw one frame that only live sliders reach, so that it does not fail before a reader."""
    between = {k: sum(c.values[:2]) / 2 for k, c in controls.items() if c.continuous}
    try:
        for key, value in between.items():
            controls[key].show(value)
        painter.paint(starts | between)
    except Exception as error:
        raise ValueError(
            f"draw fails at {between}, between the steps, where a live slider may stand; mend draw "
            f"or give the slider continuous=False ({type(error).__name__}: {error})."
        ) from error


def _stored_control(make: _Factory, key: str, c: Control, width: str) -> tuple[Any, Any]:
    """Return the widget whose index is linked to the stacks, and the row that shows it."""
    kind = "ToggleButtons" if c.kind == "choice" else "SelectionSlider"
    handle = make(
        kind,
        key,
        options=c.texts,
        index=c.start,
        description=c.label,
        tooltip="",
        layout={"width": "auto", "flex": "1 1 auto"},
        style={"description_width": width},
    )
    if c.kind != "play":
        return handle, handle
    player = make(
        "Play",
        f"{key}/play",
        min=0,
        max=len(c.values) - 1,
        value=c.start,
        interval=c.interval,
        show_repeat=False,
    )
    make.link(f"{key}/play/index", (player, "value"), (handle, "index"))
    make.link(f"{key}/index/play", (handle, "index"), (player, "value"))
    row = make(
        "HBox",
        f"{key}/row",
        children=[player, handle],
        layout={"width": "auto", "flex_flow": "row wrap"},
    )
    return handle, row


def _live_widget(painter: _Painter, controls: Mapping[str, Control]) -> Any:
    """Return controls that have each frame drawn when it is asked for."""
    make = _Factory(None)
    handles = {}
    rows = []
    for key, c in controls.items():
        more = {
            "description": c.label,
            "style": {"description_width": _label_width(controls)},
            "layout": {"width": "auto", "flex": "1 1 auto"},
        }
        kind = "ToggleButtons" if c.kind == "choice" else "SelectionSlider"
        options = _live_options(c)
        start = options.index((c.texts[c.start], c.values[c.start]))
        handles[key] = make(kind, key, options=options, index=start, **more)
        rows.append(_live_player(make, c, handles[key]) if c.kind == "play" else handles[key])
    view = make("HTML", "frame")

    def show(_: Any = None) -> None:
        tree, alt, _ = painter.svg({key: handle.value for key, handle in handles.items()})
        view.value = _picture(tree, "".join(map(_markup, tree)), alt, painter.figsize[0])

    for handle in handles.values():
        handle.observe(show, "value")
    show()
    panel = make("VBox", "controls", children=rows)
    root = make("VBox", "root", children=[view, panel])
    root.add_class("nnlib-figure")
    view.add_class("nnlib-frames")
    panel.add_class("nnlib-controls")
    return root


def _live_options(c: Control) -> list[tuple[str, Any]]:
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


def _live_player(make: _Factory, c: Control, handle: Any) -> Any:
    last = len(c.values) - 1
    player = make(
        "Play", "", min=0, max=last, value=c.start, interval=c.interval, show_repeat=False
    )
    make.link("", (player, "value"), (handle, "index"))
    make.link("", (handle, "index"), (player, "value"))
    buttons = []
    for text, tip, move in (("‹", "Step back", -1), ("›", "Step forward", 1)):
        button = make("Button", "", description=text, tooltip=tip, layout={"width": "2.5em"})
        button.on_click(
            lambda _, move=move: setattr(handle, "index", min(max(handle.index + move, 0), last))
        )
        buttons.append(button)
    return make("HBox", "", children=[player, *buttons, handle])
