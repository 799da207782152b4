"""Words change on purpose: every text that a reader sees is registered by a digest.

`tests/approved/` holds one file a page and one line a text: digest, place, first words. A text
whose line is missing fails until someone has read it and called `notebooks.py approve`, which
shows what changed. A number that a mark binds is proved by the run, so that only its mark counts.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat

from bookkit.interactive.stored import StoredFigure
from checks import prose
from checks.page import ROOT, STATE_MIME, VIEW_MIME, Page, first_line, output_data

APPROVED = ROOT / "tests" / "approved"
COMMAND = "python tools/notebooks.py approve"
_SECTION = re.compile(r"(?m)^(?=#{1,6} )")
_WORDS_IN_CODE = 3  # a string of so many words is a sentence to the reader


def file_of(page: Page) -> Path:
    return APPROVED / (re.sub(r"[/\\:]", "-", page.name.rpartition(".")[0]) + ".txt")


def texts(page: Page) -> Iterator[tuple[str, str]]:
    """(place, text) of everything that is told in words, in the order of the page."""
    for index, cell in enumerate(page.cells):
        place = cell.get("id", str(index))
        if not page.is_notebook:
            for section in filter(str.strip, _SECTION.split(cell.source)):
                yield first_line(section).lstrip("# "), section
        elif cell.cell_type == "markdown":
            yield place, cell.source
        elif cell.cell_type == "code":
            yield from ((f"{place} {what}", text) for what, text in _told_by(page, cell))


def _told_by(page: Page, cell: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    settings = cell.metadata.get("mystnb", {})
    told = {
        "caption": settings.get("figure", {}).get("caption", ""),
        "alt": settings.get("image", {}).get("alt", ""),
        "frames": "\n".join(_frames(page, cell)),
        "strings": "\n".join(_sentences(cell.source)),
    }
    yield from ((what, text) for what, text in told.items() if text)


def _frames(page: Page, cell: nbformat.NotebookNode) -> Iterator[str]:
    state = page.notebook.metadata.get("widgets", {}).get(STATE_MIME, {}).get("state", {})
    for data in output_data(cell):
        model = data.get(VIEW_MIME, {}).get("model_id")
        if model in state:
            yield from (frame.alt for frame in StoredFigure.read(state, model).frames)


def _sentences(source: str) -> Iterator[str]:
    """Strings in the code that a reader is told: a check's answers, a figure's title."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic
        return
    for node in ast.walk(tree):
        told = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if told and len(node.value.split()) >= _WORDS_IN_CODE:
            yield node.value


def lines(page: Page) -> list[str]:
    return [f"{_digest(text)}  {place}: {first_line(text, 60)}" for place, text in texts(page)]


def _digest(text: str) -> str:
    only_marks = prose.without_bound_numbers(text)
    return hashlib.sha256(" ".join(only_marks.split()).encode()).hexdigest()[:12]


def problems(page: Page) -> list[str]:
    """One sentence where the page says what nobody has approved."""
    path = file_of(page)
    known = [line[:12] for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
    now = [(place, _digest(text)) for place, text in texts(page)]
    if [digest for _, digest in now] == known:
        return []
    new = [place for place, digest in now if digest not in known]
    gone = len(set(known) - {digest for _, digest in now})
    shown = ", ".join(repr(place) for place in new[:3]) + (", …" if len(new) > 3 else "")
    return [
        f"{page.name}: {len(new)} texts were changed or added"
        + (f" ({shown})" if new else "")
        + f" and {gone} are gone, or their order changed, since the words were last approved; read"
        f" and approve them with: {COMMAND} {page.name}"
    ]


def approve(page: Page) -> str:
    """Register the page's texts as they are; return what changed, for the author to read."""
    path = file_of(page)
    old = path.read_text("utf-8").splitlines() if path.is_file() else []
    known, now = {line[:12] for line in old}, [(*item, _digest(item[1])) for item in texts(page)]
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines(page)), encoding="utf-8")
    if not old:
        return f"{page.name}: {len(now)} texts registered for the first time"
    gone = known - {digest for _, _, digest in now}
    before = _approved_texts(page, gone)
    report = []
    for place, text, digest in now:
        if digest not in known:
            was = before.pop(place, "").splitlines()
            changed = list(difflib.unified_diff(was, text.splitlines(), n=0, lineterm=""))[2:]
            report += [f"{page.name}, {place}:", *(f"    {line}" for line in changed)]
    told = {place for place, _, _ in now}
    report += [
        f"{page.name}: gone: {line[14:]}"
        for line in old
        if line[:12] in gone and line[14:].split(":")[0] not in told
    ]
    return "\n".join(report)


def _approved_texts(page: Page, digests: set[str]) -> dict[str, str]:
    """Texts with these digests, by place, from the latest versions that git keeps of the page."""
    found: dict[str, str] = {}
    name, wanted = Path(page.name).as_posix(), set(digests)
    for commit in _git("log", "-20", "--format=%H", "--", name).split():
        if not wanted:
            break
        text = _git("show", f"{commit}:{name}")
        if page.is_notebook:
            kept = Page(page.path, nbformat.reads(text, as_version=4)) if text else page
        else:
            cells = [nbformat.v4.new_markdown_cell(text)]
            kept = Page(page.path, nbformat.v4.new_notebook(cells=cells))
        for place, old in texts(kept):
            if _digest(old) in wanted:
                found[place] = old
                wanted.discard(_digest(old))
    return found


def _git(*arguments: str) -> str:
    """What git answers; nothing where there is no git or no repository."""
    try:
        run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    except OSError:
        return ""
    return run.stdout.decode("utf-8", "replace")
