"""Links, labels, citations and figure names lead where they say."""

import pytest
from checks import links
from checks.page import ROOT, Page
from samples import figure, markdown, page, text_page

REFUSED = {
    "no file": ("[it](../reference/nowhere.md)", "leads to no file"),
    "no address": ("[it]()", "leads to no file"),
    "no heading": ("[it](../reference/glossary.md#no-such-term)", "no heading of glossary.md"),
    "no heading here": ("[it](#no-such-heading)", "leads to no heading of 02-sample.ipynb"),
    "no file, with a title": ('[it](nowhere.md "A title")', "leads to no file"),
    "no file, in brackets": ("[it](<no where.md>)", "leads to no file"),
    "no file, in its line": ("[it][there]\n\n[there]: nowhere.md", "leads to no file"),
    "no line for a link": ("[it][there]", "has no line '[there]: address'"),
    "no file, in HTML": ('<a class="b" href="nofile.html">it</a>', "leads to no file"),
    "another chapter": ("[Chapter 3](04-forward-pass.ipynb)", "leads elsewhere than it says"),
    "another chapter, in bold": ("**[chapter 3](02-perceptron.ipynb)**", "leads elsewhere"),
    "another exercise": ("[Exercise 3.1](#a)\n\n# A", "leads elsewhere than it says"),
    "a script's address": ("[it](javascript:alert(1))", "none that a page may follow"),
    "a script's address in HTML": ('<a href="JavaScript:x">it</a>', "none that a page may follow"),
    "a script": ("<script>alert(1)</script>", "does not belong into the text"),
    "a frame": ('<iframe src="https://example.org"></iframe>', "does not belong into the text"),
    "a handler": ('<p onclick="go()">it</p>', "does not belong into the text"),
    "no alt text": ("![](../intro.md)", "has no alt text"),
    "no alt text in HTML": ('<img src="x.svg" alt=" ">', "has no alt text"),
    "no such work": ("{cite:p}`rosenblatt1958,nobody1900`", "names 'nobody1900'"),
    "no such figure": ("{numref}`fig-nowhere`", "names 'fig-nowhere'"),
    "no such figure, with a text": ("{numref}`Figure %s <fig-nowhere>`", "names 'fig-nowhere'"),
    "no such chapter": ("as in chapter 11", "plans no chapter 11"),
    "no such second chapter": ("as in chapters 5 and 12", "plans no chapter 12"),
    "no such exercise": ("see Exercise 2.19", "there is no Exercise 2.19"),
    "no such second exercise": ("see Exercises 2.1 and 2.19", "there is no Exercise 2.19"),
    "no such question": ("see Question 11.1", "there is no Question 11.1"),
    "a figure's number": ("see Figure 2.1", "is numbered by hand"),
    "a section's number": ("see section 5.2", "is numbered by hand"),
    "the sentence after a citation": ("{cite:t}`oja1982` found it. In chapter 11.", "chapter 11"),
}
FINE = [
    "[it](../reference/glossary.md#bias), [it](#here)\n\n## Here",
    "[Chapter 3](03-activation-functions.ipynb), chapters 4 and 5, chapter 10",
    "[the python](https://docs.python.org 'A title') <https://example.org>",
    "[it][there]\n\n[there]: https://example.org",
    "Exercise 2.8 and Questions 2.1 and 2.2 of [chapter 2](02-perceptron.ipynb)",
    "{cite:t}`oja1982`, chapter 19, section 6.3 and Figure 2.1",
    "{numref}`fig-perceptron-boundary`",
    "`[it](nowhere.md)`, `<script>`, `{cite}`",
    "```html\n<script>[it](nowhere.md) chapter 99</script>\n```",
    "<!-- [it](nowhere.md) -->",
    "![Three points on a line](../intro.md)",
    "<details class=\"hint\"><summary>Hint</summary>\n\n$a < b$ and $c > d$\n\n</details>",
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_leads_nowhere_is_refused(text, message):
    made = page(markdown(text))
    found = links.problems(made)
    assert len(found) == 1
    assert message in found[0]
    assert found[0].startswith(made.where(0))


@pytest.mark.parametrize("text", FINE)
def test_what_leads_somewhere_is_not(text):
    if "perceptron-boundary" in text:
        text = f"{{numref}}`{sorted(links.figures() - {''})[0]}`"
    assert links.problems(page(markdown(text))) == []


def test_captions_are_read_too():
    made = page(figure("fig-one"))
    made.cells[0].metadata.mystnb.figure.caption = "As in chapter 11, the curve never falls."
    assert "plans no chapter 11" in links.problems(made)[0]


def test_only_the_first_page_may_link_what_it_announces():
    text = "7. [Generalization](chapters/07-none-yet.ipynb)"
    assert links.problems(text_page(text)) == []
    assert "leads to no file" in links.problems(text_page(text, "README.md"))[0]


def test_the_book_is_known():
    assert {1, 6, 7, 10} <= links.chapter_numbers()
    assert {"Exercise 1.1", "Question 6.1"} <= links.numbered()
    assert "rosenblatt1958" in links.works()
    assert "bias" in links.anchors(ROOT / "reference" / "glossary.md")
    assert Page.read(ROOT / "intro.md").name == "intro.md"
