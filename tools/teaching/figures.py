"""The figures of the chapters as files: SVG and PDF, with captions, alt texts and a license."""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from checks.page import STATE_MIME, VIEW_MIME, output_data

from bookkit.interactive.stored import StoredFigure
from bookkit.layouts import FIGURE_MIME
from teaching import pages, text
from teaching.chapter import Chapter, Figure

LICENSE = "From Neuron to Network, CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
PAPER = "#fdfcf9"  # what the figures are drawn on
_VIEW_BOX = re.compile(r"viewBox='([-\d. ]+)'")


def write(chapters: list[Chapter], folder: Path, *, browser: bool = True) -> list[Path]:
    """Write each figure, and for each chapter a page that shows all of them with their words."""
    made = []
    for chapter in chapters:
        place = folder / f"ch{chapter.number:02}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        drawn = {name: drawing(chapter, figure) for name, figure in chapter.figures.items()}
        words = {name: said(figure) for name, figure in chapter.figures.items()}
        for name, svg in drawn.items():
            made.append(place / f"{name}.svg")
            made[-1].write_text(titled(svg, *words[name]), encoding="utf-8")
        made.append(place / "figures.json")
        listed = [
            {"name": name, "caption": caption, "alt": alt, "license": LICENSE}
            for name, (caption, alt) in words.items()
        ]
        made[-1].write_text(json.dumps(listed, indent=1, ensure_ascii=False), encoding="utf-8")
        made.append(place / "index.html")
        made[-1].write_text(gallery(chapter), encoding="utf-8")
        if browser:
            made += _pdfs(place, drawn, words)
    return made


def said(figure: Figure) -> tuple[str, str]:
    """Caption and alt text as words, without marks."""
    return text.clean(figure.caption), text.clean(figure.alt)


def drawing(chapter: Chapter, figure: Figure, **at: str) -> str:
    """The figure as one SVG. Of an interactive one, the frame at which its controls stand first;
    `at` names another step of a control by its text, as the page shows it."""
    outputs = list(output_data(chapter.page.cells[figure.cell]))
    if not any(mime in data for data in outputs for mime in (FIGURE_MIME, VIEW_MIME)):
        raise KeyError(f"{figure.name} was not stored; refresh its chapter")
    if not figure.interactive:
        if at:
            raise KeyError(f"{figure.name} has no controls")
        stored = next(data[FIGURE_MIME] for data in outputs if FIGURE_MIME in data)["wide"]
        return stored if stored.startswith("<svg") else _pictured(stored, outputs)
    model = next(data[VIEW_MIME] for data in outputs if VIEW_MIME in data)["model_id"]
    state = chapter.page.notebook.metadata["widgets"][STATE_MIME]["state"]
    stored = StoredFigure.read(state, model)
    unknown = at.keys() - {control.key for control in stored.controls}
    if unknown:
        raise KeyError(f"{figure.name} has no control {', '.join(sorted(unknown))}")
    place = 0
    for control in stored.controls:
        step = control.start
        if control.key in at:
            if at[control.key] not in control.texts:
                raise KeyError(f"{figure.name}: {control.key} is one of {', '.join(control.texts)}")
            step = control.texts.index(at[control.key])
        place = place * len(control.texts) + step
    return whole(stored, place)


def whole(figure: StoredFigure, place: int) -> str:
    """A frame together with the shapes that it shares with the others."""
    shapes = re.search(r"<defs>.*</defs>", figure.shapes, re.S)
    frame = figure.frames[place].svg
    box = _VIEW_BOX.search(frame)[1]
    inside = frame[frame.index(">") + 1 : frame.rindex("</svg>")]
    style = "stroke-linejoin:round;stroke-linecap:butt"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}' style='{style}'>"
        f"{shapes[0] if shapes else ''}{inside}</svg>"
    )


