"""Interactive figures in the built pages: with no kernel and no other host, every control works."""

from __future__ import annotations

from typing import Any

import pytest
from harness import HTML, ROOT, built_pages

AXE = (ROOT / "vendor" / "tests" / "axe.min.js").read_text(encoding="utf-8")
STATE = 'type="application/vnd.jupyter.widget-state+json"'
PAGES = {page: STATE in (HTML / page).read_text(encoding="utf-8") for page in built_pages()}
WITH = [page for page, widgets in PAGES.items() if widgets]
FIGURES = "figure:has(.interactive-figure)"

each_page = pytest.mark.parametrize("path", WITH or ["index.html"])


def live(page: Any) -> list[Any]:
    """The interactive figures of a page, once their widgets stand."""
    if not WITH:
        pytest.skip("The built book has no interactive figure yet.")
    page.wait_for_function(
        """() => {
            const figures = [...document.querySelectorAll(".interactive-figure")];
            return figures.length && figures.every(f => f.querySelector(".nnlib-frames svg"));
        }"""
    )
    return page.locator(".interactive-figure").all()


def shown(figure: Any) -> tuple[str, str]:
    """What the figure shows: its alt text, and the picture with its shared shapes put in."""
    picture = figure.locator(".nnlib-frames svg[role=img]")
    assert picture.count() == 1
    return picture.get_attribute("aria-label"), picture.inner_html()


def changed(page: Any, figure: Any, before: tuple[str, str]) -> tuple[str, str]:
    """Wait until the figure shows something else, and return it."""
    page.wait_for_function(
        """([figure, before]) => {
            const picture = figure.querySelector(".nnlib-frames svg[role=img]");
            return picture && (picture.ariaLabel !== before[0] || picture.innerHTML !== before[1]);
        }""",
        arg=[figure.element_handle(), before],
    )
    return shown(figure)


@pytest.fixture
def figures(open_page: Any, path: str) -> tuple[Any, list[Any]]:
    page = open_page(path)
    return page, live(page)


def test_only_pages_with_widgets_load_their_scripts() -> None:
    for path, widgets in PAGES.items():
        html = (HTML / path).read_text(encoding="utf-8")
        assert ("book_widgets.js" in html) == widgets, path
        assert "require.js" not in html, path
        assert "html-manager" not in html.replace("@jupyter-widgets", ""), path


@each_page
def test_every_slider_moves_by_keyboard_and_changes_its_picture(figures: Any) -> None:
    page, found = figures
    for figure in found:
        for slider in figure.get_by_role("slider").all():
            before = shown(figure)
            slider.focus()
            at_end = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
            value = slider.get_attribute("aria-valuetext")
            page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
            after = changed(page, figure, before)
            assert after[0] != before[0], "the alt text did not follow the frame"
            assert after[1] != before[1], "the picture is the same"
            assert slider.get_attribute("aria-valuetext") != value
            page.keyboard.press("ArrowRight" if at_end else "ArrowLeft")
            assert changed(page, figure, after) == before


@each_page
def test_every_choice_works_by_keyboard(figures: Any) -> None:
    page, found = figures
    for figure in found:
        for button in figure.locator(".widget-toggle-button").element_handles():
            if button.get_attribute("aria-pressed") == "false":
                before = shown(figure)
                button.press("Enter")
                assert changed(page, figure, before)[0] != before[0]
                page.wait_for_function("button => button.ariaPressed === 'true'", arg=button)


@each_page
def test_player_plays_pauses_steps_and_goes_back(figures: Any) -> None:
    page, found = figures
    for figure in found:
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
            assert changed(page, figure, second) == first
            button["Play"].press("Space")
            moved = changed(page, figure, first)
            button["Pause"].click()
            assert button["Play"].count() == 1
            button["Back to the start"].click()
            assert changed(page, figure, moved) == first


@each_page
def test_a_screen_reader_hears_the_new_frame(figures: Any) -> None:
    page, found = figures
    figure = found[0]
    slider = figure.get_by_role("slider").first
    slider.focus()
    before = shown(figure)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    now = changed(page, figure, before)[0]
    page.wait_for_function(
        "([figure, now]) => figure.querySelector('[role=status]').textContent === now",
        arg=[figure.element_handle(), now],
    )


@each_page
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_figures_are_accessible_and_fit(open_page: Any, path: str, theme: str, width: int) -> None:
    page = open_page(path, width=width, theme=theme)
    found = live(page)
    page.evaluate(AXE)
    violations = page.evaluate(
        """async () => (await axe.run({include: [[".interactive-figure"]]})).violations
            .flatMap(v => v.nodes.map(n => `${v.id}: ${n.html}`))"""
    )
    assert violations == []
    for figure in found:
        for part in figure.locator("svg[role=img], button, [role=slider], .widget-readout").all():
            if part.is_visible():
                box = part.bounding_box()
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
    for target in page.locator(".interactive-figure :is(button, .noUi-handle):visible").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24, "too small for a finger"


@each_page
def test_no_frame_moves_what_stands_below(figures: Any) -> None:
    """The height of the figure holds in every painted frame while the slider moves."""
    page, found = figures
    for figure in found:
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


@each_page
def test_print_shows_the_picture_instead(figures: Any) -> None:
    page, found = figures
    page.emulate_media(media="print")
    for figure in found:
        assert figure.locator(".figure-picture img").is_visible()
        assert not figure.locator(".figure-widgets").is_visible()


@each_page
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


@each_page
def test_figures_have_number_caption_and_anchor(figures: Any) -> None:
    page, found = figures
    captions = page.locator(f"{FIGURES} figcaption .caption-number")
    assert captions.count() == len(found)
    for figure in page.locator(FIGURES).all():
        assert figure.get_attribute("id").startswith("fig-")
