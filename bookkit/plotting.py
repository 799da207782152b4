"""The book's figures: one style, one palette, one function a kind of figure.

Every function takes the axes first and returns them. Colors are told apart by color-blind readers
and never carry a meaning alone: classes also differ by marker, curves by line style and label.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from nnlib.training import History

# Okabe & Ito's palette, its light entries darkened until they read on paper.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#C84E00", "#007F5F", "#A34B80"
SKY, GOLD, INK, GRAY, PAPER = "#2E8BC0", "#9A6B00", "#22262B", "#6B7280", "#FDFCF9"
COLORS = (BLUE, ORANGE, GREEN, PURPLE, GOLD, SKY, INK)
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
CLASS_COLORS = (ORANGE, BLUE, GREEN, PURPLE, GOLD, SKY)
CLASS_MARKERS = ("o", "s", "^", "D", "v", "P")

DIVERGING = LinearSegmentedColormap.from_list("book_diverging", [ORANGE, "#F7F5EF", BLUE])
SURFACE = LinearSegmentedColormap.from_list("book_surface", ["#FBE3D3", PAPER, "#D3E6F2"])
SILHOUETTE = LinearSegmentedColormap.from_list("book_silhouette", [PAPER, INK])


def use_style() -> None:
    """The book's look for all figures drawn from here on."""
    mpl.rcParams.update(
        {
            "figure.figsize": (6.4, 3.6),
            "figure.dpi": 120,
            "figure.facecolor": PAPER,
            "figure.constrained_layout.use": True,
            "savefig.facecolor": PAPER,
            "axes.facecolor": PAPER,
            "axes.edgecolor": GRAY,
            "axes.labelcolor": INK,
            "axes.titlesize": 11,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.titlecolor": INK,
            "axes.labelsize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=COLORS) + cycler(linestyle=LINES),
            "grid.color": "#E4E1D8",
            "grid.linewidth": 0.7,
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "lines.linewidth": 1.8,
            "lines.markersize": 5.5,
            "legend.frameon": False,
            "legend.fontsize": 9,
            "legend.handlelength": 2.8,
            "font.family": "DejaVu Sans",
            "image.cmap": "book_silhouette",
            "svg.hashsalt": "nnlib",
        }
    )


for _colors in (DIVERGING, SURFACE, SILHOUETTE):
    mpl.colormaps.register(_colors, force=True)


