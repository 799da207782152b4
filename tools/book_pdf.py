"""Print the whole book as one PDF, from its built pages; needs Chromium.

    python tools/book_pdf.py

It goes to `_build/pdf/`, or where `--to` says.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from checks.page import ROOT
from printed import answers, document, links, pages, press
from teaching.pages import chromium

NAME = "from-neuron-to-network.pdf"


def gather(html: Path, source: document.Source) -> list[pages.Page]:
    """All pages of the built book, ready for paper."""
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"There is no built book in {html}: run `make book` first.")
    found = pages.read(html, source.web)
    answers.to_the_end(found)
    links.join(found, source.web)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / "pdf")
    options = parser.parse_args()
    start = time.monotonic()
    pdf = options.to / NAME
    try:
        chromium()
        source = document.Source.read()
        found = gather(options.html, source)
        text = document.write(found, source, options.html)
        options.to.mkdir(parents=True, exist_ok=True)
        printed = pdf.with_suffix(".printed")
        press.to_pdf(text, options.html, printed)
        count = press.complete(printed, pdf, source, document.digest(found))
        printed.unlink()
    except (FileNotFoundError, press.CannotPrint) as problem:
        sys.exit(str(problem))
    size, took = pdf.stat().st_size / 1e6, time.monotonic() - start
    print(f"{pdf}: {count} pages, {size:.1f} MB, in {took:.0f} s")


if __name__ == "__main__":
    main()
