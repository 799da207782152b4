"""What a page costs and how calm it is: its weight, lines that move, links into it, paper.

The pages come from a server whose letters, scripts and pictures are late, as on a slow phone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from harness import HTML, PagesHandler, Site, built_pages, serving, uncover

CHAPTERS = built_pages("chapters") or ["index.html"]
each_chapter = pytest.mark.parametrize("path", CHAPTERS)
MAX_BYTES = 900_000  # of a chapter, compressed, before anything runs
MAX_SHIFT = 0.02
LATE = (
    *(("/fonts/", 0.9), ("tex-mml", 1.2), ("MathJax_", 0.7)),
    *((r"\.m?js(\?|$)", 0.3), ("_images", 0.5)),
)
SHIFTS = """window.shifts = [];
new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(e => ({
    value: e.value, what: e.sources.map(({node}) =>
        (node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 120))}))))
    .observe({type: "layout-shift", buffered: true});"""
TYPESET = "async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }"


class LateHandler(PagesHandler):
    def do_GET(self) -> None:
        time.sleep(next((late for part, late in LATE if re.search(part, self.path)), 0))
        super().do_GET()


@pytest.fixture(scope="module")
def late_site() -> Iterator[Site]:
    with serving(LateHandler) as handler:
        yield handler.site


@each_chapter
@pytest.mark.parametrize("width", [1280, 390])
def test_a_cold_page_is_light_and_nothing_moves(
    late_site: Site, browser: Any, path: str, width: int
) -> None:
    size = {"width": width, "height": 844 if width < 800 else 900}
    context = browser.new_context(viewport=size, is_mobile=width < 800, has_touch=width < 800)
    page = context.new_page()
    page.add_init_script(SHIFTS)
    before = len(late_site.served)
    page.goto(late_site.url + path)
    page.evaluate(TYPESET)
    page.wait_for_timeout(500)
    shifts = page.evaluate("window.shifts")
    context.close()
    sent = late_site.served[before:]
    heaviest = sorted(sent, key=lambda file: -file[1])[:8]
    assert sum(size for _, size in sent) <= MAX_BYTES, heaviest
    assert not [name for name, _ in sent if "fontawesome" in name]
    assert sum(shift["value"] for shift in shifts) <= MAX_SHIFT, shifts


@each_chapter
@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_into_a_chapter_lands_where_it_leads(
    late_site: Site, browser: Any, path: str, width: int
) -> None:
    soup = BeautifulSoup((HTML / path).read_text(encoding="utf-8"), "html.parser")
    headings = [section["id"] for section in soup.select("article section section[id]")]
    figures = [figure["id"] for figure in soup.select("article figure[id]")]
    page = browser.new_page(viewport={"width": width, "height": 844})
    missed = []
    for anchor in (headings[len(headings) // 2], figures[-1] if figures else headings[0]):
        page.goto("about:blank")
        page.goto(f"{late_site.url}{path}#{anchor}")
        page.evaluate(TYPESET)
        page.wait_for_timeout(800)
        top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", anchor)
        if not 0 <= top <= 150:
            missed.append(f"{anchor}: {top:.0f} px from the top")
    page.close()
    assert missed == []


@each_chapter
def test_without_scripts_formulas_are_read_as_formulas(site: Site, browser: Any, path: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + path)
    assert r"\(" not in page.locator("article").inner_text()
    formulas = page.locator("article .math")
    assert formulas.count() == page.locator("article math").count() > 0
    assert not formulas.first.is_visible()
    assert page.locator("article p > noscript > math").first.is_visible()
    context.close()


@each_chapter
def test_on_paper_nothing_is_spoiled_or_cut(open_page: Any, path: str) -> None:
    page = open_page(path)
    page.set_viewport_size({"width": 720, "height": 900})
    page.emulate_media(media="print")
    told = page.evaluate(
        """() => {
            for (const code of document.querySelectorAll("details.hide.above-input"))
                if (!code.closest(".tag_solution")) code.open = true;
            const seen = part => part.checkVisibility({visibilityProperty: true});
            const all = selector => [...document.querySelectorAll(selector)];
            const spoils = ".self-check :is(.right, .wrong), .solution > :not(summary), "
                + ".outcome > :not(summary), .hint > :not(summary), .tag_solution pre";
            return {
                spoiled: all(spoils).filter(seen).map(part => part.textContent.slice(0, 60)),
                cut: all("article pre")
                    .filter(pre => seen(pre) && pre.scrollWidth > pre.clientWidth + 1)
                    .map(pre => pre.textContent.slice(0, 60)),
                lists: all("#jb-print-docs-body, .bd-sidebar").filter(seen).map(part => part.id),
                questions: all(".self-check").filter(seen).length,
            };
        }"""
    )
    questions = told.pop("questions")
    assert questions >= 4
    assert told == {"spoiled": [], "cut": [], "lists": []}


def test_signs_are_drawn_without_a_font_of_their_own(open_page: Any) -> None:
    """Each has a drawing, and no letter of a font's private range is left anywhere."""
    for path in (CHAPTERS[0], "search.html", "genindex.html"):
        page = open_page(path)
        empty = page.evaluate(
            r"""() => {
                const signs = [...document.querySelectorAll("[class*='fa-']")].filter(
                    e => /(^| )fa[sb]?( |-)/.test(e.className)
                        && getComputedStyle(e, "::before").maskImage.match(/^url/) === null);
                const strange = [...document.querySelectorAll("body *")].filter(
                    e => ["::before", "::after"].some(
                        part => /[\uE000-\uF8FF]/.test(getComputedStyle(e, part).content)));
                return [...signs, ...strange].map(e => e.outerHTML.slice(0, 100));
            }"""
        )
        assert empty == [], path


