"""The laboratory in the built page: pictures first, then widgets that answer as nnlib does.

The live tests share one page, since Python takes its time to start.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import nbformat
import numpy as np
import pytest
from harness import HTML, ROOT, Site, inaccessible, missing, set_theme, settle, watch

PAGE = "laboratory.html"
PATIENCE = 120_000  # ms: Python starts and trains on a busy machine
DIGIT, SILHOUETTE, POINTS, BUILD = range(4)

# The ink at the middle of each pixel: the mark of the keyboard's cursor is at its edge.
PIXELS = """paper => {
    const side = paper.width / 20;
    const {data} = paper.getContext("2d").getImageData(0, 0, paper.width, paper.width);
    return Array.from({length: side * side}, (_, i) => {
        const [x, y] = [20 * (i % side) + 10, 20 * Math.floor(i / side) + 10];
        return (253 - data[4 * (y * paper.width + x)]) / (253 - 34);
    });
}"""


def code_cells() -> list[str]:
    cells = nbformat.read(ROOT / "laboratory.ipynb", as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@cache
def networks() -> dict[str, Any]:
    """What the notebook's own code trains, here outside the browser."""
    made: dict[str, Any] = {}
    for code in code_cells():
        if not code.startswith(("laboratory.", "book.facts")):
            exec(code, made)
    return made


# --- as it is stored --------------------------------------------------------------------------


def test_each_experiment_is_a_picture_before_it_runs(open_page: Any, site: Site) -> None:
    before = len(site.served)
    page = open_page(PAGE)
    pictures = page.locator("article figure img").all()
    assert len(pictures) == sum(code.startswith("laboratory.") for code in code_cells()) == 4
    for picture in pictures:
        assert len(picture.get_attribute("alt")) > 80
    served = [path for path, _ in site.served[before:]]
    assert not [path for path in served if "widgets/" in path or "pyodide/" in path]
    assert "press ▶ Run" in page.inner_text("article")


# --- alive ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def laboratory(site: Site, browser: Any) -> Iterator[Any]:
    """The page after Run all; what goes wrong meanwhile fails the module's last test."""
    if not (HTML / "pyodide").is_dir():
        missing("The built book cannot run code: run `make live`, then `make book`.")
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    page.problems = watch(page, site)
    page.set_default_timeout(PATIENCE)
    page.goto(site.url + PAGE)
    settle(page)
    page.locator(".live-intro button").click()
    page.wait_for_function("document.querySelectorAll('.lab').length === 4")
    yield page
    context.close()


def wait(page: Any, condition: str, lab: Any, *more: Any) -> None:
    """Until ``condition``, JavaScript on the widget's element and ``more``, is true."""
    page.wait_for_function(f"([lab, ...more]) => {condition}", arg=[lab.element_handle(), *more])


def probabilities(lab: Any) -> np.ndarray:
    cells = lab.locator("tbody tr td:nth-of-type(2)").all_inner_texts()
    return np.array([float(text.rstrip("%")) / 100 for text in cells])


def answered(page: Any, lab: Any, before: np.ndarray) -> np.ndarray:
    """Wait for another answer than ``before``."""
    texts = [f"{p:.1%}" for p in before]
    now = "[...lab.querySelectorAll('tbody tr td:nth-of-type(2)')].map(td => td.textContent)"
    wait(page, f"{now}.join() !== more[0]", lab, ",".join(texts))
    return probabilities(lab)


