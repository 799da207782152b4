"""Frames: each position of the controls drawn once, with its alt text and its digests."""

from __future__ import annotations

import io
import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookkit import svg
from bookkit.interactive.controls import Control
from bookkit.layouts import column_cuts
from bookkit.sketch import condensed

PANEL = 4.8  # inches: what is wider has letters below 9 pixels on a phone


def legible_size(figsize: tuple[float, float], columns: int) -> tuple[float, float]:
    """Shrink a frame until a column of it, as wide as a phone, shows letters of 9 points as 9
    pixels or more; the height shrinks less, since letters need it."""
    shrink = min(1.0, PANEL * columns / figsize[0])
    return round(figsize[0] * shrink, 1), round(figsize[1] * shrink**0.5, 1)


@dataclass(frozen=True)
class Frame:
    """What one position of the controls shows: SVG, alt text, a digest of the numbers drawn, and a
    sketch of the drawing itself, with what it shares with other frames put back in its place."""

    values: dict[str, Any]
    svg: str
    alt: str
    digest: str
    sketch: str


class Painter:
    """Draws frames with one layout, so that the axes stay where they are from frame to frame."""

    def __init__(self, draw: Callable[..., str], figsize: tuple[float, float], subplots: Any):
        self.draw, self.subplots = draw, dict(subplots or {})
        self.figsize = legible_size(figsize, self.subplots.get("ncols", 1))
        self.places: list[Any] | None = None
        self.cuts: list[float] = []

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
            self.cuts = column_cuts(fig)
        if len(self.places) == len(fig.axes):
            fig.set_layout_engine("none")
            for ax, place in zip(fig.axes, self.places, strict=True):
                ax.set_position(place)
        return fig, alt.strip()

    def svg(self, values: Mapping[str, Any]) -> tuple[ET.Element, str, str]:
        """Return the frame's SVG tree, its alt text and its digest."""
        fig, alt = self.paint(values)
        return svg.draw(fig), alt, _digest(fig)

    def png(self, values: Mapping[str, Any]) -> bytes:
        """Return the frame as a PNG, for print and for pages without scripts."""
        fig, _ = self.paint(values)
        fig.savefig(buffer := io.BytesIO(), format="png")
        return buffer.getvalue()


def picture(tree: ET.Element, body: str, alt: str, width: float) -> str:
    """Wrap a frame's markup in an image that says what it shows."""
    return (
        f"<svg viewBox='{tree.get('viewBox')}' role='img' aria-label='{escape(alt, quote=True)}' "
        f"style='display:block;width:100%;max-width:{110 * width:g}px;height:auto;margin:0 auto;"
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
    return condensed([words], np.concatenate([[0.0], *groups]))


def summary(
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
        drawn = f"{frame.digest} drawn {frame.sketch}"
        lines.append(f" {' '.join(position)}: {frame.alt} {drawn}")
    return "\n".join(lines)
