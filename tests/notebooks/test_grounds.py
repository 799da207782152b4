"""A number without a mark is held by the notebook itself: code, outputs, facts or arithmetic."""

import pytest
from checks import all_problems, grounds
from samples import code, facts, markdown, page, printed

NOTEBOOK = (
    markdown("# First\n\nAbout 999 minutes."),  # times are the business of another rule
    code("rate = 0.25\nepochs = 12", printed("loss 0.731 after 1,024 steps, 37 mistakes")),
    facts(share=0.875),
)
HELD = [
    "With $\\eta = 0.25$ and 12 epochs it ends at $L = 0.731$ after 37 mistakes.",
    "A share of $0.875$.",
    "Here $1/8 = 0.125$, and later $p = 0.125$ again.",
    "The brain has 86 billion of them {cite:p}`azevedo2009`.",
    "A story of $9.1$<!-- given --> and 104<!-- given --> more.",
    "See Section 2.17, Chapter 11, the 1950s and `range(512)`.",
    "1. first\n2. second\n57. last",
]
TYPED = {
    "With $\\eta = 0.26$.": "0.26",
    "It ends at $L = 0.732$.": "0.732",
    "It makes 38 mistakes.": "38",
    "All 90 of them.": "90",
    "$$p = (0.665, 0.875)$$": "0.665",
}


@pytest.mark.parametrize("text", HELD)
def test_what_the_notebook_holds_needs_no_mark(text):
    assert list(grounds.problems(page(*NOTEBOOK, markdown(text)))) == []


@pytest.mark.parametrize("text", TYPED)
def test_what_was_typed_is_named(text):
    (problem,) = grounds.problems(page(*NOTEBOOK, markdown(text)))
    assert repr(TYPED[text]) in problem


def test_the_rule_is_one_of_all():
    assert "'38'" in "".join(all_problems(page(*NOTEBOOK, markdown("It makes 38 mistakes."))))