def narrow(svg: str, cuts: Sequence[float]) -> str:
    """A drawing with its columns one below the other, as the page shows it on a phone; `cuts` are
    where a column ends, as parts of the width."""
    width, height = size(svg)
    edges = [0, *cuts, 1]
    widest = max(right - left for left, right in pairwise(edges)) * width
    start, end = svg.index(">") + 1, svg.rindex("</svg>")
    columns = ""  # at the right edge, where axes of one width end alike
    for i, (left, right) in enumerate(pairwise(edges)):
        x, wide = left * width, (right - left) * width
        columns += (
            f"<svg x='{widest - wide:g}' y='{i * height:g}' width='{wide:g}' height='{height:g}'"
            f" viewBox='{x:g} 0 {wide:g} {height:g}'><use href='#whole'/></svg>"
        )
    head = _VIEW_BOX.sub(f"viewBox='0 0 {widest:g} {height * (len(edges) - 1):g}'", svg[:start])
    return f"{head}<defs><g id='whole'>{svg[start:end]}</g></defs>{columns}</svg>"


def _pictured(address: str, outputs: list[dict]) -> str:
    """An SVG around a figure that is stored as a picture."""
    content = base64.b64decode(address.partition(",")[2])
    width, height = (pixels / 2 for pixels in struct.unpack(">II", content[16:24]))  # of a PNG
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>"
        f"<image href='{address}' width='{width}' height='{height}'/></svg>"
    )


def titled(svg: str, caption: str, alt: str) -> str:
    """The SVG with its words inside, for whoever meets the file alone."""
    words = (
        f"<title>{escape(caption)}</title><desc>{escape(alt)}</desc>"
        f"<metadata>{escape(LICENSE)}</metadata>"
    )
    start = svg.index(">") + 1
    return svg[: start - 1] + " role='img'>" + words + svg[start:]


def size(svg: str) -> tuple[float, float]:
    _, _, width, height = map(float, _VIEW_BOX.search(svg)[1].split())
    return width, height


def gallery(chapter: Chapter) -> str:
    """All figures of a chapter on one page, with captions, alt texts and links to the files."""
    shown = "".join(
        f'<figure id="{figure.name}"><img src="{figure.name}.svg" alt="{escape(alt)}">'
        f"<figcaption><p>{text.inline(figure.caption)}</p><p><small>{figure.name}:"
        f' <a href="{figure.name}.svg">SVG</a>, <a href="{figure.name}.pdf">PDF</a>.'
        f" Alt text: {escape(alt)}</small></p></figcaption></figure>"
        for figure in chapter.figures.values()
        for _, alt in [said(figure)]
    )
    style = pages.STYLE + f"figure {{ margin: 2em 0 }} img {{ width: 100%; background: {PAPER} }}"
    head = f"<h1>Figures of chapter {chapter.number}, {text.inline(chapter.title)}</h1>"
    return pages.document(
        f"Figures of chapter {chapter.number}", f"{head}<p>{LICENSE}</p>{shown}", style
    )


def _pdfs(place: Path, drawn: dict[str, str], words: dict[str, tuple[str, str]]) -> list[Path]:
    """Each figure on a sheet of its own size, as lines and not as a picture."""
    sheets, made = place / "sheets", []
    sheets.mkdir()
    for name, svg in drawn.items():
        width, height = size(svg)
        paper = (
            f"@page {{ size: {width}pt {height}pt; margin: 0 }}"
            f" html, body {{ margin: 0; background: {PAPER} }}"
            " svg { display: block; width: 100vw }"
        )
        body = titled(svg, *words[name])
        sheet = pages.document(escape(words[name][0]), body, paper)
        (sheets / f"{name}.html").write_text(sheet, encoding="utf-8")
    printed = pages.print_to_pdf(sorted(sheets.glob("*.html")), page_ranges="1", outline=False)
    for path in printed:
        made.append(path.replace(place / path.name))
    shutil.rmtree(sheets)
    return made
