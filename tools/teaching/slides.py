"""Slides, expanded from a template and its chapter, so that they cannot say something else.

A template, `instructors/slides/ch04.md`, is Markdown for Marp: slides between lines of `---`, and
comments that become the speaker's notes. What belongs to the chapter is named, not copied:

    {{title}}                      the chapter's title and question
    {{objectives}}                 what one can do afterwards
    {{section Counting}}           a heading of the chapter, as the slide's own
    {{figure fig-x key=text}}      a figure; of an interactive one, the frame with these controls
    {{equation Z = X W}}           the displayed equation that begins so
    {{code class Dense}}           the code of the cell, or of the part of a text's, that begins so
    {{output print(rate}}          what the cell that begins so prints
    {{table word rows=1-4}}        the table whose head begins so, or these of its rows
    {{guess How many}}             the prediction that begins so, and on the next slide its outcome
    {{question 4.1}}               a self-check, and on the next slide its answers
    {{exercise 4.3}}               an exercise, without its solution
    {{fact accuracy:.1%}}          a number that the chapter computes
    {{summary 1-4}}                points of its summary, counted from 1
    {{next}}                       the question that leads on

A name that the chapter does not know, or that fits two places, is an error. Marp makes HTML and
PDF of the result, and neither asks anything of the net.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
from collections.abc import Callable
from html import escape
from pathlib import Path

from checks import prose
from checks.page import CODE_BLOCK, ROOT

from teaching import figures, pages, text
from teaching.chapter import Chapter

FOLDER = ROOT / "instructors" / "slides"
MARP = ROOT / "instructors" / "node_modules" / ".bin" / "marp"
LETTERS = 16  # pixels of 720: code below that is not read in the last row
SCALE = 1.4  # of a figure, whose words have nine points and more; where it has a slide
ALONE = 1.1  # to itself, nothing could make it larger
_PLACE = re.compile(  # on a line of its own, where a name may hold braces, or among words
    r"(?m)^\{\{ *(?P<kind>\w+) *(?P<name>.*?) *\}\}$"
    r"|\{\{ *(?P<word>\w+) *(?P<called>[^{}\n]*?) *\}\}"
)
_HEAD = """\
---
marp: true
theme: book
math: mathjax
lang: en
paginate: true
title: {title}
footer: From Neuron to Network · chapter {number} · CC BY 4.0
---

"""


class TemplateError(Exception):
    """What a template names is not in its chapter; the message says where and what."""


def template(chapter: Chapter) -> Path:
    return FOLDER / f"ch{chapter.number:02}.md"


def markdown(chapter: Chapter, source: str) -> str:
    """The template's text with all that it names."""

    def put(match: re.Match) -> str:
        kind, name = match["kind"] or match["word"], match["name"] or match["called"] or ""
        if kind not in KINDS:
            raise TemplateError(f"{{{{{kind}}}}} is none of {', '.join(KINDS)}")
        try:
            return KINDS[kind](chapter, name)
        except (KeyError, IndexError, ValueError) as error:
            said = error.args[0] if error.args else error
            place = f"chapter {chapter.number}: {{{{{kind} {name}}}}}"
            raise TemplateError(f"{place}: {said}") from None

    title = text.clean(chapter.title)
    return _HEAD.format(title=title, number=chapter.number) + _PLACE.sub(put, source)


def problems(chapter: Chapter, source: str) -> list[str]:
    """Numbers that a template types by itself, and names that its chapter does not have."""
    typed = _PLACE.sub(" ", re.sub(r"<!--.*?-->", lambda note: note[0][4:-3], source, flags=re.S))
    found = [f"{template(chapter).name}: {problem}" for problem in prose.unbound(typed)]
    try:
        markdown(chapter, source)
    except TemplateError as error:
        found.append(str(error))
    return found


# --- what a template can name ---


def _one(what: str, wanted: str, among: list[tuple[str, str]]) -> str:
    """The value of the only pair whose key begins so, spaces aside."""
    squeezed = "".join(wanted.split())
    fits = [value for key, value in among if "".join(key.split()).startswith(squeezed)]
    if not fits:
        raise KeyError(f"no {what} begins so")
    if len(set(fits)) > 1:
        raise KeyError(f"{len(fits)} {what}s begin so; name it longer")
    return fits[0]


def _words(markdown: str) -> str:
    """Clean, and with each paragraph on one line: Marp takes the end of a line for its break."""
    return re.sub(r"(?<!\n)\n(?!\n|[*-] |\||>|```|\d+\. )", " ", text.clean(markdown))


def _title(chapter: Chapter, _: str) -> str:
    return (
        f"<!-- _class: lead -->\n<!-- _paginate: false -->\n\n# {text.clean(chapter.title)}\n\n"
        f"*{chapter.question}*\n\nChapter {chapter.number} of *From Neuron to Network*"
    )


