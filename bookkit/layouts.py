"""Layouts of a figure: as drawn, and as narrow as a phone, with its panels one below the other."""

from __future__ import annotations

import base64
import io
import pickle
from typing import Any

from bookkit import svg

FIGURE_MIME = "application/vnd.nnlib.figure+json"
"""The mime type of a figure's layouts: {"wide": …, "narrow": …}, each an SVG or a PNG's address."""

NARROW = 4.0  # inches: letters of 8 points are then above 9 pixels on a phone of 390
SMALL, LEAST = 8.5, 7.5  # points: letters of 9 pixels there
MAX_KB = 150  # an SVG that takes more is stored as a picture, twice as fine as the screen


def layouts(figure: Any) -> dict[str, str]:
    """Return the figure's two layouts as a page shows them."""
    return {"wide": _stored(figure), "narrow": _stored(narrow(figure))}


def _stored(figure: Any) -> str:
    drawing = svg.document(svg.draw(figure))
    if len(drawing) <= 1024 * MAX_KB:
        return drawing
    figure.savefig(buffer := io.BytesIO(), format="png", dpi=2 * figure.dpi)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def narrow(figure: Any) -> Any:
    """Return a copy that is as wide as a phone, with fewer panels side by side.

    The panels of a row stand one below the other, of several rows two stay side by side, and up to
    four pictures in a row stay; ``figure.narrow_columns`` says another number. Axes that shared
    labels get their own, legends one column; letters of drawings without axes shrink with them.
    """
    manager, figure.canvas.manager = figure.canvas.manager, None  # the copy is not pyplot's
    try:
        copy = pickle.loads(pickle.dumps(figure))
    finally:
        figure.canvas.manager = manager
    width, height = figure.get_size_inches()
    placed = [ax for ax in copy.axes if ax.get_subplotspec() is not None]
    grids = {id(ax.get_gridspec()): ax.get_gridspec() for ax in placed}
    rows, columns = next(iter(grids.values())).get_geometry() if len(grids) == 1 else (1, 1)
    pictures = all(ax.get_aspect() != "auto" for ax in placed)
    few = 4 if pictures and 2 < columns <= 4 else 2 if rows > 1 or columns > 3 else 1
    kept = min(getattr(figure, "narrow_columns", few), columns)
    panel = NARROW / kept
    tall = height / rows * panel / (width / columns)
    if kept < columns:
        _stack(copy, placed, kept)
        tall, rows = min(max(tall, 0.6 * panel), 0.8 * panel), -(-rows * columns // kept)
    for ax in copy.axes:
        for axis in (ax.xaxis, ax.yaxis):
            axis.label.set_fontsize(min(axis.label.get_fontsize(), SMALL))
        for text in ax.texts if not ax.axison else ():
            size = text.get_fontsize()
            text.set_fontsize(min(size, max(LEAST, size * NARROW / width)))
    for legend in (*copy.legends, *(ax.get_legend() for ax in copy.axes)):
        if legend is not None and legend._ncols > 1:
            legend._ncols = 1
            words = [text.get_text() for text in legend.get_texts()]
            legend._init_legend_box(legend.legend_handles, words)
            legend._set_loc(legend._get_loc())  # the new box does not know its place yet
    copy.set_size_inches(NARROW, max(tall * rows, (0.6 if kept == 1 else 0.4) * NARROW))
    return copy


def _stack(figure: Any, placed: list[Any], columns: int) -> None:
    """Give the axes the places of a grid with fewer columns, in their order."""
    places = sorted({ax.get_subplotspec().num1 for ax in placed})
    grid = figure.add_gridspec(-(-len(places) // columns), columns)
    first = min(placed, key=lambda ax: ax.get_subplotspec().num1)
    for ax in placed:
        number = places.index(ax.get_subplotspec().num1)
        ax.set_subplotspec(grid[number // columns, number % columns])
        if ax is not first and ax.get_shared_y_axes().joined(first, ax):
            ax.set_ylabel(ax.get_ylabel() or first.get_ylabel())
            ax.tick_params(labelleft=True)
        if ax.get_shared_x_axes().joined(first, ax) and len(placed) > 1:
            ax.tick_params(labelbottom=True)


def column_cuts(figure: Any) -> list[float]:
    """Return where a page as narrow as a phone may cut the drawing into columns to put one below
    the other, as parts of its width; nothing where something stands across the columns."""
    if figure.texts or figure.legends or figure._suptitle:
        return []
    columns: dict[int, list[Any]] = {}
    for ax in figure.axes:
        if (place := ax.get_subplotspec()) is None:
            return []
        columns.setdefault(place.colspan.start, []).append(ax.get_tightbbox())
    boxes = [columns[k] for k in sorted(columns)]
    lefts = [min(box.x0 for box in column) for column in boxes]
    rights = [max(box.x1 for box in column) for column in boxes]
    gaps = list(zip(rights[:-1], lefts[1:], strict=True))
    if any(right > left for right, left in gaps):
        return []
    return [round((right + left) / 2 / figure.bbox.width, 4) for right, left in gaps]
