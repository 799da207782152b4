"""What a reader does: search, move by keyboard, switch to dark, follow links."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from harness import HTML, PREFIX, Site, built_pages

BY_KEYBOARD = [
    "index.html",
    "search.html",
    *built_pages("chapters"),
    *built_pages("reference"),
]

# Everything that can be worked and is shown, named so that a failing test says which.
CONTROLS = """() => {
    const name = e => `${e.tagName.toLowerCase()} "${(e.getAttribute("aria-label") || e.title
        || e.textContent || e.name || "").trim().replace(/\\s+/g, " ").slice(0, 40)}"`;
    const all = document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex], audio[controls]");
    const groups = new Set();
    window.controls = [...all].filter(e => {
        if (e.tabIndex < 0 || e.disabled || e.closest("[inert]")) return false;
        if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
        if (!e.getClientRects().length) return false;
        if (e.type === "radio") {  // Tab stops once at a group; the arrows move within it
            const first = !groups.has(e.name);
            groups.add(e.name);
            return first;
        }
        return true;
    });
    window.reached = new Set();
    window.unmarked = new Set();
    addEventListener("focusin", ({target}) => {
        reached.add(target.type === "radio"
            ? document.querySelector(`input[name="${target.name}"]`) : target);
        const style = getComputedStyle(target);
        if (style.outlineStyle === "none" && style.boxShadow === "none") unmarked.add(name(target));
    });
    window.unreached = () => controls.filter(e => !reached.has(e)).map(name);
    return controls.length;
}"""


@pytest.mark.parametrize("path", BY_KEYBOARD)
def test_keyboard_reaches_every_control_and_shows_where_it_is(open_page: Any, path: str) -> None:
    page = open_page(path)
    presses = 3 * page.evaluate(CONTROLS) + 50  # what scrolls is a tab stop, too
    while presses > 0 and page.evaluate("unreached().length"):
        for _ in range(20):
            page.keyboard.press("Tab")
        presses -= 20
    assert page.evaluate("unreached()") == []
    assert page.evaluate("[...unmarked]") == []


FIRST = {
    "perceptron": "chapters/02-perceptron.html",
    "Adam": "chapters/06-training.html#",
    "learning rate": "chapters/06-training.html#",
    "XOR": "chapters/",
    "softmax": "chapters/",
    "ReLU": "chapters/",
    "chain rule": "chapters/05-backpropagation.html#",
    "nnlib.Adam": "reference/api.html#nnlib",
}


@pytest.mark.parametrize("query", FIRST)
def test_search_leads_to_the_section_before_the_api(open_page: Any, query: str) -> None:
    page = open_page(f"search.html?q={query}")
    page.wait_for_selector("ul.search li a")
    found = page.eval_on_selector_all("ul.search li a", "links => links.map(a => a.href)")
    places = [link.split(PREFIX)[1] for link in found]
    assert places[0].startswith(FIRST[query]), places[:5]
    api = [i for i, place in enumerate(places) if place.startswith("reference/api")]
    if "." not in query and api:
        assert not [place for place in places[api[0] :] if place.startswith("chapters/")]
    assert page.locator("ul.search mark").count()
    page.goto(found[0])
    fragment = urlsplit(found[0]).fragment
    assert not fragment or page.locator(f"[id='{fragment}']").count() == 1


def test_a_search_in_vain_says_so_and_shows_no_answers(open_page: Any) -> None:
    page = open_page("search.html?q=zyzzyva")
    page.get_by_text("Nothing in the book holds").wait_for()
    entries = (HTML / "search-sections.json").read_text(encoding="utf-8")
    answers = {
        fold.get_text().strip()[:40]
        for path in built_pages("chapters")
        for fold in BeautifulSoup((HTML / path).read_text("utf-8"), "html.parser").select(
            ".self-check p.wrong > strong, .self-check p.right > strong"
        )
    } - {"Right.", "Yes."}
    assert len(answers) > 20
    assert [answer for answer in answers if answer in entries] == []


def test_theme_button_switches_to_dark_and_back(open_page: Any) -> None:
    page = open_page("index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    seen = set()
    for _ in range(3):
        page.locator(".theme-switch-button").first.click()
        seen.add(page.evaluate(background))
    assert len(seen) == 2


def test_a_wrong_address_leads_home(open_page: Any, site: Site) -> None:
    page = open_page("index.html")
    page.goto(site.url + "chapters/no-such-page.html")
    assert "not found" in page.title().lower()
    page.locator("a.navbar-brand").first.click()
    page.wait_for_url(site.url + "i*.html")


def anchors(soup: BeautifulSoup) -> set[str]:
    return {tag["id"] for tag in soup.find_all(id=True)} | {
        tag["name"] for tag in soup.find_all("a", attrs={"name": True})
    }


def test_internal_links_and_anchors_resolve(site: Site) -> None:
    soups = {
        path: BeautifulSoup((HTML / path).read_text(encoding="utf-8"), "html.parser")
        for path in built_pages()
    }
    known = {path: anchors(soup) for path, soup in soups.items()}
    base = f"http://book{PREFIX}"
    broken = []
    for path, soup in soups.items():
        for tag in soup.find_all(href=True) + soup.find_all(src=True):
            address = tag.get("href") or tag["src"]
            if address.startswith(("data:", "mailto:", "javascript:")):
                continue
            target = urlsplit(urljoin(base + path, address))
            if target.netloc != "book":
                continue
            file = unquote(target.path).removeprefix(PREFIX) or "index.html"
            fragment = unquote(target.fragment)
            if not target.path.startswith(PREFIX) or not (HTML / file).is_file():
                broken.append(f"{path}: no such file: {address}")
            elif fragment and file in known and fragment not in known[file]:
                broken.append(f"{path}: no such anchor: {address}")
    assert broken == []


def test_the_browser_itself_refuses_other_hosts(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site.url)
    refused = page.evaluate(
        """async () => {
            const seen = [];
            addEventListener("securitypolicyviolation", e => seen.push(e.effectiveDirective));
            const address = "https://example.org/";
            await fetch(address).catch(() => {});
            for (const kind of ["script", "img", "iframe"]) {
                const element = document.createElement(kind);
                element.src = address;
                document.body.append(element);
            }
            await new Promise(done => setTimeout(done, 500));
            return seen;
        }"""
    )
    page.close()
    assert sorted(refused) == ["connect-src", "frame-src", "img-src", "script-src-elem"]


@pytest.mark.parametrize("path", built_pages())
def test_every_page_carries_the_policy_and_the_style(path: str) -> None:
    text = (HTML / path).read_text(encoding="utf-8")
    assert 'http-equiv="Content-Security-Policy"' in text
    assert "_static/book.css" in text


def test_jupyterlite_carries_the_policy() -> None:
    for page in (HTML / "lite").rglob("*.html"):
        assert 'http-equiv="Content-Security-Policy"' in page.read_text("utf-8"), page
