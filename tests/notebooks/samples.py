"""Notebooks made in code: a chapter that keeps every rule, for tests to spoil."""

import base64
import io
from pathlib import Path

import matplotlib as mpl
import nbformat
import numpy as np
from checks import hygiene
from checks.page import FACTS_MIME, ROOT, STATE_MIME, VIEW_MIME, Page
from matplotlib.image import imread, imsave
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

SOFTWARE = f"Matplotlib version{mpl.__version__}, https://matplotlib.org/"
OLD_SOFTWARE = "Matplotlib version3.1.0, https://matplotlib.org/"
PINNED_SOFTWARE = f"Matplotlib version{hygiene.pinned_matplotlib()}.0, https://matplotlib.org/"
markdown = new_markdown_cell


def png(pixels, software=SOFTWARE):
    file = io.BytesIO()
    imsave(file, pixels, format="png", metadata={"Software": software})
    return base64.b64encode(file.getvalue()).decode()


def blank(level=0.5, shape=(8, 12), alpha=1.0, software=SOFTWARE):
    """A picture of one color."""
    return png(np.full((*shape, 4), [level, level, level, alpha]), software)


def repainted(picture, software=SOFTWARE):
    """The same picture with a small square painted over, as if a line had become thicker."""
    pixels = imread(io.BytesIO(base64.b64decode(picture))).copy()
    pixels[20:30, 20:30, :3] = 0.2
    return png(pixels, software)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    return new_output("display_data", data=data)


def code(source, *outputs, tags=(), **mystnb):
    return new_code_cell(
        source, outputs=list(outputs), metadata={"tags": list(tags), "mystnb": mystnb}
    )


def figure(name, picture=None, summary="Figure 6×4 in", interactive=False):
    data = {"text/plain": summary, "image/png": picture or blank(software=PINNED_SOFTWARE)}
    if interactive:
        data[VIEW_MIME] = {"model_id": name, "version_major": 2, "version_minor": 0}
    return code(
        f"plotting.curve(x, {name!r});",
        shown(**data),
        tags=["hide-input", "interactive"] if interactive else ["hide-input"],
        figure={"name": name, "caption": "Notice that the curve never falls."},
        image={"alt": "A blue curve that rises from the lower left to the upper right."},
    )


def facts(**values):
    call = ", ".join(f"{name}={name}" for name in values)
    return code(f"book.facts({call})", shown(**{FACTS_MIME: values}), tags=["remove-cell"])


def notebook(*cells):
    """These cells, numbered as if run from top to bottom."""
    made = new_notebook(cells=list(cells))
    sources = [cell for cell in made.cells if cell.cell_type == "code"]
    for number, cell in enumerate(sources, 1):
        cell.execution_count = number
    views = [
        o.data[VIEW_MIME] for c in sources for o in c.outputs if VIEW_MIME in o.get("data", {})
    ]
    if views:
        state = {view["model_id"]: {"model_name": "VBoxModel", "state": {}} for view in views}
        made.metadata["widgets"] = {STATE_MIME: {"state": state}}
    return made


def page(*cells, name="02-sample.ipynb"):
    return Page(ROOT / "chapters" / name, notebook(*cells))


def text_page(text, name="intro.md"):
    return Page(ROOT / name, new_notebook(cells=[markdown(text)]))


def save(made, path):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


OPENING = """\
# The sample

*Can a sample be good?*

**After this chapter you can**

- compute a sum by hand;
- explain why it is right, with an
  example;
- implement it.

**Reading time** about 15 minutes, exercises 50 more · **Running time** 10 seconds ·
**Builds on** school calculus
"""

PROSE = "Here is a sentence that says what comes next, and another one that says what for. " * 4


def question(number, right="b"):
    options = [
        f"<details>\n<summary>\n\n({letter}) Option {letter}.\n\n</summary>\n\n"
        + (
            "✓ **Right.** This is what the definition says."
            if letter == right
            else f"✗ **Mistake {letter}.** The definition says something else, see above."
        )
        + "\n\n</details>"
        for letter in "abc"
    ]
    body = "\n".join(options)
    return markdown(
        f'<div class="self-check">\n\n**Question {number}.** What is it?\n\n{body}\n\n</div>'
    )


def exercise(number, grade):
    return markdown(
        f"### Exercise {number} ({grade}) — A task: {grade} {number[-1]}\n\nDo it.\n\n"
        '<details class="hint"><summary>Hint</summary>\n\nLook at the definition once more.\n\n'
        "</details>\n\n"
        '<details class="solution"><summary>Solution</summary>\n\n'
        "The definition gives it in one step.\n\n</details>"
    )


def solution(output="✓ step is right: 3 cases checked.\n"):
    return code("exercises.check(step, [(1, 1)])", printed(output), tags=["hide-cell"])


def chapter():
    """The cells of a chapter that keeps every rule."""
    cells = [
        markdown(OPENING),
        code(hygiene.install_cell(), tags=["remove-cell"]),
        code("from bookkit import book, exercises, plotting\n\nbook.setup()"),
        markdown(f"## First section\n\n{PROSE}"),
        code(f"images = 1797\nwinner = 'Adam'\n# {'how it is computed ' * 12}"),
        markdown("The accuracy follows from these three lines."),
        code("accuracy = 0.97834\nprint(f'{accuracy:.1%}')", printed("97.8%\n")),
        facts(accuracy=0.97834, images=1797, winner="Adam"),
        markdown(
            "It reads **97.8%**<!-- {accuracy:.1%} --> of 1,797<!-- {images:,} --> images;"
            " **Adam**<!-- {winner} --> wins."
        ),
    ]
    for place in range(7):
        cells.append(figure(f"fig-curve-{place}", interactive=place > 4))
        cells.append(markdown(f"Notice the {place}-th curve, which never falls."))
    cells.append(markdown("## Check yourself"))
    cells += [question(f"2.{k}") for k in range(1, 5)]
    cells.append(markdown("## Exercises\n\nTake a pencil."))
    grades = ["check", "check", "apply", "apply", "explore", "explore"]
    cells += [exercise(f"2.{k}", grade) for k, grade in enumerate(grades, 1)]
    cells.append(solution())
    cells += [
        markdown("## What can go wrong\n\nMuch."),
        markdown(
            "## Summary\n\nWe saw it.\n\n### What nnlib gained\n\n`step`.\n\n"
            "### Further reading\n\n{cite:p}`rosenblatt1958`\n\n### The next question\n\nWhat next?"
        ),
    ]
    return cells
