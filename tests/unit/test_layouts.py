"""A figure's narrow layout shows the same, one panel below the other, in letters one can read."""

import re
import xml.etree.ElementTree as ET

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from bookkit import layouts, plotting

PHONE = 358  # CSS pixels that a figure takes on a page of 390


@pytest.fixture(autouse=True)
def style():
    with matplotlib.rc_context():
        plotting.use_style()
        yield
    plt.close("all")


def boxes(figure):
    figure.draw_without_rendering()
    return [ax.get_position().frozen() for ax in figure.axes]


@pytest.mark.parametrize(
    ("rows", "columns", "pictures", "kept"),
    [(1, 1, 0, 1), (1, 2, 0, 1), (1, 3, 0, 1), (2, 2, 0, 2), (2, 3, 0, 2), (1, 4, 0, 2),
     (1, 3, 1, 3), (3, 4, 1, 4), (1, 2, 1, 1)],
)  # fmt: skip
def test_panels_stand_below_each_other(rows, columns, pictures, kept):
    figure, axes = plt.subplots(rows, columns, figsize=(8, 3 * rows), squeeze=False)
    for i, ax in enumerate(axes.flat):
        ax.imshow(np.eye(3)) if pictures else ax.plot([0, i])
        ax.set_title(str(i))
    narrow = layouts.narrow(figure)
    found = boxes(narrow)
    assert narrow.get_figwidth() == layouts.NARROW
    assert len({round(box.x0, 1) for box in found}) == kept
    order = sorted(range(len(found)), key=lambda i: (-round(found[i].y1, 2), found[i].x0))
    assert order == list(range(rows * columns))


def test_the_owner_says_how_many_stay_side_by_side():
    figure, _ = plt.subplots(1, 2)
    figure.narrow_columns = 2
    first, second = boxes(layouts.narrow(figure))
    assert first.y0 == second.y0


def test_the_figure_itself_stays_as_it_is():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
    axes[0].set_ylabel("v")
    before = str(boxes(figure)), [ax.get_ylabel() for ax in axes], plt.get_fignums()
    layouts.narrow(figure)
    assert (str(boxes(figure)), [ax.get_ylabel() for ax in axes], plt.get_fignums()) == before
    assert tuple(figure.get_size_inches()) == (8, 3)
    assert figure.canvas.manager is plt.get_current_fig_manager()


def test_panels_that_shared_an_axis_get_their_own_labels():
    figure, axes = plt.subplots(1, 2, sharey=True)
    axes[0].set_ylabel("$v$ (mV)")
    second = layouts.narrow(figure).axes[1]
    assert second.get_ylabel() == "$v$ (mV)"
    assert all(tick.label1.get_visible() for tick in second.yaxis.get_major_ticks())


def test_rows_that_shared_an_axis_get_their_own_labels():
    figure, _ = plt.subplots(2, 3, sharex=True)
    first = layouts.narrow(figure).axes[0]
    assert all(tick.label1.get_visible() for tick in first.xaxis.get_major_ticks())


def test_every_letter_is_legible_on_a_phone():
    figure, axes = plt.subplots(1, 2, figsize=(8, 3))
    plotting.curves(axes[0], [0, 1], {"a": [0, 1], "b": [1, 0]}, xlabel="x", ylabel="y")
    plotting.network_diagram(axes[1], [[1.0, 2.0], [0.5]], [[[1.0, -1.0]]], labels=["in", "out"])
    narrow = layouts.narrow(figure)
    narrow.draw_without_rendering()
    texts = [t for t in narrow.findobj(matplotlib.text.Text) if t.get_text() and t.get_visible()]
    pixels = {t.get_text(): t.get_fontsize() / 72 * PHONE / layouts.NARROW for t in texts}
    assert len(pixels) > 8
    assert min(pixels.values()) >= 9
    on_axes, within = narrow.axes[0].xaxis.label.get_fontsize(), narrow.axes[1].texts[0]
    assert on_axes == layouts.SMALL
    assert within.get_fontsize() == layouts.LEAST


def test_a_wide_legend_gets_one_column():
    figure, ax = plt.subplots()
    plotting.curves(ax, [0, 1], {"first": [0, 1], "second": [1, 0]})
    ax.legend(ncols=2)
    narrow = layouts.narrow(figure)
    narrow.draw_without_rendering()
    first, second = (t.get_window_extent() for t in narrow.axes[0].get_legend().get_texts())
    assert first.x0 == second.x0
    assert first.y0 > second.y1
    within = narrow.axes[0].get_window_extent().extents
    legend = narrow.axes[0].get_legend().get_window_extent().extents
    assert (legend[:2] >= within[:2]).all()
    assert (legend[2:] <= within[2:]).all()


def test_both_layouts_are_sharp_and_sized():
    figure, _ = plt.subplots(1, 2, figsize=(8, 3))
    stored = layouts.layouts(figure)
    sizes = {k: ET.fromstring(v).get("viewBox").split() for k, v in stored.items()}
    assert sizes["wide"] == ["0", "0", "576", "216"]
    assert sizes["narrow"][2] == "288"
    assert figure.dpi == 120


def test_what_is_too_heavy_is_a_picture_twice_as_fine(monkeypatch):
    figure, ax = plt.subplots(figsize=(4, 2))
    ax.plot(*np.random.default_rng(0).normal(size=(2, 9000)))
    monkeypatch.setattr(layouts, "MAX_KB", 20)
    found = layouts.layouts(figure)["wide"]
    assert found.startswith("data:image/png;base64,")
    assert re.match(r"data:image/png;base64,iVBOR", found)
    from checks.outputs import changed_layouts

    assert list(changed_layouts({"wide": found}, {"wide": found})) == []


def test_a_comparison_sees_a_layout_that_changed():
    from checks.outputs import changed_layouts

    stored = []
    for y in (1, 1.2):
        figure, ax = plt.subplots()
        ax.plot([0, 1, 2], [0, y, 0])
        ax.set_ylim(0, 2)
        stored.append(layouts.layouts(figure))
    assert list(changed_layouts(stored[0], stored[0])) == []
    assert len(list(changed_layouts(*stored))) == 2


@pytest.mark.parametrize(("columns", "cuts"), [(1, 0), (2, 1), (3, 2)])
def test_cuts_lie_between_the_columns(columns, cuts):
    figure, _ = plt.subplots(2, columns, figsize=(8, 3))
    figure.draw_without_rendering()
    found = layouts.column_cuts(figure)
    assert len(found) == cuts
    for k, cut in enumerate(found):
        left, right = (figure.axes[i].get_position() for i in (k, k + 1))
        assert left.x1 < cut < right.x0


def test_nothing_that_stands_across_columns_is_cut():
    figure, _ = plt.subplots(1, 2)
    figure.suptitle("Both")
    assert layouts.column_cuts(figure) == []
