"""What a starred section makes is not needed outside it."""

import pytest
from checks import stars
from checks.page import Page, chapters
from samples import code, figure, markdown

INTRO = [markdown("# Title\n\n## First"), code("x = 1")]
STAR = [markdown("### Deeper ★"), code("secret = 2\nx = 3"), figure("fig-deep")]
AFTER = markdown("## Second")


def page(*cells, tmp_path):
    import nbformat

    path = tmp_path / "07-sample.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return Page.read(path)


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (code("print(secret)"), "uses 'secret', which only 'Deeper ★' has set"),
        (code("def f():\n    return secret"), "uses 'secret'"),
        (code("y = x + 1"), "uses 'x'"),  # set before, and again in the starred section
        (markdown("See {numref}`fig-deep`."), "names fig-deep, which 'Deeper ★' shows"),
    ],
)
def test_what_needs_a_starred_section_is_named(cell, complaint, tmp_path):
    found = list(stars.problems(page(*INTRO, *STAR, AFTER, cell, tmp_path=tmp_path)))
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    "cells",
    [
        [AFTER, code("secret = 5"), code("print(secret)")],
        [AFTER, code("def f(secret):\n    return secret")],
        [AFTER, code("x = 7\nprint(x)")],
        [markdown("#### Still deeper"), code("print(secret)")],
        [markdown("### Another ★"), code("print(secret)"), markdown("{numref}`fig-deep`")],
    ],
)
def test_what_does_not_need_it_passes(cells, tmp_path):
    assert list(stars.problems(page(*INTRO, *STAR, *cells, tmp_path=tmp_path))) == []


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_chapters_can_be_read_without_their_starred_sections(path):
    assert list(stars.problems(Page.read(path))) == []
