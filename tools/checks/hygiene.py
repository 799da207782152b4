"""Rules for every notebook: what may be stored, how long cells are, what a figure carries."""

from __future__ import annotations

import ast
import base64
import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from statistics import median

from matplotlib.image import imread
from nbformat import NotebookNode

from checks.home import home
from checks.outputs import drawn_by
from checks.page import (
    CURVE_MIME,
    FACTS_MIME,
    ROOT,
    STATE_MIME,
    VIEW_MIME,
    Page,
    first_line,
    output_data,
    shows_figure,
    tags,
)
from checks.prose import unbound

MEDIAN_LINES, MOST_LINES, MAX_LINES = 4, 12, 25
MIN_ALT = 30  # characters: shorter says nothing that a reader could picture
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
NOT_COMPARED = {"nbval-skip", "nbval-ignore-output"}

_UNPORTABLE = {
    "an object address": re.compile(r" at 0x[0-9a-f]+"),
    "a file path": re.compile(
        r"(?<![\w.:/])/(?:tmp|home|Users|usr|opt|work|root|private|var|mnt)/\S*"
        r"|\b[A-Z]:\\\S+|site-packages|ipykernel_\d+"
    ),
    "a numpy repr": re.compile(r"\bnp\.(?:float|int|uint|bool|str)\w*\("),
    "a bare float": re.compile(r"(?<![\w.])\d+\.\d{9,}(?!\d)"),
    "a timing": re.compile(
        r"\b(?:Wall time|CPU times)\b|± [\d.]+ [mµnu]?s per loop|\bit/s\b|\bs/it\b", re.I
    ),
}
_TIMER = re.compile(r"^\s*%%?time(?:it)?\b", re.M)
_REASON = re.compile(r"^\s*# Not compared: \S.{10,}", re.M)
_NBVAL_COMMENT = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.M)
_CHANGING = re.compile(r"\b(?:clear_output|update_display|display_id)\b")
_SENTENCE = re.compile(r"\w+(?:\W+\w+){2,}.*[.:?!]", re.S)


@cache
def install_cell() -> str:
    """The first code cell of every notebook: Colab has no nnlib yet, and gets the released one."""
    return f"""\
# In Colab this installs the book's package. Elsewhere it does nothing: there, pip install it once.
import importlib.util
import subprocess
import sys

package = "{home().package}"
if "google.colab" in sys.modules and importlib.util.find_spec("nnlib") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", package], check=True)"""


def problems(page: Page) -> list[str]:
    rules = (
        _execution, _outputs, _uncompared, _figures, _facts_cells, _widgets, _lengths, _spacing,
        _definitions, _hidden_names,
    )  # fmt: skip
    return [problem for rule in rules for problem in rule(page)]


def _execution(page: Page) -> Iterator[str]:
    """Run from top to bottom, once, in a fresh kernel."""
    for expected, (index, cell) in enumerate(page.code_cells, 1):
        stored = cell.execution_count
        if stored is None:
            yield f"{page.where(index)} was never run; run it with: {page.mend}"
        elif stored != expected:
            yield (
                f"{page.where(index)} was run as number {stored}, and stands as number {expected};"
                f" run all from top to bottom with: {page.mend}"
            )


def _outputs(page: Page) -> Iterator[str]:
    """Nothing stored that another machine, or the same one tomorrow, would not print."""
    for index, cell in page.code_cells:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                yield (
                    f"{page.where(index)} stores a warning or progress bar:"
                    f" {first_line(output.text)!r}; mend its cause or print less"
                )
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f"{page.where(index)} stores an error: {output.ename}: {output.evalue}"
        for text in _stored_texts(cell):
            for what, pattern in _UNPORTABLE.items():
                if match := pattern.search(text):
                    yield (
                        f"{page.where(index)} stores {what}: {match[0].strip()!r} in"
                        f" {first_line(_line_of(text, match))!r}; print a rounded value"
                        " or a sentence instead"
                    )


