"""What a chapter takes from elsewhere is listed with its place in the source.

``reference/sources.yml`` holds, for each sentence with a citation and a number, who says so, where
and in which words. A new one must be listed, and a listed one must still stand in its chapter.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import yaml

from checks.page import ROOT, Page, first_line

LIST = ROOT / "reference" / "sources.yml"
ENTRY = ("page", "claim", "source", "where", "words", "seen")
_CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d(?:s\b)?")
_WORDS = (
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred hundreds thousand thousands million billion half double twice"
)
_NUMBER = re.compile(
    rf"(?<![\d.])\d{{2,}}|[2-9]|\d\.\d|\b(?:{_WORDS.replace(' ', '|')})\b", re.IGNORECASE
)
_MATH = re.compile(r"\$[^$]*[A-Za-z\\][^$]*\$")  # formulas; a power such as $10^{-3}$ is a number
_SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[A-Z*$(`-])|\n\s*\n|\n- ")


@functools.cache
def listed() -> list[dict[str, str]]:
    return yaml.safe_load(LIST.read_text(encoding="utf-8"))


def problems(page: Page) -> list[str]:
    entries = [entry for entry in listed() if entry["page"] == page.path.stem]
    if not page.path.stem[:2].isdigit():
        return []
    text = _folded("\n\n".join(c.source for c in page.cells if c.cell_type == "markdown"))
    return [
        *_unlisted(page, entries),
        *(
            f"reference/sources.yml lists {entry['claim']!r}, which {page.path.name} no longer says"
            for entry in entries
            if _folded(entry["claim"]) not in text
        ),
    ]


def _unlisted(page: Page, entries: list[dict[str, str]]) -> Iterator[str]:
    for index, cell in enumerate(page.cells):
        if cell.cell_type != "markdown":
            continue
        body = cell.source.split("### Further reading")[0]
        for sentence in _SENTENCE.split(body):
            keys = {k.strip() for group in _CITED.findall(sentence) for k in group.split(",")}
            bare = _YEAR.sub("", _MATH.sub("", _CITED.sub("", _unmarked(sentence))))
            if keys and _NUMBER.search(bare):
                said = _folded(sentence)
                known = [e for e in entries if _folded(e["claim"]) in said and e["source"] in keys]
                if not known:
                    yield (
                        f"{page.where(index)} cites {', '.join(sorted(keys))} for a number"
                        f" ({first_line(bare, 60)!r}): say in reference/sources.yml where it stands"
                    )


def _unmarked(text: str) -> str:
    """Without numbers that the run gives, links' addresses, and names such as "Exercise 2.5"."""
    text = re.sub(r"\S+?<!--.*?-->", "", text)
    text = re.sub(r"\]\([^)]*\)|`[^`]*`", "", text)
    return re.sub(
        r"\b(?:[Cc]hapters?|[Ee]xercise|[Ff]igure|[Ss]ection|Question) \d[\d.]*", "", text
    )


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
