"""Sphinx extension: the first use of a glossary's term in a chapter leads to its entry.

The words of the entries are the headings of ``reference/glossary.md``, also in the plural;
``reference/terms.yml`` adds others that mean the same, and names what only looks like a term. The
text of the notebooks stays as it is. Code, formulas, headings, captions, links, guesses, questions
and what is folded away are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = "reference/glossary"
PAGES = ("chapters/", "laboratory")
SILENT = (
    *(nodes.Titular, nodes.FixedTextElement, nodes.literal, nodes.math, nodes.math_block),
    *(nodes.reference, nodes.raw, nodes.figure, nodes.image, nodes.caption, nodes.thead),
    *(nodes.comment, nodes.target, nodes.system_message, nodes.Invisible),
)
BOX = re.compile(r"<(?P<end>/?)(?P<tag>details|div)\b(?P<attributes>[^>]*)>")
CLOSED = re.compile(r'class="[^"]*\b(?:predict|self-check)\b')
LETTER = r"[^\W\d_]"
ABBREVIATION = re.compile(r"\w*[A-Z]\w*[A-Z]\w*")  # XOR, ReLU: only as they are written


@dataclass
class Glossary:
    """Every word that may lead to an entry, and the pattern that finds the longest of them."""

    slugs: dict[str, str] = field(default_factory=dict)  # by term
    words: dict[str, tuple[str, str]] = field(default_factory=dict)  # to the linked part and a slug

    @classmethod
    def read(cls, glossary: Path | None = None, others: Path | None = None) -> Glossary:
        glossary = glossary or ROOT / f"{GLOSSARY}.md"
        others = others or ROOT / "reference" / "terms.yml"
        terms = re.findall(r"(?m)^### (.+)$", glossary.read_text(encoding="utf-8"))
        made = cls({term: slug(term) for term in terms})
        more = yaml.safe_load(others.read_text(encoding="utf-8"))
        if unknown := set(more) - set(terms):
            raise ValueError(f"reference/terms.yml names what is no entry: {sorted(unknown)}")
        for term in terms:
            own = more.get(term) or {}
            for word in [term, *own.get("also", [])]:
                part = re.search(r"\[(.+)\]", word)
                found = {folded(re.sub(r"[][]", "", word))} if part else forms(word)
                made.words |= {
                    it: (folded(part[1]) if part else it, made.slugs[term]) for it in found
                }
            made.words |= {folded(phrase): ("", "") for phrase in own.get("not", [])}
        return made

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self.words, key=lambda word: (-len(word), word))
        choices = "|".join(_as_written(word) for word in longest_first)
        return re.compile(rf"(?<![\w-])(?:{choices})(?![\w-]|['’]{LETTER}{{2}})")

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where terms stand in a text: begin, end, slug."""
        for match in self.pattern.finditer(text):
            part, entry = self.words[folded(match[0])]
            if inside := re.search(_as_written(part), match[0]) if entry else None:
                yield match.start() + inside.start(), match.start() + inside.end(), entry


def slug(term: str) -> str:
    return re.sub(r"[^\w\- ]", "", term).strip().lower().replace(" ", "-")


def folded(word: str) -> str:
    """A word as it is looked up: in one case, with plain dashes and single spaces."""
    word = " ".join(re.sub("[–‑]", "-", word).replace("’", "'").split())
    return word if ABBREVIATION.fullmatch(word) else word.lower()


def forms(word: str) -> set[str]:
    """A word and its plural."""
    word = folded(word)
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return {word, f"{word[:-1]}ies"}
    return {word, f"{word}es" if word.endswith(("s", "x", "sh", "ch")) else f"{word}s"}


def _as_written(word: str) -> str:
    """A pattern of the word, whatever its dashes and, but for abbreviations, its capitals."""
    text = re.escape(word).replace(r"\ ", r"\s+").replace(r"\-", "[-–‑]").replace("'", "['’]")
    return text if ABBREVIATION.fullmatch(word) else f"(?i:{text})"


def running_text(document: nodes.Node) -> Iterator[nodes.Text | nodes.reference]:
    """The text that may hold links, piece by piece, and the links that stand between."""
    boxes: list[bool] = []  # open tags, and whether each closes what is in it
    for node in _walk(document):
        if isinstance(node, nodes.raw):
            for tag in BOX.finditer(node.astext()):
                if not tag["end"]:
                    closed = tag["tag"] == "details" or CLOSED.search(tag["attributes"])
                    boxes.append(bool(closed))
                elif boxes:
                    boxes.pop()
        elif not any(boxes):
            yield node


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    if isinstance(node, (nodes.raw, nodes.reference, nodes.Text)):
        yield node
    elif not (isinstance(node, SILENT) or "cell" in node.get("classes", []) or _is_motto(node)):
        for child in node.children:
            yield from _walk(child)


def join_lines(document: nodes.Node) -> None:
    """Make one piece of the lines of a paragraph, which MyST hands over one by one."""
    for node in list(document.findall(nodes.TextElement)):
        joined: list[nodes.Node] = []
        for child in node.children:
            if joined and isinstance(child, nodes.Text) and isinstance(joined[-1], nodes.Text):
                joined[-1] = nodes.Text(joined[-1] + child)
            else:
                joined.append(child)
        if len(joined) < len(node.children):
            node.children = []
            node.extend(joined)


def _is_motto(node: nodes.Node) -> bool:
    """A line all in italics, as the question below a chapter's title."""
    return isinstance(node, nodes.paragraph) and all(
        isinstance(child, nodes.emphasis) for child in node.children
    )


def link(
    document: nodes.Node, glossary: Glossary, address: str, ids: dict[str, str] | None = None
) -> list[str]:
    """Make links of first uses; returns the entries that the page now leads to, in their order.

    A link to an entry that stands in the text already is that entry's link. ``ids`` says what the
    built page calls an entry, where that is not its slug.
    """
    ids = ids or {}
    join_lines(document)
    pieces = list(running_text(document))
    written = {
        uri.partition("#")[2]
        for piece in pieces
        if isinstance(piece, nodes.reference) and "glossary" in (uri := piece.get("refuri", ""))
    }
    made: list[str] = []
    for piece in pieces:
        if isinstance(piece, nodes.reference):
            continue
        parts: list[nodes.Node] = []
        text, done = piece.astext(), 0
        for begin, end, entry in glossary.find(text):
            if written & {entry, ids.get(entry)} or entry in made:
                continue
            made.append(entry)
            parts += [
                nodes.Text(text[done:begin]),
                _reference(text[begin:end], address, ids.get(entry, entry)),
            ]
            done = end
        if parts:
            parent = piece.parent
            parent.replace(piece, [*parts, nodes.Text(text[done:])])
    return made


def _reference(text: str, address: str, entry: str) -> nodes.reference:
    uri = f"{address}#{entry}"
    return nodes.reference("", text, refuri=uri, internal=True, classes=["term"])


class LinkFirstUses(SphinxPostTransform):
    """After the links that authors wrote are resolved, and before the page is written."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        name = self.env.docname
        if name.startswith(PAGES):
            address = self.app.builder.get_relative_uri(name, GLOSSARY)
            glossary = Glossary.read()
            ids = {entry: nodes.make_id(term) for term, entry in glossary.slugs.items()}
            link(self.document, glossary, address, ids)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(LinkFirstUses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