def curves(
    ax: Axes,
    x: ArrayLike,
    ys: Mapping[str, ArrayLike],
    *,
    xlabel: str = "",
    ylabel: str = "",
    direct_labels: bool = False,
) -> Axes:
    """One curve for each name in ``ys``, told apart by color and line style. x (n,), each y (n,).

    With ``direct_labels`` the name stands at the right end of its curve instead of in a legend.
    """
    for (label, y), color, line in zip(ys.items(), cycle(COLORS), cycle(LINES), strict=False):
        ax.plot(x, y, color=color, linestyle=line, label=label)
        if direct_labels:
            ax.annotate(
                label,
                (np.asarray(x)[-1], np.asarray(y)[-1]),
                xytext=(5, 0),
                textcoords="offset points",
                color=color,
                va="center",
                fontsize=9,
            )
    if len(ys) > 1 and not direct_labels:
        ax.legend()
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def points(
    ax: Axes, X: NDArray, y: ArrayLike, *, names: Sequence[str] | None = None, size: float = 34
) -> Axes:
    """The examples in the plane, each class with its own color and marker. X (n, 2), y (n,)."""
    y = np.asarray(y)
    for k in np.unique(y):
        ax.scatter(
            *X[y == k].T,
            s=size,
            c=CLASS_COLORS[k % len(CLASS_COLORS)],
            marker=CLASS_MARKERS[k % len(CLASS_MARKERS)],
            edgecolors="white",
            linewidths=0.6,
            label=names[k] if names else f"class {k}",
            zorder=3,
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def boundary(
    ax: Axes,
    score: Callable[[NDArray], NDArray],
    extent: tuple[float, float, float, float],
    *,
    threshold: float = 0.0,
    resolution: int = 200,
) -> Axes:
    """The two sides of score(X) = threshold, tinted, and the boundary drawn.

    ``score`` maps (n, 2) to (n,); ``extent`` is (x1 min, x1 max, x2 min, x2 max).
    """
    x1 = np.linspace(extent[0], extent[1], resolution)
    x2 = np.linspace(extent[2], extent[3], resolution)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    values = np.asarray(score(grid), dtype=float).reshape(len(x2), len(x1)) - threshold
    ax.contourf(x1, x2, values, levels=[-np.inf, 0, np.inf], colors=["#FBE3D3", "#D3E6F2"])
    if values.min() < 0 < values.max():
        ax.contour(x1, x2, values, levels=[0], colors=[INK], linewidths=1.6)
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(False)
    return ax


def decision_line(
    ax: Axes,
    w: ArrayLike,
    b: float,
    extent: tuple[float, float, float, float],
    *,
    normal: bool = True,
) -> Axes:
    """The line w · x + b = 0 with its two sides tinted, and the weights w as an arrow at right
    angles to it, drawn from the point of the line nearest the center of the view. w (2,)."""
    w = np.asarray(w, dtype=float)
    for sign, tint in ((-1, "#FBE3D3"), (1, "#D3E6F2")):
        side = _half_plane(sign * w, sign * b, extent)
        if len(side) > 2:  # weights of zero leave the whole view on one side
            ax.fill(*side.T, facecolor=tint, edgecolor="none", zorder=0)
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$", autoscale_on=False)
    foot = _line(ax, w, b, color=INK, linestyle="-", linewidth=1.6)
    if normal and foot is not None:
        _vector(ax, foot, w, "$w$")
    ax.set_aspect("equal")
    ax.grid(False)
    return ax


def _line(ax: Axes, w: NDArray, b: float, **style: object) -> NDArray | None:
    """Draw w · x + b = 0 across the view; returns its point nearest the center of the view."""
    if not w.any():
        return None
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    center = np.array([left + right, low + high]) / 2
    foot = center - (w @ center + b) / (w @ w) * w
    along = np.array([-w[1], w[0]]) / np.linalg.norm(w) * (right - left + high - low)
    ax.plot(*np.array([foot - along, foot + along]).T, **style)
    return foot


def _half_plane(w: NDArray, b: float, extent: tuple[float, float, float, float]) -> NDArray:
    """Corners of the part of the view where w · x + b ≥ 0."""
    left, right, low, high = extent
    corners = np.array([[left, low], [right, low], [right, high], [left, high]])
    score, found = corners @ w + b, []
    for i, j in ((0, 1), (1, 2), (2, 3), (3, 0)):
        if score[i] >= 0:
            found.append(corners[i])
        if score[i] * score[j] < 0:
            found.append(corners[i] + score[i] / (score[i] - score[j]) * (corners[j] - corners[i]))
    return np.array(found).reshape(-1, 2)


def _vector(
    ax: Axes, start: ArrayLike, vector: NDArray, label: str, *, color: str = INK, line: str = "-"
) -> None:
    """An arrow with its name at the tip; nothing for a vector of zeros."""
    if not vector.any():
        return
    start = np.asarray(start, dtype=float)
    arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "linestyle": line}
    arrow |= {"shrinkA": 0, "shrinkB": 0}
    ax.annotate("", start + vector, start, arrowprops=arrow, annotation_clip=False)
    past = start + vector + 0.05 * np.ptp(ax.get_xlim()) * vector / np.linalg.norm(vector)
    ax.annotate(label, past, color=color, fontsize=11, ha="center", va="center")


def perceptron_update(
    ax: Axes,
    X: NDArray,
    y: ArrayLike,
    i: int,
    before: tuple[ArrayLike, float],
    after: tuple[ArrayLike, float],
    extent: tuple[float, float, float, float],
) -> Axes:
    """One visit of the perceptron's learning rule to example i: the line before (dashed) and after
    it, the example ringed, and the weights as arrows from the origin, with the step between them.

    X (n, 2), y (n,); ``before`` and ``after`` are (w, b) with w (2,).
    """
    (w_old, b_old), (w, b) = ((np.asarray(w, dtype=float), b) for w, b in (before, after))
    decision_line(ax, w, b, extent, normal=False)
    changed = (w_old != w).any() or b_old != b
    if changed:
        _line(ax, w_old, b_old, color=GRAY, linestyle="--", linewidth=1.4)
    points(ax, X, y)
    ax.scatter(*X[i], s=170, facecolors="none", edgecolors=INK, linewidths=1.6, zorder=4)
    if changed:
        _vector(ax, (0, 0), w_old, "", color=GRAY, line="--")
        _vector(ax, w_old, w - w_old, "", color=GREEN)
    _vector(ax, (0, 0), w, "$w$")
    return ax


