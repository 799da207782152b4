"""HTML that stands alone, and its print as PDF by Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STYLE = """\
@page { size: A4; margin: 22mm 20mm }
body { font: 11pt/1.45 Georgia, "Source Serif 4", serif; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; color: #22262b; background: #fff }
h1 { font-size: 1.35rem } h2 { font-size: 1.1rem; margin-top: 1.6em }
p { margin: .3em 0 } li { margin: .5em 0 } ol[type=a] li { margin: .2em 0 }
body > ol > li, .key > ol > li { break-inside: avoid }
code { font-size: .92em }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math, serif }
table { border-collapse: collapse; margin: .8em 0 }
td, th { border: 1px solid #999; padding: .25em .6em; text-align: left }
.name { border-bottom: 1px solid #22262b; width: 60%; margin: 1.2em 0 }
.lines { height: 2.6em; border-bottom: 1px solid #999 }
.key { break-before: page }
@media print { body { margin: 0; padding: 0; max-width: none } }
"""


def document(title: str, body: str, style: str = STYLE) -> str:
    """A whole page that asks nothing of any other place."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>\n<body>{body}</body>\n</html>\n"
    )


def chromium() -> str:
    """The program that prints; `CHROMIUM` names another."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise FileNotFoundError("PDFs are printed by Chromium: install it, or set CHROMIUM to it.")
    return program


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, open until the block ends."""
    from playwright.sync_api import sync_playwright

    program = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


def print_to_pdf(paths: Iterable[Path], **options: object) -> list[Path]:
    """Print pages; each PDF stands beside its page, with an outline and tags."""
    settings = {
        "prefer_css_page_size": True,
        "print_background": True,
        "tagged": True,
        "outline": True,
    }
    made = []
    with browser() as opened:
        tab = opened.new_context(offline=True).new_page()
        for path in paths:
            tab.goto(path.resolve().as_uri())
            made.append(path.with_suffix(".pdf"))
            tab.pdf(path=made[-1], **settings | options)
    return made
