"""A page of the EPUB: XHTML without scripts, whose answers stand at its end.

An e-reader opens no folds. So each of the page's folds leaves a link where it was and moves, with a
link back, into a section at the end: what comes out of a prediction, the answer to each option of a
question, hints, solutions, and the code of figures.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import html5lib

XHTML, EPUB = "http://www.w3.org/1999/xhtml", "http://www.idpf.org/2007/ops"
MATH, SVG = "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"
FOREIGN = {MATH: "math", SVG: "svg"}  # namespaces, each with the element it begins at
KINDS = {  # the sections at the end: what its links say, and its title
    "outcome": ("What came out", "What came out of the predictions"),
    "answer": ("Answers", "Answers to the questions"),
    "fold": ("Answer", "Answers"),
    "hint": ("Hint", "Hints"),
    "solution": ("Solution", "Solutions"),
    "code": ("Code of this figure", "Code of the figures"),
}
SCRIPTS = ("script", "noscript", "style")
OLD_ROLES = ("doc-biblioentry", "doc-backlink", "doc-footnote")  # docutils puts them


@dataclass
class Note:
    """What a fold held: it is called ``name`` and belongs to the element with the id ``of``."""

    id: str
    name: str
    of: str
    content: list[ET.Element]


@dataclass
class Page:
    """One page: its title, its element ``body``, and (id, title) of its sections."""

    title: str
    body: ET.Element
    sections: list[tuple[str, str]]

    @classmethod
    def made(cls, name: str, markup: str) -> Page:
        """From what Sphinx writes for the page."""
        body = html5lib.parse(markup, namespaceHTMLElements=False).find("body")
        _tidy(body)
        notes = Folds(body).move()
        title = next(iter(body.iter("h1")), None)
        if title is None:
            raise ValueError(f"{name} has no title")
        main = next(part for part in body.iter("section") if title in list(part))
        main.extend(list(notes))
        _mark_answers(body)
        _let_tables_scroll(body)
        sections = [
            (section.get("id"), text(heading))
            for section in main.findall("section")
            if (heading := section.find("h2")) is not None
        ]
        return cls(text(title), body, sections)

    def properties(self) -> str:
        """What the package must say that the page holds."""
        found = {
            name
            for space, name in FOREIGN.items()
            if self.body.find(f".//{{{space}}}{name}") is not None
        }
        return " ".join({"math": "mathml"}.get(name, name) for name in sorted(found))

    def written(self, style: str) -> bytes:
        return document(self.title, self.body, style)


def document(title: str, body: ET.Element, style: str, language: str = "en") -> bytes:
    """A whole XHTML file."""
    for space, first in FOREIGN.items():  # a namespace is named where its elements begin
        for element in body.iter():
            if str(element.tag).startswith(f"{{{space}}}"):
                element.tag = element.tag.partition("}")[2]
                if element.tag == first:
                    element.set("xmlns", space)
    inside = ET.tostring(body, "unicode")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="{XHTML}" xmlns:epub="{EPUB}" lang="{language}" xml:lang="{language}">\n'
        f'<head><title>{escape(title)}</title><meta charset="utf-8"/>'
        f'<link rel="stylesheet" type="text/css" href="{style}"/></head>\n{inside}\n</html>\n'
    ).encode()


class Folds:
    """Takes the folds out of a page, in the page's order."""

    def __init__(self, body: ET.Element):
        self.body = body
        self.parents = {child: parent for parent in body.iter() for child in parent}
        self.notes: dict[str, list[Note]] = {kind: [] for kind in KINDS}
        self.count = 0

    def move(self) -> Iterator[ET.Element]:
        """Leave links where folds are; return the sections that hold what they held."""
        for element in list(self.body.iter()):
            kinds = classes(element)
            if "self-check" in kinds:
                self._question(element)
            elif "tag_exercise" in kinds:  # it only says that it is not answered
                for output in element.findall("div"):
                    if "cell_output" in classes(output):
                        element.remove(output)
            elif "tag_solution" in kinds:
                self._solution_in_code(element)
            elif "due" in kinds:
                self.parents[element].remove(element)
            elif element.tag == "details" and self._is_there(element):
                self._fold(element, kinds)
        for kind, notes in self.notes.items():
            if notes:
                yield _section(kind, notes)

    def _is_there(self, element: ET.Element) -> bool:
        """Whether nothing above it has been moved already."""
        while element is not self.body:
            parent = self.parents[element]
            if element not in list(parent):
                return False
            element = parent
        return True

    def _question(self, box: ET.Element) -> None:
        self.count += 1
        name = text(next(box.iter("strong"))).rstrip(".")
        box.set("id", box.get("id") or f"question-{self.count}")
        answers = []
        for fold in box.findall("details"):
            option = _option(fold)
            letter = re.match(r"\s*(\(\w\))", text(option))
            content = _contents(fold)
            if letter and content:
                mark = ET.Element("span", {"class": "letter"})
                mark.text, mark.tail = f"{letter[1]} ", content[0].text
                content[0].text = None
                content[0].insert(0, mark)
            answers += content
            box[list(box).index(fold)] = option
        box.append(self._note("answer", name, box.get("id"), answers))

    def _solution_in_code(self, cell: ET.Element) -> None:
        exercise = self._section_of(cell)
        fold = cell.find("details")
        self.parents[cell].remove(cell)
        content = _contents(fold) if fold is not None else list(cell)
        known = self.notes["solution"]
        if not known or known[-1].of != exercise.get("id"):
            exercise.append(self._note("solution", _exercise(exercise), exercise.get("id"), []))
        known[-1].content += content

    def _fold(self, fold: ET.Element, kinds: set[str]) -> None:
        parent = self.parents[fold]
        place = list(parent).index(fold)
        content = _contents(fold)
        if "hide" in kinds:
            self._code(fold, parent, content)
            return
        if kind := next((kind for kind in ("outcome", "hint", "solution") if kind in kinds), None):
            if kind == "outcome":
                self.count += 1
                of = parent
                of.set("id", of.get("id") or f"prediction-{self.count}")
                name = f"Prediction {len(self.notes['outcome']) + 1}"
            else:
                of = self._section_of(fold)
                name = _exercise(of)
            new = [self._note(kind, name, of.get("id"), content)]
        else:
            self.count += 1
            question = _option(fold, "question")
            question.set("id", fold.get("id") or f"question-{self.count}")
            number = re.fullmatch(r"card-(\d+)-(\d+)", question.get("id"))
            name = f"Card {number[1]}.{number[2]}" if number else text(question)
            new = [question, self._note("fold", name, question.get("id"), content)]
        new[-1].tail = fold.tail
        parent[place : place + 1] = new
        self.parents |= dict.fromkeys(new, parent)

    def _code(self, fold: ET.Element, parent: ET.Element, content: list[ET.Element]) -> None:
        """Code that the page folds away stands at the end; its figure keeps a link to it."""
        parent.remove(fold)
        figure = next(parent.iter("figure"), None)
        if figure is None:
            raise ValueError(f"folded code without a figure: {text(content[0])[:60]}")
        number = next((e for e in figure.iter("span") if "caption-number" in classes(e)), None)
        name = text(number) if number is not None else figure.get("id")
        parent.append(self._note("code", name, figure.get("id"), content))

    def _section_of(self, element: ET.Element) -> ET.Element:
        while element.tag != "section":
            element = self.parents[element]
        return element

    def _note(self, kind: str, name: str, of: str, content: list[ET.Element]) -> ET.Element:
        """Keep the note and return the link to it."""
        before = sum(note.of == of for note in self.notes[kind])  # as where a section asks twice
        place = f"{kind}-of-{of}"
        if before:
            place, name = f"{place}-{before + 1}", f"{name} ({before + 1})"
        note = Note(place, name, of, content)
        self.notes[kind].append(note)
        paragraph = ET.Element("p", {"class": "to-note"})
        link = ET.SubElement(paragraph, "a", {"href": f"#{note.id}"})
        link.text = KINDS[kind][0]
        return paragraph


