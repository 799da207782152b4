"""The built book in a real browser: a loopback server, one Chromium, and tabs that keep watch.

Fixtures for tests in this folder:

``site``       the built book below a path, as GitHub Pages serves it (``site.url``, ``site.root``)
``open_page``  ``open_page("chapters/02-perceptron.html", width=390, theme="dark")`` returns a
               Playwright page, settled: math typeset, every other host unreachable. When the test
               ends, a console error, a failed request or a request to another host fails it.

The book is read from ``_build/html`` (``make book``), or from the folder that ``BOOK_HTML`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from harness import CHROMIUM_OPTIONS, HTML, PagesHandler, Site, missing, serving, settle, watch
from teaching import pages


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if not (HTML / "index.html").is_file():
        missing("There is no built book to look at: run `make book` first.")
    with serving(PagesHandler) as handler:
        yield handler.site


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("The browser tests need Playwright: run `pip install playwright`.")
    try:
        program = pages.chromium()
    except FileNotFoundError:
        missing(
            "The browser tests need Chromium: run `sudo apt-get install chromium`, "
            "or set CHROMIUM to the program of a Chromium-based browser."
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(site: Site, browser: Any) -> Iterator[Callable[..., Any]]:
    contexts, watched = [], []

    def opener(path: str = "index.html", *, width: int = 1280, theme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=width < 800,
        )
        contexts.append(context)
        page = context.new_page()
        watched.append((path, watch(page, site)))
        page.goto(site.url + path)
        settle(page)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert [f"{path}: {problem}" for path, problems in watched for problem in problems] == []
