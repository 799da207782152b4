"""What makes drawings small changes nothing that a reader sees, and a sketch notices what would."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkit.sketch import sketch
from bookkit.svg import corners, shorter_path

numbers = st.floats(-500, 500).map(lambda v: round(v, 2) + 0.0)
polylines = st.lists(st.tuples(numbers, numbers), max_size=40).map(
    lambda points: np.array(points, dtype=float).reshape(-1, 2)
)


def distance(point, start, end):
    along = end - start
    t = np.clip((point - start) @ along / max(along @ along, 1e-12), 0, 1)
    return np.linalg.norm(point - start - t * along)


@given(polylines)
def test_order_and_ends_of_a_line_are_kept(xy):
    kept = corners(xy)
    assert kept == sorted(set(kept))
    if len(xy):
        assert (kept[0], kept[-1]) == (0, len(xy) - 1)


@given(polylines, st.floats(0.01, 20))
def test_every_dropped_point_lies_beside_what_remains(xy, tolerance):
    kept = corners(xy, tolerance)
    for i, k in pairwise(kept):
        for j in range(i + 1, k):
            assert distance(xy[j], xy[i], xy[k]) <= tolerance + 1e-9


@given(st.integers(3, 40))
def test_points_on_a_straight_line_are_dropped(count):
    assert corners(np.linspace([0, 0], [30, 40], count)) == [0, count - 1]


def path(xy):
    return "".join(f"{'L' if i else 'M'} {x} {y} " for i, (x, y) in enumerate(xy))


@given(polylines.filter(lambda xy: len(xy) > 3))
def test_a_shorter_path_runs_through_points_of_the_long_one_in_their_order(xy):
    found = [tuple(map(float, p.split())) for p in re.split("[ML]", shorter_path(path(xy)))[1:]]
    assert found == [tuple(xy[i]) for i in corners(xy)]


@pytest.mark.parametrize(
    ("d", "short"),
    [
        ("M 0 0 L 1 0 L 2 0 L 3 0 z M 9 9 L 9 8", "M0 0L3 0zM9 9L9 8"),
        ("M 0.123456 7 C 1 2 3 4 5 6 L 1.999 0 L 1 1", "M0.12 7C1 2 3 4 5 6L2 0L1 1"),
        ("M 0 0 L 1.239 0", "M0 0L1.24 0"),
    ],
)
def test_closed_and_curved_paths_stay_what_they_are(d, short):
    assert shorter_path(d) == short


LINE = "<svg><path d='M0 0L50 0L100 {y}' style='stroke:#0072b2;stroke-width:{w}'/>{more}</svg>"


@given(numbers, numbers)
def test_a_sketch_feels_a_point_that_moves(a, b):
    one, other = (LINE.format(y=y, w=1, more="") for y in (a, b))
    sums = [np.array(sketch(s).split("[")[1].rstrip("]").split(","), float) for s in (one, other)]
    # The box and the end move by |a − b|, each with a weight from 1 to 3; the length may, too.
    assert np.abs(sums[0] - sums[1]).max() >= 0.9 * abs(a - b) - 1
    assert np.abs(sums[0] - sums[1]).max() <= 12 * abs(a - b) + 1


@pytest.mark.parametrize(
    "other",
    [
        LINE.format(y=0, w=1, more="<path d='M0 0L1 1'/>"),
        LINE.format(y=0, w=1, more="").replace("#0072b2", "#c84e00"),
        LINE.format(y=0, w=1, more="").replace("path d", "line d"),
        LINE.format(y=0, w=1, more="").replace("stroke:", "fill:"),
        LINE.format(y=0, w=9, more=""),
        LINE.format(y=0, w=1, more="").replace("M0 0L50 0L100 0", "M0 0L100 0L50 0"),
    ],
)
def test_a_sketch_feels_another_part_color_width_or_order(other):
    from checks.outputs import changed_summary

    assert changed_summary(sketch(LINE.format(y=0, w=1, more="")), sketch(other))


def test_a_sketch_is_the_same_whether_or_not_a_shape_is_shared():
    shape = "<g style='fill:#000000'><path d='M0 0L5 5'/></g>"
    shapes = f"<svg><defs>{shape.replace('<g', '<g id=' + chr(39) + 's1' + chr(39))}</defs></svg>"
    assert sketch(f"<svg>{shape}</svg>") == sketch("<svg><use href='#s1'/></svg>", shapes)
    moved = sketch("<svg><use x='9' href='#s1'/></svg>", shapes)
    assert moved != sketch("<svg><use x='90' href='#s1'/></svg>", shapes)
