"""Interactive figures in the built pages: with no kernel and no other host, every control works.

A page is loaded once. Every test leaves its figures as it found them, and waits for what must come
to stand there, never for a change on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from harness import HTML, Site, built_pages, inaccessible, set_theme, settle, watch

STATE = 'type="application/vnd.jupyter.widget-state+json"'
PAGES = {page: STATE in (HTML / page).read_text(encoding="utf-8") for page in built_pages()}
WITH = [page for page, widgets in PAGES.items() if widgets]
# What sticks out of the page, and what is too small for a finger (24 pixels, but for rounding).
MISPLACED = """() => {
    const seen = selector => [...document.querySelectorAll(selector)]
        .filter(part => part.checkVisibility({visibilityProperty: true}))
        .map(part => [part.getBoundingClientRect(), part.outerHTML.slice(0, 80)]);
    const all = "svg[role=img], button, [role=slider], .widget-readout";
    return [
        ...seen(`.interactive-figure :is(${all})`)
            .filter(([box]) => box.left < 0 || box.right > innerWidth)
            .map(([box, html]) => `${box.left} to ${box.right}: ${html}`),
        ...seen(".interactive-figure :is(button, .noUi-handle)")
            .filter(([box]) => Math.min(box.width, box.height) < 23.99)
            .map(([box, html]) => `${box.width} by ${box.height}: ${html}`),
    ];
}"""

# Alt text and picture, at one instant: a frame that plays could change between two questions.
SHOWN = """figure => {
    const pictures = figure.querySelectorAll(".nnlib-frames svg[role=img]");
    return pictures.length === 1 ? [pictures[0].ariaLabel, pictures[0].innerHTML] : pictures.length;
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
    page.wait_for_function("!document.querySelector('.interactive-figure:not(.is-live)')")
    yield page
    context.close()


@pytest.fixture
def figures(page: Any) -> list[Any]:
    return page.locator(".interactive-figure").all()


def test_only_pages_with_widgets_load_their_scripts() -> None:
    for path, widgets in PAGES.items():
        html = (HTML / path).read_text(encoding="utf-8")
        assert ("book_widgets.js" in html) == widgets, path
        assert "require.js" not in html, path
        assert "html-manager" not in html.replace("@jupyter-widgets", ""), path


def test_every_slider_moves_by_keyboard_and_changes_its_picture(page: Any, figures: Any) -> None:
    for figure in figures:
        for slider in figure.get_by_role("slider").all():
            before, value = shown(figure), slider.get_attribute("aria-valuetext")
            at_end = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
            slider.press("ArrowLeft" if at_end else "ArrowRight")
            changed(page, figure, before)
            wait(page, "given[1].ariaValueText !== given[2]", figure, slider, value)
            slider.press("ArrowRight" if at_end else "ArrowLeft")
            back(page, figure, before)
            wait(page, "given[1].ariaValueText === given[2]", figure, slider, value)


def test_every_choice_works_by_keyboard(page: Any, figures: Any) -> None:
    for figure in figures:
        for choice in figure.locator(".widget-toggle-buttons").all():
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


def test_a_screen_reader_hears_the_new_frame(page: Any, figures: Any) -> None:
    for figure in figures:
        slider = figure.get_by_role("slider").first
        at_end = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
        for key in ("ArrowLeft", "ArrowRight") if at_end else ("ArrowRight", "ArrowLeft"):
            before = shown(figure)
            slider.press(key)
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
    """The height of the figure holds in every painted frame while the slider moves."""
    page.set_viewport_size({"width": 1280, "height": 900})
    for figure in figures:
        slider = figure.get_by_role("slider").first
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


def test_print_shows_the_picture_instead(page: Any, figures: Any) -> None:
    page.emulate_media(media="print")
    seen = [
        (f.locator(".figure-picture img").is_visible(), f.locator(".figure-widgets").is_visible())
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
        assert figure.locator("img").is_visible()
        assert len(figure.locator("img").get_attribute("alt")) > 20
    context.close()
