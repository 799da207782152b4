"""The comparison of outputs: strict where it can be, as tolerant as rounding asks elsewhere."""

import base64

import pytest
from checks import outputs
from checks.page import FACTS_MIME, VIEW_MIME
from samples import blank, printed, repainted, shown

SUMMARY = """\
Figure 6×4 in
 axes 'Loss'
  x 'epoch' linear ±0.02 [0, 10]
  line 'loss' - #0072b2
   y n=40 ±0.002 [0.25, 1, 0.4, 0.1, nan]"""


def changed(old, new):
    return outputs.changed_summary(SUMMARY, SUMMARY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.25, 1", "0.2519, 1"),
        ("±0.002 [", "±0.003 ["),  # the tolerance that is stored counts
        ("#0072b2", "#0172b2"),
        ("[0, 10]", "[-0.0, 10.01]"),
    ],
)
def test_what_rounding_moves_is_the_same(old, new):
    assert changed(old, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.25, 1", "0.2531, 1"),
        ("±0.002 [0.25", "±9 [0.26"),
        ("nan]", "0.1]"),
        ("0.1, nan]", "nan, nan]"),
        ("nan]", "nan, 1]"),
        ("#0072b2", "#2072b2"),
        ("#0072b2", "#0072b2 #d55e00"),
        ("'Loss'", "'Losses'"),
        ("n=40", "n=41"),
        ("linear", "log"),
        ("Figure 6×4", "Figure 6×5"),
        ("  line 'loss' - #0072b2\n", ""),
    ],
)
def test_what_a_reader_would_see_is_a_change(old, new):
    problems = changed(old, new)
    assert problems
    assert "came out" in problems[0]


FACTS = {"accuracy": 0.978123, "epochs": 7, "winner": "Adam", "ok": True}


@pytest.mark.parametrize("new", [{"accuracy": 0.978124}, {"accuracy": 0.978135}])
def test_the_last_digit_of_a_fact_may_move(new):
    assert outputs.changed_facts(FACTS, FACTS | new) == []


@pytest.mark.parametrize(
    "new", [{"accuracy": 0.9782}, {"epochs": 8}, {"winner": "SGD"}, {"ok": 1}, {"epochs": 7.0}]
)
def test_a_changed_fact_is_a_change(new):
    (problem,) = outputs.changed_facts(FACTS, FACTS | new)
    assert problem.startswith(f"fact {next(iter(new))}: stored ")


def test_facts_that_come_or_go_are_a_change():
    (problem,) = outputs.changed_facts(FACTS, {"accuracy": 1.0})
    assert problem == "facts stored: accuracy, epochs, winner, ok; came out: accuracy"


def raw(picture):
    return base64.b64decode(picture)


def test_the_same_picture_up_to_a_shade_is_the_same():
    picture = blank(0.5, (60, 80))
    assert outputs.changed_picture(raw(picture), raw(picture)) == []
    assert outputs.changed_picture(raw(picture), raw(blank(0.5 + 0.4 / 255, (60, 80)))) == []


def test_a_small_change_in_a_picture_is_a_change():
    picture = blank(0.5, (360, 480))
    (problem,) = outputs.changed_picture(raw(picture), raw(repainted(picture)))
    assert problem.startswith("the picture changed: RMS difference 1.")


def test_a_changed_size_is_a_change():
    (problem,) = outputs.changed_picture(raw(blank(shape=(8, 12))), raw(blank(shape=(8, 13))))
    assert problem == "the picture changed its size: stored 12×8, came out 13×8"


def test_pictures_of_another_matplotlib_are_not_compared_and_that_is_said():
    old = blank(0.1, software="Matplotlib version3.9.1, https://matplotlib.org/")
    assert outputs.drawn_by(raw(old)) == "3.9"
    assert outputs.changed_picture(raw(old), raw(blank(0.9))) == []
    pair = [shown(**{"image/png": old})], [shown(**{"image/png": blank(0.9)})]
    assert outputs.differences(*pair) == []
    assert outputs.other_matplotlib(*pair).startswith("3.9 and ")
    assert outputs.other_matplotlib(pair[1], pair[1]) is None


def test_ids_of_widgets_are_not_compared_and_the_text_beside_them_is():
    def widget(model, text):
        return [shown(**{VIEW_MIME: {"model_id": model}, "text/plain": text})]

    text = "Interactive figure fig-one\n a=1: a line ±3 [10, 20]"
    assert outputs.differences(widget("one", text), widget("two", text)) == []
    assert outputs.differences(widget("one", text), widget("two", text.replace("20", "22"))) == []
    assert outputs.differences(widget("one", text), widget("two", text.replace("20", "29")))
    assert outputs.differences(widget("one", text), widget("two", text.replace("line", "dot")))


@pytest.mark.parametrize(
    ("stored", "new", "message"),
    [
        ([printed("1\n")], [printed("2\n")], "-1\n+2"),
        ([printed("1\n")], [printed("1")], "stored '1\\n'"),
        ([printed("1\n")], [], "stored is text on stdout; came out nothing"),
        ([], [printed("!", "stderr")], "stored is nothing; came out text on stderr"),
        (
            [shown(**{"text/plain": "a"})],
            [shown(**{"text/html": "a"})],
            "stored is text/plain; came out text/html",
        ),
        ([shown(**{"text/html": "<b>1</b>"})], [shown(**{"text/html": "<b>2</b>"})], "+<b>2</b>"),
        (
            [shown(**{FACTS_MIME: {"a": 1}})],
            [shown(**{FACTS_MIME: {"a": 2}})],
            "fact a: stored 1; came out 2",
        ),
    ],
)
def test_any_other_change_is_said(stored, new, message):
    assert outputs.differences(stored, stored) == []
    (problem,) = outputs.differences(stored, new)
    assert message in problem