def test_a_digit_drawn_by_keyboard_is_read_as_nnlib_reads_it(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(DIGIT)
    before = probabilities(lab)
    lab.get_by_role("button", name="Clear").press("Enter")
    before = answered(laboratory, lab, before)
    np.testing.assert_allclose(
        before, networks()["reader"].probabilities(np.zeros((1, 64)))[0], atol=6e-4
    )
    lab.locator(".lab-paper").focus()
    for key in (
        ["ArrowUp"] * 4 + ["Space"] + ["Shift+ArrowDown"] * 7 + ["ArrowLeft"] * 9 + ["Space"]
    ):
        laboratory.keyboard.press(key)
    drawn = np.zeros((8, 8))
    drawn[:, 4] = drawn[7, 0] = 1
    expected = networks()["reader"].probabilities(drawn.reshape(1, -1))[0]
    wait(
        laboratory,
        "lab.querySelector('tbody tr.lab-best').rowIndex === more[0] + 1"
        " && lab.querySelector('tbody tr.lab-best td:nth-of-type(2)').textContent === more[1]",
        lab, int(expected.argmax()), f"{expected.max():.1%}",
    )  # fmt: skip
    np.testing.assert_allclose(probabilities(lab), expected, atol=6e-4)
    np.testing.assert_allclose(lab.locator(".lab-paper").evaluate(PIXELS), drawn.ravel(), atol=0.01)
    assert lab.get_by_text("Row 8, column 1: 100% ink").count() == 1


@pytest.mark.parametrize(("number", "name"), [(DIGIT, "reader"), (SILHOUETTE, "watcher")])
def test_a_stroke_of_the_mouse_is_read_as_nnlib_reads_it(
    laboratory: Any, number: int, name: str
) -> None:
    lab = laboratory.locator(".lab").nth(number)
    paper = lab.locator(".lab-paper")
    paper.scroll_into_view_if_needed()
    before, box = probabilities(lab), paper.bounding_box()
    mouse = laboratory.mouse
    mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.25 * box["height"])
    mouse.down()
    for x, y in ((0.8, 0.25), (0.4, 0.9), (0.8, 0.5)):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    mouse.up()
    answered(laboratory, lab, before)
    pixels = paper.evaluate(PIXELS)
    expected = networks()[name].probabilities([pixels])[0]
    wait(
        laboratory,
        "[...lab.querySelectorAll('tbody tr td:nth-of-type(2)')].every((td, k) =>"
        " Math.abs(parseFloat(td.textContent) / 100 - more[0][k]) < 0.02)",
        lab, expected.tolist(),
    )  # fmt: skip
    hidden = lab.locator(".lab-units").first.get_attribute("aria-label")
    above = (networks()[name].layers[0].forward(np.array([pixels])) > 0).sum()
    assert abs(int(hidden.split(": ")[1].split(" of ")[0]) - above) <= 1


