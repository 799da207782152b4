"""Rules for the chapters: the parts that each has, in the markup of CONTRIBUTING.md."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from checks import hygiene, times
from checks.page import CODE_BLOCK, HEADING, Page, first_line, tags

CHAPTER = re.compile(r"\d\d-[\w-]+\.ipynb")
OBJECTIVES = range(3, 6)
SELF_CHECKS = range(4, 7)
MIN_FIGURES, MIN_INTERACTIVE, MIN_EXERCISES = 5, 2, 6
GRADES = ("check", "apply", "explore")
CLOSING = ["Check yourself", "Exercises", "What can go wrong", "Summary"]
ONE_PAGE = "On one page"  # may follow: all of the chapter on one page
UNDER_SUMMARY = ["What nnlib gained", "Further reading", "The next question"]
PROSE_SHARE = (0.45, 0.80)
UNTESTABLE = {"understand", "know", "learn", "appreciate", "see", "grasp", "realize", "discover"}
NO_NAMES = {"wrong", "no", "not quite", "incorrect", "false"}
ROLES = {"cite", "cite:p", "cite:t", "numref"}

DETAILS = re.compile(
    r"<details(?: class=\"(?P<class>[\w-]+)\")?>\s*<summary>(?P<summary>.*?)</summary>"
    r"(?P<body>.*?)</details>",
    re.S,
)
GOALS = re.compile(r"\*\*After this chapter you can\*\*:?\n\n((?:[-*] .*(?:\n {2}.*)*\n?)+)")
_EXERCISE = re.compile(r"Exercise (\d+)\.(\d+) \((\w+)\) — (\S.*)")


def applies_to(page: Page) -> bool:
    return page.path.parent.name == "chapters" and CHAPTER.fullmatch(page.path.name) is not None


def problems(page: Page) -> list[str]:
    rules = (
        _opening, _installs, _headings, _figures, _self_checks, _exercises, _share, _markup,
        times.problems,
    )  # fmt: skip
    return [problem for rule in rules for problem in rule(page)]


def _installs(page: Page) -> Iterator[str]:
    """A notebook opened by itself, as Colab does, still finds the package."""
    index, cell = next(iter(page.code_cells), (0, None))
    if cell is None or cell.source != hygiene.install_cell() or "remove-cell" not in tags(cell):
        yield (
            f"{page.where(index)} must be the cell that installs nnlib in Colab, tagged"
            f" 'remove-cell'; it reads:\n{hygiene.install_cell()}"
        )


def number(page: Page) -> int:
    return int(page.path.name[:2])


def headings(page: Page) -> list[tuple[int, int, str]]:
    """(cell, level, text) of every heading."""
    return [
        (index, len(match[1]), match[2])
        for index, cell in page.markdown_cells
        for match in HEADING.finditer(_without_code(cell.source))
    ]


def _without_code(text: str) -> str:
    return CODE_BLOCK.sub("", text)


def _opening(page: Page) -> Iterator[str]:
    """Title, question, objectives, times and what the chapter builds on, in the first cell."""
    where, first = page.where(0), page.cells[0].source
    if not re.match(r"# \S.*\n\n\*[^*\n]+\?\*\n", first):
        yield f"{where}: begin with '# Title', a blank line, and the chapter's question as '*…?*'"
    can = GOALS.search(first)
    if can is None:
        yield f"{where}: list the objectives under '**After this chapter you can**'"
    else:
        goals = re.findall(r"(?m)^[-*] (.*)", can[1])
        if len(goals) not in OBJECTIVES:
            yield f"{where}: {len(goals)} objectives; there are 3 to 5"
        for goal in goals:
            if goal.split()[0].strip("*_,").lower() in UNTESTABLE:
                yield f"{where}: no test can ask for the objective {first_line(goal)!r}"
    for label in ("Reading time", "Running time", "Builds on"):
        if not re.search(rf"\*\*{label}\*\* +\S", first):
            yield f"{where}: say '**{label}** …' under the objectives"


def _headings(page: Page) -> Iterator[str]:
    found = headings(page)
    if [text for _, level, text in found if level == 1] != [t for _, _, t in found[:1]]:
        yield f"{page.name}: a chapter has one '# Title', at its top"
    for (_, above, _), (index, level, text) in itertools.pairwise(found):
        if level > above + 1:
            yield f"{page.where(index)}: {text!r} skips a level; use {'#' * (above + 1)}"
    second = [text for _, level, text in found if level == 2]
    if second and second[-1] == ONE_PAGE:
        second.pop()
    if second[-len(CLOSING) :] != CLOSING:
        last = second[-len(CLOSING) :]
        yield f"{page.name}: the last sections are {last}; they must be {CLOSING}"
    after = [text for _, level, text in _under(found, "Summary") if level == 3]
    if after != UNDER_SUMMARY:
        yield f"{page.name}: under Summary stand {after}; there must be {UNDER_SUMMARY}"
    reading = _section(page, "Further reading")
    if reading is not None and "{cite" not in reading:
        yield f"{page.name}: 'Further reading' cites nothing; name works with {{cite:p}}`key`"
    leads_on = _section(page, "The next question")
    if leads_on is not None and "?" not in leads_on:
        yield f"{page.name}: 'The next question' asks nothing"
    repeated = {text for _, _, text in found if [t for _, _, t in found].count(text) > 1}
    for text in sorted(repeated):
        yield f"{page.name}: the heading {text!r} stands twice, so that links to it are ambiguous"


def _under(found: list[tuple[int, int, str]], title: str) -> list[tuple[int, int, str]]:
    """Headings below the one with this title, down to the next of its level."""
    for start, (_, level, text) in enumerate(found):
        if text == title:
            rest = found[start + 1 :]
            end = next((i for i, (_, other, _) in enumerate(rest) if other <= level), len(rest))
            return rest[:end]
    return []


def _section(page: Page, title: str) -> str | None:
    """The Markdown under this heading, down to the next heading."""
    text = "\n\n".join(_without_code(cell.source) for _, cell in page.markdown_cells)
    match = re.search(rf"(?ms)^#{{2,6}} +{re.escape(title)} *$(.*?)(?=^#{{1,6}} |\Z)", text)
    return match and match[1]


def _cells_under(page: Page, title: str) -> list[tuple[int, NotebookNode]]:
    """Cells from the one with this second-level heading to the next such heading."""
    starts = [(i, text) for i, level, text in headings(page) if level == 2]
    for position, (start, text) in enumerate(starts):
        if text == title:
            end = starts[position + 1][0] if position + 1 < len(starts) else len(page.cells)
            return [(i, page.cells[i]) for i in range(start, end)]
    return []


def _figures(page: Page) -> Iterator[str]:
    sizes = hygiene.counts(page)
    if sizes["figures"] < MIN_FIGURES:
        yield f"{page.name}: {sizes['figures']} figures; a chapter has at least {MIN_FIGURES}"
    if sizes["interactive"] < MIN_INTERACTIVE:
        yield (
            f"{page.name}: {sizes['interactive']} interactive figures (cells tagged 'interactive');"
            f" a chapter has at least {MIN_INTERACTIVE}"
        )


def _self_checks(page: Page) -> Iterator[str]:
    section = _cells_under(page, "Check yourself")
    cells = [(i, c) for i, c in section if 'class="self-check"' in c.source]
    if len(cells) not in SELF_CHECKS:
        yield f"{page.name}: {len(cells)} questions under 'Check yourself'; there are 4 to 6"
    for expected, (index, cell) in enumerate(cells, 1):
        found = _question(cell.source, f"{number(page)}.{expected}")
        yield from (f"{page.where(index)}: {problem}" for problem in found)
    for index, cell in page.markdown_cells:
        if 'class="self-check"' in cell.source and (index, cell) not in cells:
            yield f"{page.where(index)}: self-checks stand under '## Check yourself'"


def _question(source: str, name: str) -> Iterator[str]:
    if not re.search(r'<div class="self-check">\n\n.*\n\n</div>\s*$', source, re.S) or (
        source.count("<div") != 1
    ):
        yield (
            'a question is one <div class="self-check"> … </div>, whole, alone in its cell,'
            " with blank lines inside"
        )
    if f"**Question {name}.**" not in source:
        yield f"this is question {name}: write '**Question {name}.** …'"
    options = list(DETAILS.finditer(source))
    if not 3 <= len(options) <= 5:
        yield f"{len(options)} options; a question has 3 to 5"
    right = 0
    for letter, option in zip("abcde", options, strict=False):
        if option["summary"].strip()[:3] != f"({letter})":
            yield f"the option {first_line(option['summary'])!r} must begin with '({letter})'"
        yield from _blank_lines(option)
        body = option["body"].strip()
        right += body.startswith("✓ **Right.** ")
        wrong = re.match(r"✗ \*\*([^*]+)\*\* +(\S.*)", body, re.S)
        if not wrong and not body.startswith("✓ **Right.** "):
            yield (
                f"the feedback of ({letter}) must begin with '✓ **Right.** ' or with"
                " '✗ **<the misconception>.** '"
            )
        elif wrong and (len(wrong[2].split()) < 5 or wrong[1].strip(".! ").lower() in NO_NAMES):
            yield f"the feedback of ({letter}) must name the misconception and then answer it"
    if options and right != 1:
        yield f"{right} options are right; there is exactly one"


def _blank_lines(details: re.Match) -> Iterator[str]:
    """Without them the Markdown inside stays raw text in one viewer or another."""
    simple = details["class"] in ("hint", "solution")
    inside = [details["body"]] if simple else [details["summary"], details["body"]]
    for text in inside:
        if not (text.startswith("\n\n") and text.rstrip(" ").endswith("\n\n")):
            yield (
                f"leave a blank line after and before each tag around"
                f" {first_line(text.strip() or 'nothing')!r}"
            )


def _exercises(page: Page) -> Iterator[str]:
    section = _cells_under(page, "Exercises")
    found: list[tuple[int, str, list[NotebookNode]]] = []
    for index, cell in section:
        titles = [text for level, text in HEADING.findall(cell.source) if level == "###"]
        for title in titles:
            found.append((index, title, []))
        if len(titles) > 1:
            yield f"{page.where(index)}: give each exercise a cell of its own"
        if found:
            found[-1][2].append(cell)
    if len(found) < MIN_EXERCISES:
        yield f"{page.name}: {len(found)} exercises; a chapter has at least {MIN_EXERCISES}"
    grades = set()
    for expected, (index, title, cells) in enumerate(found, 1):
        where, name = page.where(index), f"{number(page)}.{expected}"
        match = _EXERCISE.fullmatch(title)
        if not match or f"{match[1]}.{match[2]}" != name or match[3] not in GRADES:
            yield f"{where}: {title!r} must be 'Exercise {name} (check|apply|explore) — Title'"
        else:
            grades.add(match[3])
        yield from (f"{where}: {p}" for p in _folds(cells))
        yield from (f"{where}: {p}" for p in _coded_answers(cells))
    for grade in GRADES:
        if found and grade not in grades:
            yield f"{page.name}: no exercise of the grade '{grade}'"


def _folds(cells: list[NotebookNode]) -> Iterator[str]:
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    folds = list(DETAILS.finditer(text))
    for name in ("hint", "solution"):
        own = [fold for fold in folds if fold["class"] == name]
        if not own:
            yield f'it has no <details class="{name}"><summary>{name.capitalize()}</summary>'
        for fold in own:
            if fold["summary"] != name.capitalize():
                yield f"its {name} is headed {fold['summary']!r}; write '{name.capitalize()}'"
            if len(fold["body"].split()) < 5:
                yield f"its {name} says next to nothing"
            yield from _blank_lines(fold)


def _coded_answers(cells: list[NotebookNode]) -> Iterator[str]:
    """A solution in code is folded away, and its stored output shows that it passes its check."""
    code = [c for c in cells if c.cell_type == "code" and "remove-cell" not in tags(c)]
    solutions = [c for c in code if "hide-cell" in tags(c)]
    if code and not solutions:
        yield "its code is not folded away; tag the solution's cell 'hide-cell'"
    checked = [c for c in solutions if re.search(r"\bcheck\(", c.source)]
    if solutions and not checked:
        yield "its solution in code is not checked; end it with exercises.check(…)"
    for cell in checked:
        printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
        if "✓" not in printed or "✗" in printed:
            yield f"its solution does not pass its own check: it prints {first_line(printed)!r}"


def _share(page: Page) -> Iterator[str]:
    """Before the questions, the book is told in prose and shown in code."""
    end = next((i for i, _, text in headings(page) if text == CLOSING[0]), len(page.cells))
    prose = code = 0
    for cell in page.cells[:end]:
        size = len("".join(cell.source.split()))
        prose += size * (cell.cell_type == "markdown")
        code += size * (cell.cell_type == "code" and not tags(cell) & hygiene.HIDDEN)
    share = prose / (prose + code or 1)
    if not PROSE_SHARE[0] <= share <= PROSE_SHARE[1]:
        yield (
            f"{page.name}: {share:.0%} of the characters before 'Check yourself' are prose;"
            f" between {PROSE_SHARE[0]:.0%} and {PROSE_SHARE[1]:.0%} is meant"
        )


def _markup(page: Page) -> Iterator[str]:
    """Only markup that JupyterLab and Colab show as well as the page does."""
    for index, cell in page.markdown_cells:
        directive = re.search(r"(?m)^\s*(?:```+|~~~+|:::+)\{[\w:-]+\}", cell.source)
        if directive:
            yield f"{page.where(index)}: {directive[0].strip()!r} shows raw in JupyterLab"
        text = re.sub(r"(?<![}`])`(?!`)[^`\n]+`(?!`)", "", _without_code(cell.source))
        for role in re.findall(r"\{([\w:-]+)\}`", text):
            if role not in ROLES:
                yield f"{page.where(index)}: the role {{{role}}} shows raw in JupyterLab"
