"""Sphinx extension: figures in the page, sharp, sized and legible on a phone.

A static figure is stored in two layouts; the page picks the one that fits (`bookkit.layouts`). An
interactive one is stored as widgets; the page gets its frames and controls, which
``book_player.mjs`` moves without Python. Under each stands what it shows as a table, made from the
summary that the tests compare.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from book_answers import read
from book_figure_data import data_of
from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookkit.interactive.stored import StoredControl, StoredFigure
from bookkit.layouts import FIGURE_MIME

HERE = Path(__file__).resolve().parent
STATE = "application/vnd.jupyter.widget-state+json"
PLAYER = (("start", "Back to the start"), ("back", "Step back"), ("play", "Play"),
          ("forward", "Step forward"))  # fmt: skip
INCH = 110  # CSS pixels of an inch of a figure, where there is room


class FiguresInPage(SphinxPostTransform):
    """In HTML, put in place of a figure's picture what the page shows of it."""

    default_priority = 3  # before MyST-NB selects one mime type of each bundle, at 4
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        source = Path(self.env.doc2path(self.env.docname))
        if source.suffix != ".ipynb":
            return
        notebook = read(source, self.config.book_solutions)  # its cells as they were counted
        widgets = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        for node in list(self.document.findall(nodes.container)):
            if node.get("nb_element") != "cell_code":
                continue
            cell = notebook["cells"][node["cell_index"]]
            bundles = [o["data"] for o in cell["outputs"] if "image/png" in o.get("data", {})]
            places = [
                part
                for part in node.findall(nodes.container)
                if part.get("nb_element") == "mime_bundle"
                and any(form["mime_type"] == "image/png" for form in part.children)
            ]
            for data, place in zip(bundles, places, strict=False):
                self.mend(cell, data, place, widgets)

    def mend(self, cell: Any, data: Any, place: nodes.container, widgets: Any) -> None:
        settings = cell["metadata"].get("mystnb", {})
        name = settings.get("figure", {}).get("name", cell["id"])
        if WIDGET_VIEW_MIMETYPE in data:
            figure = StoredFigure.read(widgets, data[WIDGET_VIEW_MIMETYPE]["model_id"])
            markup = "".join(interactive(figure))
        elif FIGURE_MIME in data:
            markup = self.picture(name, data[FIGURE_MIME], settings.get("image", {}).get("alt", ""))
        else:
            return
        shown = place.parent if isinstance(place.parent, nodes.figure) else place
        table = data_of("".join(data.get("text/plain", "")))
        shown.parent.insert(shown.parent.index(shown) + 1, nodes.raw("", table, format="html"))
        place.replace_self(nodes.raw("", markup, format="html"))

    def picture(self, name: str, layouts: dict[str, str], alt: str) -> str:
        """Write the layouts as files and return the element that shows the one that fits."""
        folder = Path(self.app.outdir) / "_images"
        folder.mkdir(parents=True, exist_ok=True)
        found = {}
        for layout, drawing in layouts.items():
            if drawing.startswith("<svg"):
                kind, content = "svg", drawing.encode()
                width, height = map(float, re.findall(r"[\d.]+", drawing.split("'")[3])[2:])
            else:
                kind, content = "png", base64.b64decode(drawing.partition(",")[2])
                width, height = (int.from_bytes(content[i : i + 4]) * 72 / 240 for i in (16, 20))
            (folder / f"{name}-{layout}.{kind}").write_bytes(content)
            up = "../" * self.env.docname.count("/")
            size = f'width="{width * INCH / 72:.0f}" height="{height * INCH / 72:.0f}"'
            found[layout] = f"{up}_images/{name}-{layout}.{kind}", size
        (wide, size), (narrow, narrow_size) = found["wide"], found["narrow"]
        return (
            f'<picture class="figure-layouts"><source media="(max-width: 600px)" srcset="{narrow}" '
            f'{narrow_size}><img src="{wide}" {size} loading="lazy" decoding="async" '
            f'alt="{escape(alt)}"></picture>'
        )


def interactive(figure: StoredFigure) -> Iterator[str]:
    """The first frame, the controls, and for the script all frames of an interactive figure."""
    first = figure.frames[figure.start()].svg
    width, height = map(float, re.findall(r"viewBox='0 0 ([\d.]+) ([\d.]+)'", first)[0])
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
    """Serve the scripts from here; MyST-NB would load the widgets' from elsewhere."""
    config.nb_ipywidgets_js = {}
    config.suppress_warnings.append("mystnb.unknown_mime_type")  # a figure's layouts, placed here
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
