"""What a chapter calls so that it can be checked: style, text summaries of figures, facts.

- `setup` is the first line of every chapter.
- `facts` publishes the numbers that the prose quotes; a test compares the prose with them.
- `curve` publishes a curve that the reader draws a guess of, before it is shown.
- `figure_summary` says in text what a figure shows, so that a changed curve is a changed output.

A group of numbers in a summary is written `±t [a, b, …]`: the numbers, and how far a re-run may
move each of them before it counts as a change (about 1/500 of what the figure spans, which a reader
cannot see and which the rounding of another CPU does not reach).
"""

from __future__ import annotations

import gc
import importlib.util
import math
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FACTS_MIME = "application/vnd.nnlib.facts+json"
"""The mime type of published facts: no notebook front end draws it, so nothing shows."""


CURVE_MIME = "application/vnd.nnlib.curve+json"
"""The mime type of a published curve."""


def setup() -> None:
    """Prepare a chapter: the book's figure style, and a text summary beside every figure.

    Call it in the first code cell. Without it a figure is stored with the text
    `<Figure size 640x480 with 1 Axes>`, which stays the same whatever the figure shows.
    """
    from matplotlib.figure import Figure

    from bookkit import plotting

    plotting.use_style()
    # Figures are thousands of objects that refer to each other. At its default the collector looks
    # for garbage among them so often that it takes a tenth of a chapter's time.
    gc.set_threshold(20_000)
    # A method of the class, since the inline backend drops the formatters registered for Figure.
    summarize: Any = lambda figure, printer, cycle: printer.text(figure_summary(figure))  # noqa: E731
    Figure._repr_pretty_ = summarize  # type: ignore[attr-defined]
    Figure._repr_mimebundle_ = _stored_layouts  # type: ignore[attr-defined]


def _stored_layouts(figure: Figure, **_: Any) -> dict[str, Any]:
    """The layouts for the page, where the outputs are stored; a reader's kernel saves the time."""
    from bookkit.layouts import FIGURE_MIME, layouts

    return {FIGURE_MIME: layouts(figure)} if os.environ.get("BOOK_STATIC") == "1" else {}


# What a chapter may need besides what the book installs: module -> what it is called.
EXTRAS = {"torch": "PyTorch"}


