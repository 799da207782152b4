"""What a page folds away, moved to its end: answers, outcomes, hints, solutions, code of figures.

On paper nothing can be folded. So each of them stands behind the last section of its page, and a
link with the number of the page leads there and back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, PageElement, Tag

from printed.pages import Page, plain

HEADINGS = {
    "prediction": "Predictions",
    "question": "Questions",
    "card": "Cards",
    "hint": "Hints",
    "solution": "Solutions",
}
CODE = "Code of the figures"
_LETTER = re.compile(r"\s*\(([a-z])\)")
_SOUP = BeautifulSoup("", "html.parser")


@dataclass
class Entry:
    """One answer: what it is called, where its question stands, and what it says."""

    id: str
    name: str
    asked: str
    content: list[PageElement] = field(default_factory=list)


def tag(name: str, content: str | Iterable[PageElement] = (), **attributes: str) -> Tag:
    made = _SOUP.new_tag(name, attrs={k.rstrip("_"): v for k, v in attributes.items()})
    made.extend([content] if isinstance(content, str) else list(content))
    return made


def _there(entry: Entry, words: str, element: str = "p") -> Tag:
    """The link that stands where the answer was; the style sheet adds the number of the page."""
    return tag(element, [tag("a", words, class_="on-page", href=f"#{entry.id}")], class_="there")


class Moved:
    """The answers of one page, by kind."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.entries: dict[str, list[Entry]] = {}
        self._solved: dict[int, Entry] = {}  # of an exercise, by its section
        for take in (self._predictions, self._questions, self._cards, self._folds, self._code):
            take()

    def _add(self, kind: str, name: str, asked: str) -> Entry:
        entries = self.entries.setdefault(kind, [])
        entry = Entry(f"{kind}-answer-{len(entries) + 1}", name, asked)
        entries.append(entry)
        return entry

    def _predictions(self) -> None:
        for number, box in enumerate(self.page.body.select(".predict"), start=1):
            box["id"] = f"prediction-{number}"
            outcome = box.select_one("details.outcome")
            words = plain(outcome.summary.extract())
            entry = self._add("prediction", f"Prediction {number}", box["id"])
            entry.content = list(outcome.contents)
            outcome.replace_with(_there(entry, words))
            box.p.strong.string = f"{plain(box.p.strong).rstrip('.')} ({number})."

    def _questions(self) -> None:
        for box in self.page.body.select(".self-check"):
            name = plain(box.p.strong).rstrip(".")
            box["id"] = name.lower().replace(" ", "-")
            entry = self._add("question", name, box["id"])
            options = tag("ul", class_="options")
            for fold in box.find_all("details", recursive=False):
                words = fold.summary.extract()
                letter = _LETTER.match(words.get_text())[1]
                fold.find("p").insert(0, f"({letter}) ")
                entry.content += list(fold.contents)
                options.append(tag("li", list(words.contents)))
                if fold.select_one(".right"):
                    entry.name = f"{name}: ({letter})"
                fold.extract()
            box.extend([options, _there(entry, "Answer")])

    def _cards(self) -> None:
        for card in self.page.body.select("details.recall"):
            number = card["id"].removeprefix("card-").replace("-", ".")
            asked = card.summary.extract()
            entry = self._add("card", f"Card {number}", card["id"])
            entry.content = list(card.contents)
            question = asked.find("p") or asked
            question.name = "p"
            question.insert(0, tag("strong", f"{number} "))
            question.extend([" ", _there(entry, "Answer", "span")])
            card.replace_with(tag("div", [question.extract()], class_="card", id=card["id"]))

    def _folds(self) -> None:
        """Hints and solutions, in words and in code; a proof is read where it stands."""
        for proof in self.page.body.select("details.proof"):
            proof.name, proof.summary.name = "div", "p"
        several = Counter(id(fold.find_parent("section")) for fold in self._open("solution"))
        nth: Counter[int] = Counter()
        for fold in self._open("hint", "solution", ""):
            section = fold.find_parent("section")
            words = plain(fold.summary.extract())
            kind = "hint" if "hint" in fold.get("class", []) else "solution"
            name, where = plain(section.find(["h2", "h3", "h4"])), section["id"]
            if several[id(section)] > 1:  # each belongs to the paragraph above it
                nth[id(section)] += 1
                name += f", {nth[id(section)]}"
                where = f"try-{len(self.entries.get(kind, [])) + 1}"
                fold.find_previous("p")["id"] = where
            entry = self._add(kind, name, where)
            entry.content = list(fold.contents)
            if kind == "solution":
                self._solved[id(section)] = entry
            fold.replace_with(_there(entry, words))
        for cell in self.page.body.select(".tag_solution"):
            section = cell.find_parent("section")
            if not (entry := self._solved.get(id(section))):
                entry = self._add("solution", plain(section.find(["h3", "h4"])), section["id"])
                cell.insert_before(_there(entry, "Solution"))
            cell.details.summary.decompose()
            entry.content.append(tag("div", list(cell.details.contents), class_="cell"))
            cell.decompose()

    def _open(self, *kinds: str) -> list[Tag]:
        folds = self.page.body.select("details:not(.hide)")
        return [fold for fold in folds if " ".join(fold.get("class", [])) in kinds]

    def _code(self) -> None:
        for fold in self.page.body.select("details.hide"):
            figure = fold.find_parent(class_="cell").find("figure")
            number = plain(figure.select_one(".caption-number"))
            entry = self._add("code", number, figure["id"])
            entry.content = [fold.select_one(".cell_input").extract()]
            figure.select_one("figcaption p").extend([" ", _there(entry, "Code", "span")])
            fold.decompose()

    def stand(self) -> None:
        """Put all of it behind the last section of the page."""
        last = self.page.body.find("section")
        told = [kind for kind in HEADINGS if kind in self.entries]
        if told:
            answers = tag("section", [tag("h2", "Answers")], id="answers", class_="answers")
            for kind in told:
                if len(told) > 1:
                    answers.append(tag("h3", HEADINGS[kind]))
                answers.extend(map(_written, self.entries[kind]))
            last.append(answers)
        if code := self.entries.get("code"):
            heading = tag("h2", CODE)
            last.append(
                tag("section", [heading, *map(_written, code)], id="code", class_="answers")
            )


def _written(entry: Entry) -> Tag:
    back = tag("a", entry.name, class_="on-page", href=f"#{entry.asked}")
    name = tag("p", [back], class_="name")
    return tag("div", [name, *entry.content], class_="answer", id=entry.id)


def to_the_end(pages: Iterable[Page]) -> None:
    for page in pages:
        Moved(page).stand()
