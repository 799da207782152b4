"""The form of a prediction: what the page reads is there, and what it cannot read is refused."""

import pytest
from checks import answers

CHOICE = """\
<div class="predict">

**Predict first.** Will it?

1. Yes.
2. No.

<details class="outcome"><summary>What came out</summary>

**2.** It will not.

</details>

</div>"""
NUMBER = (
    CHOICE.replace("\n\n1. Yes.\n2. No.", "")
    .replace("**2.**", "**1.5**<!-- {rheobase:.1f} --> nA.")
    .replace('"predict"', '"predict" data-unit="nA" data-within="0.2"')
)


@pytest.mark.parametrize("source", [CHOICE, NUMBER])
def test_a_good_box_is_accepted(source):
    assert list(answers.prediction(source)) == []


SPOILED = {
    "no outcome": (CHOICE.replace("outcome", "result"), "alone in its cell"),
    "more in the cell": (CHOICE + "\n\nMore.", "alone in its cell"),
    "no such option": (CHOICE.replace("**2.**", "**3.**"), "there are 2"),
    "no number": (CHOICE.replace("**2.**", "**No.**"), "in bold"),
    "unbound": (NUMBER.replace("<!-- {rheobase:.1f} -->", ""), "bound to a fact"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_box_is_refused(name):
    source, complaint = SPOILED[name]
    assert complaint in "".join(answers.prediction(source))
