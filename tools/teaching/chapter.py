"""A chapter as a teacher uses it: sections, objectives, figures, equations, guesses, questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checks.page import CODE_BLOCK, ROOT, Page, chapters, shows_figure, tags
from checks.structure import GOALS, ONE_PAGE, headings

CARDS = ROOT / "reference" / "remember.md"

_ITEM = re.compile(r"(?m)^[-*] (.*(?:\n {2}.*)*)")
_NUMBERED = re.compile(r"(?m)^\d+\. (.*(?:\n {3}.*)*)")
_DISPLAYED = re.compile(r"(?s)\$\$(.+?)\$\$")
_TABLE = re.compile(r"(?m)^\|.*\|[ \t]*\n\|[ \t:|-]+\|[ \t]*(?:\n\|.*\|[ \t]*)+$")
_OPTION = re.compile(
    r"<details>\s*<summary>\s*\((?P<letter>[a-e])\)(?P<text>.*?)</summary>(?P<feedback>.*?)"
    r"</details>",
    re.S,
)
_PREDICTION = re.compile(
    r'<div class="predict"[^>]*>\s*\*\*Predict first\.\*\*(?P<asked>.*?)'
    r'<details class="outcome"><summary>.*?</summary>(?P<outcome>.*?)</details>',
    re.S,
)
_EXERCISE = re.compile(r"(?m)^### Exercise (\d+\.\d+) \((\w+)\) — (.+?) *$")
_FOLD = re.compile(
    r'<details class="(?P<kind>hint|solution)">.*?</summary>(?P<text>.*?)</details>', re.S
)
_CARD = re.compile(
    r'<details class="recall" id="card-(?P<number>\d+-\d+)"><summary>(?P<asked>.*?)</summary>'
    r"(?P<answer>.*?)</details>",
    re.S,
)


@dataclass(frozen=True)
class Section:
    level: int
    title: str
    starred: bool  # it, or one above it, may be skipped
    cells: range  # from the cell that holds its heading


@dataclass(frozen=True)
class Option:
    letter: str
    text: str
    feedback: str

    @property
    def right(self) -> bool:
        return self.feedback.startswith("✓")


@dataclass(frozen=True)
class Question:
    """A self-check: one option is right, and each says why or why not."""

    number: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Card:
    number: str
    text: str
    answer: str


@dataclass(frozen=True)
class Prediction:
    """What the page asks before it shows: without options it asks for a number."""

    text: str
    options: tuple[str, ...]
    outcome: str
    section: str


@dataclass(frozen=True)
class Exercise:
    """An exercise in words; whether code checks it is known to `bookkit.exercises`."""

    number: str
    grade: str
    title: str
    text: str
    hint: str
    solution: str


@dataclass(frozen=True)
class Figure:
    name: str
    caption: str
    alt: str
    cell: int
    interactive: bool


class Chapter:
    """One chapter, read from its notebook. Markdown is given as it stands, marks and all."""

    def __init__(self, path: Path) -> None:
        self.page = Page.read(path)
        self.number = int(path.name[:2])
        self.name = path.stem

    @classmethod
    def of(cls, number: int) -> Chapter:
        for path in chapters():
            if path.name.startswith(f"{number:02}-"):
                return cls(path)
        raise KeyError(f"there is no chapter {number}")

    @classmethod
    def all(cls) -> list[Chapter]:
        return [cls(path) for path in chapters()]

    @cached_property
    def _markdown(self) -> list[tuple[int, str]]:
        return [(i, cell.source) for i, cell in self.page.markdown_cells]

    @cached_property
    def title(self) -> str:
        return self.sections[0].title

    @cached_property
    def question(self) -> str:
        """The question that the chapter answers."""
        found = re.search(r"(?m)^\*([^*\n]+\?)\*$", self.page.cells[0].source)
        return found[1] if found else ""

    @cached_property
    def objectives(self) -> list[str]:
        found = GOALS.search(self.page.cells[0].source)
        lines = _ITEM.findall(found[1]) if found else []
        return [" ".join(line.split()).rstrip(";.") for line in lines]

    @cached_property
    def sections(self) -> list[Section]:
        found = headings(self.page)
        made, above = [], 0  # the level of the ★ heading that we are below
        for place, (index, level, title) in enumerate(found):
            if above and level <= above:
                above = 0
            if title.endswith("★"):
                above = above or level
            later = (i for i, other, _ in found[place + 1 :] if other <= level)
            end = next(later, len(self.page.cells))
            cells = range(index, max(end, index + 1))  # two headings may share a cell
            made.append(Section(level, title, above > 0, cells))
        return made

    def section_of(self, cell: int) -> str:
        """The title of the innermost section that a cell stands in."""
        return [s.title for s in self.sections if cell in s.cells][-1]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        made = {}
        for index, cell in self.page.code_cells:
            settings = cell.metadata.get("mystnb", {})
            if shows_figure(cell) and "figure" in settings:
                name = settings["figure"]["name"]
                made[name] = Figure(
                    name,
                    settings["figure"].get("caption", ""),
                    settings.get("image", {}).get("alt", ""),
                    index,
                    "interactive" in tags(cell),
                )
        return made

    @cached_property
    def equations(self) -> list[str]:
        """Displayed equations, in their order; *On one page* only repeats them."""
        source = "\n\n".join(text for _, text in self._markdown).split(f"\n## {ONE_PAGE}\n")[0]
        return [match[1].strip() for match in _DISPLAYED.finditer(source)]

    @cached_property
    def tables(self) -> list[str]:
        """Tables, in their order, without that of *On one page*."""
        source = "\n\n".join(CODE_BLOCK.sub("", text) for _, text in self._markdown)
        return [match[0] for match in _TABLE.finditer(source.split(f"\n## {ONE_PAGE}\n")[0])]

    @cached_property
    def questions(self) -> list[Question]:
        made = []
        for _, text in self._markdown:
            if 'class="self-check"' in text:
                asked = re.search(r"\*\*Question (\d+\.\d+)\.\*\*(.*?)<details>", text, re.S)
                options = [
                    Option(m["letter"], m["text"].strip(), m["feedback"].strip())
                    for m in _OPTION.finditer(text)
                ]
                made.append(Question(asked[1], asked[2].strip(), tuple(options)))
        return made

    @cached_property
    def predictions(self) -> list[Prediction]:
        return list(self._predictions())

    def _predictions(self) -> Iterator[Prediction]:
        for index, text in self._markdown:
            for match in _PREDICTION.finditer(text):
                options = tuple(" ".join(o.split()) for o in _NUMBERED.findall(match["asked"]))
                asked = _NUMBERED.sub("", match["asked"]).strip()
                yield Prediction(asked, options, match["outcome"].strip(), self.section_of(index))

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        made = {}
        for _, text in self._markdown:
            if heading := _EXERCISE.search(text):
                folds = {m["kind"]: m["text"].strip() for m in _FOLD.finditer(text)}
                words = _FOLD.sub("", text[heading.end() :]).strip()
                number, grade, title = heading.groups()
                made[number] = Exercise(
                    number, grade, title, words, folds.get("hint", ""), folds.get("solution", "")
                )
        return made

    @cached_property
    def cards(self) -> list[Card]:
        text = CARDS.read_text(encoding="utf-8")
        return [
            Card(m["number"].replace("-", "."), m["asked"].strip(), m["answer"].strip())
            for m in _CARD.finditer(text)
            if m["number"].startswith(f"{self.number}-")
        ]
