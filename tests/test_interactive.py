"""Interactive figures: stored frames are what ``draw`` draws, stable, light and told in text."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import nbformat
import numpy as np
import pytest
from checks import all_problems, frames
from checks.outputs import changed_summary
from checks.page import ROOT, STATE_MIME, Page

from bookkit import interactive
from bookkit.frozen import as_it_is
from bookkit.interactive import choice, figure, play, slider
from bookkit.interactive.frames import PANEL, legible_size
from bookkit.interactive.stored import StoredFigure

pytest.importorskip("ipywidgets")
from ipywidgets.widgets.widget import _instances
from ipywidgets.widgets.widget_link import DirectionalLink

pytest.importorskip("matplotlib")
GRID = np.linspace(-2, 2, 41)


def draw(ax, slope, shape):
    """A curve, and what all frames share: points, axes, a patch below and a text above them."""
    ax.axvspan(-1, 1, color="#eeeeee")
    ax.plot(GRID, np.tanh(slope * GRID) if shape == "tanh" else slope * GRID, color="#0072b2")
    ax.scatter([-1, 0, 1, 1.5], [0, 0.5, 1, 1.2], color="#c84e00", zorder=3)
    ax.set(xlim=(-2, 2), ylim=(-2, 2), xlabel="$z$")
    return f"A {shape} curve of slope {slope:g}."


def controls():
    return {"slope": slider("slope", [-1, 0.5, 2], value=2), "shape": choice("f", ["tanh", "line"])}


@pytest.fixture(scope="module")
def stored():
    return figure(draw, controls(), name="fig-curve", live=False)


def state(fig):
    """The stored state of the figure's widgets, by model id."""
    found, todo = {}, [fig.widget]
    while todo:
        widget = todo.pop()
        if widget.model_id not in found:
            found[widget.model_id] = widget.get_state()
            for name in ("layout", "style"):
                todo += [part] if (part := getattr(widget, name, None)) else []
            todo += getattr(widget, "children", ())
    return found


def resolved(svg, shapes):
    """The markup with every shared shape put back in its place."""
    while match := re.search(r"<use href='#([^']+)'/>", svg):
        svg = svg.replace(match[0], shapes[match[1]])
    return svg


def shared_shapes(fig):
    root = ET.fromstring(fig.widget.children[0].value)
    return {shape.get("id"): ET.tostring(shape).decode() for shape in root.find("defs")}


class TestFrames:
    def test_one_for_each_position_of_the_controls(self, stored):
        positions = [(f.values["slope"], f.values["shape"]) for f in stored.frames]
        assert positions == [(s, f) for s in (-1, 0.5, 2) for f in ("tanh", "line")]

    def test_show_what_draw_draws(self, stored):
        """The curve in each frame passes through the points that draw was asked to plot."""
        for frame in stored.frames:
            d = re.search(r"<path d='(M[^']+)'[^>]*stroke:#0072b2", resolved_markup(stored, frame))[
                1
            ]
            xy = np.array([p.split() for p in re.split("[ML]", d)[1:]], dtype=float)
            x = np.interp(xy[:, 0], [xy[0, 0], xy[-1, 0]], [-2, 2])
            y = np.tanh(frame.values["slope"] * x)
            y = y if frame.values["shape"] == "tanh" else frame.values["slope"] * x
            scale = np.polyfit(y, xy[:, 1], 1)
            assert np.abs(np.polyval(scale, y) - xy[:, 1]).max() < 0.3  # of a point

    def test_carry_their_alt_text(self, stored):
        for frame in stored.frames:
            svg = ET.fromstring(frame.svg)
            assert svg.get("role") == "img"
            assert svg.get("aria-label") == frame.alt
            assert f"{frame.values['slope']:g}" in frame.alt

    def test_every_reference_is_defined(self, stored):
        shapes = shared_shapes(stored)
        text = "".join(f.svg for f in stored.frames) + "".join(shapes.values())
        used = set(re.findall(r"(?:href=['\"]#|url\(#)([^'\")]+)", text))
        assert used
        assert used <= shapes.keys()

    def test_keep_what_covers_what(self, stored):
        """The shared patch lies below the changing curve, the shared points above it."""
        for frame in stored.frames:
            svg = resolved_markup(stored, frame)
            assert svg.index("#eeeeee") < svg.index("#0072b2") < svg.index("#c84e00")

    def test_share_what_does_not_change(self, stored):
        assert all(len(frame.svg) < 2000 for frame in stored.frames)

    def test_frames_that_coincide_cost_little(self):
        def twice(ax, slope, shape):
            return draw(ax, slope, "line")

        sizes = []
        for shapes in ("ab", "abcdefgh"):
            fields = {"slope": slider("slope", [-1, 0.5, 2]), "shape": choice("f", list(shapes))}
            sizes.append(figure(twice, fields, name="fig-same", live=False).size)
        assert sizes[1] - sizes[0] < 18 * 1300

    def test_two_figures_share_no_id(self, stored):
        other = figure(draw, controls(), name="fig-other", live=False)
        assert not shared_shapes(stored).keys() & shared_shapes(other).keys()
        assert not state(stored).keys() & state(other).keys()

    def test_axes_stay_in_place_when_tick_labels_widen(self):
        def widening(ax, top):
            ax.plot([0, 1], [0, top])
            return f"Up to {top}."

        fig = figure(widening, {"top": play("top", [1, 1000000])}, name="fig-top", live=False)
        boxes = [
            re.search(r"<path d='(M[^']+)' style='fill:#ffffff'", resolved_markup(fig, f))
            for f in fig.frames
        ]
        assert boxes[0][1] == boxes[1][1]


