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
