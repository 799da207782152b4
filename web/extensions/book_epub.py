"""Sphinx extension: the book as an EPUB.

Sphinx reads the sources and writes the text of each page; here formulas become MathML, figures
become files with their alt texts, and what needs the web gives way to a word on where it is. Then
``book_epub_page`` makes each page XHTML with its answers at the end, and ``book_epub_package``
packs them. The settings are those of ``web/epub/conf.py``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import book_epub_package as package
import book_epub_page as xhtml
import nbformat
from book_math import of_tex
from book_stored import StoredFigures, own_scripts
from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.math import get_node_equation_number

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from teaching.figures import narrow, whole  # noqa: E402

from bookkit.interactive.stored import StoredFigure  # noqa: E402
from bookkit.layouts import FIGURE_MIME  # noqa: E402

LABORATORY = "laboratory"
WAYS = re.compile(r"(?ms)^## Four ways to use this book\n.*?(?=^## )")
EDITION = """\
## How to read this edition

This is the book as an EPUB. Everything is here but what needs a browser: figures with controls
stand still and lead to the page where they move, and code is to be read. What comes out of a
prediction, the answers to questions, hints and solutions stand at the end of each chapter, and so
does the code of its figures: a link leads there, and the name of each leads back.

To run and change the code, take the book's [pages]({site}) or its
[repository]({repository}). {licence}

"""
ELSEWHERE = """\
# The laboratory

*What happens if …?*

Here you do not read about networks, you handle them: draw a digit and watch every layer respond,
drag points about and watch a perceptron and a network learn them, build a network of your own. That
needs a browser, so it is no part of this edition:
[the laboratory]({site}laboratory.html) is among the book's pages.
"""


@cache
def formula(tex: str, display: bool) -> str:
    """A formula as MathML; what it was typed as is told where MathML cannot be shown."""
    told = escape(" ".join(tex.split()))
    made = re.sub(r' columnspacing="[^"]*"', "", of_tex(tex.strip(), display))  # EPUBCheck: one
    return made.replace("<math ", f'<math alttext="{told}" ', 1)


def visit_math(writer: Any, node: nodes.math) -> None:
    writer.body.append(formula(node.astext(), display=False))
    raise nodes.SkipNode


def visit_math_block(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})</span>')
    tex = node.astext().strip()
    if r"\\" in tex and not tex.startswith(r"\begin"):  # rows, as Sphinx sets them for MathJax
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    writer.body.append(formula(tex, display=True) + "</div>")
    raise nodes.SkipNode


def once_named(svg: str) -> str:
    """A drawing whose shapes, which are named by what they are, have each name once."""
    seen: set[str] = set()

    def first(match: re.Match[str]) -> str:
        known = match[1] in seen
        seen.add(match[1])
        return "" if known else match[0]

    return re.sub(r" id='([^']*)'", first, svg)


class FiguresAsFiles(StoredFigures):
    """Put in place of a figure's stored forms its drawings; of one that moves, one frame."""

    def put(
        self, name: str, cell: Any, data: Any, place: nodes.container, widgets: Mapping[str, Any]
    ) -> None:
        if WIDGET_VIEW_MIMETYPE in data:
            figure = StoredFigure.read(widgets, data[WIDGET_VIEW_MIMETYPE]["model_id"])
            drawings = {"wide": whole(figure, figure.start())}
            drawings["narrow"] = narrow(drawings["wide"], figure.cuts)
            alt = figure.frames[figure.start()].alt
            stands = ", ".join(f"{c.label}: {c.texts[c.start]}" for c in figure.controls)
            page = f"{self.config.html_baseurl}{self.env.docname}.html#{name}"
            words = f'Shown at {escape(stands)}. <a href="{page}">It moves on the web.</a>'
            self.beneath(place, f'<p class="moves">{words}</p>')
        else:
            drawings, alt = data[FIGURE_MIME], cell["metadata"]["mystnb"]["image"]["alt"]
        place.replace_self(nodes.raw("", self.picture(name, drawings, alt), format="html"))

    def written(self, drawing: str) -> str:
        return once_named(drawing)

    def picture(self, name: str, drawings: Mapping[str, str], alt: str) -> str:
        """The element that shows the drawing that fits."""
        found = self.files(name, drawings)
        (wide, width, _), (slim, *_) = found["wide"], found["narrow"]
        kinds = {"svg": "image/svg+xml", "png": "image/png"}
        return (
            f'<picture><source media="(max-width: 600px)" srcset="{slim}"'
            f' type="{kinds[slim[-3:]]}"/>'
            f'<img src="{wide}" width="{width}" alt="{escape(alt)}"/></picture>'
        )


