"""Graded assignments, from the files that hold the exercises of the page.

For each chapter, in `released/`: the student's notebook, without solutions. In `for-instructors/`:
a folder for `pytest`, a zip for Gradescope's autograder, a notebook as nbgrader wants its sources,
and a key. The solutions go into nbgrader's source, `answers.py` and `key.html` alone; all three
stay with the instructor.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import re
import shutil
import sys
import zipfile
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import exercises as sources
import nbformat
import numpy as np
from checks import hygiene
from checks.home import home
from checks.page import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookkit import exercises
from bookkit.exercises.compare import outcomes
from teaching import pages, text
from teaching.chapter import Chapter

GRADER, FURTHER = ROOT / "instructors" / "grader", ROOT / "instructors" / "assignments"
POINTS = {"check": 2, "apply": 3, "explore": 4}
MARKED = (
    "<p><strong>To mark it, of {all} points.</strong> {all}: each step follows from the one before,"
    " and the last is the solution's, on whatever way. {half:g}: the right end with a step that is"
    " only claimed, or one slip in a chain that is otherwise right. 0: an end without a way, or a"
    " way that could not lead there.</p>"
)

sys.path.insert(0, str(GRADER))
import values  # noqa: E402

GENERATOR = [
    "def generator(state):",
    "    made = np.random.default_rng()",
    "    made.bit_generator.state = state",
    "    return made",
]
SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image.
set -eu
source=/autograder/source
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  apt-get update -qq && apt-get install -y -qq python3.11 python3.11-venv && python=python3.11
fi
"${python:=python3}" -c 'import ensurepip' 2>/dev/null || apt-get install -y -qq python3-venv
"$python" -m venv /autograder/python
/autograder/python/bin/python -m pip install --quiet numpy==NUMPY
chmod -R a+rX /autograder/python "$source/packages"
chmod 700 "$source/grader"  # the answers run as another user, who need not look in here
"""
RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission.
set -eu
source=/autograder/source
cd "$source/grader"
PYTHONPATH="$source/packages:$source/grader" OPENBLAS_NUM_THREADS=1 \\
  /autograder/python/bin/python grade.py assignment.json /autograder/submission \\
  /autograder/results/results.json
"""
PYTEST = '''\
"""Assignment of chapter CHAPTER, for pytest.

    ANSWERS=path/to/notebook.ipynb pytest CHECKS

