"""The form of a prediction: what the page reads is there, and what it cannot read is refused."""

import copy
import re

import nbformat
import numpy as np
import pytest
from checks import answers, hygiene, outputs
from checks.page import CURVE_MIME, ROOT, Page

from bookkit import book

CHOICE = """\
<div class="predict">

**Predict first.** Will it?

1. Yes.
2. No.

<details class="outcome"><summary>What came out</summary>

**2.** It will not.

</details>

</div>"""
NUMBER = (
    CHOICE.replace("\n\n1. Yes.\n2. No.", "")
    .replace("**2.**", "**1.5**<!-- {rheobase:.1f} --> nA.")
    .replace('"predict"', '"predict" data-unit="nA" data-within="0.2"')
)


LINE = (
    CHOICE.replace("\n\n1. Yes.\n2. No.", "")
    .replace('"predict"', '"predict" data-draw="rate" data-within="0.08" data-covers="fig-rate"')
    .replace("**2.** It", "It")
)


@pytest.mark.parametrize("source", [CHOICE, NUMBER, LINE])
def test_a_good_box_is_accepted(source):
    assert list(answers.prediction(source)) == []


SPOILED = {
    "no outcome": (CHOICE.replace("outcome", "result"), "alone in its cell"),
    "more in the cell": (CHOICE + "\n\nMore.", "alone in its cell"),
    "no such option": (CHOICE.replace("**2.**", "**3.**"), "there are 2"),
    "no number": (CHOICE.replace("**2.**", "**No.**"), "in bold"),
    "within no number": (NUMBER.replace('"0.2"', '"a tenth"'), "must be a number"),
    "options to a line": (LINE.replace("it?", "it?\n\n1. Yes.\n2. No."), "neither options"),
    "unknown data": (LINE.replace("data-draw", "data-paint"), "alone in its cell"),
    "unbound": (NUMBER.replace("<!-- {rheobase:.1f} -->", ""), "bound to a fact"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_box_is_refused(name):
    source, complaint = SPOILED[name]
    assert complaint in "".join(answers.prediction(source))


# --- lines that are drawn ---------------------------------------------------------------------


@pytest.fixture
def published(monkeypatch):
    """What `book.curve` shows, as a notebook would store it."""
    found = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: found.append(data))
    return found


X = np.linspace(0, 4, 41)


def page(published, box=LINE, *after):
    code = nbformat.v4.new_code_cell(
        'book.curve("rate", x, y, x_label="x", y_label="y")', metadata={"tags": ["remove-cell"]}
    )
    code.outputs = [nbformat.v4.new_output("display_data", data=data) for data in published]
    figure = nbformat.v4.new_code_cell(
        "plot()", metadata={"mystnb": {"figure": {"name": "fig-rate"}}}
    )
    cells = [nbformat.v4.new_markdown_cell(box), code, *after, figure]
    return Page(ROOT / "chapters" / "99-x.ipynb", nbformat.v4.new_notebook(cells=cells))


def curve(y=None, **more):
    y = np.maximum(X - 1, 0) if y is None else y
    book.curve("rate", X, y, x_label="current", y_label="rate", **more)


def problems_of(page):
    return "\n".join(answers._predictions(page))


def test_a_curve_is_published_with_its_axes(published):
    curve(y=np.abs(X - 2), given={"a line": X}, y_range=(-1, 5))
    stored = published[0][CURVE_MIME]["rate"]
    assert stored["x"] == [float(f"{x:.5g}") for x in X]
    assert stored["given"] == {"a line": stored["x"]}
    assert (stored["x_range"], stored["y_range"]) == ([0, 4], [-1, 5])
    assert problems_of(page(published)) == ""


def test_a_logarithmic_axis_is_published_as_powers_of_ten(published):
    book.curve("rate", [0.01, 0.1, 1], [3, 1, 2], x_label="rate", y_label="loss", x_log=True)
    stored = published[0][CURVE_MIME]["rate"]
    assert (stored["x"], stored["x_range"], stored["x_log"]) == ([-2, -1, 0], [-2, 0], True)
    with pytest.raises(ValueError, match="above zero"):
        book.curve("rate", [0, 1, 2], [3, 1, 2], x_label="rate", y_label="loss", x_log=True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": X[:-1]}, "one for each x"),
        ({"y": X * np.nan}, "finite"),
        ({"y_range": (0, 1)}, "must hold every y"),
        ({"given": {"g": X[::2]}}, "given g"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_refused(published, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        curve(**change)
    with pytest.raises(ValueError, match="increasing"):
        book.curve("rate", -X, X, x_label="", y_label="")


def test_a_line_needs_its_curve_and_a_curve_its_line(published):
    assert "no cell publishes the curve 'rate'" in problems_of(page([]))
    curve()
    assert "no prediction asks for the curve" in problems_of(page(published, NUMBER))


def test_a_straight_guess_must_not_count_as_right(published):
    curve(y=np.sin(X), y_range=(-20, 20))
    assert "a straight line is only 0.01 of the height away" in problems_of(page(published))
    published.clear()
    curve(y=X + 0.1 * X**2)
    assert "a straight line is only" in problems_of(page(published))


def test_what_is_covered_ends_before_the_next_heading(published):
    curve(y=np.abs(X - 2))
    heading = nbformat.v4.new_markdown_cell("## Next")
    assert "no such figure stands between" in problems_of(page(published, LINE, heading))
    assert problems_of(page(published, LINE.replace("fig-rate", "none"), heading)) == ""


def test_a_changed_curve_is_a_changed_output(published):
    curve(given={"g": X})
    stored = published[0][CURVE_MIME]
    assert outputs.changed_curves(stored, copy.deepcopy(stored)) == []
    for change in (
        lambda c: c["y"].__setitem__(5, c["y"][5] + 0.02),
        lambda c: c["given"]["g"].__setitem__(5, 9.0),
        lambda c: c.update(x_label="another"),
        lambda c: c.update(x=c["x"][:-1]),
        lambda c: c["given"].clear(),
    ):
        new = copy.deepcopy(stored)
        change(new["rate"])
        assert outputs.changed_curves(stored, new) == ["curve 'rate' is not the stored one"]
    tiny = copy.deepcopy(stored)
    tiny["rate"]["y"][5] += 0.002
    assert outputs.changed_curves(stored, tiny) == []
    assert outputs.changed_curves(stored, {}) != []


def test_a_published_curve_stands_in_a_removed_cell_that_computes_nothing(published):
    curve()
    made = page(published)
    assert list(hygiene._facts_cells(made)) == []
    made.cells[1].metadata.tags = []
    assert "tag it 'remove-cell'" in "".join(hygiene._facts_cells(made))
    made.cells[1].metadata.tags = ["remove-cell"]
    made.cells[1].source = 'book.curve("rate", x, net.forward(x), x_label="x", y_label="y")'
    assert "does more than to publish" in "".join(hygiene._facts_cells(made))


def test_the_page_counts_and_compares_as_the_check_does():
    draw = (ROOT / "web/answers/draw.mjs").read_text("utf-8")
    assert int(re.search(r"COLUMNS = (\d+)", draw)[1]) == answers.COLUMNS
    predict = (ROOT / "web/answers/predict.mjs").read_text("utf-8")
    assert float(re.search(r"WITHIN = ([\d.]+)", predict)[1]) == answers.WITHIN