class FilesOnTheWeb(SphinxPostTransform):
    """A link to a file of the repository leads there."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        options = self.config.html_theme_options
        tree = f"{options['repository_url']}/blob/{options['repository_branch']}/"
        for node in list(self.document.findall(addnodes.download_reference)):
            target = self.env.relfn2path(node["reftarget"], self.env.docname)[0]
            address = tree + Path(target).as_posix()
            node.replace_self(nodes.reference("", "", *node.children, refuri=address))


def for_this_edition(app: Sphinx, docname: str, content: list[str]) -> None:
    """The laboratory gives way to a word on where it is; the start page tells of this edition."""
    facts = {
        "site": app.config.html_baseurl,
        "repository": app.config.html_theme_options["repository_url"],
        "licence": package.licence(app.config),
    }
    if docname == LABORATORY:
        notebook = nbformat.reads(content[0], as_version=4)
        notebook.cells = [nbformat.v4.new_markdown_cell(ELSEWHERE.format(**facts), id="elsewhere")]
        content[0] = nbformat.writes(notebook)
    elif docname == app.config.root_doc:
        content[0], found = WAYS.subn(lambda _: EDITION.format(**facts), content[0])
        if found != 1:
            raise ValueError(f"{docname} has no section that tells how to use the book")
    # A page that this edition leaves out is on the web.
    left_out = rf"\]\((?:\.\./)*({app.config.book_left_out}[\w/-]*)\.(?:md|ipynb)(#[^)]*)?\)"
    content[0] = re.sub(left_out, rf"]({facts['site']}\1.html\2)", content[0])


class BookBuilder(Epub3Builder):
    """Sphinx's builder with pages, contents and package of the book's own."""

    def init(self) -> None:
        super().init()
        self.bodies: dict[str, str] = {}

    def handle_page(self, pagename: str, addctx: dict[str, Any], *rest: Any, **others: Any) -> None:
        if pagename in self.env.found_docs:
            self.bodies[pagename] = addctx["body"]

    def copy_static_files(self) -> None:
        """Nothing; only MyST-NB looks for the folder, to put a style into it."""
        (Path(self.outdir) / "_static").mkdir(exist_ok=True)

    def write_buildinfo(self) -> None:
        """It would name the folder that was built in."""

    def handle_finish(self) -> None:
        pages = {name: xhtml.Page.made(name, self.bodies[name]) for name in self.order()}
        package.write(self, pages, self.parts())

    def parts(self) -> list[tuple[str, list[str]]]:
        """Each part's title and its pages, as `_toc.yml` orders them."""
        root = self.env.get_doctree(self.config.root_doc)
        return [
            (toctree.get("caption") or "", list(toctree["includefiles"]))
            for toctree in root.findall(addnodes.toctree)
        ]

    def order(self) -> list[str]:
        return [self.config.root_doc, *(name for _, names in self.parts() for name in names)]


def own_files(app: Sphinx, config: Config) -> None:
    own_scripts(config)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("book_left_out", "", "env", types=(str,))
    app.add_builder(BookBuilder, override=True)
    app.add_html_math_renderer("book_mathml", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(FiguresAsFiles)
    app.add_post_transform(FilesOnTheWeb)
    app.connect("config-inited", own_files)
    app.connect("source-read", for_this_edition)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
