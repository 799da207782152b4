"""The pages work from a folder: unpacked, opened as files, with no server at all."""

from __future__ import annotations

import os
import re
import zipfile

import folder
import packing
import pytest
from harness import missing, settle

PAGES = [
    "index",
    "chapters/01-biological-neuron",
    "chapters/02-perceptron",
    "chapters/06-training",
    "laboratory",
    "reference/remember",
    "reference/glossary",
    "search",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The unpacked folder; a space, an accent and a sign in its name."""
    if not folder.ZIP.is_file():
        missing("There is no zip of the pages to look at: run `make zip` first.")
    there = tmp_path_factory.mktemp("a folder") / "it's 100% mine é"
    with zipfile.ZipFile(folder.ZIP) as archive:
        archive.extractall(there)
    return there / folder.TOP


@pytest.fixture
def opened(browser, place):
    """``opened("chapters/02-perceptron")``; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    problems = []

    def opener(name: str, query: str = ""):
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{name}: {error}"))
        page.on("requestfailed", lambda request: problems.append(f"{name}: {request.url}"))
        page.on(
            "console",
            lambda told: problems.append(f"{name}: {told.text}") if told.type == "error" else None,
        )
        page.goto((place / f"{name}.html").as_uri() + query)
        settle(page)
        return page

    yield opener
    context.close()
    assert problems == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_a_complaint(opened, name):
    page = opened(name)
    assert page.locator("h1").count() >= 1
    assert page.locator("script[type=module]").count() == 0
    assert page.get_by_role("button", name="Run", exact=False).count() == 0
    fonts = "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family).join()"
    assert "Source Serif" in page.evaluate(fonts)
    broken = "[...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
    assert page.evaluate(broken) == []
    if name.startswith("chapters/"):
        assert page.locator("mjx-container").count() > 50
    if name.startswith("chapters/") or name == "laboratory":
        assert "runs no Python" in page.locator(".live-intro").inner_text()
        link = page.locator(".live-intro a").get_attribute("href")
        assert re.fullmatch(rf"https://.*/{name}\.html", link)


def test_figures_move(opened):
    page = opened("chapters/02-perceptron")
    figure = page.locator(".interactive-figure").first
    figure.scroll_into_view_if_needed()
    track = figure.locator("input[type=range]").first
    before, said = figure.locator(".nnlib-frames").inner_html(), figure.locator("output").first
    text = said.inner_text()
    track.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("([e, text]) => e.innerText !== text", arg=[said.element_handle(), text])
    page.wait_for_function(
        "([e, html]) => e.innerHTML !== html",
        arg=[figure.locator(".nnlib-frames").element_handle(), before],
    )


def test_predictions_and_questions_are_answered(opened):
    page = opened("chapters/02-perceptron")
    page.wait_for_function("document.documentElement.dataset.answers")
    covered = page.locator(".covered").first
    style = "e => getComputedStyle(e).contentVisibility"
    assert covered.evaluate(style) == "hidden"
    box = page.locator(".predict.ready").first
    box.get_by_role("button", name="Show without a guess").click()
    page.wait_for_function(f"e => ({style})(e) === 'visible'", arg=covered.element_handle())
    page.reload()
    settle(page)
    assert page.locator(".covered").first.evaluate(style) == "visible"  # it is remembered
    check = page.locator(".self-check").first
    check.locator("summary").nth(1).click()
    check.locator("details").nth(1).locator("p.right, p.wrong").first.wait_for(state="visible")


def test_the_search_finds(opened, place):
    page = opened("search", "?q=chain+rule")
    page.wait_for_function("document.querySelectorAll('#search-results a').length > 3")
    link = page.locator("#search-results a").first.get_attribute("href").partition("#")[0]
    assert (place / link).is_file()


def test_every_link_stays_in_the_folder(place):
    names = {path.relative_to(place).as_posix() for path in place.rglob("*")}
    for path in place.rglob("*.html"):
        if path.is_relative_to(place / "_static"):
            continue
        for address in re.findall(r'(?:href|src)="([^"#?]*)', path.read_text("utf-8")):
            if address and not re.match(r"\w+:", address):
                target = os.path.normpath(path.parent.relative_to(place) / address)
                assert target.replace("%20", " ") in names, f"{path.name}: {address}"


def test_the_same_pages_give_the_same_zip(tmp_path):
    made = [("a/index.html", b"<p>x</p>"), ("a/x.png", b"x" * 100)]
    when = packing.changed()
    one = packing.pack(tmp_path / "1.zip", made, when, ["a/x.png"]).read_bytes()
    other = packing.pack(tmp_path / "2.zip", made, when, ["a/x.png"]).read_bytes()
    assert one == other
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert {entry.date_time[:5] for entry in archive.infolist()} == {when.timetuple()[:5]}
