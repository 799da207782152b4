"""Lesson plans: what a teacher wrote about a chapter, joined with what the chapter says.

A plan, `instructors/plans/ch04.md`, begins with data between two lines of `---`; remarks may
follow. It names sections, figures, exercises, guesses and options of questions; their words stand
in the chapter alone. `page` puts both together for the book's part for instructors, `problems` says
where a plan no longer fits its chapter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from checks import prose
from checks.links import slug
from checks.page import ROOT

from teaching import text
from teaching.chapter import Chapter, Option, Prediction

FOLDER = ROOT / "instructors" / "plans"
CLASS = 90  # minutes
LEAST_PRACTICE = 25  # of them, in which students work
BLOOM = ("remember", "understand", "apply", "analyze", "evaluate", "create")
KINDS = ("teach", "guess", "exercise")
KEYS = {"lesson", "home", "starred", "objectives", "guesses", "misconceptions", "board", "cut"}
CLOSING = "Check yourself"  # from here on a chapter is for the reader alone
SHOWN = {"teach": "teach", "guess": "guess, reveal", "exercise": "they work"}


def path_of(chapter: Chapter) -> Path:
    return FOLDER / f"ch{chapter.number:02}.md"


def read(path: Path) -> tuple[dict[str, Any], str]:
    return parse(path.read_text(encoding="utf-8"))


def parse(source: str) -> tuple[dict[str, Any], str]:
    """The data of a plan, and the remarks after them."""
    _, data, remarks = source.split("---\n", 2)
    return yaml.safe_load(data), remarks.strip()


# --- what is wrong ---


def problems(chapter: Chapter, plan: dict[str, Any], remarks: str = "") -> list[str]:
    """Where the plan does not fit its chapter, or itself; one line each."""
    name = path_of(chapter).name
    found = [*_form(plan)] or [
        *_lesson(chapter, plan),
        *_objectives(chapter, plan),
        *_named(chapter, plan),
        *prose.unbound("\n\n".join([*_sentences(plan), remarks])),
    ]
    return [f"{name}: {problem}" for problem in found]


def _form(plan: dict[str, Any]) -> Iterator[str]:
    if wrong := KEYS ^ plan.keys():
        yield f"it has, or lacks, {', '.join(sorted(wrong))}"
        return
    for row in plan["lesson"]:
        if row.get("kind") not in KINDS:
            yield f"a step of the lesson is one of {', '.join(KINDS)}: {row}"
        if type(row.get("minutes")) is not int or row["minutes"] < 1:
            yield f"a step of the lesson takes whole minutes: {row}"


def _lesson(chapter: Chapter, plan: dict[str, Any]) -> Iterator[str]:
    total = sum(row["minutes"] for row in plan["lesson"])
    if total != CLASS:
        yield f"the lesson takes {total} minutes; a class has {CLASS}"
    practice = sum(row["minutes"] for row in plan["lesson"] if row["kind"] != "teach")
    if practice < LEAST_PRACTICE:
        yield f"students work {practice} minutes; plan at least {LEAST_PRACTICE}"
    starred = {s.title for s in chapter.sections if s.starred}
    for row in plan["lesson"]:
        if row["section"] in starred:
            yield f"the lesson holds {row['section']!r}, which is marked ★"
    if wrong := [row["section"] for row in plan["starred"] if row["section"] not in starred]:
        yield f"no section marked ★: {', '.join(map(repr, wrong))}"
    if left := starred - {row["section"] for row in plan["starred"]}:
        yield f"{', '.join(map(repr, sorted(left)))}: marked ★ in the chapter, and not in the plan"
    treated = {row["section"] for row in plan["lesson"]} | {h["section"] for h in plan["home"]}
    for section in _core(chapter):
        parts = {s.title for s in chapter.sections if set(s.cells) <= set(section.cells)}
        if not parts & treated:
            yield f"{section.title!r} is neither in the lesson nor read at home"
    in_lesson = {row["section"]: 0 for row in plan["lesson"]}
    for row in plan["lesson"]:
        in_lesson[row["section"]] += row["minutes"]
    for row in plan["cut"]:
        if row["minutes"] > (most := in_lesson.get(row["section"], 0)):
            yield f"to cut {row['section']!r} saves at most {most} minutes"


def _core(chapter: Chapter) -> list[Any]:
    """The unmarked second-level sections that are taught."""
    second = [s for s in chapter.sections if s.level == 2]
    end = [s.title for s in second].index(CLOSING)
    return [s for s in second[:end] if not s.starred]


def _objectives(chapter: Chapter, plan: dict[str, Any]) -> Iterator[str]:
    if len(plan["objectives"]) != len(chapter.objectives):
        yield f"{len(plan['objectives'])} objectives; the chapter has {len(chapter.objectives)}"
        return
    for words, row in zip(chapter.objectives, plan["objectives"], strict=True):
        if row.get("bloom") not in BLOOM:
            yield f"the level of {words!r} is one of {', '.join(BLOOM)}"
        if not [task for task in row.get("assessed", []) if not task.startswith("Q")]:
            yield f"no exercise assesses {words!r}"


def _named(chapter: Chapter, plan: dict[str, Any]) -> Iterator[str]:
    """Whatever the plan names must be in the chapter."""
    titles = {section.title for section in chapter.sections}
    for row in [*plan["lesson"], *plan["home"], *plan["starred"], *plan["cut"]]:
        if row["section"] not in titles:
            yield f"the chapter has no section {row['section']!r}"
    for row in plan["lesson"]:
        for figure in row.get("figures", []):
            if figure not in chapter.figures:
                yield f"the chapter has no figure {figure}"
    tasks = [t for row in [*plan["lesson"], *plan["objectives"]] for t in _tasks(row)]
    for task in tasks:
        known = chapter.exercises if task[0] != "Q" else {f"Q{q.number}" for q in chapter.questions}
        if task not in known:
            yield f"the chapter has no exercise or question {task}"
    for row in plan["guesses"]:
        if len(_guess(chapter, row["starts"])) != 1:
            yield f"not one prediction starts with {row['starts']!r}"
    for row in plan["misconceptions"]:
        if _option(chapter, row["option"]) is None:
            yield f"no wrong option {row['option']}"


def _tasks(row: dict[str, Any]) -> list[str]:
    return [*row.get("tasks", []), *row.get("assessed", [])]


def _sentences(plan: dict[str, Any]) -> Iterator[str]:
    """Whatever a plan says in words of its own."""
    for row in (row for rows in plan.values() for row in rows):
        if isinstance(row, str):
            yield row
        else:
            yield from (row[key] for key in ("what", "listen", "meet", "why") if key in row)


def _guess(chapter: Chapter, starts: str) -> list[Prediction]:
    return [p for p in chapter.predictions if p.text.startswith(starts)]


def _option(chapter: Chapter, name: str) -> tuple[str, Option] | None:
    """`1.2a`: the wrong option (a) of question 1.2, with its question's number."""
    number, letter = name[:-1], name[-1]
    for question in chapter.questions:
        for option in question.options:
            if (question.number, option.letter) == (number, letter) and not option.right:
                return number, option
    return None