ANSWERS is a notebook, or a Python file. Without it, the one notebook beside this file is graded. It
needs the book's packages, `nnlib` and `bookkit`, and Linux or macOS.
"""

import json
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "grader"))
import grade  # noqa: E402

ASSIGNMENT = json.loads((HERE / "grader" / "assignment.json").read_text(encoding="utf-8"))
NUMBERS = [asked["number"] for asked in ASSIGNMENT["exercises"]]


@pytest.fixture(scope="module")
def results():
    answers = os.environ.get("ANSWERS")
    graded = grade.grade(ASSIGNMENT, Path(answers) if answers else grade.submission(HERE.parent))
    return {result.number: result for result in graded}


@pytest.mark.parametrize("number", NUMBERS)
def test_exercise(number, results):
    result = results[number]
    assert result.earned == result.points, f"{result.earned:g} of {result.points:g}\\n{result.text}"
'''


def write(chapters: list[Chapter], folder: Path) -> list[Path]:
    """Write the assignments of these chapters into the folder."""
    made = []
    for chapter in chapters:
        if not (assignment := assignment_of(chapter))["exercises"]:
            continue
        name = f"ch{chapter.number:02}"
        released, kept = folder / "released", folder / "for-instructors" / name
        shutil.rmtree(kept, ignore_errors=True)
        for place in (released, kept / "pytest" / "grader", kept / "nbgrader" / "source" / name):
            place.mkdir(parents=True, exist_ok=True)
        made.append(released / f"{name}-assignment.ipynb")
        nbformat.write(student(chapter, assignment), made[-1])
        made.append(kept / "nbgrader" / "source" / name / f"{name}.ipynb")
        nbformat.write(nbgrader(chapter, assignment), made[-1])
        made.append(kept / "pytest" / f"test_{name}.py")
        said = PYTEST.replace("CHAPTER", str(chapter.number)).replace("CHECKS", made[-1].name)
        made[-1].write_text(said, encoding="utf-8")
        for path, content in grader(assignment).items():
            made.append(kept / "pytest" / "grader" / path)
            made[-1].write_text(content, encoding="utf-8")
        made.append(kept / f"{name}-gradescope.zip")
        gradescope(assignment, made[-1])
        made.append(kept / "answers.py")
        shutil.copyfile(sources.SOLUTIONS / f"{name}.py", made[-1])
        made.append(kept / "key.html")
        made[-1].write_text(key(chapter), encoding="utf-8")
    return made


def assignment_of(chapter: Chapter) -> dict[str, Any]:
    """What the grader reads: exercises, points, further cases. Of a chapter's exercises in code,
    those whose arguments and results are data, so that they can be graded from another process."""
    asked = []
    for exercise in exercises.chapter(chapter.number):
        if gradable(exercise):
            entry = {"number": exercise.number, "title": exercise.title}
            points = {"points": POINTS[exercise.grade]}
            further = [
                [values.encode(inputs, values.by_name), values.encode(right)]
                for inputs, right in further_cases(exercise)
            ]
            asked.append(entry | points | {"further": further})
    return {"chapter": chapter.number, "title": chapter.title, "exercises": asked}


def gradable(exercise: exercises.Exercise) -> bool:
    """Whether its arguments, and what the reference gives, are data."""
    try:
        answer = reference(exercise)
    except ImportError:  # its chapter needs what is not installed
        return False
    if isinstance(answer, type):
        return False
    if not callable(answer):
        return _is_data(values.encode(answer))
    try:
        pairs = [case if isinstance(case, tuple) else ((), case) for case in exercise.cases]
        sent = [values.encode(arguments, values.by_name) for arguments, _ in pairs]
    except (TypeError, AttributeError, ImportError):
        return False
    results = [values.encode(outcome.result) for outcome in outcomes(answer, pairs)]
    return all(map(_is_data, [*sent, *results]))


def _is_data(encoded: Any) -> bool:
    return '"other"' not in json.dumps(encoded)


@cache
def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    with contextlib.redirect_stdout(None):  # what a solution prints is for its page
        spec.loader.exec_module(module)
    return module


def reference(exercise: exercises.Exercise) -> Any:
    chapter = int(exercise.number.partition(".")[0])
    return getattr(_module(sources.SOLUTIONS / f"ch{chapter:02}.py"), exercise.name)


def further_cases(exercise: exercises.Exercise) -> list[tuple[tuple, Any]]:
    """Inputs that the page does not show, with what the reference gives for them."""
    path = FURTHER / f"ch{int(exercise.number.partition('.')[0]):02}.py"
    inputs = _module(path).FURTHER.get(exercise.number, []) if path.is_file() else []
    cases = [(arguments, None) for arguments in inputs]
    found = outcomes(reference(exercise), cases) if cases else []
    return [(arguments, o.result) for (arguments, _), o in zip(cases, found, strict=True)]


# --- the student's notebook ---


def student(chapter: Chapter, assignment: dict[str, Any]) -> nbformat.NotebookNode:
    """Exercise by exercise its text and a cell to answer in; no solution anywhere."""
    return _notebook(_cells(chapter, assignment, graded=False))


def nbgrader(chapter: Chapter, assignment: dict[str, Any]) -> nbformat.NotebookNode:
    """The same with the reference solutions and the tests, as nbgrader's `source/` holds them."""
    return _notebook(_cells(chapter, assignment, graded=True))


