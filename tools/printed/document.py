"""One document of all pages: title, contents, pages with their feet."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path

import packing
import yaml
from checks.home import home
from checks.page import ROOT

from printed.pages import Page

STYLE = Path(__file__).with_name("book.css")
PAPER = "#fdfcf9"  # what figures are drawn on; on paper it would be a gray veil
# As the site's own pages: formulas are typeset where they are marked, and nowhere else.
MATHJAX = {
    "options": {
        "enableMenu": False,
        "ignoreHtmlClass": "tex2jax_ignore|mathjax_ignore",
        "processHtmlClass": "tex2jax_process|mathjax_process|math",
    }
}


@dataclass(frozen=True)
class Source:
    """What the title page says, from the book's own records."""

    title: str
    subtitle: str
    authors: str
    version: str
    abstract: str
    keywords: str
    web: str
    repository: str
    written: date | None  # when the source was last changed; never today

    @classmethod
    def read(cls) -> Source:
        cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
        book = home()
        title, _, subtitle = cited["title"].partition(": ")
        return cls(
            title,
            subtitle[:1].upper() + subtitle[1:],
            ", ".join(_name(author) for author in cited["authors"]),
            str(cited["version"]),
            cited["abstract"],
            ", ".join(cited["keywords"]),
            book.pages,
            book.url,
            _released(cited) or _committed(),
        )


def _name(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def _released(cited: dict[str, object]) -> date | None:
    told = cited.get("date-released")
    return date.fromisoformat(str(told)) if told else None


def _committed() -> date | None:
    when = packing.committed()
    return when.date() if when else None


def digest(pages: Sequence[Page]) -> str:
    """What tells the PDF of these pages from one of others."""
    return hashlib.sha256("".join(str(page.body) for page in pages).encode()).hexdigest()


def write(pages: Sequence[Page], source: Source, html: Path) -> str:
    cover = (ROOT / "web" / "static" / "cover.svg").read_text(encoding="utf-8")
    colors = (html / "_static" / "pygments.css").read_text(encoding="utf-8")
    feet = "\n".join(
        f"@page foot-{i} {{ @bottom-left {{ content: {json.dumps(page.title)} }} }}\n"
        f'div.page[id="{page.key}"] {{ page: foot-{i} }}'
        for i, page in enumerate(pages)
    )
    written = (
        '<!doctype html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{escape(source.title)}</title>"
        f"<style>{colors}</style><style>{STYLE.read_text(encoding='utf-8')}\n{feet}</style>"
        f"<script>window.MathJax = {json.dumps(MATHJAX)}</script>"
        '<script defer src="_static/mathjax/tex-mml-chtml.js"></script></head><body>'
        f"{_title_page(source, cover)}{_contents(pages)}{''.join(str(p.body) for p in pages)}"
        "</body></html>"
    )
    return written.replace(PAPER, "#ffffff")


def _title_page(source: Source, cover: str) -> str:
    dated = ""
    if source.written:
        dated = f" · {source.written:%B} {source.written.day}, {source.written.year}"
    return (
        f'<div class="title-page">{cover}<p class="book-title">{escape(source.title)}</p>'
        f'<p class="subtitle">{escape(source.subtitle)}</p>'
        f'<p class="authors">{escape(source.authors)}</p>'
        f'<p class="edition">Version {escape(source.version)}{dated}</p>'
        f'<p class="imprint">On the web, where its figures move and its code runs:'
        f' <a href="{source.web}">{source.web}</a><br>'
        f'Source: <a href="{source.repository}">{source.repository}</a><br>'
        "Text and figures are under"
        ' <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>, code is under the'
        f' <a href="{source.repository}/blob/v{source.version}/LICENSE">BSD 3-Clause License</a>.'
        " Every number in this book is recomputed and compared before it is published.</p></div>"
    )


def _contents(pages: Sequence[Page]) -> str:
    parts = []
    for part, group in groupby(pages, key=lambda page: page.part):
        if part:
            parts.append(f'<p class="part">{escape(part)}</p>')
        parts.append("<ul>")
        for page in group:
            inner = "".join(
                f"<li>{_line(heading, heading.find_parent('section')['id'])}</li>"
                for heading in page.body.select("h2")
                if len(heading.get_text()) > 1  # a glossary's letter
            )
            line = _line(page.heading, page.key)
            parts.append(f"<li>{line}<ul>{inner}</ul></li>" if inner else f"<li>{line}</li>")
        parts.append("</ul>")
    return f'<nav class="contents"><h1>Contents</h1><div>{"".join(parts)}</div></nav>'


def _line(heading: object, anchor: str) -> str:
    inside = copy.copy(heading)
    for link in inside.select("a"):
        link.unwrap()
    return f'<a href="#{escape(anchor)}"><span>{inside.decode_contents()}</span><i></i></a>'
