"""Read an interactive figure back from the widgets that a notebook stores, without a kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any


@dataclass(frozen=True)
class StoredControl:
    """A control as stored: ``kind`` is "slider", "choice" or "play"; ``positions`` of its steps on
    the track are from 0 to 1, and a step of a player lasts ``interval`` milliseconds."""

    key: str
    kind: str
    label: str
    texts: tuple[str, ...]
    positions: tuple[float, ...]
    start: int
    interval: int = 0


@dataclass(frozen=True)
class StoredFrame:
    """One frame: its alt text and its SVG, which refers to the figure's shapes."""

    alt: str
    svg: str


@dataclass(frozen=True)
class StoredFigure:
    """The controls; the frames, the last control's steps together; what frames share, as an SVG
    element; and where a narrow page may cut a frame into columns, as parts of its width."""

    name: str
    controls: tuple[StoredControl, ...]
    frames: tuple[StoredFrame, ...]
    shapes: str
    cuts: tuple[float, ...]

    @classmethod
    def read(cls, state: Mapping[str, Any], model_id: str) -> StoredFigure:
        """Read the figure whose outermost widget is ``model_id`` in a notebook's ``state``."""

        def traits(model: str) -> dict[str, Any]:
            return state[model.removeprefix("IPY_MODEL_")]["state"]

        def leaves(model: str) -> Iterator[str]:
            if "children" not in traits(model):
                yield traits(model)["value"]
            for child in traits(model).get("children", ()):
                yield from leaves(child)

        shared, stack, panel = traits(model_id)["children"]
        name = model_id.rpartition("/")[0]
        shapes = traits(shared)["value"]
        player = json.loads(unescape(_attribute(shapes, "data-player")) or "{}")
        controls = []
        for row in traits(panel)["children"]:
            parts = traits(row).get("children", [row])
            handle, played = traits(parts[-1]), len(parts) > 1
            toggles = handle["_model_name"] == "ToggleButtonsModel"
            key = parts[-1].rpartition("/")[2]
            texts = tuple(handle["_options_labels"])
            even = [i / (len(texts) - 1) for i in range(len(texts))]
            controls.append(
                StoredControl(
                    key,
                    "play" if played else "choice" if toggles else "slider",
                    handle["description"],
                    texts,
                    tuple(player.get("positions", {}).get(key, even)),
                    handle["index"],
                    traits(parts[0])["interval"] if played else 0,
                )
            )
        frames = tuple(
            StoredFrame(unescape(_attribute(svg, "aria-label")), svg) for svg in leaves(stack)
        )
        return cls(name, tuple(controls), frames, shapes, tuple(player.get("cuts", ())))

    def start(self) -> int:
        """Return the place of the frame at which the controls stand first."""
        place = 0
        for control in self.controls:
            place = place * len(control.texts) + control.start
        return place


def _attribute(markup: str, name: str) -> str:
    match = re.search(rf"{name}='([^']*)'", markup)
    return match[1] if match else ""