def _notebook(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": spec})


def _cells(
    chapter: Chapter, assignment: dict[str, Any], *, graded: bool
) -> list[nbformat.NotebookNode]:
    total = sum(entry["points"] for entry in assignment["exercises"])
    cells = [
        new_markdown_cell(
            f"# Assignment: {text.clean(chapter.title)}\n\n{total} points. It belongs to"
            f" [chapter {chapter.number}]({home().pages}chapters/{chapter.name}.html) of"
            " *From Neuron to Network*. Write each answer in place of `...` and run its cell: it"
            " says whether the cases of the book are right. Your grade counts further cases, too."
            " Each exercise is graded by itself, so that one that fails costs no other. Hand in"
            " this notebook."
        ),
        new_code_cell(hygiene.install_cell()),
        new_code_cell("from bookkit import exercises"),
    ]
    if given := _given(chapter.number):
        cells.append(new_code_cell(given))
    if graded:
        cells.append(_locked(new_code_cell("from dataclasses import replace"), "setup"))
    for entry in assignment["exercises"]:
        number = entry["number"]
        words, exercise = chapter.exercises[number], exercises.find(number)
        block = sources.blocks(chapter.number)[number]
        cells.append(
            new_markdown_cell(
                f"## Exercise {number} — {words.title} ({entry['points']} points)\n\n"
                f"{text.clean(words.text)}"
            )
        )
        if not graded:
            cells.append(
                new_code_cell(
                    sources.checked(number, exercise.name, sources.starter(block, exercise.name))
                )
            )
            continue
        ident = f"exercise-{number.replace('.', '-')}"
        cells.append(_graded(new_code_cell(marked(block, exercise.name)), ident))
        cells.append(_locked(new_code_cell(_tests(exercise)), f"{ident}-tests", entry["points"]))
    return cells


def _given(chapter: int) -> str:
    """What every answer of the chapter may use: what stands above the first solution."""
    source = (sources.SOLUTIONS / f"ch{chapter:02}.py").read_text(encoding="utf-8")
    head = re.split(r"(?m)^# --- \d+\.\d+ ---$", source)[0]
    without = re.sub(r'(?s)\A(?:#[^\n]*\n)*""".*?"""\n', "", head)
    return without.strip()


# --- nbgrader ---


def marked(block: str, name: str) -> str:
    """A reference solution with the marks between which nbgrader puts its stub."""
    tree, lines = ast.parse(block), block.splitlines()
    [node] = [n for n in tree.body if name in (getattr(n, "name", ""), _target(n))]
    if isinstance(node, ast.Assign):
        kept = lines[: node.end_lineno]
        return "\n".join(["### BEGIN SOLUTION", *kept, "### END SOLUTION"])
    helpers = [n for n in tree.body if n.lineno < node.lineno and not isinstance(n, ast.Import)]
    inside = []
    for helper in helpers:  # within the function, so that the stub covers them, too
        inside += [
            f"    {line}" if line else "" for line in lines[helper.lineno - 1 : helper.end_lineno]
        ]
        inside.append("")
    starts = node.body[0].end_lineno if ast.get_docstring(node) else node.body[0].lineno - 1
    body = lines[starts : node.end_lineno]
    head = lines[node.lineno - 1 : starts]
    return "\n".join([*head, "    ### BEGIN SOLUTION", *inside, *body, "    ### END SOLUTION"])


def _target(node: ast.stmt) -> str:
    return ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""


def _tests(exercise: exercises.Exercise) -> str:
    lines = [
        f'asked = exercises.find("{exercise.number}")',
        f"said = exercises.report(asked, {exercise.name})",
        "assert said.right == said.of, said.text",
    ]
    if further := further_cases(exercise):
        cases = ",\n    ".join(
            f"({_literal(inputs)}, {_literal(right)})" for inputs, right in further
        )
        needs = sorted(set(re.findall(r"bookkit\.exercises\.(ch\d\d)\.", cases)))
        lines += ["### BEGIN HIDDEN TESTS", "import numpy as np  # noqa"]
        lines += [f"import bookkit.exercises.{name}" for name in needs]
        lines += GENERATOR if "generator(" in cases else []
        lines += [
            f"further = [\n    {cases},\n]",
            f"said = exercises.report(replace(asked, cases=further), {exercise.name})",
            'assert said.right == said.of, f"{said.right} of {said.of} further cases are right"',
            "### END HIDDEN TESTS",
        ]
    return "\n".join(lines)


def _literal(value: Any) -> str:
    """Python that makes the value again."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return f"np.array({_literal(value.tolist())})"
    if isinstance(value, np.random.Generator):
        state = value.bit_generator.state
        return f"generator({state!r})"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(_literal, value)) + ("," if isinstance(value, tuple) else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, float) and not np.isfinite(value):
        return f"float('{value}')"
    return repr(value)


def _graded(cell: nbformat.NotebookNode, ident: str) -> nbformat.NotebookNode:
    return _nbgrader(cell, ident, grade=False, solution=True, locked=False)


def _locked(cell: nbformat.NotebookNode, ident: str, points: int = 0) -> nbformat.NotebookNode:
    more = {"points": points} if points else {}
    return _nbgrader(cell, ident, grade=bool(points), solution=False, locked=True, **more)


def _nbgrader(cell: nbformat.NotebookNode, ident: str, **settings: Any) -> nbformat.NotebookNode:
    cell.metadata["nbgrader"] = settings | {"grade_id": ident, "schema_version": 3, "task": False}
    return cell


# --- the instructor's key ---


def key(chapter: Chapter) -> str:
    """Every exercise of the chapter with its solution in words and in code, on one page."""
    blocks = sources.blocks(chapter.number)
    shown = "".join(
        f"<h2>Exercise {e.number} ({e.grade}): {text.inline(e.title)}</h2>{text.html(e.text)}"
        f"<h3>Solution</h3>{text.html(e.solution)}"
        + (
            f"<pre><code>{escape(blocks[e.number])}</code></pre>"
            if e.number in blocks
            else MARKED.format(all=POINTS[e.grade], half=POINTS[e.grade] / 2)
        )
        for e in chapter.exercises.values()
    )
    title = f"Key to the exercises of chapter {chapter.number}"
    head = f"<h1>{title}, {text.inline(chapter.title)}</h1><p>For the instructor alone.</p>"
    return pages.document(title, head + shown)


# --- pytest and Gradescope ---


def grader(assignment: dict[str, Any]) -> dict[str, str]:
    """The grader's own files, and the assignment."""
    files = {p.name: p.read_text(encoding="utf-8") for p in sorted(GRADER.glob("*.py"))}
    del files["__init__.py"]
    return files | {"assignment.json": json.dumps(assignment, indent=1, ensure_ascii=False)}


def gradescope(assignment: dict[str, Any], path: Path) -> None:
    """The zip that Gradescope takes: the grader, the packages, and its two scripts."""
    numpy = re.search(r"(?m)^numpy==(\S+)$", (ROOT / "requirements.txt").read_text())[1]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, content: bytes, mode: int = 0o644) -> None:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = mode << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)

        add("setup.sh", SETUP.replace("NUMPY", numpy).encode(), 0o755)
        add("run_autograder", RUN.encode(), 0o755)
        for name, content in grader(assignment).items():
            add(f"grader/{name}", content.encode())
        for file in packaged():
            add(f"packages/{file}", (ROOT / file).read_bytes())


def packaged() -> list[str]:
    """The files of `nnlib`, and of `bookkit` what checks answers."""
    files = [ROOT / "bookkit" / "__init__.py", *(ROOT / "bookkit/exercises").glob("*.py")]
    files += [
        p for p in (ROOT / "nnlib").rglob("*") if p.is_file() and "__pycache__" not in p.parts
    ]
    return sorted(str(p.relative_to(ROOT)) for p in files)
