"""Write the one address of the repository to every file that cannot ask for it.

    python tools/address.py          after a change of `repository` in _config.yml
    python tools/address.py tag      print the tag that notebooks install, such as v1.2.3

Links in the built pages and in what instructors take along are made from `_config.yml` as they are
needed (`tools/checks/home.py`). Markdown, the citation and the first cell of each notebook hold the
address as text: there this puts the new one in the place of the old, which CITATION.cff knows.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml
from checks import register
from checks.home import BINDER, CODESPACES, COLAB, Home, home
from checks.page import ROOT, Page, chapters, prose_pages

CITATION = ROOT / "CITATION.cff"
KINDS = {".cff", ".ipynb", ".md", ".yml"}
NOT_OURS = {"_config.yml"}  # the setting itself
FOLDERS = (".github", "chapters", "instructors", "paper", "reference")
MORE = r"(?![\w.-]*\w)"  # what follows is not the rest of a longer name


def main() -> None:
    if sys.argv[1:] == ["tag"]:
        print(home().tag)
        return
    if sys.argv[1:]:
        raise SystemExit(__doc__)
    then, now = written(), home()
    for path in files():
        text = path.read_text(encoding="utf-8")
        if (new := moved(text, then, now)) != text:
            path.write_text(new, encoding="utf-8", newline="\n")
            print(path.relative_to(ROOT))
            if path in {*chapters(), *prose_pages()}:
                register.approve(Page.read(path))


def written() -> Home:
    """The home that the files name now."""
    citation = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    return Home(citation["repository-code"], "", f"v{citation['version']}", citation["url"])


def files() -> list[Path]:
    """Every file that may hold the address; the citation last, from which the old one is read."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    found = sorted(p for p in found if p.suffix in KINDS and p.name not in NOT_OURS)
    return sorted(found, key=lambda path: path == CITATION)


def moved(text: str, then: Home, now: Home) -> str:
    """The text with every address of `then` made one of `now`, with its branch or tag."""
    old = re.escape(then.slug)
    for pattern, new in [
        (rf"{BINDER}/{old}/[^/?\s\"]+", f"{BINDER}/{now.slug}/{now.branch}"),
        (rf"{CODESPACES}/{old}(/tree/[^\s)\">]+)?{MORE}", now.codespaces()),
        (rf"{COLAB}/{old}/blob/[^/\s]+", f"{COLAB}/{now.slug}/blob/{now.tag}"),
        (rf"{re.escape(then.url)}@v\d[\w.]*", f"{now.url}@{now.tag}"),
        (rf"{re.escape(then.url)}{MORE}", now.url),
        (re.escape(then.pages), now.pages),
    ]:
        text = re.sub(pattern, lambda _, new=new: new, text)
    return text


if __name__ == "__main__":
    main()
