"""The glossary's terms: a chapter's first use of each leads there (`web/extensions/book_terms`)."""

from __future__ import annotations

import io
import re
import sys
from functools import cache
from pathlib import Path

import pytest
from checks.page import CODE_BLOCK, ROOT, Page, chapters, notebooks
from docutils import nodes, utils
from docutils.frontend import get_default_settings
from docutils.parsers.rst import roles
from myst_parser.parsers.docutils_ import Parser

sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_terms
from book_terms import Glossary, link

GLOSSARY = Glossary.read()
PAGES = notebooks()
WRITTEN = re.compile(r"\[([^][]*)\]\((?:\.\./)?reference/glossary\.md#([\w-]+)\)")
# Words in bold that stress something and name nothing that a glossary could explain.
STRESSED = {
    *("average", "ramp", "network", "multiply", "add", "sum", "its bias", "its weights"),
    *("the hidden values", "Truncation", "Rounding", "For numbers", "For classes"),
    *("sigmoid and binary cross-entropy", "softmax and cross-entropy", "step", "Guess"),
    "A smaller start alone",
}
# Words that the text says something is called, in italics, and explains on the spot.
EXPLAINED = {"Xavier's", "He's", "with ratchet"}


def parsed(text: str) -> nodes.document:
    """A page's Markdown as docutils' nodes; roles and links become references."""
    for role in ("cite:p", "cite:t", "numref"):
        roles.register_local_role(role, lambda *found: ([nodes.reference("", found[2])], []))
    text = re.sub(r"\((?:\.\./)?reference/glossary\.md#", "(https://book/glossary.html#", text)
    settings = get_default_settings(Parser())
    settings.report_level, settings.warning_stream = 5, io.StringIO()
    settings.myst_enable_extensions = {"amsmath", "colon_fence", "deflist", "dollarmath"}
    document = utils.new_document("page", settings)
    Parser().parse(text, document)
    return document


@cache
def source(path: Path) -> str:
    return "\n\n".join(cell.source for _, cell in Page.read(path).markdown_cells)


@cache
def linked(path: Path) -> tuple[nodes.document, list[str]]:
    document = parsed(source(path))
    return document, link(document, GLOSSARY, "../reference/glossary.html")


def entries(document: nodes.document) -> list[str]:
    """The entries that a page's links lead to, written and made, in their order."""
    uris = [node.get("refuri", "") for node in document.findall(nodes.reference)]
    return [uri.partition("#")[2] for uri in uris if "glossary" in uri]