def segment(ax: Axes, p: ArrayLike, q: ArrayLike, label: str = "") -> Axes:
    """A dashed segment from p to q with its label at the middle. p, q (2,)."""
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    ax.plot(*np.array([p, q]).T, color=GREEN, linestyle="--", linewidth=1.6)
    ax.annotate(
        label, (p + q) / 2, xytext=(6, -10), textcoords="offset points", color=GREEN, fontsize=9
    )
    return ax


def separators(
    ax: Axes,
    lines: Iterable[tuple[float, float, float]],
    extent: tuple[float, float, float, float],
) -> Axes:
    """Several lines w1 x1 + w2 x2 + b = 0 in one view, each given as (w1, w2, b)."""
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$", autoscale_on=False)
    for (*w, b), color, style in zip(lines, cycle(COLORS), cycle(LINES), strict=False):
        _line(ax, np.array(w), b, color=color, linestyle=style)
    ax.set_aspect("equal")
    return ax


def against_bound(
    ax: Axes, bound: ArrayLike, value: ArrayLike, *, xlabel: str = "", ylabel: str = ""
) -> Axes:
    """Values against the bounds that hold for them, on logarithmic axes, with the diagonal where
    both are equal. bound and value (n,), positive."""
    bound, value = np.asarray(bound, dtype=float), np.asarray(value, dtype=float)
    ends = [0.7 * min(bound.min(), value.min()), 1.4 * bound.max()]
    ax.plot(ends, ends, color=INK, linestyle="--", linewidth=1.4)
    ax.annotate("equal", (ends[1], ends[1]), xytext=(-34, -4), textcoords="offset points")
    ax.scatter(bound, value, s=20, color=BLUE, alpha=0.75, edgecolors="none")
    ax.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel=xlabel, ylabel=ylabel)
    return ax


