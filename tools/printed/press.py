"""Chromium prints the document; what it cannot say about itself is written into the PDF after."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import Any

import matplotlib
import pikepdf
from teaching.pages import browser

from printed.document import PAPER, Source

HOST = "http://book.invalid/"  # answered by `_answer` and nobody else
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"  # the same letters on every machine
WIDTH = 627  # CSS pixels of 166 mm, the width of the text

# Wait for letters, formulas and pictures, then make what is wider than the page a little smaller.
_SETTLE = """async () => {
    await Promise.all([...document.fonts].map(font => font.load()));
    await MathJax.startup.promise;
    // The copies for screen readers would be wider than the page, and said twice.
    for (const copy of document.querySelectorAll('mjx-assistive-mml')) copy.remove();
    await Promise.allSettled([...document.images].map(image => image.decode()));
    await document.fonts.ready;
    const fit = (part, width, most) => {
        for (let size = 1; width() > most + 1 && size > 0.6; size -= 0.04)
            part.style.fontSize = `${size}em`;
    };
    for (const formula of document.querySelectorAll('mjx-container[display]')) {
        const inside = formula.querySelector('mjx-math');
        fit(formula, () => inside.getBoundingClientRect().width, formula.parentElement.clientWidth);
    }
    for (const table of document.querySelectorAll('table'))
        fit(table, () => table.offsetWidth, table.parentElement.clientWidth);
    document.body.style.display = 'none'; // lay out afresh, as the print does
    document.body.offsetWidth;
    document.body.style.display = '';
}"""
# Nothing is cut off on paper but at the edge of the text: so look where words and parts end.
_PROBLEMS = """width => {
    const found = [];
    const where = part => {
        const place = part.closest('[id]');
        return `${place ? place.id : 'the title page'}: ${part.textContent.trim().slice(0, 60)}`;
    };
    const check = (part, boxes) => {
        if (Math.max(0, ...[...boxes].map(box => box.right)) > width + 2)
            found.push(`wider than the page: ${where(part)}`);
    };
    for (const part of document.querySelectorAll('img, svg, table, pre, mjx-math'))
        if (!part.closest('.interactive-figure > svg')) check(part, part.getClientRects());
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const words = document.createRange();
    while (texts.nextNode()) {
        const part = texts.currentNode.parentElement;
        if (part.closest('svg, mjx-math')) continue;
        words.selectNodeContents(texts.currentNode);
        check(part, words.getClientRects());
    }
    for (const part of document.querySelectorAll('mjx-merror, mjx-math [style*="red"]'))
        found.push(`not typeset: ${where(part)}`);
    for (const part of document.querySelectorAll('.math'))
        if (!part.querySelector('mjx-container')) found.push(`not typeset: ${where(part)}`);
    for (const image of document.images)
        if (!image.naturalWidth) found.push(`no such picture: ${image.src}`);
    return found;
}"""

_NUMBER = """pages => {
    for (const link of document.querySelectorAll('.contents a, a.on-page'))
        link.dataset.page = pages[link.getAttribute('href').slice(1)] ?? '000';
}"""


class CannotPrint(Exception):
    """The document is not fit to be printed; the message says why, a line for each reason."""


def to_pdf(document: str, html: Path, pdf: Path) -> None:
    """Print `document`, whose pictures and scripts are those of the site in `html`."""
    problems: list[str] = []

    def _answer(route: Any) -> None:
        url = route.request.url
        name = url.removeprefix(HOST).partition("?")[0]
        if not url.startswith(HOST):
            problems.append(f"asked another host: {url}")
            route.abort()
        elif name == "book.html":
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        else:
            path = FONTS / name.removeprefix("fonts/") if name.startswith("fonts/") else html / name
            if not path.is_file():
                problems.append(f"no such file: {name}")
                route.abort()
                return
            body = path.read_bytes()
            if path.suffix == ".svg":
                body = body.replace(PAPER.encode(), b"#ffffff")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            route.fulfill(body=body, content_type=kind)

    with browser() as opened:
        context = opened.new_context(viewport={"width": WIDTH, "height": 900})
        context.set_default_timeout(300_000)
        context.route("**/*", _answer)
        page = context.new_page()
        page.emulate_media(media="print", color_scheme="light")
        page.goto(HOST + "book.html")
        page.evaluate(_SETTLE)
        problems += page.evaluate(_PROBLEMS, WIDTH)
        if problems:
            raise CannotPrint("\n".join(dict.fromkeys(problems)))
        _number(page, pdf)


def _number(page: Any, pdf: Path) -> None:
    """Print, see on which pages the anchors stand, write that where it is asked for, and again."""
    known: dict[str, int] = {}
    for tagged in (False, True, True):  # the first print serves the numbers alone
        page.evaluate(_NUMBER, known)
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, tagged=tagged,
                 outline=tagged)  # fmt: skip
        with pikepdf.open(pdf) as printed:
            found = places(printed)
        if found == known:
            return
        known = found
    raise CannotPrint("The numbers of pages move what they number: print it again.")


def places(printed: pikepdf.Pdf) -> dict[str, int]:
    """The number of the page of each anchor that a link leads to."""
    pages = {page.objgen: number for number, page in enumerate(printed.pages, start=1)}
    return {
        name.removeprefix("/"): pages[target[0].objgen]
        for name, target in printed.Root.get("/Dests", {}).items()
    }


def _name_once(items: list[pikepdf.OutlineItem]) -> None:
    """Chromium says some titles twice that end in a star, a letter of another font."""
    for item in items:
        item.title = re.sub(r"(.+★)\1$", r"\1", item.title)
        _name_once(item.children)


def complete(printed: Path, pdf: Path, source: Source, digest: str) -> int:
    """Write who made what into the PDF, and how a reader's program opens it; its pages."""
    with pikepdf.open(printed) as book:
        with book.open_metadata() as told:
            told["dc:title"] = f"{source.title}: {source.subtitle}"
            told["dc:creator"] = [source.authors]
            told["dc:description"] = source.abstract.strip()
            told["pdf:Keywords"] = source.keywords
            if source.written:
                told["xmp:CreateDate"] = told["xmp:ModifyDate"] = f"{source.written}T00:00:00Z"
        book.docinfo["/Source"] = digest  # of the document, by which a test knows an old PDF
        with book.open_outline() as outline:
            _name_once(outline.root)
        book.Root.PageMode = pikepdf.Name.UseOutlines
        book.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        book.save(
            pdf,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return len(book.pages)
