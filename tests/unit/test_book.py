"""What a chapter calls to be checkable: facts, and summaries that see what a reader would see."""

import matplotlib as mpl
import numpy as np
import pytest
from checks.outputs import changed_summary
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from bookkit import book

X = np.linspace(0, 6, 50)
GRID = np.outer(np.linspace(-1, 1, 20), np.linspace(-1, 2, 30))


def summary(draw, **subplot):
    figure = Figure(figsize=(6, 4))
    draw(figure.add_subplot(**subplot))
    return book.figure_summary(figure)


def pair(draw, *values):
    """Summaries of the same drawing with each of these values."""
    return [summary(lambda ax, value=value: draw(ax, value)) for value in values]


ARTISTS = {
    "line": lambda ax, d: ax.plot(X, np.sin(X) + d * (X > 5)),
    "small values on a log axis": lambda ax, d: (
        ax.semilogy(X, 10 ** (-X - d * (X > 5))),
        ax.set_ylim(1e-8, 2),
    ),
    "points": lambda ax, d: ax.scatter(X, np.cos(X + d)),
    "sizes of points": lambda ax, d: ax.scatter(X, X, s=10 + 10 * d),
    "values of points": lambda ax, d: ax.scatter(X, X, c=np.sin(X + d)),
    "image": lambda ax, d: ax.imshow(GRID + d * (GRID > 1)),
    "range of an image": lambda ax, d: ax.imshow(GRID, vmin=-2 - d),
    "color image": lambda ax, d: ax.imshow(np.full((4, 4, 3), 0.5 + d)),
    "mesh": lambda ax, d: ax.pcolormesh(GRID + d * (GRID > 1)),
    "filled contours": lambda ax, d: ax.contourf(GRID, [-1, 0, d]),
    "contours": lambda ax, d: ax.contour(GRID, [0.5 + d]),
    "bars": lambda ax, d: ax.bar([1, 2, 3], [1, 2, 3 + d]),
    "widths of bars": lambda ax, d: ax.bar([1, 2, 3], [1, 2, 3], width=0.5 + d),
    "horizontal bars": lambda ax, d: ax.barh([1, 2, 3], [1, 2, 3 + d]),
    "histogram": lambda ax, d: ax.hist(X + d * X**2),
    "area": lambda ax, d: ax.fill_between(X, np.sin(X) + d),
    "segments": lambda ax, d: ax.hlines([0, 1], 0, [1, 2 + d]),
    "error bars": lambda ax, d: ax.errorbar([0, 1], [0, 1], yerr=0.1 + d),
    "arrows": lambda ax, d: ax.quiver([0, 1], [0, 1], [1, 1], [1, 1 + d]),
    "arrow": lambda ax, d: ax.add_patch(FancyArrowPatch((0, 0), (0.5, 0.5 + d))),
    "circle": lambda ax, d: ax.add_patch(Circle((0, 0), 0.5 + d)),
    "span": lambda ax, d: ax.axvspan(0, 0.5 + d),
    "level": lambda ax, d: ax.axhline(0.5 + d),
    "place of a text": lambda ax, d: ax.text(0.5 + d, 0.5, "here"),
    "place of an annotation": lambda ax, d: ax.annotate("", (d, 0), (0.5, 0), arrowprops={}),
    "limits": lambda ax, d: ax.set_xlim(0, 1 + d),
    "inset": lambda ax, d: ax.inset_axes([0, 0, 1, 1]).plot(X, np.sin(X) + d * X),
}


@pytest.mark.parametrize("name", ARTISTS)
def test_a_visible_change_of_the_data_is_seen_and_rounding_is_not(name):
    before, rounded, after = pair(ARTISTS[name], 0.3, 0.3 * (1 + 1e-10), 0.32)
    assert changed_summary(before, rounded) == []
    assert changed_summary(before, after)


