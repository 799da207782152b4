"""Sphinx extension: figures in the page, sharp, sized and legible on a phone.

A static figure is stored in two layouts; the page picks the one that fits (`bookkit.layouts`). An
interactive one is stored as widgets; the page gets its frames and controls, which
``book_player.mjs`` moves without Python. Under each stands what it shows as a table, made from the
summary that the tests compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from book_answers import read
from book_figure_data import data_of
from book_stored import StoredFigures, own_scripts, size
from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit.interactive.stored import StoredControl, StoredFigure
from bookkit.layouts import FIGURE_MIME

HERE = Path(__file__).resolve().parent
PLAYER = (("start", "Back to the start"), ("back", "Step back"), ("play", "Play"),
          ("forward", "Step forward"))  # fmt: skip


class FiguresInPage(StoredFigures):
    """In HTML, put in place of a figure's picture what the page shows of it."""

    formats = ("html",)

    def notebook(self, source: Path) -> NotebookNode:
        return read(source, self.config.book_solutions)

    def put(
        self, name: str, cell: Any, data: Any, place: nodes.container, widgets: Mapping[str, Any]
    ) -> None:
        if WIDGET_VIEW_MIMETYPE in data:
            figure = StoredFigure.read(widgets, data[WIDGET_VIEW_MIMETYPE]["model_id"])
            markup = "".join(interactive(figure))
        elif FIGURE_MIME in data:
            image = cell["metadata"].get("mystnb", {}).get("image", {})
            markup = self.picture(name, data[FIGURE_MIME], image.get("alt", ""))
        else:
            return
        self.beneath(place, data_of("".join(data.get("text/plain", ""))))
        place.replace_self(nodes.raw("", markup, format="html"))

    def picture(self, name: str, layouts: Mapping[str, str], alt: str) -> str:
        """The element that shows the layout that fits."""
        found = self.files(name, layouts)
        (wide, *size), (narrow, *narrow_size) = found["wide"], found["narrow"]
        sides = 'width="{}" height="{}"'.format
        return (
            f'<picture class="figure-layouts"><source media="(max-width: 600px)" srcset="{narrow}" '
            f'{sides(*narrow_size)}><img src="{wide}" {sides(*size)} loading="lazy" '
            f'decoding="async" alt="{escape(alt)}"></picture>'
        )


def interactive(figure: StoredFigure) -> Iterator[str]:
    """The first frame, the controls, and for the script all frames of an interactive figure."""
    first = figure.frames[figure.start()].svg
    width, height = size(first)
    edges = [0, *figure.cuts, 1]
    widest = max(right - left for left, right in pairwise(edges))
    narrow = f"{width * widest:.1f} / {height * (len(edges) - 1):.1f}"
    yield f'<div class="interactive-figure" data-figure="{figure.name}">{figure.shapes}'
    yield f'<div class="nnlib-frames" style="--wide: {width:g} / {height:g}; --narrow: {narrow}">'
    yield f'{first}</div><div class="nnlib-controls">'
    for control in figure.controls:
        yield from _control(figure.name, control)
    content = {
        "cuts": figure.cuts,
        "controls": [vars(control) for control in figure.controls],
        "frames": [vars(frame) for frame in figure.frames],
    }
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    yield '</div><div class="figure-status" role="status"></div>'
    yield f'<script type="application/json">{told}</script></div>'


def _control(name: str, control: StoredControl) -> Iterator[str]:
    place, label = f"{name}-{control.key}", escape(control.label)
    yield f'<div class="figure-control" data-control="{control.kind}">'
    if control.kind == "choice":
        yield f'<span class="figure-label" id="{place}">{label}</span>'
        yield f'<div class="figure-buttons" role="group" aria-labelledby="{place}">'
        for i, text in enumerate(control.texts):
            pressed = str(i == control.start).lower()
            yield f'<button type="button" aria-pressed="{pressed}">{escape(text)}</button>'
        yield "</div></div>"
        return
    text = escape(control.texts[control.start])
    room = 2 * max(map(len, control.texts)) + 3  # for "1 … 2" between two stops
    marks = "".join(
        f'<i style="left:{100 * p:g}%"></i>' for p in control.positions if len(control.texts) < 30
    )
    yield f'<label class="figure-label" for="{place}">{label}</label>'
    if control.kind == "play":
        yield '<div class="figure-buttons" role="group" aria-label="Player">'
        for icon, what in PLAYER:
            yield f'<button type="button" data-icon="{icon}" aria-label="{what}"></button>'
        yield "</div>"
    yield f'<span class="figure-track"><span class="figure-stops">{marks}</span>'
    yield f'<input type="range" id="{place}" min="0" max="1" step="any" autocomplete="off" '
    yield f'value="{control.positions[control.start]}" aria-valuetext="{text}"></span>'
    yield f'<output for="{place}" style="min-width:{room}ch">{text}</output></div>'


def own_files(app: Sphinx, config: Config) -> None:
    own_scripts(config)
    files = ("book_widgets.css", "book_widgets.js", "book_player.mjs")
    config.html_static_path += [str(HERE / name) for name in files]


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add styles and the player to pages of notebooks, without the state that MyST-NB adds."""
    NbMetadataCollector.get_js_files(app.env, pagename).pop("ipywidgets_state", None)
    body = context.get("body", "")
    if 'class="interactive-figure"' in body or "figure-layouts" in body:
        app.add_css_file("book_widgets.css")
    if 'class="interactive-figure"' in body:
        app.add_js_file("book_player.mjs", type="module")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(FiguresInPage)
    app.connect("config-inited", own_files)
    app.connect("html-page-context", add_files, priority=400)  # before MyST-NB, at 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
