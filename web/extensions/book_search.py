"""Sphinx extension: a search that leads to the section.

Sphinx's own search knows pages only, and ranks the API before the chapter that explains a thing.
Here each section is an entry with its own words, and each name of the API, too; `book_search.mjs`
ranks them in the reader's browser. What a reader should first find alone (answers, outcomes,
solutions) is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config

HERE = Path(__file__).resolve().parent
SECTIONS = "search-sections.json"
API = "reference/api"
SILENT = (nodes.raw, nodes.comment, nodes.image, nodes.math, nodes.math_block, nodes.system_message,
          nodes.target, addnodes.index, addnodes.desc, nodes.title)  # fmt: skip
UNSEARCHED_PAGES = ("reference/remember", "instructors/")  # they hold answers
UNSEARCHED = {"tag_solution", "text_plain", "stream"}
APPENDIX = "solutions"
LONGEST = 16  # letters of a formula in an excerpt
FOLD = re.compile(r"<details\b(?P<open>[^>]*)>|</details>")


def gather(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Note the sections of a page as it will be shown, with its numbers and references."""
    numbers = app.env.toc_secnumbers.get(docname, {})
    page = next(doctree.findall(nodes.section), None)
    if page is None or docname.startswith(UNSEARCHED_PAGES):
        return
    whole = page.next_node(nodes.title).astext()
    found = app.book_sections = getattr(app, "book_sections", {})
    found[docname] = []
    for section in doctree.findall(nodes.section):
        if holds_solutions(section):
            continue
        anchor = "" if section is page else section["ids"][0]
        number = numbers.get("" if section is page else f"#{anchor}") or ()
        title = section.next_node(nodes.title).astext()
        prose, code = own_text(section)
        entry = {"page": docname, "anchor": anchor, "of": "" if section is page else whole}
        entry |= {"number": ".".join(map(str, number)), "title": title}
        found[docname].append(entry | {"text": prose, "code": code})
    if docname == API:
        found[docname] += api_names(doctree, docname)


def holds_solutions(section: nodes.Node | None) -> bool:
    """Whether this is the appendix of a chapter's solutions (`book_solutions`), or stands in it."""
    return isinstance(section, nodes.section) and (
        APPENDIX in section["ids"] or holds_solutions(section.parent)
    )


def own_text(section: nodes.section) -> tuple[str, str]:
    """The prose of a section without its subsections, and its code."""
    prose, code, hidden = [], [], 0
    for child in section.children:
        for node in visible(child):
            if isinstance(node, nodes.raw):
                for fold in FOLD.finditer(node.astext()):
                    hidden += 1 if fold["open"] is not None else -1
            elif hidden:
                continue
            elif isinstance(node, nodes.literal_block):
                code.append(node.astext())
            else:
                prose.append(node.astext())
    return tidy(" ".join(prose)), tidy(" ".join(code))


def visible(node: nodes.Node) -> Iterator[nodes.Node]:
    """The pieces of text below a node, and raw HTML, which opens and closes folds between them."""
    if isinstance(node, (nodes.raw, nodes.literal_block)):
        yield node
    elif isinstance(node, nodes.TextElement) and not isinstance(node, SILENT):
        yield nodes.Text(inline(node))
    elif isinstance(node, nodes.Element) and not isinstance(node, (nodes.section, *SILENT)):
        silent = UNSEARCHED.intersection(node.get("classes", []))
        for child in [] if silent else node.children:
            yield from visible(child)


def inline(node: nodes.Element) -> str:
    """The words of a paragraph; of a formula only what reads as it is typed."""
    parts = []
    for child in node.children:
        if isinstance(child, nodes.math):
            typed = re.sub(r"\\(?:[,;! ]|[a-z]+(?=\{))|[{}\\]", "", child.astext())
            parts.append(typed if len(typed) <= LONGEST else "…")
        elif isinstance(child, nodes.Text):
            parts.append(child.astext())
        elif not isinstance(child, SILENT):
            parts.append(inline(child))
    return "".join(parts)


def api_names(doctree: nodes.document, docname: str) -> Iterator[dict[str, str]]:
    for entry in doctree.findall(addnodes.desc):
        signature = entry.next_node(addnodes.desc_signature)
        if signature["ids"]:
            words = [p.astext() for c in entry.findall(addnodes.desc_content) if c.parent is entry
                     for p in c.children if isinstance(p, nodes.paragraph)]  # fmt: skip
            name = signature["ids"][0]
            yield {"page": docname, "anchor": name, "of": "nnlib and bookkit", "number": "",
                   "title": name, "text": tidy(" ".join(words)), "code": ""}  # fmt: skip


def tidy(text: str) -> str:
    return re.sub(r"\s+([.,;:)])", r"\1", " ".join(text.split()))


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the entries in the book's order, and leave out the index of Sphinx's own search."""
    if error is not None or app.builder.format != "html":
        return
    site = Path(app.outdir)
    found = getattr(app, "book_sections", {})
    entries = [entry for page in sorted(found) for entry in found[page]]
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    (site / SECTIONS).write_text(text, encoding="utf-8")
    for unused in ("searchindex.js", "_static/searchtools.js"):
        (site / unused).unlink(missing_ok=True)


def own_files(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(HERE / "book_search.mjs"))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", own_files)
    app.connect("doctree-resolved", gather)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