def resolved_markup(fig, frame):
    shapes = {k: v.replace('"', "'") for k, v in shared_shapes(fig).items()}
    return resolved(frame.svg, shapes)


class TestStored:
    def test_same_bytes_twice(self, stored):
        """... in one kernel, as when a reader runs the cell again, which frees the ids."""
        runs = []
        for _ in range(2):
            fig = figure(draw, controls(), name="fig-again", live=False)
            runs.append((json.dumps(state(fig)), fig._repr_mimebundle_()))
        assert runs[0] == runs[1]

    def test_ids_name_figure_and_place(self, stored):
        assert all(model.startswith("fig-curve/") for model in state(stored))

    def test_stacks_are_linked_to_the_controls(self, stored):
        """Every stack follows the control of its level: what the browser needs with no kernel."""
        links = {
            link.target[0].model_id: link.source[0].description
            for link in _instances.values()
            if isinstance(link, DirectionalLink) and link.target[1] == "selected_index"
        }
        outer = stored.widget.children[1]
        assert links[outer.model_id] == "slope"
        assert [links[inner.model_id] for inner in outer.children] == ["f"] * 3
        assert outer.selected_index == 2

    def test_bundle_has_text_picture_and_widgets(self, stored):
        bundle = stored._repr_mimebundle_()
        assert bundle["text/plain"].startswith(
            "Interactive figure fig-curve, 4.8 x 3.6 in, 6 frames"
        )
        assert bundle["image/png"]
        assert bundle[interactive.VIEW]["model_id"] == "fig-curve/root"

    def test_still_frame_is_the_picture(self, stored):
        other = figure(draw, controls(), name="fig-still", still={"slope": -1}, live=False)
        assert other.png != stored.png

    def test_size_is_what_is_stored(self, stored):
        widgets = len(json.dumps(state(stored), ensure_ascii=False).encode())
        assert widgets < stored.size < 1.2 * widgets + 5000  # links are not below the root


def summary(draw):
    return figure(draw, controls(), name="fig-told", live=False).summary


@pytest.fixture(scope="module")
def told():
    return summary(draw)


class TestSummary:
    """nbval compares the summary: any changed frame must change it, rounding must not."""

    def test_a_line_for_each_frame(self, told):
        assert len(told.splitlines()) == 1 + 2 + 6
        assert " slope=−1 shape=line: A line curve of slope -1." in told

    def test_rounding_of_another_machine_is_no_change(self, told):
        def shaken(ax, slope, shape):
            return draw(ax, slope * (1 + 1e-9), shape)

        assert changed_summary(told, summary(shaken)) == []

    @pytest.mark.parametrize("slope", [-1, 0.5, 2])
    def test_a_change_in_one_frame_is_a_change(self, told, slope):
        def other(ax, **values):
            draw(ax, **values)
            if values == {"slope": slope, "shape": "line"}:
                ax.lines[0].set_ydata(ax.lines[0].get_ydata() * 1.02)
            return f"A {values['shape']} curve of slope {values['slope']:g}."

        assert len(changed_summary(told, summary(other))) == 1

    def test_a_changed_color_and_a_changed_word_are_changes(self, told):
        def recolored(ax, **values):
            alt = draw(ax, **values)
            ax.lines[0].set_color("#ff0000")
            return alt

        def relabeled(ax, **values):
            alt = draw(ax, **values)
            ax.set_xlabel("$a$")
            return alt

        for other in (recolored, relabeled):
            assert len(changed_summary(told, summary(other))) == 6


