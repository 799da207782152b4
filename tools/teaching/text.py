"""The book's Markdown as HTML, with its formulas as each program wants them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape
from urllib.parse import quote

import latex2mathml.converter
from checks.home import home
from checks.page import ROOT
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pybtex.database import parse_file

from teaching.chapter import Chapter

Math = Callable[[str, bool], str]
"""From LaTeX, and whether it is displayed, to HTML."""

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_ROLE = re.compile(r"\{(?P<kind>cite:[pt]|numref)\}`(?P<names>[^`]*)`")
_LINK = re.compile(r"\]\((?!https?:)(?:\.\./)*(?P<folder>[\w/-]*?)(?P<file>[\w-]+)\.(?:md|ipynb)")


def delimited(tex: str, displayed: bool) -> str:
    r"""`\(…\)` and `\[…\]`, as MathJax in Moodle and Anki reads them."""
    opening, closing = (r"\[", r"\]") if displayed else (r"\(", r"\)")
    return opening + escape(tex, quote=False) + closing


def mathml(tex: str, displayed: bool) -> str:
    """MathML, for what draws it itself: browsers, and players of QTI 2.1."""
    return latex2mathml.converter.convert(tex, display="block" if displayed else "inline")


def canvas(tex: str, displayed: bool) -> str:
    """The picture of an equation that Canvas draws, and its LaTeX, which Canvas reads aloud."""
    label, address = escape(tex), quote(quote(tex, safe=""), safe="")
    image = (
        f'<img class="equation_image" title="{label}" alt="LaTeX: {label}"'
        f' data-equation-content="{label}" src="/equation_images/{address}" />'
    )
    return f"<p>{image}</p>" if displayed else image


@cache
def figure_numbers() -> dict[str, str]:
    """From a figure's name to what the book calls it, "Figure 4.2"."""
    return {
        name: f"Figure {chapter.number}.{place}"
        for chapter in Chapter.all()
        for place, name in enumerate(chapter.figures, 1)
    }


@cache
def _sources() -> dict[str, tuple[str, str]]:
    """From the key of a source to its authors, in words, and its year."""
    found = {}
    for key, entry in parse_file(ROOT / "references.bib").entries.items():
        names = [
            " ".join(map(str, person.rich_prelast_names + person.rich_last_names))
            for person in entry.persons["author"]
        ]
        many = len(names) > 2 or names[-1] == "others"
        said = f"{names[0]} et al." if many else " and ".join(names)
        found[key] = said, entry.fields["year"]
    return found


def _said(role: re.Match) -> str:
    """A role as words: the number of a figure, or authors and year."""
    names = [name.strip() for name in role["names"].split(",")]
    if role["kind"] == "numref":
        return " and ".join(figure_numbers()[name] for name in names)
    if role["kind"] == "cite:t":
        return " and ".join("{} ({})".format(*_sources()[name]) for name in names)
    return f"({'; '.join(', '.join(_sources()[name]) for name in names)})"


def clean(markdown: str, folder: str = "chapters") -> str:
    """The Markdown without marks, with roles as words and links that lead to the published book.

    `folder` is where the page stands, from which links to its neighbors start.
    """

    def published(match: re.Match) -> str:
        inside = match["folder"] or ("" if match[0].startswith("](../") else f"{folder}/")
        return f"]({home().pages}{inside}{match['file']}.html"

    return _LINK.sub(published, _ROLE.sub(_said, _COMMENT.sub("", markdown))).strip()


@cache
def _reader(math: Math) -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"xhtmlOut": True}).enable("table")
    reader.use(
        dollarmath_plugin,
        renderer=lambda tex, options: math(tex.strip(), options["display_mode"]),
    )
    for rule, displayed in (("math_inline", False), ("math_block", True)):
        reader.add_render_rule(
            rule,
            lambda self, tokens, index, options, env, displayed=displayed: math(
                tokens[index].content.strip(), displayed
            ),
        )
    return reader


def html(markdown: str, math: Math = mathml, folder: str = "chapters") -> str:
    """As HTML that is XML, too."""
    return _reader(math).render(clean(markdown, folder)).strip()


def inline(markdown: str, math: Math = mathml, folder: str = "chapters") -> str:
    """The same, without the paragraph around a single one."""
    return re.sub(r"\A<p>((?:(?!<p>).)*)</p>\Z", r"\1", html(markdown, math, folder), flags=re.S)