def _section(kind: str, notes: Iterable[Note]) -> ET.Element:
    section = ET.Element("section", {"id": f"all-{kind}", "class": "notes"})
    ET.SubElement(section, "h2").text = KINDS[kind][1]
    for note in notes:
        block = ET.SubElement(section, "section", {"id": note.id, "class": "note"})
        heading = ET.SubElement(block, "h3")
        ET.SubElement(heading, "a", {"href": f"#{note.of}"}).text = note.name
        block.extend(note.content)
    return section


def _option(fold: ET.Element, kind: str = "option") -> ET.Element:
    """A fold's name as a paragraph."""
    summary = fold.find("summary")
    inside = summary.find("p")
    found = summary if inside is None else inside
    found.tag, found.tail = "p", "\n"
    found.set("class", kind)
    return found


def _contents(fold: ET.Element) -> list[ET.Element]:
    found = [child for child in fold if child.tag != "summary"]
    if any((part or "").strip() for part in [fold.text, *(child.tail for child in fold)]):
        raise ValueError(f"text without a paragraph in a fold: {text(fold)[:60]}")
    return found


def _exercise(section: ET.Element) -> str:
    heading = next(part for part in section if re.fullmatch("h[1-6]", str(part.tag)))
    return re.sub(r"^[\d.]+ ", "", text(heading)).partition(" (")[0]


def _mark_answers(body: ET.Element) -> None:
    """Right and wrong answers, for the style sheet."""
    for paragraph in body.iter("p"):
        start = text(paragraph)[:6]
        for sign, name in (("✓", "right"), ("✗", "wrong")):
            if sign in start:
                paragraph.set("class", name)


def _let_tables_scroll(body: ET.Element) -> None:
    for parent in list(body.iter()):
        for place, child in enumerate(parent):
            if child.tag == "table":
                box = ET.Element("div", {"class": "table"})
                box.append(child)
                box.tail, child.tail = child.tail, None
                parent[place] = box


def _tidy(body: ET.Element) -> None:
    """Without comments and scripts, and without what an EPUB may not say."""
    for parent in body.iter():
        for child in [c for c in parent if c.tag is ET.Comment or c.tag in SCRIPTS]:
            _remove(parent, child)
        for name, value in list(parent.attrib.items()):
            if name.startswith("{http://www.w3.org/2000/xmlns/}") or value in OLD_ROLES:
                del parent.attrib[name]


def _remove(parent: ET.Element, child: ET.Element) -> None:
    """Take an element out and leave the text that follows it."""
    place = list(parent).index(child)
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def classes(element: ET.Element) -> set[str]:
    return set(element.get("class", "").split()) if isinstance(element.tag, str) else set()


def text(element: ET.Element) -> str:
    """The words of an element."""
    return " ".join("".join(element.itertext()).split())