class TestLive:
    def test_computes_values_between_the_steps(self):
        asked = []

        def spy(ax, **values):
            asked.append(values)
            return draw(ax, **values)

        fig = figure(spy, controls(), name="fig-curve", live=True)
        assert asked == [{"slope": 2, "shape": "tanh"}]
        picture, panel = fig.widget.children
        panel.children[0].value = 0.3
        assert asked[-1]["slope"] == 0.3
        assert "A tanh curve of slope 0.3." in picture.value
        panel.children[1].value = "line"
        assert "A line curve" in picture.value

    @pytest.mark.parametrize(
        ("values", "between"),
        [
            ([0.5, 1.25, 1.5, 1.75, 2, 3, 4], {1.0, 1.26, 3.98}),
            ([-2, 1, 3, 8], {-1.95, 0, 7.95}),
            ([0, 1 / 3, 2 / 3, 1], {0.005, 0.33, 0.67}),
            ([-55, -50, -45], {-54.95, -49.95}),
            ([1000, 5000], {1020, 4980}),
        ],
    )
    def test_every_step_is_reached_exactly_and_round_numbers_between(self, values, between):
        drawn = []

        def spy(ax, value):
            drawn.append(value)
            return f"Value {value}."

        control = {"value": slider("value", values, value=values[1])}
        fig = figure(spy, control, name="fig-exact", live=True)
        handle = fig.widget.children[1].children[0]
        assert drawn == [values[1]]
        assert handle.label == f"{values[1]:g}".replace("-", "−")
        stops = [value for _, value in handle.options]
        for value in values:
            handle.index = stops.index(value)
            assert drawn[-1] == value
        assert between <= set(stops)
        assert stops == sorted(set(stops))
        assert len(stops) <= 201 + len(values)

    def test_no_two_stops_read_the_same(self):
        whole = {"value": slider("value", [0.5, 1.0, 3.0], text="{:.0f}")}
        fig = figure(lambda ax, value: "Picture.", whole, name="fig-whole", live=True)
        options = fig.widget.children[1].children[0].options
        assert options == (("0", 0.5), ("1", 1.0), ("2", 1.5), ("3", 3.0))

    def test_steps_where_asked(self):
        fixed = {
            "slope": slider("slope", [-1, 2], continuous=False),
            "shape": choice("f", ["a", "b"]),
        }
        fig = figure(draw, fixed, name="fig-curve", live=True)
        assert fig.widget.children[1].children[0].options == (("−1", -1), ("2", 2))

    def test_player_steps_and_stops_at_the_ends(self):
        def step(ax, k):
            return f"Step {k}."

        fig = figure(step, {"k": play("step", 3, value=0)}, name="fig-step", live=True)
        picture, panel = fig.widget.children
        _, back, forward, _ = panel.children[0].children
        back.click()
        assert "Step 0." in picture.value
        for _ in range(5):
            forward.click()
        assert "Step 2." in picture.value

    def test_ids_are_fresh_for_each_run_of_the_cell(self):
        ids = {figure(draw, controls(), name="fig-a", live=True).widget.model_id for _ in "12"}
        assert len(ids) == 2

    @pytest.mark.parametrize(("static", "frames"), [("1", 6), ("0", 0)])
    def test_a_kernel_is_live_unless_told_otherwise(self, monkeypatch, static, frames):
        monkeypatch.setenv("BOOK_STATIC", static)
        monkeypatch.setattr("IPython.get_ipython", lambda: type("Shell", (), {"kernel": 1})())
        assert len(figure(draw, controls(), name="fig-kernel").frames) == frames


def bad_alt(ax, slope, shape):
    ax.plot([0, 1])


def whole_numbers_only(ax, units):
    ax.plot(np.zeros(units))
    return f"{units} units."


