"""`laboratory.edit` under real fingers, mice and keys: Python answers here, beside the browser."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from harness import inaccessible

from bookkit.laboratory.editing import Editing
from bookkit.laboratory.widget import LaboratoryWidget

START = """async ([script, style, fixed, state]) => {
    const decoded = state => ({...state, maps: state.maps.map(map => new DataView(
        Uint8Array.from(atob(map), character => character.charCodeAt(0)).buffer))});
    const known = {fixed, state: decoded(state)};
    let changed;
    const model = {
        get: name => known[name],
        on: (name, action) => { changed = action; },
        off: () => {},
        send: async message => { known.state = decoded(await answer(message)); changed(); },
    };
    document.head.append(Object.assign(document.createElement("style"), {textContent: style}));
    const module = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
    const el = document.createElement("div");
    document.querySelector("article.bd-article h1").after(el);
    (await import(module)).default.render({model, el});
}"""
SIDE = 8


def look(x: np.ndarray) -> tuple[str, dict[str, np.ndarray]]:
    picture = x.reshape(SIDE, SIDE)
    return f"{x.sum():.2f} of ink", {"to the right": np.diff(picture, axis=1), "rows": [x[:4]]}


@pytest.fixture(params=[1280, 390])
def editing(request: Any, open_page: Any) -> tuple[Any, Editing]:
    page = open_page(width=request.param)
    experiment = Editing(np.zeros(SIDE**2), look, {"a bar": np.repeat([0, 1], 32)})
    widget = LaboratoryWidget.of(experiment)

    def sent(state: dict[str, Any]) -> dict[str, Any]:
        return state | {"maps": [base64.b64encode(part).decode() for part in state["maps"]]}

    page.expose_function("answer", lambda message: sent(experiment.receive(message)))
    arguments = [widget._esm, widget._css, experiment.fixed, sent(experiment.state())]
    page.evaluate(START, arguments)
    return page, experiment


def seen(page: Any, number: int) -> np.ndarray:
    """Where a panel is bluer than orange, as −1 … 1, from its pixels."""
    canvas = page.locator(".lab-panels canvas").nth(number)
    data, wide = canvas.evaluate(
        "c => [[...c.getContext('2d').getImageData(0, 0, c.width, c.height).data], c.width]"
    )
    colors = np.reshape(data, (-1, wide, 4)).astype(int)
    return np.sign((colors[..., 2] - colors[..., 0]).round() * (np.ptp(colors[..., :3], 2) > 40))


def settled(page: Any, experiment: Editing) -> None:
    page.wait_for_timeout(300)
    page.locator(".lab-says", has_text=look(experiment.pixels)[0]).wait_for()
    for number, panel in enumerate(look(experiment.pixels)[1].values()):
        values = np.atleast_2d(panel)
        strong = np.abs(values) > 0.5 * max(np.abs(values).max(), 1e-9)
        np.testing.assert_array_equal(seen(page, number)[strong], np.sign(values)[strong])


def test_each_stroke_is_answered_by_the_function(editing: tuple[Any, Editing]) -> None:
    page, experiment = editing
    paper = page.locator(".lab-paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    at = lambda a, b: (box["x"] + a * box["width"], box["y"] + b * box["height"])  # noqa: E731
    page.mouse.move(*at(0.3, 0.1))
    page.mouse.down()
    page.mouse.move(*at(0.3, 0.9), steps=5)
    page.mouse.up()
    settled(page, experiment)
    assert experiment.pixels.reshape(SIDE, SIDE)[2:6, 2].min() > 0.9
    paper.focus()
    page.keyboard.press("Space")
    settled(page, experiment)
    assert experiment.pixels.reshape(SIDE, SIDE)[4, 4] == 1
    page.get_by_label("Start from").select_option("a bar")
    settled(page, experiment)
    np.testing.assert_array_equal(experiment.pixels, np.repeat([0, 1], 32))


def test_it_is_accessible_and_fits(editing: tuple[Any, Editing]) -> None:
    page, _ = editing
    assert inaccessible(page, ".lab") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "7 values" in page.locator(".lab-panels canvas").first.get_attribute("aria-label")
