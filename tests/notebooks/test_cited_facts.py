"""A number from elsewhere has its place in the source listed, and what is listed stands."""

import re
from pathlib import Path

import pytest
from checks import sources
from checks.page import ROOT, Page, chapters
from samples import markdown, notebook, save

ENTRY = {"page": "01-sample", "claim": "has 86 billion neurons", "source": "azevedo2009"}


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "listed", lambda: [ENTRY])

    def write(text):
        return Page.read(save(notebook(markdown(text)), tmp_path / "01-sample.ipynb"))

    return write


GOOD = "A brain has 86 billion neurons {cite:p}`azevedo2009`."


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + " It was published in 1943 {cite:p}`mcculloch1943`.",
        GOOD + " It reads **97.8%**<!-- {a:.1%} --> of them {cite:p}`alpaydin1998`.",
        GOOD + " See [chapter 3](03-x.ipynb) and Exercise 2.5 {cite:p}`gallant1990`.",
        GOOD + " As $y^2$ grows {cite:p}`oja1982`, output 1 or 0 follows.",
        GOOD + " There are 12 of them.",
    ],
)
def test_what_is_listed_or_needs_no_listing_passes(page, text):
    assert sources.problems(page(text)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("86", "96"), "no longer says"),
        (GOOD.replace("azevedo2009", "herculano2009"), "cites herculano2009 for a number"),
        (GOOD + " After some fifty trials it knew {cite:p}`lefkowitz2019`.", "lefkowitz2019"),
        (GOOD + " It takes $10^{-3}$ {cite:t}`kingma2015`.", "kingma2015"),
    ],
)
def test_a_number_without_its_place_is_told_of(page, text, said):
    assert said in " ".join(sources.problems(page(text)))


def test_the_list_is_whole() -> None:
    references = Path(ROOT, "references.bib").read_text(encoding="utf-8")
    keys = set(re.findall(r"^@\w+\{([^,]+),", references, re.MULTILINE))
    assert {entry["page"] for entry in sources.listed()} <= {p.stem for p in chapters()}
    for entry in sources.listed():
        assert tuple(entry) == sources.ENTRY
        assert all(str(value).strip() for value in entry.values())
        assert entry["source"] in keys
