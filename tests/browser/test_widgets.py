"""Interactive figures in the built pages: with no kernel and no other host, every control works.

A page is loaded once. Every test leaves its figures as it found them, and waits for what must come
to stand there, never for a change on its way.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness import HTML, Site, built_pages, inaccessible, set_theme, settle, uncover, watch

STATE = 'class="interactive-figure"'
PAGES = {page: STATE in (HTML / page).read_text(encoding="utf-8") for page in built_pages()}
WITH = [page for page, widgets in PAGES.items() if widgets]
# What sticks out of the page, what is too small for a finger (24 pixels, but for rounding), and a
# column narrower than the others that leaves a strip of the page beside it.
MISPLACED = """() => {
    const seen = selector => [...document.querySelectorAll(selector)]
        .filter(part => part.checkVisibility({visibilityProperty: true}))
        .map(part => [part.getBoundingClientRect(), part.outerHTML.slice(0, 80)]);
    const all = ".nnlib-frames > svg, button, input, output";
    return [
        ...seen(`.interactive-figure :is(${all})`)
            .filter(([box]) => box.left < 0 || box.right > innerWidth)
            .map(([box, html]) => `${box.left} to ${box.right}: ${html}`),
        ...seen(".interactive-figure :is(button, input)")
            .filter(([box]) => Math.min(box.width, box.height) < 23.99)
            .map(([box, html]) => `${box.width} by ${box.height}: ${html}`),
        ...[...document.querySelectorAll(".nnlib-frames > svg > svg")]
            .map(view => [view.parentElement, view.x.baseVal.value, view.width.baseVal.value])
            .filter(([drawing, x, width]) =>
                Math.abs(x + width - drawing.viewBox.baseVal.width) > 0.1
                || getComputedStyle(drawing).backgroundColor === "rgba(0, 0, 0, 0)")
            .map(([drawing]) => `the page shows beside a column: ${drawing.ariaLabel}`),
    ];
}"""

# Alt text and picture, at one instant: a frame that plays could change between two questions.
SHOWN = """figure => {
    const pictures = figure.querySelectorAll(".nnlib-frames > svg[role=img]");
    return pictures.length === 1 ? [pictures[0].ariaLabel, pictures[0].innerHTML] : pictures.length;
}"""


# The height of a figure in the next three painted frames, each once.
PAINTED_HEIGHT = """async figure => {
    const seen = new Set();
    for (let i = 0; i < 3; i++) {
        await new Promise(requestAnimationFrame);
        seen.add(Math.round(figure.getBoundingClientRect().height));
    }
    return [...seen].join();
}"""


def shown(figure: Any) -> list[str]:
    """What the figure shows: the alt text and the picture."""
    return figure.evaluate(SHOWN)


def wait(page: Any, condition: str, *given: Any) -> None:
    """Wait until ``condition`` holds, where ``shown`` tells what the figure ``given[0]`` shows."""
    arg = [part.element_handle() if hasattr(part, "element_handle") else part for part in given]
    page.wait_for_function(
        f"given => {{ const shown = ({SHOWN})(given[0]); return {condition}; }}", arg=arg
    )


def changed(page: Any, figure: Any, before: list[str]) -> list[str]:
    """Wait until alt text and picture are others than before, and return them."""
    wait(page, "shown[0] !== given[1][0] && shown[1] !== given[1][1]", figure, before)
    return shown(figure)


def back(page: Any, figure: Any, before: list[str]) -> None:
    """Wait until the figure shows what it did before."""
    wait(page, "shown[0] === given[1][0] && shown[1] === given[1][1]", figure, before)


@pytest.fixture(scope="module", params=WITH or ["index.html"])
def page(request: Any, site: Site, browser: Any) -> Iterator[Any]:
    """A page whose widgets stand; what goes wrong meanwhile fails its last test."""
    if not WITH:
        pytest.skip("The built book has no interactive figure yet.")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.problems = watch(page, site)
    page.goto(site.url + request.param)
    settle(page)
    uncover(page)
    page.wait_for_function("!document.querySelector('.interactive-figure:not(.is-live)')")
    yield page
    context.close()


@pytest.fixture
def figures(page: Any) -> list[Any]:
    return page.locator(".interactive-figure").all()


def test_reading_loads_the_player_alone() -> None:
    for path, widgets in PAGES.items():
        html = (HTML / path).read_text(encoding="utf-8")
        assert ("book_player.mjs" in html) == widgets, path
        for heavy in ("require.js", "libembed", "book_widgets.js", "html-manager"):
            assert heavy not in html, path


def stored(figure: Any) -> dict[str, Any]:
    return json.loads(figure.locator("script").text_content())


def test_every_stop_shows_the_frame_that_was_computed(page: Any, figures: Any) -> None:
    """Walk a figure's first control from end to end: at each stop stands the stored frame."""
    for figure in figures:
        told = stored(figure)
        control, row = told["controls"][0], figure.locator("[data-control]").first
        rest = math.prod(len(c["texts"]) for c in told["controls"][1:])
        place = 0
        for c in told["controls"][1:]:
            place = place * len(c["texts"]) + c["start"]
        for step in range(len(control["texts"])):
            if control["kind"] == "choice":
                row.get_by_role("button").nth(step).click()
            else:
                row.get_by_role("slider").press("ArrowRight" if step else "Home")
            frame = told["frames"][step * rest + place]
            wait(page, "shown[0] === given[1]", figure, frame["alt"])
            same = figure.evaluate(
                """(figure, svg) => {
                    const given = document.createElement("div");
                    given.innerHTML = svg;
                    return given.innerHTML === figure.querySelector(".nnlib-frames").innerHTML;
                }""",
                frame["svg"],
            )
            assert same, f"{told['controls'][0]['label']} at {control['texts'][step]}"
        reset(figure, told)


