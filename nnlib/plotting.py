"""The book's figures: one style, one palette, one function a kind of figure.

Every function takes the axes first and returns them. Colors are told apart by color-blind readers
and never carry a meaning alone: classes also differ by marker, curves by line style and label.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from .training import History

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
            "axes.titleweight": "semibold",
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
    boundary(ax, lambda X: X @ w + b, extent, resolution=60)
    ax.set_aspect("equal")
    if normal and w.any():
        center = np.array([extent[0] + extent[1], extent[2] + extent[3]]) / 2
        foot = center - (w @ center + b) / (w @ w) * w
        ax.annotate(
            "",
            foot + w,
            foot,
            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.8},
            annotation_clip=False,
        )
        ax.annotate("$w$", foot + 1.08 * w, color=INK, fontsize=11, ha="center", va="center")
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
                fontsize=8,
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
) -> Axes:
    """Level lines of f(u, v), and the paths (k, 2) that optimizers took over it."""
    u, v = np.meshgrid(np.linspace(*extent[:2], 120), np.linspace(*extent[2:], 120))
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
        ax.text(j, i, text, ha="center", va="center", color="white" if dark else INK, fontsize=8)
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
    by size. ``labels`` name the layers; those after ``active`` are faint and without numbers.
    """
    shown = len(values) if active is None else active + 1
    layers = [np.atleast_1d(np.asarray(v, dtype=float)) for v in values]
    place = [[(2.0 * k, (len(v) - 1) / 2 - i) for i in range(len(v))] for k, v in enumerate(layers)]
    for k, W in enumerate(weights or []):
        W = np.asarray(W, dtype=float)
        top = np.abs(W).max() or 1.0
        for j, i in np.ndindex(W.shape):
            (x0, y0), (x1, y1) = place[k][i], place[k + 1][j]
            ax.plot(
                [x0, x1],
                [y0, y1],
                color=BLUE if W[j, i] >= 0 else ORANGE,
                linestyle="-" if W[j, i] >= 0 else "--",
                linewidth=0.6 + 2.2 * abs(W[j, i]) / top,
                alpha=0.8 if k + 1 < shown else 0.2,
                zorder=1,
            )
    for k, layer in enumerate(layers):
        for (x, y), value in zip(place[k], layer, strict=True):
            ax.add_patch(
                Circle((x, y), 0.33, facecolor="white", edgecolor=INK, linewidth=1.2, zorder=2)
            )
            if k < shown:
                ax.text(
                    x, y, f"{value:.{decimals}f}", ha="center", va="center", fontsize=8, zorder=3
                )
        if labels:
            ax.text(2.0 * k, max(map(len, layers)) / 2 + 0.15, labels[k], ha="center", color=INK)
    height = max(map(len, layers)) / 2
    ax.set(xlim=(-0.6, 2.0 * (len(layers) - 1) + 0.6), ylim=(-height - 0.1, height + 0.5))
    ax.set_aspect("equal")
    ax.axis("off")
    return ax
