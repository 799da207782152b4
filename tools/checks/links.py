"""What the text points at is there, and is what the text calls it.

Links lead to files and headings, "chapter 3" and "Exercise 2.8" exist and lead where they say,
citations and figures have their entries; nothing in a page calls a script or another site's frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from checks.page import (
    CODE_BLOCK,
    HEADING,
    ROOT,
    Page,
    chapters,
    first_line,
    prose_pages,
    readable,
)

_CODE = re.compile(r"(?s)(`+)(?!`).+?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"(?s)<!--.*?-->")
_INLINE = re.compile(
    r"(?s)(?P<image>!?)\[(?P<text>(?:[^][]|\[[^][]*\])*)\]"
    r"\(\s*(?P<target><[^>]*>|[^)\s]*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
_DEFINED = re.compile(r"(?m)^ {0,3}\[(?P<text>[^]^]+)\]:\s*(?P<target>\S+)")
_USED = re.compile(r"\[[^][]+\]\[(?P<name>[^][]+)\]")
_TAG = re.compile(r"(?s)<(?P<tag>[a-zA-Z]+)\b(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r"(?P<name>[\w-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_ROLE = re.compile(r"\{(?P<role>cite(?::[pt])?|numref)\}`(?P<names>[^`]+)`")
_SENTENCE = re.compile(r"(?s).*?(?:[.!?][*_)\"”’]*(?=\s)|\n\s*\n|\Z)")
_CHAPTER = re.compile(r"\b[Cc]hapters? (\d+)(?:(?:, | and |, and | or | to |–)(\d+)\b(?!\.))?")
_CHAPTER_ONLY = re.compile(r"[Cc]hapter (\d+)")
_EXERCISE = re.compile(r"\b(Exercise|Question)s? (\d+\.\d+)(?:(?:, | and |, and | or )(\d+\.\d+))?")
_NUMBERED = re.compile(r"\b(?:[Ff]igures?|[Ss]ections?|[Tt]ables?) \d+(?:\.\d+)+")
_FOREIGN = {"script", "iframe", "object", "embed", "form", "base", "meta", "link"}


def problems(page: Page) -> list[str]:
    return [
        f"{page.where(index)}: {problem}"
        for index, text in _texts(page)
        for rule in (_links, _tags, _roles, _labels)
        for problem in rule(page, text)
    ]


def _texts(page: Page) -> Iterator[tuple[int, str]]:
    """Prose and captions without blocks of code and comments."""
    for index, cell in enumerate(page.cells):
        if cell.cell_type == "markdown":
            yield index, _COMMENT.sub("", CODE_BLOCK.sub("\n\n", cell.source))
        elif caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            yield index, _COMMENT.sub("", caption)


def _links(page: Page, text: str) -> Iterator[str]:
    text = _CODE.sub("", text)
    found = [*_INLINE.finditer(text), *_DEFINED.finditer(text)]
    for link in found:
        target = link["target"].strip("<>")
        yield from _target(page, target)
        named = _CHAPTER_ONLY.fullmatch(link["text"].strip("*_ "))
        if named and not Path(target.partition("#")[0]).name.startswith(f"{int(named[1]):02}-"):
            yield f"the link [{link['text']}]({target}) leads elsewhere than it says"
        numbered = re.fullmatch(r"(Exercise|Question) (\d+)\.\d+", link["text"].strip("*_ "))
        if numbered and target.startswith("#") and int(page.path.name[:2]) != int(numbered[2]):
            yield f"the link [{link['text']}]({target}) leads elsewhere than it says"
        if link.groupdict().get("image") and len(link["text"].split()) < 3:
            yield f"the image {target!r} has no alt text; say what it shows: ![…]({target})"
    defined = {link["text"].lower() for link in _DEFINED.finditer(text)}
    for link in _USED.finditer(text):
        if link["name"].lower() not in defined:
            yield f"the link {link[0]} has no line '[{link['name']}]: address'"


def _target(page: Page, target: str) -> Iterator[str]:
    """A relative link leads to a file, and to a heading in it; others to the web."""
    if scheme := re.match(r"([a-zA-Z][a-zA-Z+.-]*):", target):
        if scheme[1].lower() not in ("http", "https", "mailto"):
            yield f"the link {target!r} is none that a page may follow"
        return
    name, _, anchor = target.partition("#")
    if not name and anchor:
        if anchor not in _anchors_of(page):
            yield f"the link {target!r} leads to no heading of {page.path.name}"
        return
    path = (page.path.parent / name).resolve()
    planned = re.match(r"chapters/(\d\d)-", target)
    if planned and page.path == ROOT / "intro.md" and int(planned[1]) in chapter_numbers():
        return  # the first page announces it; the build links it once it is there
    if not name or not path.exists():
        yield f"the link {target!r} leads to no file"
    elif anchor and path.suffix in (".md", ".ipynb") and anchor not in anchors(path):
        yield f"the link {target!r} leads to no heading of {path.name}"


def _tags(page: Page, text: str) -> Iterator[str]:
    for tag in _TAG.finditer(_CODE.sub("", text)):
        name = tag["tag"].lower()
        values = {
            a["name"].lower(): a["double"] if a["double"] is not None else a["single"]
            for a in _ATTRIBUTE.finditer(tag["attributes"])
        }
        if name in _FOREIGN or any(key.startswith("on") for key in values):
            yield f"{first_line(tag[0])!r} does not belong into the text of a page"
        if name == "a" and "href" in values:
            yield from _target(page, values["href"])
        if name == "img" and not values.get("alt", "").strip():
            yield f"{first_line(tag[0])!r} has no alt text"


def _roles(page: Page, text: str) -> Iterator[str]:
    for role in _ROLE.finditer(text):
        if role["role"] == "numref":
            name = re.sub(r".*<(.*)>", r"\1", role["names"])
            if name not in figures():
                yield f"{{numref}} names {name!r}, which no figure of the book is called"
            continue
        for key in re.split(r"\s*,\s*", role["names"]):
            if key not in works():
                yield f"{{{role['role']}}} names {key!r}, which references.bib does not hold"


def _labels(page: Page, text: str) -> Iterator[str]:
    """What is named by a number exists; a cited work has chapters and figures of its own."""
    for sentence in _SENTENCE.findall(_CODE.sub("", re.sub(r"\{cite[^`]*`[^`]*`", "{cite}", text))):
        if "{cite}" in sentence:
            continue
        for match in _CHAPTER.finditer(sentence):
            for number in filter(None, match.groups()):
                if int(number) not in chapter_numbers():
                    yield f"{match[0]!r}: the book has and plans no chapter {number}"
        for match in _EXERCISE.finditer(sentence):
            for number in filter(None, match.groups()[1:]):
                if f"{match[1]} {number}" not in numbered():
                    yield f"{match[0]!r}: there is no {match[1]} {number}"
        for match in _NUMBERED.finditer(sentence):
            yield f"{match[0]!r} is numbered by hand; figures are named by {{numref}}`fig-…`"


def _files() -> list[Path]:
    return [*chapters(), *prose_pages()]


def _version(paths: list[Path]) -> tuple[tuple[Path, int], ...]:
    return tuple((path, path.stat().st_mtime_ns) for path in paths)


def figures() -> frozenset[str]:
    return _figures(_version(_files()))


@cache
def _figures(versions: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    return frozenset(
        cell.metadata.get("mystnb", {}).get("figure", {}).get("name", "")
        for page in readable(path for path, _ in versions)
        for _, cell in page.code_cells
    )


@cache
def works() -> frozenset[str]:
    """Keys of the bibliography."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"(?m)^@\w+\{([^,\s]+),", text))


@cache
def chapter_numbers() -> frozenset[int]:
    """Chapters that there are, and those that the first page announces."""
    announced = re.findall(r"(?m)^ *(\d+)\. ", (ROOT / "intro.md").read_text(encoding="utf-8"))
    return frozenset(int(path.name[:2]) for path in chapters()) | {int(n) for n in announced}


def numbered() -> frozenset[str]:
    return _numbered(_version(chapters()))


@cache
def _numbered(versions: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    """ "Exercise 2.8" and "Question 2.1", for each that stands in a chapter."""
    pattern = re.compile(r"(?m)^### (Exercise \d+\.\d+) \(|\*\*(Question \d+\.\d+)\.\*\*")
    return frozenset(
        match[1] or match[2]
        for page in readable(path for path, _ in versions)
        for _, cell in page.markdown_cells
        for match in pattern.finditer(cell.source)
    )


def anchors(path: Path) -> frozenset[str]:
    """What a link may name after `#` in this file: its headings' slugs and explicit labels."""
    return _anchors(path, path.stat().st_mtime_ns)


@cache
def _anchors(path: Path, _changed: int) -> frozenset[str]:
    return frozenset().union(*map(_anchors_of, readable([path])))


def _anchors_of(page: Page) -> frozenset[str]:
    text = "\n\n".join(CODE_BLOCK.sub("", cell.source) for _, cell in page.markdown_cells)
    labels = re.findall(r"(?m)^\(([\w-]+)\)= *$", text) + re.findall(r'\bid="([\w-]+)"', text)
    return frozenset(labels) | {slug(match[2]) for match in HEADING.finditer(text)}


def slug(heading: str) -> str:
    """GitHub's slug of a heading, which MyST uses too."""
    plain = re.sub(r"[`*$]|\[|\]\([^)]*\)", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