def test_the_sign_of_the_search_stands_before_its_words(open_page: Any) -> None:
    for width in (1280, 390):
        page = open_page("search.html?q=gradient", width=width)
        sign = page.locator(".bd-search-container .fa-magnifying-glass").bounding_box()
        field = page.locator(".bd-search-container input")
        begins = field.bounding_box()["x"] + field.evaluate(
            "e => parseFloat(getComputedStyle(e).paddingLeft)"
        )
        assert sign["x"] + sign["width"] <= begins
        assert field.input_value() == "gradient"


# The size of letters as seen: of a drawing in the page by its matrix, of a picture by its text.
LETTERS = r"""async () => {
    const found = [];
    for (const svg of document.querySelectorAll(".nnlib-frames > svg")) {
        const words = [...svg.querySelectorAll("g[transform*=scale]")].filter(
            g => g.querySelector(":scope > use"));
        found.push(...words.map(g => [100 * Math.abs(g.getScreenCTM().d),
            svg.closest("[data-figure]").dataset.figure]));
    }
    for (const image of document.querySelectorAll(".figure-layouts img")) {
        if (!/\.svg$/.test(image.currentSrc)) continue;
        const text = await (await fetch(image.currentSrc)).text();
        const wide = Number(/viewBox='0 0 ([\d.]+)/.exec(text)[1]);
        for (const [, size] of text.matchAll(/scale\(([\d.]+) -[\d.]+\)/g))
            found.push([100 * size * image.getBoundingClientRect().width / wide, image.currentSrc]);
    }
    return found;
}"""


@each_chapter
def test_letters_in_figures_have_nine_pixels_on_a_phone(open_page: Any, path: str) -> None:
    page = open_page(path, width=390)
    uncover(page)
    page.wait_for_function("!document.querySelector('.interactive-figure:not(.is-live)')")
    letters = page.evaluate(LETTERS)
    assert len(letters) > 20  # a measurement that found nothing proves nothing
    assert [(round(size, 1), name) for size, name in letters if size < 9] == []


@each_chapter
def test_controls_speak_in_the_letters_of_the_caption(open_page: Any, path: str) -> None:
    faces = open_page(path).evaluate(
        """() => [...new Set([...document.querySelectorAll(
            ".figure-control, .figure-control button, figcaption p")].map(
                part => getComputedStyle(part).fontFamily))]"""
    )
    assert len(faces) == 1, faces


def test_the_tables_of_activations_fit_a_phone(open_page: Any) -> None:
    page = open_page("chapters/03-activation-functions.html", width=390)
    wide = page.evaluate(
        """() => [...document.querySelectorAll("article .pst-scrollable-table-container")]
            .filter(box => box.checkVisibility() && !box.closest(".figure-data")
                && box.scrollWidth > box.clientWidth)
            .map(box => `${box.scrollWidth} in ${box.clientWidth}: ${box.innerText.slice(0, 9)}`)"""
    )
    assert wide == []