def _objectives(chapter: Chapter, _: str) -> str:
    goals = "\n".join(f"- {text.clean(goal)}" for goal in chapter.objectives)
    return f"## Afterwards you can\n\n{goals}"


def _section(chapter: Chapter, name: str) -> str:
    if name not in {section.title for section in chapter.sections}:
        raise KeyError("the chapter has no such heading")
    return f"## {text.clean(name.removesuffix(' ★'))}"


def _figure(chapter: Chapter, name: str) -> str:
    name, *settings = re.split(r"\s+(?=\w+=)", name)
    if name not in chapter.figures:
        raise KeyError("the chapter has no such figure")
    figure = chapter.figures[name]
    drawn = figures.drawing(chapter, figure, **dict(s.split("=", 1) for s in settings))
    data = base64.b64encode(drawn.encode()).decode()
    alt = escape(text.clean(figure.alt))
    return f'<img class="figure" alt="{alt}" src="data:image/svg+xml;base64,{data}" />'


_STOP = re.compile(r"\s*[.,;:]\s*(?=(?:\\end\{\w+\})?\s*\Z)")  # of the sentence around an equation
_LAYOUT = re.compile(r"\\(?:begin|end)\{(?:aligned|gathered)\}|\\q?quad|\\\\|&|\\[,;!]")


def _equation(chapter: Chapter, name: str) -> str:
    """How an equation is broken into lines does not matter for its name."""
    among = [(_LAYOUT.sub("", equation), equation) for equation in chapter.equations]
    equation = _one("equation", _LAYOUT.sub("", name), among)
    return f"$$\n{_STOP.sub('', equation)}\n$$"


def _code(chapter: Chapter, name: str) -> str:
    cells = [(cell.source, cell.source) for _, cell in chapter.page.code_cells]
    for _, cell in chapter.page.markdown_cells:
        for block in CODE_BLOCK.finditer(cell.source):
            cells += [(part, part) for part in block["code"].split("\n\n\n")]
    return f"```python\n{_one('cell', name, cells).strip()}\n```"


def _output(chapter: Chapter, name: str) -> str:
    printed = [
        (cell.source, "".join(o.get("text", "") for o in cell.get("outputs", [])))
        for _, cell in chapter.page.code_cells
    ]
    if not (shown := _one("cell", name, printed).rstrip()):
        raise KeyError("that cell prints nothing")
    return f"```text\n{shown}\n```"


def _table(chapter: Chapter, name: str) -> str:
    name, _, rows = name.partition(" rows=")
    found = [(table.strip("| "), table) for table in chapter.tables]
    head, line, *body = _one("table", name, found).splitlines()
    first, _, last = rows.partition("-")
    chosen = body[int(first or 1) - 1 : int(last or first or len(body))]
    if not chosen or int(last or first or 1) > len(body):
        raise KeyError(f"the table has {len(body)} rows")
    return text.clean("\n".join([head, line, *chosen]))


def _guess(chapter: Chapter, name: str) -> str:
    among = [(p.text, i) for i, p in enumerate(chapter.predictions)]
    guess = chapter.predictions[_one("prediction", name, among)]
    options = "\n".join(f"{i}. {text.clean(o)}" for i, o in enumerate(guess.options, 1))
    asked = f"### Guess first\n\n{_words(guess.text)}\n\n{options}".rstrip()
    return f"{asked}\n\n---\n\n### What came out\n\n{_words(guess.outcome)}"


def _question(chapter: Chapter, name: str) -> str:
    question = next((q for q in chapter.questions if q.number == name), None)
    if question is None:
        raise KeyError("the chapter has no such question")
    asked = f"{_words(question.text)}\n\n"
    options = "\n\n".join(f"({o.letter}) {_words(o.text)}" for o in question.options)
    answers = "\n\n".join(f"({o.letter}) {_words(o.feedback)}" for o in question.options)
    return (
        f"<!-- _class: poll -->\n## Question {name}\n\n{asked}{options}\n\n---\n\n"
        f"<!-- _class: poll -->\n## Question {name}: answers\n\n{answers}"
    )


def _exercise(chapter: Chapter, name: str) -> str:
    if name not in chapter.exercises:
        raise KeyError("the chapter has no such exercise")
    exercise = chapter.exercises[name]
    return f"## Exercise {name}: {exercise.title}\n\n{_words(exercise.text)}"


def _fact(chapter: Chapter, name: str) -> str:
    fact, _, form = name.partition(":")
    if fact not in chapter.page.facts:
        raise KeyError("the chapter publishes no such fact")
    return format(chapter.page.facts[fact], form)


def _summary(chapter: Chapter, name: str) -> str:
    summary = next(s for s in chapter.sections if s.title == "Summary")
    source = "\n\n".join(chapter.page.cells[i].source for i in summary.cells)
    part = re.search(r"(?ms)^## Summary *$(.*?)(?=^#)", source)
    points = re.split(r"(?m)^- ", part[1])[1:]
    first, _, last = name.partition("-")
    chosen = points[int(first or 1) - 1 : int(last or first or len(points))]
    if not chosen:
        raise KeyError(f"the summary has {len(points)} points")
    return "\n".join(f"- {_words(point)}" for point in chosen)


