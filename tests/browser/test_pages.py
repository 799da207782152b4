"""Every page of the built book: loads clean, asks nobody else, is accessible, fits a phone.

A page is loaded once and looked at in light and dark, at desktop and phone width; the tests below
read what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from harness import Site, built_pages, inaccessible, set_theme, settle, uncover, watch

WIDTHS = {"desktop": 1280, "phone": 390}
SOURCE_LOOKS = {("desktop", "light"), ("phone", "dark")}  # enough for listings of source code
MAX_BYTES = 3_000_000

# What sticks out to the right, unless it scrolls within a box of its own.
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const inBox = e => e && e !== document.body
        && (getComputedStyle(e).overflowX !== "visible" || inBox(e.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter(e =>
        e.getBoundingClientRect().right > room + 1 && getComputedStyle(e).position !== "fixed"
        && !inBox(e.parentElement));
    return ["the page scrolls sideways", ...wide.slice(0, 5).map(e =>
        `${e.tagName}.${e.className}: ${e.textContent}`.slice(0, 80))];
}"""
BROKEN_IMAGES = """() => [...document.images]
    .filter(i => !i.naturalWidth || !i.hasAttribute("alt"))
    .map(i => `no picture or no alt text: ${i.currentSrc.slice(0, 80)}`)"""
RAW_MATH = """() => [...document.querySelectorAll(".math")]
    .filter(e => !e.querySelector("mjx-container") || e.querySelector("mjx-merror"))
    .map(e => e.textContent.slice(0, 80))"""


@dataclass
class Visit:
    """What one page showed."""

    path: str
    problems: list[str]
    bytes: int = 0
    raw_math: list[str] = field(default_factory=list)
    broken_images: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=built_pages() or ["index.html"])
def visit(request: Any, site: Site, browser: Any) -> Iterator[Visit]:
    context = browser.new_context(reduced_motion="reduce", color_scheme="light")
    page = context.new_page()
    seen = Visit(request.param, watch(page, site))
    before = len(site.served)
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})
    page.goto(site.url + request.param)
    settle(page)
    seen.bytes = sum(size for _, size in site.served[before:])
    seen.raw_math = page.evaluate(RAW_MATH)
    seen.broken_images = page.evaluate(BROKEN_IMAGES)
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        seen.too_wide += [f"{name}: {what}" for what in page.evaluate(TOO_WIDE)]
        for theme in ("light", "dark"):
            if request.param.startswith("_modules/") and (name, theme) not in SOURCE_LOOKS:
                continue
            set_theme(page, theme)
            seen.violations += [f"{name}, {theme}: {v}" for v in inaccessible(page)]
    if uncover(page):  # still a phone in the dark, and now all is there
        seen.too_wide += [f"uncovered: {what}" for what in page.evaluate(TOO_WIDE)]
        seen.violations += [f"uncovered: {v}" for v in inaccessible(page)]
    yield seen
    context.close()


def test_loads_without_an_error_and_asks_no_other_host(visit: Visit) -> None:
    assert visit.problems == []


def test_mathematics_is_typeset(visit: Visit) -> None:
    assert visit.raw_math == []


def test_images_are_there(visit: Visit) -> None:
    assert visit.broken_images == []


def test_nothing_scrolls_sideways(visit: Visit) -> None:
    assert visit.too_wide == []


def test_axe_finds_no_violation(visit: Visit) -> None:
    assert visit.violations == [], "\n".join(visit.violations)


def test_page_stays_light(visit: Visit) -> None:
    assert visit.bytes < MAX_BYTES