def reset(figure: Any, told: dict[str, Any]) -> None:
    """Put the first control back where it starts."""
    control, row = told["controls"][0], figure.locator("[data-control]").first
    if control["kind"] == "choice":
        row.get_by_role("button").nth(control["start"]).click()
        return
    row.get_by_role("slider").press("Home")
    for _ in range(control["start"]):
        row.get_by_role("slider").press("ArrowRight")


def test_between_stops_the_picture_is_blended_and_says_so(page: Any, figures: Any) -> None:
    for figure in figures:
        for slider in figure.get_by_role("slider").all():
            before = shown(figure)
            slider.evaluate(
                """slider => {
                    const value = Number(slider.value);
                    slider.value = value > 0.5 ? value - 0.013 : value + 0.013;
                    slider.dispatchEvent(new Event("input"));
                }"""
            )
            alt, drawing = shown(figure)
            assert alt.startswith("Drawn between two computed pictures: ")
            assert drawing != before[1]
            assert "NaN" not in drawing
            assert slider.get_attribute("aria-valuetext").startswith("between ")
            slider.evaluate("slider => slider.dispatchEvent(new Event('change'))")
            wait(page, "!shown[0].startsWith('Drawn between')", figure)
            assert not slider.get_attribute("aria-valuetext").startswith("between ")