def _next(chapter: Chapter, _: str) -> str:
    source = "\n\n".join(cell.source for _, cell in chapter.page.markdown_cells)
    part = re.search(r"(?ms)^### The next question *$(.*?)(?=^#|\Z)", source)
    return f"## The next question\n\n{_words(part[1])}"


KINDS: dict[str, Callable[[Chapter, str], str]] = {
    "title": _title,
    "objectives": _objectives,
    "section": _section,
    "figure": _figure,
    "equation": _equation,
    "code": _code,
    "output": _output,
    "table": _table,
    "guess": _guess,
    "question": _question,
    "exercise": _exercise,
    "fact": _fact,
    "summary": _summary,
    "next": _next,
}


# --- Marp ---


def write(chapters: list[Chapter], folder: Path) -> list[Path]:
    """Write HTML and PDF of every chapter that has a template."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for chapter in chapters:
        if (path := template(chapter)).is_file():
            sources.append(folder / path.name)
            expanded = markdown(chapter, path.read_text(encoding="utf-8"))
            sources[-1].write_text(expanded, encoding="utf-8")
    if not MARP.exists():
        raise FileNotFoundError("Slides are made by Marp: npm ci --prefix instructors")
    made = []
    for options in (["--bespoke.progress"], ["--pdf", "--pdf-notes", "--pdf-outlines"]):
        command = [MARP, "--no-stdin", "--html", "--theme-set", FOLDER / "book.css", *options]
        ran = subprocess.run(
            [*command, *sources],
            env=_environment(),
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        made += [path.with_suffix(".pdf" if "--pdf" in options else ".html") for path in sources]
    for path in sources:
        path.unlink()
    if spilled := overflowing([path for path in made if path.suffix == ".html"]):
        raise RuntimeError("More than fits a slide: " + "; ".join(spilled))
    return made


def _environment() -> dict[str, str]:
    return os.environ | {"CHROME_PATH": pages.chromium(), "CHROME_NO_SANDBOX": "1"}


def overflowing(paths: list[Path]) -> list[str]:
    """Slides on which something is cut off or too small to read, by file and number."""
    found = []
    with pages.browser() as browser:
        tab = browser.new_context(offline=True).new_page()
        for path in paths:
            tab.goto(path.resolve().as_uri())
            tab.evaluate("document.fonts.ready")
            spilled = tab.evaluate(_SPILLED, {"letters": LETTERS, "scale": SCALE, "alone": ALONE})
            found += [f"{path.name}, slide {number}: {what}" for number, what in spilled]
    return found


_SPILLED = """({letters, scale, alone}) =>
[...document.querySelectorAll("section")].flatMap((section, i) => {
  const found = [], shown = section.getBoundingClientRect().width / section.offsetWidth;
  const more = Math.max(section.scrollHeight - section.clientHeight,
                        section.scrollWidth - section.clientWidth);
  if (more > 1) found.push(`${more} pixels too much`);
  for (const code of section.querySelectorAll("code")) {
    const wide = code.closest("marp-pre, pre");
    if (wide && wide.scrollWidth > wide.clientWidth + 1) found.push("a line of code is too long");
    const size = parseFloat(getComputedStyle(code).fontSize);
    const drawn = size * code.getBoundingClientRect().width / code.offsetWidth / shown;
    if (drawn < letters) found.push(`code of ${drawn.toFixed()} pixels is too small to read`);
  }
  for (const formula of section.querySelectorAll("mjx-container > svg")) {
    const line = parseFloat(getComputedStyle(formula.parentElement).fontSize);
    const high = formula.viewBox.baseVal.height / 1000 * line;  // a thousand to the em
    const drawn = formula.getBoundingClientRect().height / shown;
    if (drawn < 0.8 * high) found.push("a formula was made small to fit");
  }
  for (const image of section.querySelectorAll("img.figure")) {
    const [, , width, height] = atob(image.src.split(",")[1]).match(/viewBox='([^']+)'/)[1]
      .split(" ").map(Number);
    const drawn = Math.min(image.clientWidth / width, image.clientHeight / height);
    const shares = section.querySelector(":scope > :not(h1, h2, h3, img, header, footer)");
    if (drawn < (shares ? scale : alone)) {
      found.push(`a figure ${drawn.toFixed(2)} times its size is too small`);
    }
  }
  const words = section.cloneNode(true);
  words.querySelectorAll("code, mjx-container").forEach((part) => part.remove());
  if (/\\$|\\\\[a-z(]/.test(words.textContent)) found.push("a formula was not drawn");
  return found.map((what) => [i + 1, what]);
})"""
