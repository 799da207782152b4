"""The widgets of an interactive figure: frames in stacks that follow the controls."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from html import escape
from typing import Any

from bookkit import svg
from bookkit.interactive.controls import Control, live_options
from bookkit.interactive.frames import Frame, Painter, picture
from bookkit.sketch import sketch

MAX_KB = 400


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
        if name is not None and not hasattr(self.widgets, "Stack"):
            raise ImportError(
                "To store the frames of a figure takes ipywidgets 8 or newer, not"
                f" {self.widgets.__version__}; install it with: pip install -U ipywidgets"
            )

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


def stored_widget(
    painter: Painter, controls: Mapping[str, Control], name: str
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
    shared, bodies = svg.share([tree for _, tree, _, _ in drawn], prefix)
    pictures = [
        picture(tree, body, alt, painter.figsize[0])
        for (_, tree, alt, _), body in zip(drawn, bodies, strict=True)
    ]
    frames = [
        Frame(values, shown, alt, digest, sketch(shown, f"<svg>{shared}</svg>"))
        for (values, _, alt, digest), shown in zip(drawn, pictures, strict=True)
    ]
    player = {"cuts": painter.cuts, "positions": {k: c.positions() for k, c in controls.items()}}

    definitions = make(
        "HTML",
        "shared",
        value=f"<svg width='0' height='0' style='position:absolute' aria-hidden='true' "
        f"data-player='{escape(json.dumps(player), quote=True)}'><defs>{shared}</defs></svg>",
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
    painter: Painter, controls: Mapping[str, Control], starts: dict[str, Any]
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


def live_widget(painter: Painter, controls: Mapping[str, Control]) -> Any:
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
        options = live_options(c)
        start = options.index((c.texts[c.start], c.values[c.start]))
        handles[key] = make(kind, key, options=options, index=start, **more)
        rows.append(_live_player(make, c, handles[key]) if c.kind == "play" else handles[key])
    view = make("HTML", "frame")

    def show(_: Any = None) -> None:
        tree, alt, _ = painter.svg({key: handle.value for key, handle in handles.items()})
        view.value = picture(tree, "".join(map(svg.markup, tree)), alt, painter.figsize[0])

    for handle in handles.values():
        handle.observe(show, "value")
    show()
    panel = make("VBox", "controls", children=rows)
    root = make("VBox", "root", children=[view, panel])
    root.add_class("nnlib-figure")
    view.add_class("nnlib-frames")
    panel.add_class("nnlib-controls")
    return root


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
