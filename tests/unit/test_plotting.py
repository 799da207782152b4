"""Figures of a perceptron show the line, the sides and the arrows that its weights say."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from bookkit import plotting

EXTENT = (-2.0, 3.0, -1.0, 4.0)
BLUE_SIDE, ORANGE_SIDE = "#d3e6f2", "#fbe3d3"


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def sides(ax):
    """The tinted areas, color by color, as paths in data coordinates."""
    return {to_hex(patch.get_facecolor()): patch.get_path() for patch in ax.patches}


@pytest.mark.parametrize(
    ("w", "b"), [([1.0, 2.0], -2.0), ([-1.0, 0.5], 0.3), ([0.0, -1.0], 1.0), ([1.0, 1.0], 0.0)]
)
def test_each_point_of_the_view_is_tinted_by_its_side(ax, w, b):
    plotting.decision_line(ax, w, b, EXTENT)
    x = np.random.default_rng(0).uniform([-2, -1], [3, 4], (200, 2))
    score = x @ np.array(w) + b
    assert (sides(ax)[BLUE_SIDE].contains_points(x) == (score > 0)).all()
    assert (sides(ax)[ORANGE_SIDE].contains_points(x) == (score < 0)).all()


def test_the_line_is_where_the_score_is_zero(ax):
    plotting.decision_line(ax, [1.0, 2.0], -2.0, EXTENT)
    ends = ax.lines[0].get_xydata()
    assert np.allclose(ends @ [1.0, 2.0] - 2.0, 0)
    assert np.ptp(ends[:, 0]) > 5  # right across the view


@pytest.mark.parametrize(("b", "tint"), [(1.0, BLUE_SIDE), (-1.0, ORANGE_SIDE)])
def test_weights_of_zero_leave_one_side_and_no_line(ax, b, tint):
    plotting.decision_line(ax, [0.0, 0.0], b, EXTENT)
    assert list(sides(ax)) == [tint]
    assert not ax.lines


def test_an_update_shows_the_old_weights_the_step_and_the_new_ones(ax):
    X, y = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([1, 0])
    plotting.perceptron_update(ax, X, y, 1, ([-1, 3], 0), ([-4, 2], -1), EXTENT)
    ring = ax.collections[-1]
    assert np.allclose(ring.get_offsets(), [[3.0, 1.0]])
    arrows = [(t.xyann, t.xy) for t in ax.texts if t.arrow_patch is not None]
    assert np.allclose(arrows, [[(0, 0), (-1, 3)], [(-1, 3), (-4, 2)], [(0, 0), (-4, 2)]])


def test_a_visit_that_changes_nothing_shows_one_line_and_one_arrow(ax):
    X, y = np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([1, 0])
    plotting.perceptron_update(ax, X, y, 0, ([-4, 2], -1), ([-4, 2], -1), EXTENT)
    assert len(ax.lines) == 1
    assert sum(t.arrow_patch is not None for t in ax.texts) == 1


def test_bounds_and_values_share_their_scale(ax):
    plotting.against_bound(ax, [10.0, 1000.0], [2.0, 30.0])
    assert ax.get_xlim() == ax.get_ylim()
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_values_stand_above_their_nodes_and_gradients_below(ax):
    places = {"a": (0, 0), "b": (2, 1)}
    plotting.computational_graph(
        ax,
        places,
        {("a", "b"): "3"},
        values={"a": "5", "b": "15"},
        gradients={"b": "1"},
        edge_gradients={("a", "b"): "7"},
    )
    at = {text.get_text(): text.get_position() for text in ax.texts if text.get_text()}
    assert at["a"] == places["a"]
    assert at["5"][1] > 0
    assert at["15"][1] > 1 > at["1"][1]
    assert at["3"][0] == at["7"][0] == 1
    assert at["3"][1] > at["7"][1]


# --- every kind of figure by itself, so that a change to one is seen without a chapter ------------


def colors(lines):
    return [to_hex(line.get_color()).upper() for line in lines]


@pytest.mark.parametrize("labeled", [False, True])
def test_curves_have_their_own_color_line_and_name(ax, labeled):
    x = np.arange(3.0)
    names = {"a": x, "b": 2 * x, "c": -x}
    plotting.curves(ax, x, names, xlabel="$z$", ylabel="$f$", direct_labels=labeled)
    assert colors(ax.lines) == [plotting.BLUE, plotting.ORANGE, plotting.GREEN]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-."]
    assert [line.get_ydata().tolist() for line in ax.lines] == [y.tolist() for y in names.values()]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$z$", "$f$")
    assert (ax.get_legend() is None) == labeled
    if labeled:
        ends = [(t.get_text(), t.xy, t.xyann, t.get_color()) for t in ax.texts]
        assert ends[1] == ("b", (2.0, 4.0), (5, 0), plotting.ORANGE)


def test_one_curve_needs_no_legend(ax):
    plotting.curves(ax, [0, 1], {"only": [0, 1]})
    assert ax.get_legend() is None


def test_classes_differ_by_color_and_marker(ax):
    X, y = np.array([[0.0, 1], [2, 3], [4, 5]]), [0, 1, 1]
    plotting.points(ax, X, y, names=["cat", "dog"], size=20)
    assert [c.get_offsets().tolist() for c in ax.collections] == [[[0, 1]], [[2, 3], [4, 5]]]
    found = [to_hex(c.get_facecolor()[0]).upper() for c in ax.collections]
    assert found == [plotting.ORANGE, plotting.BLUE]
    assert [c.get_label() for c in ax.collections] == ["cat", "dog"]
    round_, square = (c.get_paths()[0].vertices for c in ax.collections)
    assert len(round_) > len(square)
    assert {(c.get_sizes()[0], c.get_zorder(), c.get_linewidth()[0]) for c in ax.collections} == {
        (20, 3, 0.6)
    }
    plotting.points(ax, X, [0, 0, 7])
    assert ax.collections[-1].get_label() == "class 7"
    assert to_hex(ax.collections[-1].get_facecolor()[0]).upper() == plotting.BLUE


def test_a_boundary_is_where_the_score_meets_the_threshold(ax):
    plotting.boundary(ax, lambda X: X[:, 0] + 1, EXTENT, threshold=2.0, resolution=11)
    tints, line = ax.collections
    assert [to_hex(c) for c in tints.get_facecolor()] == [ORANGE_SIDE, BLUE_SIDE]
    assert np.allclose(np.concatenate([p.vertices for p in line.get_paths()])[:, 0], 1.0)
    assert line.get_linewidth()[0] == 1.6
    assert (*ax.get_xlim(), *ax.get_ylim()) == EXTENT


def test_a_score_of_one_sign_has_no_boundary(ax):
    plotting.boundary(ax, lambda X: X[:, 0] + 9, EXTENT, resolution=11)
    assert len(ax.collections) == 1


def test_the_weights_stand_at_right_angles_and_have_their_length(ax):
    w = np.array([1.0, 2.0])
    plotting.decision_line(ax, w, -2.0, EXTENT)
    arrow = next(t for t in ax.texts if t.arrow_patch is not None)
    start, tip = np.array(arrow.xyann), np.array(arrow.xy)
    assert np.allclose(tip - start, w)
    assert np.isclose(start @ w, 2.0)  # on the line
    center = np.array([0.5, 1.5])
    assert np.isclose((start - center) @ [-w[1], w[0]], 0)  # at its point nearest the center
    name = next(t for t in ax.texts if t.get_text() == "$w$")
    assert np.allclose(name.xy, tip + 0.05 * 5 * w / np.linalg.norm(w))
    assert arrow.arrow_patch.get_linewidth() == 1.8
    assert (ax.lines[0].get_linewidth(), ax.get_aspect()) == (1.6, 1.0)


def test_a_line_without_its_normal(ax):
    plotting.decision_line(ax, [1.0, 2.0], -2.0, EXTENT, normal=False)
    assert not ax.texts


def test_a_segment_is_named_at_its_middle(ax):
    plotting.segment(ax, (0, 0), (2, 4), "distance")
    assert ax.lines[0].get_xydata().tolist() == [[0, 0], [2, 4]]
    assert tuple(ax.texts[0].xy) == (1, 2)
    assert (ax.lines[0].get_linestyle(), ax.lines[0].get_linewidth()) == ("--", 1.6)


def test_separators_are_lines_of_their_own_color(ax):
    plotting.separators(ax, [(1, 1, -1), (1, -1, 0)], EXTENT)
    for line, (*w, b) in zip(ax.lines, [(1, 1, -1), (1, -1, 0)], strict=True):
        assert np.allclose(line.get_xydata() @ w + b, 0)
    assert colors(ax.lines) == [plotting.BLUE, plotting.ORANGE]
    assert (*ax.get_xlim(), *ax.get_ylim()) == EXTENT


def test_values_stand_over_their_bounds_and_equal_ones_on_the_diagonal(ax):
    plotting.against_bound(ax, [10.0, 100.0], [5.0, 50.0], xlabel="bound", ylabel="value")
    assert ax.collections[0].get_offsets().tolist() == [[10, 5], [100, 50]]
    assert ax.lines[0].get_xdata().tolist() == ax.lines[0].get_ydata().tolist() == [3.5, 140]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("bound", "value")


@pytest.mark.parametrize(("signed", "low", "high"), [(False, 0.0, 3.0), (True, -3.0, 3.0)])
def test_pixels_are_colored_from_paper_to_ink_or_around_zero(ax, signed, low, high):
    plotting.image(ax, [[1.0, -3.0], [0.0, 2.0]], signed=signed, title="w")
    picture = ax.images[0]
    assert picture.get_clim() == (low, high)
    assert picture.get_cmap() is (plotting.DIVERGING if signed else plotting.SILHOUETTE)
    assert (ax.get_title(), len(ax.get_xticks()), len(ax.get_yticks())) == ("w", 0, 0)
    assert not any(spine.get_visible() for spine in ax.spines.values())


def test_a_flat_picture_is_square_again(ax):
    plotting.image(ax, np.arange(9.0))
    assert ax.images[0].get_array().tolist() == np.arange(9.0).reshape(3, 3).tolist()
    plotting.image(ax, np.zeros((2, 2)))
    assert ax.images[1].get_clim() == (0, 1)


@pytest.mark.parametrize(("captions", "gap"), [(None, 1), (["a", "b", "c"], 2)])
def test_pictures_stand_row_by_row(ax, captions, gap):
    plotting.image_grid(ax, np.arange(1, 4)[:, None] * np.ones(16), columns=2, captions=captions)
    canvas = ax.images[0].get_array()
    rows = 2 * (4 + gap) - (0 if captions else gap)
    assert canvas.shape == (rows, 2 * 6 - 2)
    assert (canvas[0, 0], canvas[0, 6], canvas[4 + gap, 0], canvas[0, 4]) == (1, 2, 3, 0)
    assert [t.get_text() for t in ax.texts] == (captions or [])
    if captions:
        assert np.allclose(ax.texts[2].get_position(), (1.5, 6 + 4 + gap * 0.12))


def test_a_history_shows_what_was_measured(ax):
    from nnlib.training import History

    run = History()
    run.loss[:], run.validation_loss[:], run.accuracy[:] = [2.0, 1.0], [3.0, 2.5], [0.4, 0.8]
    plotting.history(ax, run)
    assert [line.get_label() for line in ax.lines] == ["training", "validation"]
    assert ax.lines[0].get_xydata().tolist() == [[1, 2.0], [2, 1.0]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    ax.clear()
    plotting.history(ax, run, what="accuracy")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.4, 0.8]]


def test_a_surface_has_level_lines_and_paths(ax):
    path = np.array([[0.0, 0], [1, 1]])
    plotting.surface(
        ax, lambda u, v: u + 0 * v, (0, 2, 0, 1), levels=[0.5, 1], paths={"SGD": path},
        resolution=5,
    )  # fmt: skip
    lines = ax.collections[0]
    assert np.allclose([p.vertices[:, 0].mean() for p in lines.get_paths()], [0.5, 1])
    assert lines.get_linewidth()[0] == 0.7
    assert ax.lines[0].get_xydata().tolist() == path.tolist()
    assert (ax.lines[0].get_markersize(), ax.lines[0].get_linewidth()) == (3.5, 1.2)
    assert (*ax.get_xlim(), *ax.get_ylim()) == (0, 2, 0, 1)
    assert ax.get_legend() is not None
    other = plt.figure().subplots()
    plotting.surface(other, lambda u, v: u, (0, 2, 0, 1))
    assert other.get_legend() is None


def test_a_descent_marks_where_it_is(ax):
    plotting.descent(ax, np.square, [2.0, 1.0, 0.5], (-2, 2))
    curve, steps, last = ax.lines
    assert np.allclose(curve.get_ydata(), np.square(curve.get_xdata()))
    assert steps.get_xydata().tolist() == [[2, 4], [1, 1], [0.5, 0.25]]
    assert last.get_xydata().tolist() == [[0.5, 0.25]]
    assert [line.get_linewidth() for line in (curve, steps)] == [1.4, 1]
    assert [line.get_markersize() for line in (steps, last)] == [4, 9]
    assert ax.get_xlim() == (-2, 2)


def test_hidden_lines_are_as_wide_as_they_weigh_and_tick_to_their_on_side(ax):
    W, b, v = np.array([[1.0, 0], [0, 2]]), [-1.0, -4.0], [1.0, -2.0]
    plotting.hidden_lines(ax, W, b, v, EXTENT)
    line, tick, other, other_tick = ax.lines
    assert np.allclose(line.get_xydata()[:, 0], 1)
    assert np.allclose(other.get_xydata()[:, 1], 2)
    assert [part.get_linewidth() for part in ax.lines] == [1.125, 1.125, 3.0, 3.0]
    assert colors(ax.lines) == [plotting.BLUE] * 2 + [plotting.ORANGE] * 2
    assert [line.get_linestyle(), other.get_linestyle()] == ["-", "--"]
    assert np.allclose(np.diff(tick.get_xydata(), axis=0), [[0.3, 0]])
    assert np.allclose(np.diff(other_tick.get_xydata(), axis=0), [[0, 0.3]])


def test_a_matrix_writes_its_numbers_where_they_are_read(ax):
    plotting.matrix(ax, [[0, 9], [2, 1]], rows="is", columns="read as")
    found = {t.get_position(): (t.get_text(), t.get_color()) for t in ax.texts}
    assert found[(1, 0)] == ("9", "white")
    assert found[(0, 1)] == ("2", plotting.INK)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("read as", "is")
    assert ax.images[0].get_clim() == (0, 9)
    plotting.matrix(ax, [[-2.0, 0.5]], signed=True)
    assert ax.images[1].get_clim() == (-2, 2)
    assert [(t.get_text(), t.get_color()) for t in ax.texts[4:]] == [
        ("-2.00", "white"), ("0.50", plotting.INK),
    ]  # fmt: skip


def test_a_network_writes_its_values_and_draws_its_weights(ax):
    values = [[1.0, 2.0], [0.25, np.nan], [3.0]]
    links = [[[2.0, -1.0], [0.0, 4.0]], np.array([[True, False]])]
    plotting.network_diagram(ax, values, links, labels=["x", "h", "y"], decimals=1, active=1)
    drawn = [(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in ax.lines]
    assert drawn == [
        ((0, 2), (0.5, 0.5)), ((0, 2), (-0.5, 0.5)), ((0, 2), (-0.5, -0.5)), ((2, 4), (0.5, 0)),
    ]  # fmt: skip
    assert np.allclose([line.get_linewidth() for line in ax.lines], [1.7, 1.15, 2.8, 1])
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", "-"]
    assert colors(ax.lines) == [plotting.BLUE, plotting.ORANGE, plotting.BLUE, plotting.GRAY]
    assert [line.get_alpha() for line in ax.lines] == [0.8, 0.8, 0.8, 0.2]
    assert [t.get_text() for t in ax.texts] == ["1.0", "2.0", "x", "0.2", "h", "y"]
    assert ax.texts[2].get_position() == (0, 1.15)
    assert [tuple(p.center) for p in ax.patches] == [
        (0, 0.5), (0, -0.5), (2, 0.5), (2, -0.5), (4, 0),
    ]  # fmt: skip
    assert {(p.radius, p.get_linewidth()) for p in ax.patches} == {(0.33, 1.2)}
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-0.6, 4.6, -1.1, 1.5)


def test_arrows_of_a_graph_end_at_the_circles(ax):
    places = {"a": (0.0, 0.0), "b": (2.0, 0.0), "c": (4.0, 0.0)}
    plotting.computational_graph(
        ax, places, {("a", "b"): "×2", ("b", "c"): ""}, edge_gradients={("a", "b"): "2"}, where=0.25
    )
    arrows = [t for t in ax.texts if getattr(t, "arrow_patch", None)]
    assert np.allclose(
        [(*t.xyann, *t.xy) for t in arrows], [(0.33, 0, 1.67, 0), (2.33, 0, 3.67, 0)]
    )
    found = [to_hex(t.arrow_patch.get_edgecolor()).upper() for t in arrows]
    assert found == [plotting.ORANGE, plotting.GRAY]
    words = {t.get_text(): t.get_position() for t in ax.texts if t.get_text()}
    assert words["×2"] == (0.5, 0.12)
    assert words["2"] == (0.5, -0.16)
    assert (*ax.get_xlim(), *ax.get_ylim()) == (-0.6, 4.6, -0.8, 0.8)


def test_a_trace_has_a_stroke_for_each_spike(ax):
    plotting.spike_trace(ax, 0.5, [-65.0, -60.0, -52.0], [1.0], threshold=-50.0)
    trace, threshold = ax.lines
    assert trace.get_xydata().tolist() == [[0.5, -65], [1.0, -60], [1.5, -52]]
    assert set(threshold.get_ydata()) == {-50}
    strokes = ax.collections[0].get_segments()
    assert [s.tolist() for s in strokes] == [[[1, -50], [1, -10]]]
    assert {trace.get_linewidth(), ax.collections[0].get_linewidth()[0]} == {1.3}
    other = plt.figure().subplots()
    plotting.spike_trace(other, 1.0, [0.0, 3.0], [2.0])
    assert [s.tolist() for s in other.collections[0].get_segments()] == [[[2, 3], [2, 43]]]


def test_a_histogram_counts_each_class(ax):
    values, y = [0.0, 0.1, 1.0, 1.0, 0.9], [0, 0, 0, 1, 1]
    plotting.class_histogram(ax, values, y, names=["cat", "dog"], bins=2, xlabel="score")
    heights = [patch.get_data().values.tolist() for patch in ax.patches]
    assert heights == [[2, 1], [2, 1], [0, 2], [0, 2]]
    assert ax.patches[0].get_data().edges.tolist() == [0, 0.5, 1]
    assert [patch.get_fill() for patch in ax.patches] == [False, True, False, True]
    assert [patch.get_alpha() for patch in ax.patches] == [None, 0.15, None, 0.15]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("score", "number")


def test_a_neuron_has_its_parts(ax):
    plotting.neuron_sketch(ax)
    words = {t.get_text().split("\n")[0] for t in ax.texts if t.get_text()}
    assert words == {"dendrites", "soma", "axon", "synapses,", "direction of flow"}
    assert len([line for line in ax.lines if line.get_color() == plotting.BLUE]) == 4 * (2**4 - 1)
    assert [round(p.radius, 2) for p in ax.patches] == [0.42, 0.09, 0.09, 0.09]
    widths = [line.get_linewidth() for line in ax.lines]
    assert (max(widths), widths[:4]) == (5, [4, 3, 2, 1])


def test_the_style_is_legible_and_calm():
    with matplotlib.rc_context():
        plotting.use_style()
        style = matplotlib.rcParams
        sizes = ("axes.titlesize", "axes.labelsize", "xtick.labelsize", "ytick.labelsize")
        assert [style[name] for name in sizes] == [11, 10, 9, 9]
        assert (style["lines.markersize"], style["legend.fontsize"]) == (5.5, 9)
        assert (style["figure.dpi"], style["lines.linewidth"]) == (120, 1.8)
        assert (style["grid.linewidth"], style["legend.handlelength"]) == (0.7, 2.8)
        assert list(style["figure.figsize"]) == [6.4, 3.6]
        assert style["font.family"] == ["DejaVu Sans"]
        assert style["axes.facecolor"] == style["savefig.facecolor"] == plotting.PAPER
        assert (style["axes.grid"], style["axes.axisbelow"]) == (True, True)
        assert not style["axes.spines.top"]
        assert not style["axes.spines.right"]
        assert style["figure.constrained_layout.use"]
        assert not style["legend.frameon"]
