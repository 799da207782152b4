"""The built pages that make the book on paper, without what only a screen can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer, Tag

_ARTICLE = re.compile(r'<article class="bd-article">.*</article>', re.S)
# For a script or a page without scripts; most of a page is this, so it is not even parsed.
_UNSEEN = re.compile(r"<(noscript|script)\b.*?</\1>|<!--.*?-->", re.S)
# For a mouse, or for what only a page can do.
_SCREEN = (
    "source, svg.cover, .headerlink, .toctree-wrapper, .due, .figure-data, .figure-status,"
    " .nnlib-controls, .live-intro, .live-tools, .live-button, .tag_exercise .cell_output"
)
_INCH = 110  # CSS pixels of an inch of a figure, as `book_widgets` writes them
_SCALE = 0.86  # of figures on paper: letters of 10 pt are then a little smaller than the text
_LINES = "stroke-linejoin: round; stroke-linecap: butt"  # of a frame that stands in the page


@dataclass
class Page:
    path: str  # within the site
    part: str  # the caption in the table of contents that it stands under
    body: Tag

    @property
    def key(self) -> str:
        """What its anchors begin with."""
        return self.path.rpartition("/")[2].removesuffix(".html")

    @property
    def heading(self) -> Tag:
        return self.body.find("h1")

    @property
    def title(self) -> str:
        return self.heading.get_text(" ", strip=True)


def read(html: Path, web: str) -> list[Page]:
    """Every page but those for instructors; `web` is the book's public address."""
    found = []
    for path, part in _listed(html):
        text = _ARTICLE.search((html / path).read_text(encoding="utf-8"))[0]
        page = Page(path, part, BeautifulSoup(_UNSEEN.sub("", text), "html.parser").article)
        page.body.name = "div"
        _print_figures(page, web)
        _drop(page)
        if path == "index.html":
            page.heading.string = "About this book"  # its own heading is the title page's
        if path == "laboratory.html":
            _shorten(page, web)
        found.append(page)
    return found


def _listed(html: Path) -> Iterator[tuple[str, str]]:
    """The pages in the order of the site's own table of contents."""
    text = (html / "index.html").read_text(encoding="utf-8")
    start = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("nav"))
    yield "index.html", ""
    part = ""
    for entry in start.select_one("nav.bd-links").find_all(["p", "a"]):
        if entry.name == "p":
            part = entry.get_text(strip=True)
        elif not entry["href"].startswith("instructors/"):
            yield entry["href"], part


def _drop(page: Page) -> None:
    for gone in page.body.select(_SCREEN):
        gone.decompose()
    for wrapper in page.body.select("picture, .covered"):
        wrapper.unwrap()
    for figure in page.body.select("figure"):
        figure["role"] = "group"  # the picture in it is what has a description
    for picture in page.body.select("img[width]"):
        del picture["loading"], picture["decoding"]
        picture["style"] = f"width: {_SCALE * int(picture['width']) / _INCH:.2f}in"
        del picture["width"], picture["height"]
    for block in page.body.select("pre"):  # no line is broken: the style sheet fits the letters
        longest = max(map(len, block.get_text().splitlines()), default=0)
        block["style"] = f"--columns: {longest}"


def _print_figures(page: Page, web: str) -> None:
    """Say of each interactive figure where its controls stand, and where it moves."""
    for moving in page.body.select(".interactive-figure"):
        stand = [
            f"{control.select_one('.figure-label').get_text()}: {_position(control)}"
            for control in moving.select(".figure-control")
        ]
        frame = moving.select_one(".nnlib-frames > svg")
        points = float(frame["viewbox"].split()[2])
        frame["style"] = f"width: {_SCALE * points:.1f}pt; {_LINES}"
        figure = moving.find_parent("figure")
        note = BeautifulSoup("<span class='moves'></span>", "html.parser").span
        note.append(f" Printed with {'; '.join(stand)}. It moves ")
        link = BeautifulSoup("", "html.parser").new_tag(
            "a", href=f"{web}{page.path}#{figure['id']}"
        )
        link.string = "on the web"
        note.extend([link, "."])
        figure.select_one("figcaption p").append(note)


def _position(control: Tag) -> str:
    shown = control.select_one("output, button[aria-pressed=true]")
    return shown.get_text()


def _shorten(page: Page, web: str) -> None:
    """Of the laboratory keep what it is, its pictures, and where it stands."""
    top = page.body.find("section")
    for section in top.find_all("section", recursive=False):
        figures = section.select("figure")
        heading = section.find("h2")
        if not figures:
            section.decompose()
            continue
        for child in list(section.find_all(True, recursive=False)):
            if child is not heading:
                child.extract()
        section.extend(figures)
    for child in page.heading.find_next_siblings():
        if child.name != "section":
            child.decompose()
    where = BeautifulSoup(
        "<p>In the laboratory you do not read about networks, you handle them: draw a digit, move"
        " the points of a data set, build a network and train it. It needs a browser, so here are"
        f" its pictures alone. It stands at <a href='{web}{page.path}'>{web}{page.path}</a>.</p>",
        "html.parser",
    )
    page.heading.insert_after(where)


def plain(heading: Tag) -> str:
    return re.sub(r"\s+", " ", heading.get_text()).strip()