WORDS = {
    "title": lambda ax, w: ax.set_title(w),
    "title at the left": lambda ax, w: ax.set_title(w, loc="left"),
    "title of the figure": lambda ax, w: ax.figure.suptitle(w),
    "axis label": lambda ax, w: ax.set_ylabel(w),
    "scale": lambda ax, w: ax.set_xscale({"one": "linear", "two": "log"}[w]),
    "ticks": lambda ax, w: ax.set_xticks([0, 1], ["zero", w]),
    "text": lambda ax, w: ax.text(0, 0, w),
    "label": lambda ax, w: ax.plot(X, X, label=w),
    "legend": lambda ax, w: ax.legend(ax.plot(X, X), [w]),
    "color": lambda ax, w: ax.plot(X, X, color={"one": "black", "two": "red"}[w]),
    "line style": lambda ax, w: ax.plot(X, X, {"one": "-", "two": ":"}[w]),
    "marker": lambda ax, w: ax.plot(X, X, {"one": "o", "two": "s"}[w]),
    "color map": lambda ax, w: ax.imshow(GRID, cmap={"one": "gray", "two": "viridis"}[w]),
    "color of points": lambda ax, w: ax.scatter(X, X, c={"one": "black", "two": "red"}[w]),
    "color of a bar": lambda ax, w: ax.bar([1], [1], color={"one": "black", "two": "red"}[w]),
    "kind": lambda ax, w: {"one": ax.plot, "two": ax.scatter}[w](X, X),
    "order": lambda ax, w: ax.plot(X, {"one": X, "two": X[::-1]}[w] ** 2),
    "missing": lambda ax, w: ax.plot(X, np.where({"one": 7, "two": 5}[w] < X, np.nan, X)),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_change_of_words_or_looks_is_seen(name):
    one, same, two = pair(WORDS[name], "one", "one", "two")
    assert one == same
    assert changed_summary(one, two)


def test_a_swap_that_keeps_every_sum_is_seen():
    swapped = X.copy()
    swapped[[10, 30]] = X[[30, 10]]
    one, two = pair(lambda ax, y: ax.plot(X, y), X, swapped)
    assert changed_summary(one, two)


def test_noise_around_zero_and_around_a_constant_is_not_seen():
    noise = 1e-15 * np.sin(1e3 * X)
    for level in (0, 7.3):
        one, two = pair(
            lambda ax, y: ax.plot(X, y) and ax.set_ylim(0, 9), level + 0 * X, level + noise
        )
        assert changed_summary(one, two) == []


def test_three_dimensions_and_polar_axes_are_told():
    def draw(ax):
        ax.plot([1, 2], [3, 4], [5, 6])
        ax.scatter([1, 2], [3, 4], [5, 6])
        ax.plot_surface(GRID, GRID, GRID)

    text = summary(draw, projection="3d")
    assert "  z '' linear" in text
    assert "   z n=2 ±0.002 [5, 6]" in text
    assert "artist of another kind" in text
    assert "line" in summary(lambda ax: ax.plot([1, 2], [3, 4]), projection="polar")


def test_a_colorbar_tells_its_range_only():
    def draw(ax):
        ax.figure.colorbar(ax.imshow(GRID), label="weight")

    text = summary(draw)
    assert text.count(" axes ") == 2
    assert text.endswith("y 'weight' linear ±0.006 [-2, 2]") or "'weight'" in text.splitlines()[-1]


def test_an_empty_figure_and_an_empty_line():
    assert book.figure_summary(Figure(figsize=(6, 4))) == "Figure 6×4 in"
    assert "   x n=0" in summary(lambda ax: ax.plot([], []))


def test_setup_writes_the_summary_beside_the_picture(monkeypatch):
    formatters = pytest.importorskip("IPython.core.formatters")
    monkeypatch.setattr(Figure, "_repr_pretty_", None, raising=False)
    with mpl.rc_context():
        book.setup()
        figure = Figure(figsize=(6, 4))
        text = formatters.PlainTextFormatter()(figure)
    assert text == "Figure 6×4 in"


def test_facts_are_published_rounded_and_plain(monkeypatch):
    display = pytest.importorskip("IPython.display")
    published = []
    monkeypatch.setattr(display, "display", lambda data, raw: published.append(data))
    book.facts(
        a=0.123456789,
        b=np.float64(2 / 3),
        n=np.int64(3),
        ok=np.bool_(True),
        s="cat",
        z=np.array(1.5),
    )
    assert published == [
        {book.FACTS_MIME: {"a": 0.123457, "b": 0.666667, "n": 3, "ok": True, "s": "cat", "z": 1.5}}
    ]
    kinds = [type(value) for value in published[0][book.FACTS_MIME].values()]
    assert kinds == [float, float, int, bool, str, float]


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (np.nan, ValueError, "fact 'x' is nan; prose can only quote a finite number"),
        (np.inf, ValueError, "fact 'x' is inf"),
        ([1], TypeError, "fact 'x' is a list; publish a number, a bool or a string"),
        (np.zeros(2), TypeError, "fact 'x' is a ndarray"),
        (None, TypeError, "fact 'x' is a NoneType"),
    ],
)
def test_what_prose_cannot_quote_is_refused(value, error, message):
    with pytest.raises(error, match=message):
        book.facts(x=value)
