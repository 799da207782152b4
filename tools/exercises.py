"""Write the cells of the exercises into a chapter, from their one source.

    python tools/exercises.py chapters/02-perceptron.ipynb

`solutions/ch02.py` holds the reference solutions, a block for each exercise. A block becomes two
cells under the exercise's text: a starter that shows (the signature, the docstring, `...` and the
check), and the solution, tagged `hide-cell` and `solution`. Text, hint and the solution in words
stay in the notebook. Refresh the notebook afterwards.
"""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"
STARTER, SOLUTION = "exercise", "solution"  # the tags of the two cells
PROMPTS = {
    "code_prompt_show": "Show the solution in code",
    "code_prompt_hide": "Hide the solution in code",
}
_BLOCK = re.compile(r"(?m)^# --- (\d+\.\d+) ---\n")
_HEADING = re.compile(r"(?m)^### Exercise (\d+\.\d+) \((\w+)\) — (.+)$")
_FOLD = re.compile(r'\n*<details class="solution">.*?</details>', re.S)


def blocks(chapter: int) -> dict[str, str]:
    """From the number of an exercise to the source of its reference solution."""
    path = SOLUTIONS / f"ch{chapter:02}.py"
    parts = _BLOCK.split(path.read_text(encoding="utf-8"))[1:] if path.is_file() else []
    return {number: text.strip() for number, text in zip(parts[::2], parts[1::2], strict=True)}


def checked(number: str, name: str, code: str) -> str:
    space = "\n\n\n" if re.search(r"(?m)^ ", code) else "\n\n"
    return f'{code}{space}exercises.check("{number}", {name})'


def starter(block: str, name: str) -> str:
    """What the reader begins with: the block's function, class or value without its substance."""
    for node in ast.parse(block).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return "\n".join(_emptied(node, block.splitlines()))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            comment = re.search(r"  # .*$", block.splitlines()[node.end_lineno - 1])
            return f"{name} = ...{comment[0] if comment else ''}"
    raise ValueError(f"its block in solutions/ has no {name}")


def _emptied(node: ast.FunctionDef | ast.ClassDef, lines: list[str]) -> list[str]:
    docstring = ast.get_docstring(node) is not None
    end = node.body[0].end_lineno if docstring else node.body[0].lineno - 1
    kept = lines[node.lineno - 1 : end]
    inside = " " * node.body[0].col_offset
    if isinstance(node, ast.FunctionDef):
        return [*kept, f"{inside}..."]
    for method in [part for part in node.body if isinstance(part, ast.FunctionDef)]:
        kept += ["", *_emptied(method, lines)]
    return kept


def solution(block: str, name: str) -> str:
    """The block as it is shown: the docstring stands in the starter already."""
    for node in ast.parse(block).body:
        if isinstance(node, ast.FunctionDef) and node.name == name and ast.get_docstring(node):
            lines = block.splitlines()
            del lines[node.body[0].lineno - 1 : node.body[0].end_lineno]
            return "\n".join(lines)
    return block


def cells(number: str) -> list[NotebookNode]:
    """The starter and the solution of one exercise, as the notebook must hold them."""
    from bookkit import exercises

    block, name = blocks(int(number.partition(".")[0]))[number], exercises.find(number).name
    return [
        new_code_cell(
            checked(number, name, starter(block, name)),
            metadata={"tags": [STARTER]},
        ),
        new_code_cell(
            checked(number, name, solution(block, name)),
            metadata={"tags": ["hide-cell", SOLUTION], "mystnb": dict(PROMPTS)},
        ),
    ]


def problems(notebook: NotebookNode, chapter: int) -> list[str]:
    """Where a chapter's cells are not what its source says; none if it has no source."""
    from bookkit import exercises

    found, source = [], blocks(chapter)
    headings = {}
    for index, cell in enumerate(notebook.cells):
        for number, grade, title in _HEADING.findall(cell.source):
            headings[number] = (index, grade, title)
    known = {exercise.number: exercise for exercise in exercises.chapter(chapter)}
    for number in sorted(set(source) ^ set(known)):
        found.append(f"exercise {number}: has a solution or cases, and not both")
    for number in sorted(set(source) & set(known)):
        if number not in headings:
            found.append(f"exercise {number}: the chapter has no such heading")
            continue
        index, grade, title = headings[number]
        if (known[number].grade, known[number].title) != (grade, title):
            found.append(f"exercise {number}: the heading has another grade or title")
        there = [cell.source for cell in notebook.cells[index + 1 : index + 3]]
        if there != [cell.source for cell in cells(number)]:
            found.append(
                f"exercise {number}: its cells are not those of its source; run: "
                "python tools/exercises.py <the chapter>"
            )
    return found


def write(notebook: NotebookNode, chapter: int) -> None:
    """Put the cells of each exercise that has a source under its text, in place of older ones."""
    made = []
    numbers, skipping = blocks(chapter), False
    for cell in notebook.cells:
        heading = _HEADING.search(cell.source)
        if cell.cell_type == "markdown":
            skipping = bool(heading and heading[1] in numbers)
            made.append(cell)
            if skipping:
                made += cells(heading[1])
        elif not skipping:
            made.append(cell)
    notebook.cells = made


def shown(notebook: NotebookNode, mode: str) -> NotebookNode:
    """The notebook with its solutions folded away, gathered at its end, or left out.

    `mode` is the build's setting `solutions`: `folded`, `appendix` or `none`. The notebook that is
    given is changed and returned.
    """
    if mode == "folded":
        return notebook
    if mode not in ("none", "appendix"):
        raise ValueError(f"solutions: {mode!r}; it must be folded, appendix or none")
    kept, gathered, number = [], [], ""
    for cell in notebook.cells:
        if heading := re.search(r"(?m)^### Exercise (\d+\.\d+)", cell.source):
            number = heading[1]
        if SOLUTION in cell.metadata.get("tags", []):
            gathered.append(cell)
            continue
        if cell.cell_type == "markdown" and (folds := _FOLD.findall(cell.source)):
            cell.source = _FOLD.sub("", cell.source).strip()
            words = re.sub(r"</?details.*?>|<summary>.*?</summary>", "", "\n\n".join(folds))
            text = f"### Solution of exercise {number}\n\n{words.strip()}"
            gathered.append(nbformat.v4.new_markdown_cell(text, id=f"solution-{len(gathered)}"))
        kept.append(cell)
    if mode == "appendix" and gathered:
        heading = nbformat.v4.new_markdown_cell("## Solutions", id="solutions")
        kept += [heading, *gathered]
    notebook.cells = kept
    return notebook


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="CHAPTER")
    for path in parser.parse_args().paths:
        notebook = nbformat.read(path, as_version=4)
        write(notebook, int(path.name[:2]))
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