def bare(text: str) -> str:
    """Running text by its Markdown alone, without looking at docutils' nodes."""
    text = re.sub(r"<!--.*?-->", "", CODE_BLOCK.sub("", text), flags=re.S)
    while "<details" in text:  # from the innermost outward
        text = re.sub(r"<details(?:(?!<details|</details>).)*</details>", "", text, flags=re.S)
    text = re.sub(r'<div class="(?:predict|self-check)".*?</div>', "", text, flags=re.S)
    text = re.sub(r"\{[\w:]+\}`[^`]*`|(`+).+?\1|\$\$.*?\$\$|\$[^$]+\$", " § ", text, flags=re.S)
    text = re.sub(r"(?m)^#+ .*$|^\*[^*]+\*$|^\|.*\n(?=\|[-| :]+\|$)", "\n", text)
    return re.sub(r"\[[^][]*\]\([^)]*\)", " § ", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_term_is_linked_once_where_it_is_first_used(path: Path) -> None:
    document, made = linked(path)
    found = entries(document)
    assert sorted(found) == sorted(set(found))
    marked = re.sub(r"\*+", "", bare(source(path)))
    used = dict.fromkeys(entry for *_, entry in GLOSSARY.find(marked))
    assert set(used) - set(found) == set()
    assert set(made) - set(used) == set()
    text, seen = "", set()  # before its link, no word of an entry stands in running text
    book_terms.join_lines(document)
    for piece in book_terms.running_text(document):
        if isinstance(piece, nodes.Text):
            text = piece.astext()
            early = {entry for *_, entry in GLOSSARY.find(text)} - seen
            assert early & set(made) == set(), text
        else:
            seen |= {piece.get("refuri", "").partition("#")[2]}


def test_every_term_is_used() -> None:
    found = {entry for path in PAGES for entry in entries(linked(path)[0])}
    assert set(GLOSSARY.slugs.values()) - found == set()


def test_what_is_defined_in_bold_or_called_something_stands_in_the_glossary() -> None:
    words = GLOSSARY.words
    missing = []
    for path in chapters():
        text = re.sub(r"<details.*?</details>|<!--.*?-->", "", source(path), flags=re.S)
        text = WRITTEN.sub(r"\1", text)
        bold = re.findall(r"(?<!\*)\*\*([^*\n]+?)\*\*(?!\*)", text)
        named = re.findall(r"called (?:an? |the )?\*+(?:an? )?([^*\n]+?)\*+", text)
        plain = r"[A-Za-z][\w –'-]*[\w']"  # no numbers, formulas, code, nor a run-in heading
        for term in [t for t in bold if re.fullmatch(plain, t)] + named:
            known = words.get(book_terms.folded(term), ("", ""))[1]
            stressed = term in STRESSED | EXPLAINED or len(term.split()) > 4
            if not known and not stressed and not _opens(text, term):
                missing.append(f"{path.name}: {term}")
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_that_are_made_anyway_are_not_written(path: Path) -> None:
    text = source(path)
    made = set(link(parsed(WRITTEN.sub(r"\1", text)), GLOSSARY, "glossary.html"))
    assert [entry for _, entry in WRITTEN.findall(text) if entry in made] == []


def _opens(text: str, term: str) -> bool:
    """Whether it only names a paragraph: it stands at its beginning, in bold, and "is" nothing."""
    return bool(re.search(rf"(?m)(?:^|· |\n)\*\*{re.escape(term)}\*\*(?! (?:is|are)\b)", text))


SAMPLES = {
    "words in code, formulas and headings": ("# A bias\n\n`bias` $bias$\n\n```\nbias\n```", []),
    "links": ("[bias](#a) and *[weights](#a)*", []),
    "folded text": ("<details><summary>\n\nA bias\n\n</summary>\n\nbias\n\n</details>", []),
    "a fold in a fold": (
        "<details>\n\n<details>\n\na\n\n</details>\n\nbias\n\n</details>\n\nweight",
        ["weight"],
    ),
    "guesses": ('<div class="predict">\n\nWhich bias?\n\n1. weight\n\n</div>\n\nbias', ["bias"]),
    "questions": ('<div class="self-check">\n\nWhich bias?\n\n</div>', []),
    "the heads of tables": ("| bias | weight |\n|---|---|\n| a | epoch |", ["epoch"]),
    "a question in italics": ("*Which bias?*\n\nA *bias*.", ["bias"]),
    "the plural": ("Biases, two accuracies.", ["bias", "accuracy"]),
    "a capital": ("Weights.", ["weight"]),
    "an abbreviation": ("xor, relu, XOR", ["xor"]),
    "the longest": ("The leaky ReLU and the ReLU", ["leaky-relu", "relu"]),
    "a phrase over two lines": ("The activation\nfunction", ["activation-function"]),
    "dashes": ("the f–I curve, a vector-Jacobian product", ["f-i-curve", "vectorjacobian-product"]),
    "once": ("bias, bias\n\nbias", ["bias"]),
    "parts of words": ("unbiased, weighty, self-bias", []),
    "possessives": ("a neuron's weights", ["neuron", "weight"]),
    "other words": ("An answer is calibrated.", ["calibration"]),
    "what only looks like a term": ("for example, the unit square", []),
    "a part of a phrase": ("It decides with a step.", ["step-function"]),
    "a written link": ("[the bias](reference/glossary.md#bias) is a bias", []),
}


@pytest.mark.parametrize(("text", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_links_are_made_of(text: str, expected: list[str]) -> None:
    assert link(parsed(text), GLOSSARY, "glossary.html") == expected


def test_only_the_word_itself_is_linked() -> None:
    document = parsed("It decides with a step, and *how* steps.")
    link(document, GLOSSARY, "glossary.html")
    (made,) = document.findall(nodes.reference)
    assert (made.astext(), made["refuri"], made["classes"]) == (
        "step",
        "glossary.html#step-function",
        ["term"],
    )
    assert document.astext() == "It decides with a step, and how steps."


def test_other_words_belong_to_entries(tmp_path: Path) -> None:
    others = tmp_path / "terms.yml"
    others.write_text("Nothing:\n  also: [void]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"no entry: .'Nothing'"):
        Glossary.read(others=others)
