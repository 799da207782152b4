"""Make what instructors take along, from the chapters as they stand.

    python tools/instructors.py assignments   notebooks, autograders, nbgrader's sources
    python tools/instructors.py figures       SVG and PDF, with captions and alt texts
    python tools/instructors.py questions     GIFT, QTI, Anki, printed quizzes with keys
    python tools/instructors.py slides        HTML and PDF
    python tools/instructors.py links --hub https://hub.example.edu    nbgitpuller, printed

It goes to `_build/instructors/`, or where `--to` says. `--chapter 2` makes one chapter's alone.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from checks.page import ROOT
from teaching import links
from teaching.chapter import Chapter

KINDS = ("assignments", "figures", "questions", "slides")  # each a module of `teaching` that writes


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="+", choices=[*KINDS, "links"], metavar="KIND")
    parser.add_argument("--hub", help="of links: the address of a JupyterHub")
    parser.add_argument("--repository", default="", help="of links: another one than the book's")
    parser.add_argument("--to", type=Path, default=ROOT / "_build" / "instructors")
    parser.add_argument("--chapter", type=int, action="append", help="one chapter alone")
    options = parser.parse_args()
    chapters = [Chapter.of(n) for n in options.chapter] if options.chapter else Chapter.all()
    if "links" in options.kinds:
        if options.hub is None:
            parser.error("links needs --hub, the address of your JupyterHub")
        for path in links.notebooks():
            print(path, links.nbgitpuller(options.hub, path, options.repository), sep="\n  ")
        options.kinds.remove("links")
    for kind in options.kinds:
        made = import_module(f"teaching.{kind}").write(chapters, options.to / kind)
        size = sum(path.stat().st_size for path in made)
        print(f"{kind}: {len(made)} files, {size / 1e6:.1f} MB, in {options.to / kind}")


if __name__ == "__main__":
    main()