def test_an_example_can_be_chosen_erased_and_flipped(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(DIGIT)
    before = probabilities(lab)
    lab.get_by_label("Start from").select_option("7, no. 1")
    before = answered(laboratory, lab, before)
    assert before.argmax() == 7
    picture = np.reshape(lab.locator(".lab-paper").evaluate(PIXELS), (8, 8))
    lab.get_by_role("button", name="Flip").click()
    flipped = np.reshape(lab.locator(".lab-paper").evaluate(PIXELS), (8, 8))
    np.testing.assert_array_equal(flipped, picture[:, ::-1])
    lab.get_by_role("button", name="Erase").click()
    lab.locator(".lab-paper").click()
    assert np.sum(lab.locator(".lab-paper").evaluate(PIXELS)) < picture.sum()
    lab.get_by_role("button", name="Erase").click()


BOUNDARY = (
    """lab => [lab.querySelector(".lab-line").outerHTML, lab.querySelector("canvas").toDataURL()]"""
)


def settled(page: Any, lab: Any) -> list[str]:
    """The boundaries, once both have learned all they are given time for."""
    lab.get_by_role("button", name="Learn", exact=True).wait_for()
    return lab.evaluate(BOUNDARY)


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_moved_point_moves_both_boundaries(laboratory: Any, how: str) -> None:
    lab = laboratory.locator(".lab").nth(POINTS)
    lab.scroll_into_view_if_needed()
    before = settled(laboratory, lab)
    point = lab.get_by_role("button", name="Point 2,")
    said = point.get_attribute("aria-label")
    if how == "keyboard":
        point.focus()
        for _ in range(4):
            laboratory.keyboard.press("Shift+ArrowUp")
    else:
        box = point.bounding_box()
        laboratory.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        laboratory.mouse.down()
        laboratory.mouse.move(box["x"] - 60, box["y"] + 90, steps=5)
        laboratory.mouse.up()
    laboratory.wait_for_function(
        "([point, said]) => point.ariaLabel !== said", arg=[point.element_handle(), said]
    )
    after = settled(laboratory, lab)
    assert after[0] != before[0], "the perceptron's line is where it was"
    assert after[1] != before[1], "the network's map is the same"


def test_points_come_turn_and_go_by_keyboard(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(POINTS)
    number = lab.locator(".lab-dot").count()
    lab.get_by_role("button", name="Add a point").press("Enter")
    new = lab.get_by_role("button", name=f"Point {number + 1}, orange circle, at 0.0, 0.0")
    wait(
        laboratory,
        "document.activeElement.ariaLabel?.startsWith(more[0])",
        lab,
        f"Point {number + 1}",
    )
    assert new.count() == 1
    laboratory.keyboard.press("c")
    lab.get_by_role("button", name=f"Point {number + 1}, blue square").wait_for()
    laboratory.keyboard.press("Delete")
    wait(laboratory, "lab.querySelectorAll('.lab-dot').length === more[0]", lab, number)
    wait(
        laboratory, "document.activeElement.ariaLabel?.startsWith(more[0])", lab, f"Point {number},"
    )


def test_training_lowers_the_loss_stops_and_equals_the_code_shown(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(BUILD)
    lab.get_by_label("Data").select_option("moons")
    wait(laboratory, "lab.querySelector('.lab-code').textContent.includes('data.moons')", lab)
    lab.get_by_role("button", name="One epoch").press("Enter")
    wait(laboratory, "lab.dataset.epoch === '1'", lab)
    first = float(lab.get_attribute("data-loss"))
    unit = lab.locator(".lab-network").evaluate("canvas => canvas.toDataURL()")
    train = lab.get_by_role("button", name="Train", exact=True)
    train.press("Enter")
    lab.get_by_role("button", name="Stop", exact=True).wait_for()
    wait(laboratory, "Number(lab.dataset.epoch) > 1", lab)
    lab.get_by_role("button", name="Stop", exact=True).press("Enter")
    # Behind the last slice: had training gone on, another answer would come before this one.
    lab.get_by_role("button", name="One epoch").press("Enter")
    wait(laboratory, "Number(lab.dataset.epoch) % 50 === 2", lab)
    assert train.count() == 1
    assert float(lab.get_attribute("data-loss")) < 0.8 * first
    assert lab.locator(".lab-network").evaluate("canvas => canvas.toDataURL()") != unit
    code, made = lab.locator(".lab-code").inner_text(), {}
    exec(code, made)
    assert len(made["history"]) == int(lab.get_attribute("data-epoch"))
    assert made["history"].loss[-1] == pytest.approx(
        float(lab.get_attribute("data-loss")), rel=1e-3
    )


def test_layers_and_learning_rate_reach_the_code(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(BUILD)
    lab.get_by_label("Layer 3").select_option("2")
    lab.get_by_label("Learning rate").select_option("0.1")
    wait(
        laboratory,
        "['[2, 8, 8, 2, 1]', 'Adam(0.1)'].every(part =>"
        " lab.querySelector('.lab-code').textContent.includes(part))",
        lab,
    )
    assert lab.get_attribute("data-epoch") == "0"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_widgets_are_accessible_and_fit(laboratory: Any, width: int, theme: str) -> None:
    laboratory.set_viewport_size({"width": width, "height": 900})
    set_theme(laboratory, theme)
    assert inaccessible(laboratory, ".lab") == []
    assert laboratory.evaluate("document.documentElement.scrollWidth") <= width
    for target in laboratory.locator(".lab :is(button, select), .lab-dot").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24, "too small for a finger"


def test_nothing_went_wrong_meanwhile(laboratory: Any) -> None:
    assert laboratory.problems == []