class Missing(ModuleNotFoundError):
    """A chapter cannot run here; a notebook shows the sentence alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def needs(module: str) -> None:
    """Say in one sentence where a module that a chapter needs is missing.

    Raises
    ------
    Missing
        if `module` cannot be imported; what the chapter says and shows can be read all the same.
    """
    if importlib.util.find_spec(module) is None:
        name = EXTRAS.get(module, module)
        raise Missing(
            f"This chapter needs {name}, which is not here: read it with its stored results, run it"
            f" in Colab, or install {name} with: pip install {module}"
        )


def facts(**values: bool | int | float | str) -> None:
    """Publish named values for the prose to quote: `facts(accuracy=accuracy)`.

    The text then reads `reaches **97.8%**<!-- {accuracy:.1%} --> of the test digits`. Floats are
    rounded to six significant digits, which every machine agrees on.

    Raises
    ------
    TypeError
        if a value is not a bool, int, float or str (or the numpy scalar of one).
    ValueError
        if a float is NaN or infinite: prose cannot quote it.
    """
    published = {name: _portable(name, value) for name, value in values.items()}
    try:
        from IPython.display import display
    except ImportError:  # a plain Python program: there is no page to publish to
        return
    display({FACTS_MIME: published}, raw=True)


def curve(
    name: str,
    x: ArrayLike,
    y: ArrayLike,
    *,
    x_label: str,
    y_label: str,
    y_range: tuple[float, float] | None = None,
    x_log: bool = False,
    given: Mapping[str, ArrayLike] | None = None,
) -> None:
    """Publish a curve for a prediction that is drawn: `<div class="predict" data-draw="name">`.

    The page shows axes with these labels, over all of ``x`` (n,), which must increase, and over
    ``y_range``, by default a little more than ``y`` (n,) spans. Curves of ``given``, named and as
    long, are shown before the guess. With ``x_log`` the axis of x is logarithmic. Numbers are
    rounded to five significant digits.

    Raises ValueError for what cannot be drawn.
    """
    columns = {"x": x, "y": y, **{f"given {key}": value for key, value in (given or {}).items()}}
    arrays = {key: np.asarray(value, dtype=float) for key, value in columns.items()}
    for key, array in arrays.items():
        if array.ndim != 1 or array.shape != arrays["x"].shape or not np.isfinite(array).all():
            raise ValueError(
                f"{key} of curve {name!r} must be finite numbers, one for each x; got shape"
                f" {array.shape} for {arrays['x'].shape}"
            )
    if not 3 <= arrays["x"].size <= 500 or (np.diff(arrays["x"]) <= 0).any():
        raise ValueError(f"x of curve {name!r} must be 3 to 500 increasing numbers")
    if x_log:
        if (arrays["x"] <= 0).any():
            raise ValueError(f"x of curve {name!r} must be above zero on a logarithmic axis")
        arrays["x"] = np.log10(arrays["x"])
    heights = np.concatenate([array for key, array in arrays.items() if key != "x"])
    if y_range is None:
        margin = 0.08 * float(np.ptp(heights)) or 1.0
        y_range = (float(heights.min()) - margin, float(heights.max()) + margin)
    if not y_range[0] <= heights.min() <= heights.max() <= y_range[1] or y_range[0] == y_range[1]:
        raise ValueError(f"y_range {y_range} of curve {name!r} must hold every y")
    rounded = {key: [float(f"{v:.5g}") for v in array] for key, array in arrays.items()}
    published = {
        "x": rounded["x"],
        "y": rounded["y"],
        "given": {key: rounded[f"given {key}"] for key in given or {}},
        "x_label": x_label,
        "x_log": x_log,
        "y_label": y_label,
        "x_range": [rounded["x"][0], rounded["x"][-1]],
        "y_range": [float(f"{v:.5g}") for v in y_range],
    }
    try:
        from IPython.display import display
    except ImportError:  # as for facts
        return
    display({CURVE_MIME: {name: published}}, raw=True)


def _portable(name: str, value: Any) -> bool | int | float | str:
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if isinstance(value, (bool, int, str)):
        return value
    if not isinstance(value, float):
        raise TypeError(
            f"fact {name!r} is a {type(value).__name__}; publish a number, a bool or a string"
        )
    if not math.isfinite(value):
        raise ValueError(f"fact {name!r} is {value}; prose can only quote a finite number")
    return float(f"{value:.6g}")


def figure_summary(figure: Figure) -> str:
    """Say in text what `figure` shows: axes, labels, and each artist's kind, color and data.

    The text holds still over versions of matplotlib and numpy and over CPUs; numbers carry their
    tolerance (see the module's docstring). Artists of an unknown kind are named without data.
    """
    width, height = figure.get_size_inches()
    lines = [f"Figure {width:g}×{height:g} in"]
    lines += [f" text {t.get_text()!r}" for t in figure.texts if t.get_text()]
    for ax in figure.axes:
        lines += _axes_summary(ax)
    return "\n".join(lines)


def _axes_summary(ax: Any) -> list[str]:
    from matplotlib.patches import Rectangle

    titles = [ax.get_title(loc) for loc in ("left", "center", "right")]
    lines = [f" axes {' | '.join(filter(None, titles))!r}"]
    for name in ax._axis_names:  # "x", "y" and, in three dimensions, "z"
        axis = getattr(ax, f"{name}axis")
        limits = _numbers(_on_scale(axis.get_view_interval(), axis.get_scale()))
        lines.append(
            f"  {name} {axis.get_label_text()!r} {axis.get_scale()} {limits}{_ticks(axis)}"
        )
    if ax.get_label() == "<colorbar>":  # how a colorbar is drawn differs between versions
        return lines
    if ax.get_legend():
        lines.append(f"  legend {[t.get_text() for t in ax.get_legend().get_texts()]}")
    bars = [patch for patch in ax.patches if type(patch) is Rectangle]
    others = [patch for patch in ax.patches if patch not in bars]
    for artist in (*ax.images, *ax.collections, *ax.lines, *others):
        lines += [f"  {line}" for line in _artist_summary(artist, ax)]
    lines += [f"  {line}" for line in _bars_summary(bars, ax)]
    for text in ax.texts:
        places = [_place(text.get_position(), text.get_transform(), ax)]
        if hasattr(text, "xy"):  # an annotation also points somewhere
            places = [_place(text.xyann, text.anncoords, ax), _place(text.xy, text.xycoords, ax)]
        lines.append(f"  text {text.get_text()!r} at {' to '.join(places)}")
    for child in ax.child_axes:
        lines += _axes_summary(child)
    return lines


def _artist_summary(artist: Artist, ax: Axes) -> Iterator[str]:
    """One line that names the artist, then one for each series of its numbers."""
    from matplotlib import collections, contour, image, lines, patches, quiver

    label = str(artist.get_label() or "")
    label = f" {label!r}" if label and not label.startswith("_") else ""

    if isinstance(artist, lines.Line2D):
        marker = "" if artist.get_marker() in (None, "", "None") else f" {artist.get_marker()}"
        yield f"line{label} {artist.get_linestyle()}{marker} {_hex(artist.get_color())}"
        data = artist.get_data_3d() if hasattr(artist, "get_data_3d") else artist.get_data(True)
        yield from _coordinates(ax, *data)
    elif isinstance(artist, image.AxesImage):
        array = _floats(artist.get_array())
        colors = _mapping(artist) if array.ndim == 2 else "rgb"
        yield f"image{label} {'×'.join(map(str, array.shape))} {colors}"
        yield f" extent {_numbers(artist.get_extent())}"
        yield f" values {_probes(array)}"
    elif isinstance(artist, contour.ContourSet):
        yield f"{'filled contours' if artist.filled else 'contours'} {_numbers(artist.levels)}"
        measure = _areas if artist.filled else _lengths
        for path in artist.get_paths():
            yield f" {measure(path, ax)}"
    elif isinstance(artist, quiver.Quiver):
        yield f"arrows{label} {_colors(artist.get_facecolor())}"
        yield from _coordinates(ax, artist.X, artist.Y)
        yield f" u {_probes(artist.U)}"
        yield f" v {_probes(artist.V)}"
    elif isinstance(artist, collections.QuadMesh):
        yield f"mesh{label} {_mapping(artist)}"
        corners = _floats(artist.get_coordinates())
        yield from _coordinates(ax, corners[..., 0], corners[..., 1])
        yield f" values {_probes(artist.get_array())}"
    elif isinstance(artist, collections.PathCollection):
        mapped = artist.get_array() is not None
        yield f"points{label} {_mapping(artist) if mapped else _colors(artist.get_facecolor())}"
        offsets = getattr(artist, "_offsets3d", None)
        yield from _coordinates(
            ax, *(_floats(artist.get_offsets()).T if offsets is None else offsets)
        )
        yield f" sizes {_probes(artist.get_sizes())}"
        if mapped:
            yield f" values {_probes(artist.get_array())}"
    elif isinstance(artist, (collections.LineCollection, collections.PolyCollection)) and (
        not hasattr(artist, "do_3d_projection")  # its corners exist only once it is drawn
    ):
        kind = "segments" if isinstance(artist, collections.LineCollection) else "areas"
        color = artist.get_edgecolor() if kind == "segments" else artist.get_facecolor()
        paths = artist.get_paths()
        yield f"{kind}{label} n={len(paths)} {_colors(color)}"
        if paths:
            yield from _coordinates(ax, *np.concatenate([path.vertices for path in paths]).T)
    elif isinstance(artist, patches.FancyArrowPatch):
        yield f"arrow{label} {_hex(artist.get_edgecolor())}"
        ends = getattr(artist, "_posA_posB", None)  # its path exists only once it is drawn
        if ends is not None:
            yield from _coordinates(ax, *_floats(ends).T)
    elif isinstance(artist, patches.Patch):
        yield f"shape{label} {_hex(artist.get_facecolor())}"
        vertices = artist.get_patch_transform().transform(artist.get_path().vertices)
        yield from _coordinates(ax, *vertices.T)
    else:
        yield "artist of another kind"


def _bars_summary(bars: list[Any], ax: Axes) -> Iterator[str]:
    if bars:
        yield f"bars n={len(bars)} {_colors([bar.get_facecolor() for bar in bars])}"
        yield from _coordinates(ax, [b.get_x() for b in bars], [b.get_y() for b in bars])
        yield f" width {_probes([b.get_width() for b in bars])}"
        yield f" height {_probes([b.get_height() for b in bars])}"


def _coordinates(ax: Axes, *series: Any) -> Iterator[str]:
    for name, values in zip("xyz", series, strict=False):
        scale = getattr(ax, f"get_{name}scale")()
        yield f" {name} {_probes(_on_scale(values, scale))}"


def _on_scale(values: Any, scale: str) -> np.ndarray:
    """On a logarithmic axis the eye sees log10: so does the summary."""
    array = _floats(values)
    if scale != "log":
        return array
    return np.log10(array, out=np.full_like(array, np.nan), where=array > 0)


def _probes(values: Any) -> str:
    """A few values as they are; of more, range, mean, tilt (which sees order) and nine samples."""
    array = _floats(values).ravel()
    finite = array[np.isfinite(array)]
    count = f"n={array.size}" + (f" finite={finite.size}" if finite.size < array.size else "")
    if not finite.size:
        return count
    if array.size <= 9:
        return f"{count} {_numbers(array)}"
    tilt = (finite * np.linspace(-1, 1, finite.size)).mean()
    samples = array[np.linspace(0, array.size - 1, 9).round().astype(int)]
    numbers = [finite.min(), finite.max(), finite.mean(), tilt, *samples]
    return f"{count} {_numbers(numbers, span=float(np.ptp(finite)))}"


def _floats(values: Any) -> np.ndarray:
    """As floats, with NaN for what is masked."""
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def _numbers(values: Any, span: float | None = None) -> str:
    """Write `values` as `±t [a, b, …]` with t about 1/500 of `span`."""
    array = np.asarray(values, dtype=float)
    finite = array[np.isfinite(array)]
    if span is None:
        span = float(np.ptp(finite)) if finite.size else 0.0
    largest = float(np.abs(finite).max()) if finite.size else 0.0
    tolerance = float(f"{max(span / 500, largest * 1e-6, 1e-12):.0e}")
    # Two digits below the tolerance: what the rounding to text moves is 1/20 of it at most.
    decimals = 1 - math.floor(math.log10(tolerance))
    rounded = [round(v, decimals) + 0.0 if math.isfinite(v) else v for v in array.tolist()]
    texts = [f"{value:.10g}" for value in rounded]
    return f"±{tolerance:g} [{', '.join(texts)}]"


def _mapping(artist: Any) -> str:
    """How values become colors."""
    return f"{artist.get_cmap().name} {_numbers(artist.get_clim())}"


def _hex(color: Any) -> str:
    from matplotlib.colors import to_hex

    return "none" if isinstance(color, str) and color == "none" else to_hex(color)


def _colors(colors: Any) -> str:
    """The colors of a collection, each named once in order of appearance, at most six."""
    names = list(dict.fromkeys(_hex(color) for color in np.atleast_2d(colors)))
    return " ".join(names[:6]) or "none"


def _place(point: Any, system: Any, ax: Axes) -> str:
    """Where a text stands: in the data, or in whatever units its coordinate system has."""
    x, y = point
    in_data = system in ("data", ax.transData)
    spans = [float(np.ptp(ax.get_xlim())), float(np.ptp(ax.get_ylim()))] if in_data else [1.0, 1.0]
    try:
        return f"{_numbers([float(x)], spans[0])} {_numbers([float(y)], spans[1])}"
    except (TypeError, ValueError):  # a category or a date
        return f"{x!r} {y!r}"


def _ticks(axis: Any) -> str:
    """Names at the ticks; numbers there follow from the limits."""
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    formatter = axis.get_major_formatter()
    if not isinstance(formatter, (FixedFormatter, FuncFormatter, StrCategoryFormatter)):
        return ""
    return f" ticks {formatter.format_ticks(axis.get_majorticklocs())}"


def _in_axes(vertices: np.ndarray, ax: Axes) -> np.ndarray:
    return ax.transAxes.inverted().transform(ax.transData.transform(vertices))


def _areas(path: Any, ax: Axes) -> str:
    """Share of the axes that a filled contour covers, and where its weight lies."""
    total = np.zeros(3)
    for polygon in path.to_polygons():
        (x, y), (x1, y1) = (p := _in_axes(polygon, ax)).T, np.roll(p, -1, axis=0).T
        cross = x * y1 - x1 * y
        total += [cross.sum() / 2, (cross * (x + x1)).sum() / 6, (cross * (y + y1)).sum() / 6]
    # Which way round a polygon is drawn is the version's choice.
    return "area " + _numbers(total * np.sign(total[0] or 1), span=5)


def _lengths(path: Any, ax: Axes) -> str:
    """Length of a contour line in units of the axes' width, and where its middle lies."""
    total = np.zeros(3)
    for line in path.to_polygons(closed_only=False):
        p = _in_axes(line, ax)
        step = np.hypot(*np.diff(p, axis=0).T)
        middle = (p[1:] + p[:-1]) / 2
        total += [step.sum(), *(step[:, None] * middle).sum(axis=0)]
    return "length " + _numbers(total, span=5)