# --- the page ---


def page(chapter: Chapter, plan: dict[str, Any], remarks: str) -> str:
    """The plan as a page of the book, in Markdown."""
    parts = [
        f"# Plan: {chapter.title}",
        f"For one class of {CLASS} minutes on [chapter {chapter.number}]({_link(chapter)})."
        f" *{chapter.question}*",
        remarks,
        "## Objectives",
        _table(
            ["afterwards they can", "level (Bloom)", "assessed by"],
            [
                [words, row["bloom"], ", ".join(map(_task, row["assessed"]))]
                for words, row in zip(chapter.objectives, plan["objectives"], strict=True)
            ],
        ),
        f"## {CLASS} minutes",
        _table(["minutes", "who", "section", "what"], list(_steps(chapter, plan))),
        *_listed("Read at home", plan["home"], chapter, "what"),
        "## Guesses to collect",
        "Before each reveal: a show of hands, or a number on a slip of paper.",
        *(_asked(chapter, row) for row in plan["guesses"]),
        "## Likely misconceptions",
        _table(
            ["what a student thinks", "asked in", "how to meet it"],
            [_believed(chapter, row) for row in plan["misconceptions"]],
        ),
        "## On the board",
        "\n".join(f"{i}. {line}" for i, line in enumerate(plan["board"], 1)),
        "## What to cut first",
        _table(
            ["section", "saves", "why it can go"],
            [
                [_section(chapter, row["section"]), f"{row['minutes']} min", row["why"]]
                for row in plan["cut"]
            ],
        ),
        *_listed("If there is more time", plan["starred"], chapter, "what"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _steps(chapter: Chapter, plan: dict[str, Any]) -> Iterator[list[str]]:
    start = 0
    for row in plan["lesson"]:
        end = start + row["minutes"]
        tasks = ", ".join(map(_task, row.get("tasks", [])))
        what = f"{row['what']} ({tasks})" if tasks else row["what"]
        yield [f"{start}–{end}", SHOWN[row["kind"]], _section(chapter, row["section"]), what]
        start = end


def _listed(title: str, rows: list[dict], chapter: Chapter, key: str) -> list[str]:
    lines = [f"- {_section(chapter, row['section'])}: {row[key]}" for row in rows]
    return [f"## {title}", "\n".join(lines)] if lines else []


def _asked(chapter: Chapter, row: dict[str, Any]) -> str:
    [guess] = _guess(chapter, row["starts"])
    options = "".join(f"\n{i}. {text.clean(o)}" for i, o in enumerate(guess.options, 1))
    asked = " ".join(text.clean(guess.text).split())
    where = _section(chapter, guess.section)
    return f"**{where}.** {asked}\n{options}".rstrip() + f"\n\n*Listen for:* {row['listen']}"


def _believed(chapter: Chapter, row: dict[str, Any]) -> list[str]:
    number, option = _option(chapter, row["option"])
    name = re.search(r"\*\*(.*?)\*\*", option.feedback)[1]
    said = " ".join(text.clean(option.text).split())
    return [f"**{name}** “{said.rstrip('.')}”", f"question {number}", row["meet"]]


def _task(name: str) -> str:
    return f"question {name[1:]}" if name.startswith("Q") else f"exercise {name}"


def _link(chapter: Chapter) -> str:
    return f"../../chapters/{chapter.name}.ipynb"


def _section(chapter: Chapter, title: str) -> str:
    """A link to a section, by the anchor that the site gives it."""
    return f"[{title}]({_link(chapter)}#{slug(title)})"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