def test_a_draw_that_cannot_go_live_is_refused():
    units = {"units": slider("units", [2, 5])}
    with pytest.raises(ValueError, match=r"fails at \{'units': 3.5\}, .* continuous=False"):
        figure(whole_numbers_only, units, name="fig-units", live=False)
    units = {"units": slider("units", [2, 5], continuous=False)}
    assert len(figure(whole_numbers_only, units, name="fig-units", live=False).frames) == 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: figure(draw, {**controls(), "w": slider("w", [0, 1])}, name="f"),
            "no parameter 'w'",
        ),
        (
            lambda: figure(draw, {"slope": slider("s", [0, 1])}, name="f"),
            "needs a value for 'shape'",
        ),
        (lambda: figure(lambda ax: "", {}, name="f"), "at least one control"),
        (lambda: figure(bad_alt, controls(), name="f", live=False), "must return the alt text"),
        (
            lambda: figure(draw, controls(), name="f", still={"slope": 3}),
            "3 is not among the steps",
        ),
        (lambda: figure(draw, controls(), name="f", still={"b": 3}), "'b', which is no control"),
        (lambda: slider("s", [0, 1], value=0.4), "0.4 is not among the steps of 's': 0, 1"),
        (lambda: slider("s", [1, 0]), "must increase"),
        (lambda: slider("s", [1]), "at least two values, but has 1"),
        (lambda: choice("s", []), "at least two values, but has 0"),
        (lambda: play("s", 1), "at least two values, but has 1"),
        (
            lambda: figure(draw, {"slope": play("s", 200), "shape": choice("f", "ab")}, name="f"),
            "200 × 2 = 400 frames, but a figure may store 300",
        ),
    ],
)
def test_a_mistake_is_named_in_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        make()
    assert str(caught.value).endswith(".")


def test_too_heavy_says_how_heavy_and_what_to_do():
    def noise(ax, k):
        ax.plot(*np.random.default_rng(k).normal(size=(2, 3000)))
        return f"Noise {k}."

    with pytest.raises(ValueError, match=r"take \d+ KB, but .* 400 KB: .* fewer"):
        figure(noise, {"k": play("k", 10)}, name="fig-noise", live=False)


def test_without_ipywidgets_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(ImportError, match=re.escape("pip install 'nnlib[interactive]'")):
        figure(draw, controls(), name="fig-curve", live=False)


def test_importing_costs_neither_matplotlib_nor_ipywidgets():
    code = "import sys, bookkit.interactive; print({'matplotlib', 'ipywidgets'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_values_read_as_the_reader_sees_them():
    assert slider("s", [-1, 0.25]).texts == ("−1", "0.25")
    assert slider("s", [-1.0, 1.0], text="{:+.1f}").texts == ("−1.0", "+1.0")
    assert choice("s", {"sigmoid": 1, "ReLU": 2}).texts == ("sigmoid", "ReLU")
    assert choice("s", {"sigmoid": 1, "ReLU": 2}, value=2).start == 1
    assert slider("s", np.linspace(0, 1, 3)).values == (0.0, 0.5, 1.0)


class TestStart:
    def test_a_player_starts_at_its_last_step_which_shows_most(self):
        assert play("step", 5).start == 4
        assert play("step", 5, value=2).start == 2

    def test_start_and_still_name_their_frames(self):
        made = {"start": {"slope": 0.5}, "still": {"shape": "line"}}
        fig = figure(draw, controls(), name="fig-start", live=False, **made)
        told = fig.summary.splitlines()
        assert told[1].endswith("starts at 0.5")
        assert told[2].endswith("starts at tanh")
        same = figure(draw, controls(), name="fig-same", live=False,
                      still={"slope": 0.5, "shape": "line"})  # fmt: skip
        assert fig.png == same.png

    def test_stored_steps_stand_where_live_ones_do(self):
        assert slider("i", [0, 1, 4]).positions() == [0, 0.25, 1]
        assert slider("i", [0, 1, 4], continuous=False).positions() == [0, 0.5, 1]
        assert play("i", [0, 1, 4]).positions() == [0, 0.5, 1]
        assert choice("i", "abc").positions() == [0, 0.5, 1]


class TestSize:
    @pytest.mark.parametrize(("columns", "size"), [(1, (4.8, 3.2)), (2, (7.5, 4)), (3, (7.5, 4))])
    def test_a_column_is_no_wider_than_legible(self, columns, size):
        wide = legible_size((7.5, 4), columns)
        assert wide == size
        assert wide[0] / columns <= PANEL
        assert 9 / 72 * 358 / PANEL >= 9  # pixels of a letter of 9 points on a phone of 390


def notebook_with(fig):
    """A notebook as it stores the figure: the state of its widgets and the cell that shows it."""
    made = {}
    for model, traits in state(fig).items():
        told = dict(traits)
        if "children" in told:
            told["children"] = [c if isinstance(c, str) else f"IPY_MODEL_{c.model_id}"
                                for c in told["children"]]  # fmt: skip
        made[model] = {"state": told}
    cell = nbformat.v4.new_code_cell("figure()", metadata={"tags": ["interactive"]})
    cell.outputs = [nbformat.v4.new_output("execute_result", data=fig._repr_mimebundle_())]
    page = nbformat.v4.new_notebook(cells=[cell])
    page.metadata.widgets = {STATE_MIME: {"state": made}}
    return page


