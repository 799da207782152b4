"""The option that a self-check calls right is the one that comes out when it is computed.

Question 2.6 is computed by `question_2_6` in `ch02.py`. It receives the numbers of the question's
text, in order, and says of each option, named by words of it, whether it is true. So a changed
number, a changed option, or a mark in the wrong place turns this red.
"""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest
from checks import structure
from checks.page import ROOT, Page, chapters

HERE = Path(__file__).parent
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?")
TITLE = re.compile(r"\*\*Question (\d+\.\d+)\.\*\*(.*?)<details>", re.S)


def questions():
    for path in chapters():
        for _, cell in Page.read(path).markdown_cells:
            if 'class="self-check"' in cell.source:
                yield TITLE.search(cell.source)[1], cell.source


QUESTIONS = dict(questions())


def computed(number):
    """The function that computes the answer of this question."""
    chapter, _, place = number.partition(".")
    path = HERE / f"ch{int(chapter):02}.py"
    assert path.is_file(), (
        f"write {path.relative_to(ROOT)}: it computes the answers of chapter {chapter}"
    )
    spec = importlib.util.spec_from_file_location(f"questions_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    name = f"question_{chapter}_{place}"
    assert hasattr(module, name), f"{path.name} has no {name}, which computes the right option"
    return getattr(module, name)


def numbers(stem):
    """The numbers of a question, in the order of its text; 10^{-9} is one number."""
    stem = re.sub(r"10\^\{?([-−]?\d+)\}?", r"1e\1", stem)
    return [
        float(n.replace("−", "-"))
        for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", stem)
    ]


def verdicts(source):
    """(words, marked right) of each option of a question."""
    return [
        (" ".join(option["summary"].split()), option["body"].strip().startswith("✓"))
        for option in structure.DETAILS.finditer(source)
    ]


def disagreements(number, source, answer):
    stem = TITLE.search(source)[2]
    given = numbers(stem)
    takes = inspect.signature(answer).parameters.values()
    if not any(p.kind is p.VAR_POSITIONAL for p in takes) and len(takes) != len(given):
        return [f"the question holds the numbers {given}; its computation takes {len(takes)}"]
    found = []
    true = answer(*given)
    for words, right in verdicts(source):
        own = [value for phrase, value in true.items() if phrase in words]
        if len(own) != 1:
            found.append(f"no single computed option is named by words of {words!r}")
        elif bool(own[0]) != right:
            found.append(
                f"{words!r} is marked {'right' if right else 'wrong'}; it comes out otherwise"
            )
    if len(true) != len(verdicts(source)):
        found.append(f"{len(true)} options are computed, {len(verdicts(source))} stand there")
    return found


@pytest.mark.parametrize("number", QUESTIONS)
def test_the_right_option_comes_out(number):
    assert not disagreements(number, QUESTIONS[number], computed(number))


def test_a_wrong_mark_number_or_word_is_seen():
    number = "1.1"
    source, answer = QUESTIONS[number], computed(number)
    for old, new in {
        "✓ **Right.**": "✗ **Right.**",
        "$1.4$ nA. You": "$1.6$ nA. You",
        "It never fires.": "It always fires.",
        "constant current of $1.4$ nA": "constant current",
    }.items():
        assert source.count(old) == 1, old
        assert disagreements(number, source.replace(old, new), answer), old