@pytest.mark.parametrize("path", WITH[:1] or ["index.html"])
def test_a_finger_drags_a_slider_and_the_page_stays(site: Any, browser: Any, path: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(site.url + path)
    settle(page)
    uncover(page)
    slider = page.locator('[data-control="slider"] input').first
    slider.scroll_into_view_if_needed()
    scrolled, box = page.evaluate("scrollY"), slider.bounding_box()
    where = float(slider.input_value())
    x, y = box["x"] + 12 + where * (box["width"] - 24), box["y"] + box["height"] / 2
    touch = context.new_cdp_session(page)
    aim, seen = (x + 90 if where < 0.5 else x - 90), set()
    hit = "([slider, x, y]) => document.elementFromPoint(x, y) === slider"
    page.wait_for_function(hit, arg=[slider.element_handle(), x, y])
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    for k in range(1, 16):
        point = {"x": x + (aim - x) * k / 15, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        seen.add(page.locator(".nnlib-frames > svg").first.inner_html())
    assert len(seen) > 10, "the picture follows the finger"
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("!document.querySelector('output').textContent.includes('…')")
    assert float(slider.input_value()) != where
    assert page.evaluate("scrollY") == scrolled
    context.close()


def test_sliders_are_seen_in_forced_colors(page: Any, figures: Any) -> None:
    page.emulate_media(forced_colors="active")
    seen = {s.evaluate("slider => getComputedStyle(slider).appearance")
            for figure in figures for s in figure.get_by_role("slider").all()}  # fmt: skip
    page.emulate_media(forced_colors="none")
    assert seen <= {"auto"}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", WITH[:1] or ["index.html"])
def test_drawings_have_their_height_before_they_come(
    site: Any, browser: Any, path: str, width: int
) -> None:
    """Nothing below moves when a picture arrives or the player takes over its figure."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    heights = """() => [...document.querySelectorAll("picture > img, .nnlib-frames")]
        .map(part => Math.round(part.getBoundingClientRect().height))"""
    page.route("**/book_player.mjs*", lambda route: route.abort())
    page.goto(site.url + path, wait_until="domcontentloaded")
    before = page.evaluate(heights)
    page.unroute("**/book_player.mjs*")
    page.reload()
    settle(page)
    assert all(height > 50 for height in before)
    assert max(abs(a - b) for a, b in zip(before, page.evaluate(heights), strict=True)) <= 2
    context.close()


def test_static_figures_are_sized_and_sharp(page: Any) -> None:
    for image in page.locator("picture.figure-layouts > img").all():
        width, height = (int(image.get_attribute(side)) for side in ("width", "height"))
        assert min(width, height) > 100
        assert len(image.get_attribute("alt")) > 20
    assert (
        page.locator("picture.figure-layouts > source").count()
        == page.locator("picture.figure-layouts").count()
    )


def test_static_figures_are_fetched_when_they_come_near() -> None:
    for path in WITH:
        html = (HTML / path).read_text(encoding="utf-8")
        layouts = html.split('class="figure-layouts"')[1:]
        assert layouts, path
        assert all('loading="lazy"' in part.split("</picture>")[0] for part in layouts), path


def test_the_data_of_each_figure_opens_as_a_table(page: Any) -> None:
    folds = page.locator(".figure-data")
    assert folds.count() == page.locator("picture.figure-layouts, .interactive-figure").count()
    for fold in folds.all():
        assert fold.locator("table").first.locator("th[scope=row]").count() > 0
    folds.first.locator("summary").press("Enter")
    assert folds.first.locator("table").first.is_visible()
    assert inaccessible(page, ".figure-data[open]") == []
    folds.first.locator("summary").press("Enter")


def test_every_slider_moves_by_keyboard_and_changes_its_picture(page: Any, figures: Any) -> None:
    for figure in figures:
        for slider in figure.get_by_role("slider").all():
            before, value = shown(figure), slider.get_attribute("aria-valuetext")
            at_end = float(slider.input_value()) == 1
            slider.press("ArrowLeft" if at_end else "ArrowRight")
            changed(page, figure, before)
            wait(page, "given[1].ariaValueText !== given[2]", figure, slider, value)
            slider.press("ArrowRight" if at_end else "ArrowLeft")
            back(page, figure, before)
            wait(page, "given[1].ariaValueText === given[2]", figure, slider, value)


def test_every_choice_works_by_keyboard(page: Any, figures: Any) -> None:
    for figure in figures:
        for choice in figure.locator("[data-control=choice]").all():
            pressed = choice.locator("[aria-pressed=true]").element_handle()
            for button in choice.locator("[aria-pressed=false]").element_handles():
                before = shown(figure)
                button.press("Enter")
                changed(page, figure, before)
                wait(page, "given[1].ariaPressed === 'true'", figure, button)
            pressed.press("Enter")
            wait(page, "given[1].ariaPressed === 'true'", figure, pressed)


def test_player_plays_pauses_steps_and_goes_back(page: Any, figures: Any) -> None:
    for figure in figures:
        for player in figure.get_by_role("group", name="Player").all():
            button = {
                name: player.get_by_role("button", name=name, exact=True)
                for name in ("Play", "Pause", "Step back", "Step forward", "Back to the start")
            }
            assert button["Pause"].count() == 0, "it plays before the reader asks"
            button["Back to the start"].click()
            first = shown(figure)
            button["Step forward"].click()
            second = changed(page, figure, first)
            button["Step back"].click()
            back(page, figure, first)
            # A busy machine may play to the end before it hears of "Pause": let the page press it,
            # after the key that starts to play and before the next frame.
            figure.evaluate(
                f"""figure => {{
                    const [first] = ({SHOWN})(figure);
                    new MutationObserver((_, observer) => {{
                        const now = ({SHOWN})(figure);
                        if (!now || now[0] === first) return;
                        observer.disconnect();
                        setTimeout(() => figure.querySelector("[aria-label=Pause]").click());
                    }}).observe(figure, {{subtree: true, childList: true}});
                }}"""
            )
            button["Play"].press("Space")
            back(page, figure, second)
            button["Play"].wait_for()
            button["Back to the start"].click()
            back(page, figure, first)


def there_and_back(figure: Any) -> list[Callable[[], None]]:
    """Two moves of a figure's first slider, or of its first choice where it has no slider."""
    slider = figure.get_by_role("slider")
    if slider.count():
        at_end = float(slider.first.input_value()) == 1
        keys = ("ArrowLeft", "ArrowRight") if at_end else ("ArrowRight", "ArrowLeft")
        return [functools.partial(slider.first.press, key) for key in keys]
    options = figure.locator("[data-control]").first.get_by_role("button").all()
    chosen = next(o for o in options if o.get_attribute("aria-pressed") == "true")
    other = next(o for o in options if o.get_attribute("aria-pressed") == "false")
    return [other.click, chosen.click]


def test_a_screen_reader_hears_the_new_frame(page: Any, figures: Any) -> None:
    for figure in figures:
        for move in there_and_back(figure):
            before = shown(figure)
            move()
            now = changed(page, figure, before)[0]
            wait(
                page,
                "given[0].querySelector('[role=status]').textContent === given[1]",
                figure,
                now,
            )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_figures_are_accessible_and_fit(page: Any, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    set_theme(page, theme)
    assert inaccessible(page, ".interactive-figure") == []
    assert page.evaluate(MISPLACED) == []


def test_no_frame_moves_what_stands_below(page: Any, figures: Any) -> None:
    """The height of a figure holds in every painted frame while it is moved."""
    page.set_viewport_size({"width": 1280, "height": 900})
    for figure in figures:
        slider = figure.get_by_role("slider").first
        if not figure.get_by_role("slider").count():
            heights = set()
            for move in there_and_back(figure):
                move()
                heights.add(page.evaluate(PAINTED_HEIGHT, figure.element_handle()))
            assert len(heights) == 1
            continue
        slider.focus()
        heights = page.evaluate(
            """async ([figure, slider]) => {
                const seen = new Set();
                for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]) {
                    slider.dispatchEvent(new KeyboardEvent("keydown", {key}));
                    for (let i = 0; i < 3; i++) {
                        await new Promise(requestAnimationFrame);
                        seen.add(Math.round(figure.getBoundingClientRect().height));
                    }
                }
                return [...seen];
            }""",
            [figure.element_handle(), slider.element_handle()],
        )
        assert len(heights) == 1


def test_print_shows_the_picture_without_controls(page: Any, figures: Any) -> None:
    page.emulate_media(media="print")
    seen = [
        (f.locator(".nnlib-frames > svg").is_visible(), f.locator(".nnlib-controls").is_visible())
        for f in figures
    ]
    page.emulate_media(media="screen")
    assert set(seen) == {(True, False)}


def test_figures_have_number_caption_and_anchor(page: Any, figures: Any) -> None:
    captions = page.locator("figure:has(.interactive-figure) figcaption .caption-number")
    assert captions.count() == len(figures)
    for figure in page.locator("figure:has(.interactive-figure)").all():
        assert figure.get_attribute("id").startswith("fig-")


def test_nothing_went_wrong_meanwhile(page: Any) -> None:
    assert page.problems == []


@pytest.mark.parametrize("path", WITH or ["index.html"])
def test_without_scripts_the_picture_stands(site: Any, browser: Any, path: str) -> None:
    if not WITH:
        pytest.skip("The built book has no interactive figure yet.")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + path)
    for figure in page.locator(".interactive-figure").all():
        assert figure.locator(".nnlib-frames > svg").is_visible()
        assert not figure.locator(".nnlib-controls").is_visible()
    context.close()