def image(ax: Axes, pixels: ArrayLike, *, signed: bool = False, title: str = "") -> Axes:
    """A picture of (h, w) numbers, or of a square picture flattened to (h²,).

    ``signed`` colors around zero (orange below, blue above), as for weights; else 0 is paper and
    the largest value ink.
    """
    pixels = np.asarray(pixels, dtype=float)
    if pixels.ndim == 1:
        pixels = pixels.reshape(2 * (round(pixels.size**0.5),))
    top = np.abs(pixels).max() or 1.0
    low = -top if signed else 0.0
    ax.imshow(pixels, cmap=DIVERGING if signed else SILHOUETTE, vmin=low, vmax=top)
    ax.set(xticks=[], yticks=[], title=title)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def image_grid(
    ax: Axes,
    images: ArrayLike,
    *,
    columns: int,
    signed: bool = False,
    captions: Sequence[str] | None = None,
) -> Axes:
    """Many pictures on one pair of axes, row by row, with a caption under each if given.

    ``images`` is (n, h, w), or (n, h²) for square ones.
    """
    images = np.asarray(images, dtype=float)
    if images.ndim == 2:
        side = round(images.shape[1] ** 0.5)
        images = images.reshape(len(images), side, side)
    n, h, w = images.shape
    gap = max(1, round(h * (0.42 if captions else 0.12)))
    rows = -(-n // columns)
    canvas = np.full((rows * (h + gap) - (0 if captions else gap), columns * (w + 2) - 2), np.nan)
    for i, picture in enumerate(images):
        top, left = (i // columns) * (h + gap), (i % columns) * (w + 2)
        canvas[top : top + h, left : left + w] = picture
        if captions:
            ax.text(
                left + (w - 1) / 2,
                top + h + gap * 0.12,
                captions[i],
                ha="center",
                va="top",
                fontsize=9,
                color=INK,
            )
    return image(ax, np.ma.masked_invalid(canvas).filled(0.0), signed=signed)


def history(ax: Axes, run: History, *, what: str = "loss") -> Axes:
    """A training run: ``what`` ("loss" or "accuracy") by epoch, training and validation."""
    ys = {"training": getattr(run, what)}
    if getattr(run, f"validation_{what}"):
        ys["validation"] = getattr(run, f"validation_{what}")
    return curves(ax, np.arange(1, len(run) + 1), ys, xlabel="epoch", ylabel=what)


def surface(
    ax: Axes,
    f: Callable[[NDArray, NDArray], NDArray],
    extent: tuple[float, float, float, float],
    *,
    levels: ArrayLike = 12,
    paths: Mapping[str, ArrayLike] | None = None,
    resolution: int = 120,
) -> Axes:
    """Level lines of f(u, v), and the paths (k, 2) that optimizers took over it."""
    u, v = np.meshgrid(np.linspace(*extent[:2], resolution), np.linspace(*extent[2:], resolution))
    ax.contour(u, v, f(u, v), levels=levels, colors=[GRAY], linewidths=0.7)
    for (label, path), color, marker in zip(
        (paths or {}).items(), COLORS, CLASS_MARKERS, strict=False
    ):
        ax.plot(
            *np.asarray(path).T,
            "-",
            marker=marker,
            markersize=3.5,
            color=color,
            label=label,
            lw=1.2,
        )
    if paths:
        ax.legend()
    ax.set(xlim=extent[:2], ylim=extent[2:])
    ax.grid(False)
    return ax


def descent(
    ax: Axes, f: Callable[[NDArray], NDArray], path: ArrayLike, span: tuple[float, float]
) -> Axes:
    """The curve of f over ``span``, and a ``path`` (k,) of steps on it, its last place marked."""
    w, path = np.linspace(*span, 81), np.asarray(path, dtype=float)
    ax.plot(w, f(w), color=GRAY, linewidth=1.4)
    ax.plot(path, f(path), "o-", color=BLUE, markersize=4, linewidth=1)
    ax.plot(path[-1:], f(path[-1:]), "o", color=ORANGE, markersize=9)
    ax.set(xlim=span)
    return ax


def hidden_lines(
    ax: Axes,
    W: NDArray,
    b: ArrayLike,
    v: ArrayLike,
    extent: tuple[float, float, float, float],
) -> Axes:
    """Where each hidden neuron switches on: its line w · x + b = 0, with a tick toward the on side.
    Solid blue for an output weight v above zero, dashed orange below; width by size.

    Shapes: W (h, 2), b (h,), v (h,).
    """
    ax.set(xlim=extent[:2], ylim=extent[2:], xlabel="$x_1$", ylabel="$x_2$", autoscale_on=False)
    strength = np.abs(v) * np.linalg.norm(W, axis=1)
    for w, bias, out, width in zip(W, b, v, strength / (strength.max() or 1), strict=True):
        color, line = (BLUE, "-") if out >= 0 else (ORANGE, "--")
        foot = _line(ax, w, bias, color=color, linestyle=line, linewidth=0.5 + 2.5 * width)
        if foot is not None:
            tick = foot + 0.06 * (extent[1] - extent[0]) * w / np.linalg.norm(w)
            ax.plot(*np.array([foot, tick]).T, color=color, linewidth=0.5 + 2.5 * width)
    ax.grid(False)
    return ax


def matrix(
    ax: Axes, M: ArrayLike, *, rows: str = "", columns: str = "", signed: bool = False
) -> Axes:
    """A matrix with its numbers written in the cells, as a confusion matrix or weights."""
    M = np.asarray(M)
    top = np.abs(M).max() or 1
    ax.imshow(M, cmap=DIVERGING if signed else "Blues", vmin=-top if signed else 0, vmax=top)
    for (i, j), value in np.ndenumerate(M):
        dark = (abs(value) > 0.6 * top) if signed else (value > 0.55 * top)
        text = f"{value:.2f}" if M.dtype.kind == "f" else f"{value}"
        ax.text(j, i, text, ha="center", va="center", color="white" if dark else INK, fontsize=9)
    ax.set(xlabel=columns, ylabel=rows, xticks=range(M.shape[1]), yticks=range(M.shape[0]))
    ax.grid(False)
    return ax


def network_diagram(
    ax: Axes,
    values: Sequence[ArrayLike],
    weights: Sequence[ArrayLike] | None = None,
    *,
    labels: Sequence[str] | None = None,
    decimals: int = 2,
    active: int | None = None,
) -> Axes:
    """A network as circles and lines: ``values[l]`` (d_l,) are written in the circles of layer l,
    ``weights[l]`` (d_(l+1), d_l) color the lines, blue above and orange (dashed) below zero, width
    by size; a weight of 0 is no line. Where a function without weights links two layers, an array
    of True and False says which values it takes: thin gray lines. ``labels`` name the layers; those
    after ``active`` are faint and without numbers, as are values that are NaN.
    """
    shown = len(values) if active is None else active + 1
    layers = [np.atleast_1d(np.asarray(v, dtype=float)) for v in values]
    place = [[(2.0 * k, (len(v) - 1) / 2 - i) for i in range(len(v))] for k, v in enumerate(layers)]
    for k, W in enumerate(weights or []):
        W = np.asarray(W)
        top = np.abs(W).max() or 1.0
        for j, i in np.argwhere(W):
            (x0, y0), (x1, y1) = place[k][i], place[k + 1][j]
            if W.dtype == bool:
                color, line, width = GRAY, "-", 1.0
            else:
                color, line = (BLUE, "-") if W[j, i] >= 0 else (ORANGE, "--")
                width = 0.6 + 2.2 * abs(W[j, i]) / top
            ax.plot(
                [x0, x1],
                [y0, y1],
                color=color,
                linestyle=line,
                linewidth=width,
                alpha=0.8 if k + 1 < shown else 0.2,
                zorder=1,
            )
    for k, layer in enumerate(layers):
        for (x, y), value in zip(place[k], layer, strict=True):
            ax.add_patch(
                Circle((x, y), 0.33, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=2)
            )
            if k < shown and np.isfinite(value):
                ax.text(
                    x, y, f"{value:.{decimals}f}", ha="center", va="center", fontsize=9, zorder=3
                )
        if labels:
            ax.text(2.0 * k, max(map(len, layers)) / 2 + 0.15, labels[k], ha="center", color=INK)
    height = max(map(len, layers)) / 2
    ax.set(xlim=(-0.6, 2.0 * (len(layers) - 1) + 0.6), ylim=(-height - 0.1, height + 0.5))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def computational_graph(
    ax: Axes,
    places: Mapping[str, tuple[float, float]],
    edges: Mapping[tuple[str, str], str],
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
    edge_gradients: Mapping[tuple[str, str], str] | None = None,
    where: float = 0.5,
) -> Axes:
    """A computation as circles with names at ``places`` and arrows along ``edges``, from which to
    which, with what stands on them. ``values`` are written in blue above their nodes; what came
    back is orange: ``gradients`` below the nodes, ``edge_gradients`` below the words of an edge,
    which stand at the fraction ``where`` of its length. Coordinates are in units of three radii.
    """
    edge_gradients = edge_gradients or {}
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
    for (a, b), label in edges.items():
        start, end = np.array(places[a], dtype=float), np.array(places[b], dtype=float)
        along = 0.33 * (end - start) / np.hypot(*(end - start))
        came_back = (a, b) in edge_gradients
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
        arrow |= {"color": ORANGE, "linewidth": 1.6} if came_back else {"color": GRAY}
        ax.annotate("", end - along, start + along, arrowprops=arrow)
        middle = start + where * (end - start)
        for words, color, above in (
            (label, INK, came_back),
            (edge_gradients.get((a, b), ""), ORANGE, False),
        ):
            if words:
                y = middle[1] + (0.12 if above else -0.16 if came_back else 0)
                ax.text(middle[0], y, words, color=color, fontsize=9.5, bbox=box, **_CENTER)
    for name, (x, y) in places.items():
        ax.add_patch(Circle((x, y), 0.33, facecolor="white", edgecolor=INK, linewidth=1.2))
        ax.text(x, y, name, fontsize=11, color=INK, **_CENTER)
        for words, color, dy in (
            ((values or {}).get(name, ""), BLUE, 0.54),
            ((gradients or {}).get(name, ""), ORANGE, -0.54),
        ):
            if words:
                ax.text(x, y + dy, words, fontsize=10.5, color=color, bbox=box, **_CENTER)
    xs, ys = np.array(list(places.values()), dtype=float).T
    ax.set(xlim=(xs.min() - 0.6, xs.max() + 0.6), ylim=(ys.min() - 0.8, ys.max() + 0.8))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


_CENTER: dict[str, Any] = {"ha": "center", "va": "center"}


def neuron_sketch(ax: Axes) -> Axes:
    """A schematic neuron: dendrites, soma, axon, synapses, with an arrow for the flow."""
    soma = np.array([0.0, 0.0])

    def branch(start: NDArray, angle: float, length: float, depth: int) -> None:
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        ax.plot(*np.array([start, end]).T, color=BLUE, linestyle="-", lw=1 + depth, zorder=1)
        if depth:
            for turn in (-0.45, 0.35):
                branch(end, angle + turn, 0.72 * length, depth - 1)

    for angle in (2.2, 2.9, 3.5, 4.1):
        branch(soma, angle, 0.9, 3)
    ax.add_patch(Circle(tuple(soma), 0.42, facecolor=BLUE, edgecolor="none", zorder=2))
    s = np.linspace(0, 1, 60)
    axon = np.column_stack([0.4 + 4.1 * s, 0.18 * np.sin(2.4 * np.pi * s)])
    ax.plot(*axon.T, color=ORANGE, linestyle="-", lw=3, zorder=1)
    for height in (-0.85, -0.1, 0.75):
        tip = axon[-1] + [0.95, height]
        ax.plot(*np.array([axon[-1], tip]).T, color=ORANGE, linestyle="-", lw=1.8)
        ax.add_patch(Circle(tuple(tip), 0.09, facecolor=GREEN, edgecolor="none", zorder=3))
        ax.plot([tip[0] + 0.17] * 2, tip[1] + np.array([-0.28, 0.28]), color=GRAY, ls="-", lw=5)
    for text, at, color in (
        ("dendrites\nreceive", (-2.0, -2.3), BLUE),
        ("soma\nadds up", (0.1, -1.15), BLUE),
        ("axon\nsends spikes", (2.4, -0.95), ORANGE),
        ("synapses,\nto the next cell", (5.5, -1.85), GREEN),
    ):
        ax.text(*at, text, color=color, ha="center", fontsize=10)
    arrow = {"arrowstyle": "-|>", "color": GRAY, "lw": 1.2}
    ax.annotate("", (3.6, 0.75), (1.2, 0.75), arrowprops=arrow)
    ax.text(2.4, 0.88, "direction of flow", color=GRAY, ha="center", fontsize=9)
    ax.set(xlim=(-3.1, 6.6), ylim=(-2.5, 2.4), aspect="equal")
    ax.axis("off")
    return ax


def spike_trace(
    ax: Axes, dt: float, v: ArrayLike, spikes: ArrayLike, *, threshold: float | None = None
) -> Axes:
    """A membrane voltage v (steps,) in mV, sampled every dt ms, with a stroke for each spike (ms)
    and a dashed line at the threshold. The strokes are drawn in: the model has no spike shape."""
    v = np.asarray(v)
    ax.plot(dt * np.arange(1, len(v) + 1), v, color=BLUE, linestyle="-", lw=1.3)
    if threshold is not None:
        ax.axhline(threshold, color=ORANGE, linestyle="--", lw=1.2)
    top = v.max() if threshold is None else threshold
    ax.vlines(spikes, top, top + 40, color=BLUE, lw=1.3)
    ax.set(xlabel="time (ms)", ylabel="$v$ (mV)")
    return ax


def class_histogram(
    ax: Axes,
    values: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str],
    xlabel: str = "",
    bins: int = 30,
) -> Axes:
    """How ``values`` (n,) are spread in each class of y (n,): outlines, with the first filled."""
    values, y = np.asarray(values), np.asarray(y)
    edges = np.linspace(values.min(), values.max(), bins + 1)
    for k, name in enumerate(names):
        heights = np.histogram(values[y == k], edges)[0]
        ax.stairs(heights, edges, color=CLASS_COLORS[k], lw=1.8, ls=LINES[k], label=name)
        ax.stairs(heights, edges, color=CLASS_COLORS[k], alpha=0.15, fill=True)
    ax.legend()
    ax.set(xlabel=xlabel, ylabel="number")
    return ax