def _stored_texts(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
        else:
            for mime, value in output.data.items():
                if mime.startswith("text/"):
                    yield value


def _line_of(text: str, match: re.Match) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    return text[start:].split("\n", 1)[0]


def _uncompared(page: Page) -> Iterator[str]:
    """An output that nothing compares needs a reason that the reader sees."""
    for index, cell in page.code_cells:
        if comment := _NBVAL_COMMENT.search(cell.source):
            yield f"{page.where(index)}: say {comment[1]} as a tag of the cell, not as a comment"
        excused = tags(cell) & NOT_COMPARED
        if excused and not _REASON.search(cell.source):
            yield (
                f"{page.where(index)} is tagged {', '.join(sorted(excused))} without a reason;"
                ' add a line "# Not compared: <why>" to its code, or drop the tag'
            )
        if changing := _CHANGING.search(cell.source):
            yield (
                f"{page.where(index)} uses {changing[0]}, and tools disagree on what such a cell"
                " leaves behind; show the last state alone"
            )
        if not excused and _TIMER.search(cell.source):
            yield f"{page.where(index)} prints a timing, which no second run repeats"


def _figures(page: Page) -> Iterator[str]:
    """Every figure has a name to refer to, a caption, and a text for those who cannot see it."""
    for index, cell in page.code_cells:
        if not shows_figure(cell):
            continue
        where, settings = page.where(index), cell.metadata.get("mystnb", {})
        figure, image = settings.get("figure", {}), settings.get("image", {})
        name, caption, alt = figure.get("name", ""), figure.get("caption", ""), image.get("alt", "")
        if not re.fullmatch(r"fig(-[a-z0-9]+)+", name):
            yield f"{where} shows a figure: name it in mystnb.figure.name, as in 'fig-boundary'"
        if not _SENTENCE.search(caption):
            yield f"{where} shows a figure: say what to notice in mystnb.figure.caption"
        if len(alt) < MIN_ALT:
            yield (
                f"{where} shows a figure: say in mystnb.image.alt what it shows, in"
                f" {MIN_ALT} characters or more (it has {len(alt)})"
            )
        elif _words(alt) == _words(caption):
            yield f"{where}: alt text and caption are the same; alt says what is to be seen"
        for number in re.findall(r"\d+\.\d+|\d+\s?%", alt):
            if unbound(number) and number not in cell.source and number not in caption:
                yield (
                    f"{where}: the alt text says {number!r}, which the run may change;"
                    " put it into the caption and bind it there"
                )
        pictures = [data for data in output_data(cell) if {"image/png", VIEW_MIME} & data.keys()]
        for data in pictures:
            text = data.get("text/plain", "")
            if text.startswith(("<", "VBox(", "HBox(", "interactive(")) or not text.strip():
                yield (
                    f"{where} stores no summary of its figure (text/plain is {first_line(text)!r});"
                    " call bookkit.book.setup() in the first cell"
                )
            if "image/png" in data:
                yield from (f"{where}: its picture {p}" for p in _picture(data["image/png"]))
        if len(pictures) > 1:
            yield f"{where} shows {len(pictures)} figures; draw one a cell, each with its caption"
        if "interactive" in tags(cell) and not any(VIEW_MIME in data for data in pictures):
            yield f"{where} is tagged interactive and shows no widget"
        if any(VIEW_MIME in data for data in pictures) and "interactive" not in tags(cell):
            yield f"{where} shows a widget: tag it 'interactive' (and 'hide-input')"


def _picture(encoded: str) -> Iterator[str]:
    png = base64.b64decode(encoded)
    try:
        pixels = imread(io.BytesIO(png))
    except (ValueError, OSError, SyntaxError, struct.error, zlib.error):
        yield "is damaged; draw it again"
        return
    if pixels.ndim == 3 and pixels.shape[2] == 4 and pixels[..., 3].min() < 1:
        yield "is transparent; one of the two themes hides it"
    if (version := drawn_by(png)) != pinned_matplotlib():
        yield (
            f"was drawn by matplotlib {version}; requirements.txt pins {pinned_matplotlib()}, and"
            " only pictures of one version can be compared"
        )


@cache
def pinned_matplotlib() -> str | None:
    """The minor version that stored pictures come from."""
    match = re.search(r"(?m)^matplotlib==(\d+\.\d+)", (ROOT / "requirements.txt").read_text())
    return match and match[1]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def repeated_figures(pages: Sequence[Page]) -> list[str]:
    """Names of the first page's figures that another figure of the book has too."""
    places: dict[str, list[str]] = {}
    for page in pages:
        for index, cell in page.code_cells:
            if name := cell.metadata.get("mystnb", {}).get("figure", {}).get("name"):
                places.setdefault(name, []).append(page.where(index))
    own = pages[0].name
    return [
        f"{where[0]}: the figure name {name!r} is taken by {where[1]}; names are unique in the book"
        for name, where in places.items()
        if len(where) > 1 and where[0].startswith(own)
    ]


def _facts_cells(page: Page) -> Iterator[str]:
    """Publishing is removed from the page; what is published is computed in the open."""
    for index, cell in page.code_cells:
        publishes = any({FACTS_MIME, CURVE_MIME} & data.keys() for data in output_data(cell))
        removed = "remove-cell" in tags(cell)
        if publishes and not removed:
            yield f"{page.where(index)} publishes facts: tag it 'remove-cell'"
        if removed and not _only_publishes(cell.source) and cell.source != install_cell():
            yield (
                f"{page.where(index)} is removed from the page and does more than to publish facts;"
                " compute in a visible cell, then publish names: book.facts(accuracy=accuracy)"
            )


def _only_publishes(source: str) -> bool:
    """Whether the code is one call of `facts` or `curve` on names and plain arithmetic."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return False
    if len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        return False
    call = statements[0].value
    if not isinstance(call, ast.Call):
        return False
    called = ast.unparse(call.func).split(".")[-1]
    if called not in ("facts", "curve"):
        return False
    values = [keyword.value for keyword in call.keywords]
    if called == "curve":
        values += call.args
    inner = [node for value in values for node in ast.walk(value)]
    plain = {"len", "int", "float", "bool", "str", "abs", "max", "min", "sum", "round"}
    return (
        (called == "curve" or not call.args)
        and all(keyword.arg for keyword in call.keywords)
        and all(
            not isinstance(node, (ast.Lambda, ast.comprehension))
            and not (isinstance(node, ast.Call) and ast.unparse(node.func) not in plain)
            for node in inner
        )
    )


def _widgets(page: Page) -> Iterator[str]:
    state = page.notebook.metadata.get("widgets", {}).get(STATE_MIME, {}).get("state", {})
    for index, cell in page.code_cells:
        for data in output_data(cell):
            if VIEW_MIME in data and data[VIEW_MIME]["model_id"] not in state:
                yield (
                    f"{page.where(index)} shows a widget whose state is not stored, so that the"
                    f" page would be blank there; store it with: {page.mend}"
                )


def code_lines(cell: NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _lengths(page: Page) -> Iterator[str]:
    """One idea a cell."""
    visible = [(i, code_lines(c)) for i, c in page.code_cells if not tags(c) & HIDDEN]
    for index, lines in visible:
        if lines > MAX_LINES:
            yield f"{page.where(index)} has {lines} lines; at most {MAX_LINES} may show: split it"
    lengths = sorted(lines for _, lines in visible)
    if lengths and median(lengths) > MEDIAN_LINES:
        yield (
            f"{page.name}: half of the cells have over {MEDIAN_LINES} lines"
            f" (median {median(lengths):g}); split them: one idea a cell"
        )
    long = [(index, lines) for index, lines in visible if lines > MOST_LINES]
    if len(long) * 10 > len(visible):
        cells = ", ".join(f"{index} ({lines})" for index, lines in long)
        yield (
            f"{page.name}: {len(long)} of {len(visible)} cells have over {MOST_LINES} lines, and"
            f" 1 in 10 may; split some of: {cells}"
        )


def _spacing(page: Page) -> Iterator[str]:
    """A sentence between two cells of code says why the second follows."""
    before: int | None = None
    said = ""
    for index, cell in enumerate(page.cells):
        if tags(cell) & {"remove-cell", "solution"} or not cell.source.strip():
            continue
        if cell.cell_type == "markdown":
            said += re.sub(r"(?m)^#+ .*$", "", cell.source)
            continue
        if before is not None and not _SENTENCE.search(said):
            yield f"{page.where(index)} follows cell {before} without a sentence between them"
        before, said = index, ""


def _definitions(page: Page) -> Iterator[str]:
    """One idea a cell; a folded solution may define the mistakes that its check rejects."""
    for index, cell in page.code_cells:
        if tags(cell) & HIDDEN:
            continue
        defined = re.findall(r"(?m)^(?:async )?(?:def|class) (\w+)", cell.source)
        if len(defined) > 1:
            yield f"{page.where(index)} defines {', '.join(defined)}; define one thing a cell"


def _hidden_names(page: Page) -> Iterator[str]:
    """Code that shows, and facts, do not use names that come from code that does not show.

    Facts may come from a folded solution, which the reader can open and which they then speak of.
    """
    hidden: dict[str, int] = {}
    for index, cell in page.code_cells:
        made, used = _names(cell.source)
        publishes = "remove-cell" in tags(cell)
        if tags(cell) & HIDDEN and not publishes:
            hidden.update(dict.fromkeys(made, index))
            continue
        for name in sorted(used & hidden.keys()):
            if publishes and "hide-cell" in tags(page.cells[hidden[name]]):
                continue
            yield (
                f"{page.where(index)} uses {name!r}, which the hidden cell {hidden[name]} makes;"
                " show that cell or make it elsewhere"
            )
        for name in made:
            hidden.pop(name, None)


def _names(source: str) -> tuple[set[str], set[str]]:
    """Names that a cell makes at its top level, and names that it uses before it makes them."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic
        return set(), set()
    made: set[str] = set()
    used: set[str] = set()
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        local = {node.arg for node in nodes if isinstance(node, ast.arg)}
        local |= {name for node in nodes if isinstance(node, ast.comprehension)
                  for name in _stored(node.target)}  # fmt: skip
        stored = _stored(statement) - local
        loaded = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            local, stored = local | stored, {statement.name}
        elif isinstance(statement, (ast.For, ast.With)):
            local |= stored  # made in its head, used in its body
        used |= loaded - made - local
        made |= stored
    return made, used


def _stored(tree: ast.AST) -> set[str]:
    """Names that an assignment, a loop or an import below `tree` makes."""
    nodes = list(ast.walk(tree))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names | {(n.asname or n.name).split(".")[0] for n in nodes if isinstance(n, ast.alias)}


def counts(page: Page) -> Counter[str]:
    """How many static figures, interactive figures and words there are."""
    figures = [cell for _, cell in page.code_cells if shows_figure(cell)]
    interactive = sum("interactive" in tags(cell) for cell in figures)
    words = sum(len(_words(re.sub(r"<[^>]*>", " ", c.source))) for _, c in page.markdown_cells)
    return Counter(figures=len(figures) - interactive, interactive=interactive, words=words)