class TestProof:
    """A stored frame is the one that the compared summary tells of."""

    @pytest.fixture
    def page(self, stored):
        return Page(ROOT / "chapters" / "some.ipynb", nbformat.from_dict(notebook_with(stored)))

    def frame(self, page, i):
        return page.notebook.metadata.widgets[STATE_MIME].state[f"fig-curve/frame/{i}"].state

    def test_what_was_stored_passes(self, page):
        assert frames.problems(page) == []

    def test_a_changed_label_is_found(self, page):
        shown = self.frame(page, 3)
        shown.value = shown.value.replace("slope 0.5", "slope 0.3")
        assert "'A line curve of slope 0.3.' where it tells of 'A line" in frames.problems(page)[0]

    def test_a_changed_letter_color_or_line_is_found(self, page):
        for old, new in (("stroke:#0072b2", "stroke:#ff0000"), ("d='M", "d='M300 0L")):
            shown, before = self.frame(page, 3), self.frame(page, 3).value
            assert old in before
            shown.value = before.replace(old, new, 1)
            assert "another drawing at slope=0.5 shape=line" in frames.problems(page)[0]
            shown.value = before

    def test_a_changed_shared_shape_is_found_in_every_frame(self, page):
        shared = page.notebook.metadata.widgets[STATE_MIME].state["fig-curve/shared"].state
        assert "#c84e00" in shared.value
        shared.value = shared.value.replace("#c84e00", "#0000ff")
        assert len(frames.problems(page)) == 6

    def test_two_frames_exchanged_are_found(self, page):
        one, other = self.frame(page, 1), self.frame(page, 3)
        one.value, other.value = other.value, one.value
        assert len(frames.problems(page)) == 2

    def test_a_frame_lost_is_found(self, page):
        stack = page.notebook.metadata.widgets[STATE_MIME].state["fig-curve/stack/1/0"].state
        stack.children = stack.children[:1]
        assert "stores 5 frames and tells of 6" in frames.problems(page)[0]

    def test_it_is_among_the_rules(self, page):
        shown = self.frame(page, 0)
        shown.value = shown.value.replace("slope -1", "slope -2")
        assert any("it tells of" in problem for problem in all_problems(page))

    def test_read_back_is_what_was_made(self, page):
        made = page.notebook.metadata.widgets[STATE_MIME].state
        figure = StoredFigure.read(made, "fig-curve/root")
        assert [c.key for c in figure.controls] == ["slope", "shape"]
        assert [c.kind for c in figure.controls] == ["slider", "choice"]
        assert figure.controls[0].positions == (0, 0.5, 1)
        assert figure.frames[figure.start()].alt == "A tanh curve of slope 2."


class TestPlayer:
    @pytest.mark.parametrize("live", [False, True])
    def test_its_steps_are_those_of_its_slider(self, live):
        fig = figure(lambda ax, k: f"Step {k}.", {"k": play("step", 4, interval=70)},
                     name="fig-play", live=live)  # fmt: skip
        row = fig.widget.children[-1].children[0]
        player = row.children[0]
        assert (player.min, player.max, player.value, player.interval) == (0, 3, 3, 70)
        assert player.show_repeat is False
        links = {
            (link.source[0].model_id, link.source[1], link.target[0].model_id, link.target[1])
            for link in _instances.values()
            if isinstance(link, DirectionalLink)
        }
        handle = row.children[-1]
        assert (player.model_id, "value", handle.model_id, "index") in links
        assert (handle.model_id, "index", player.model_id, "value") in links


# --- names that later cells bind anew ---------------------------------------------------------

CELL = """
height, widths = 1.0, {"narrow": 1}

def shape(a):
    return a * height

def draw(ax, a, *, wide=False):
    ax.plot([0, 1], [0, shape(a)])
    ax.set(xlim=(0, 1), ylim=(-2, 2))
    return f"height {shape(a):g}, width {widths['narrow']}"
"""


def test_a_live_figure_keeps_what_names_stood_for():
    notebook = {}
    exec(CELL, notebook)
    fig = figure(notebook["draw"], {"a": slider("a", [1, 2, 3])}, name="fig-kept", live=True)
    view, panel = fig.widget.children
    notebook["height"] = 100.0
    notebook["shape"] = notebook["widths"] = None
    panel.children[0].index = 0
    assert "height 1, width 1" in view.value
    assert notebook["shape"] is None  # the notebook's own names are left alone


def test_what_is_no_plain_function_is_taken_as_it_is():
    assert as_it_is(len) is len
