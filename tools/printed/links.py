"""Links within the book lead to a place on paper; all others lead to the web."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import Tag

from printed.pages import Page


def join(pages: Sequence[Page], web: str) -> None:
    """Make anchors unique over the book and turn links between its pages into links within it."""
    for page in pages:
        for place in _outside_drawings(page.body.select("[id]")):
            place["id"] = f"{page.key}.{place['id']}"
        page.body["id"], page.body["class"] = page.key, "page"
    keys = {page.path: page.key for page in pages}
    anchors = {place["id"] for page in pages for place in page.body.select("[id]")}
    anchors |= set(keys.values())
    for page in pages:
        for link in page.body.select("a[href]"):
            link["href"] = _target(page, link["href"], keys, anchors, web)
            del link["title"]  # a tip for the mouse
        for picture in page.body.select("img"):
            picture["src"] = urljoin(page.path, picture["src"])


def _outside_drawings(places: list[Tag]) -> list[Tag]:
    """Drawings name their parts for themselves, by names that no other drawing has."""
    return [place for place in places if place.name != "svg" and not place.find_parent("svg")]


def _target(page: Page, href: str, keys: dict[str, str], anchors: set[str], web: str) -> str:
    if urlsplit(href).scheme:
        return href
    path, fragment = urldefrag(urljoin(page.path, href))
    if key := keys.get(path):
        anchor = f"{key}.{fragment}" if fragment else key
        if anchor in anchors:
            return f"#{anchor}"
    return f"{web}{path}#{fragment}" if fragment else web + path
