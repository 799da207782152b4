"""The table under a figure says what its summary says."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "web" / "extensions"))
from book_figure_data import data_of  # noqa: E402

pytest.importorskip("matplotlib")


def rows(html):
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row)]
        for row in re.findall(r"<tr>.*?</tr>", html)
    ]


def test_a_static_figure_tells_its_series():
    from matplotlib.figure import Figure

    from bookkit.book import figure_summary

    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([0, 1, 4], [2, 3, 5], label="loss <1>")
    left.set(title="Training", xlabel="$t$", ylabel="L")
    right.plot(range(101), [2 * i for i in range(101)])
    found = data_of(figure_summary(figure))
    assert re.findall("<caption>(.*?)</caption>", found)[0].startswith("Training. x: t, ")
    body = rows(found)
    assert body[0] == ["drawn", "points", "1", "2", "3"]
    assert body[1] == ["loss &lt;1&gt;: x", "3", "0", "1", "4"]
    assert body[2] == ["loss &lt;1&gt;: y", "3", "2", "3", "5"]
    assert body[4] == [
        "line 1: x",
        "101",
        *(f"{v:g}" for v in (0, 12, 25, 38, 50, 62, 75, 88, 100)),
    ]
    assert "Panel 2" in found


def test_an_interactive_figure_tells_its_frames():
    summary = (
        "Interactive figure fig-a, 4.8 x 3.6 in, 2 frames\n slider k 'k': 0, 1; starts at 0\n"
        " k=0: None: yet. 0a1b2c ±3 [1, 2, 3, 4] drawn 0a1b2c ±3 [1, 2, 3, 4]\n"
        " k=1: One. 0a1b2c ±3 [1, 2, 3, 4] drawn 0a1b2c ±3 [1, 2, 3, 4]"
    )
    assert rows(data_of(summary))[1:] == [["k = 0", "None: yet."], ["k = 1", "One."]]


@pytest.mark.parametrize("summary", ["", "Figure 4×3 in\n axes ''"])
def test_nothing_is_told_of_nothing(summary):
    assert data_of(summary) == ""
