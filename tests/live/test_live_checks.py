"""Pages compared with notebooks: each change is found, and nothing where there is none."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from checks import live as checks_live
from checks.live import live_differences, notebooks
from checks.needs import needed
from checks.page import FACTS_MIME, ROOT, VIEW_MIME, chapters

from bookkit.layouts import FIGURE_MIME

SUMMARY = "Figure 6×4 in\n line 'loss' n=2 ±0.002 [0.25, 1]"


def output(**keys: Any) -> Any:
    return nbformat.v4.new_output(**keys)


def shown(data: dict[str, Any]) -> Any:
    return output(output_type="display_data", data=data)


CELL = nbformat.v4.new_code_cell(
    "train()",
    id="train",
    outputs=[
        output(output_type="stream", name="stdout", text="loss 0.25\nloss 0.20\n"),
        output(output_type="stream", name="stderr", text="mind this\n"),
        shown({FACTS_MIME: {"accuracy": 1.0, "epochs": 7}}),
        shown({"image/png": "c3RvcmVk", FIGURE_MIME: {"wide": "stored"}, "text/plain": SUMMARY}),
        output(output_type="error", ename="ValueError", evalue="too large", traceback=["…"]),
    ],
)
# As the page's kernel says it: text in pieces, 1.0 as JavaScript writes it, another picture.
MESSAGES: list[dict[str, Any]] = [
    {"type": "stream", "name": "stdout", "text": "loss 0.25\n"},
    {"type": "stream", "name": "stdout", "text": "loss 0.20\n"},
    {"type": "stream", "name": "stderr", "text": "mind this\n"},
    {"type": "display", "data": {FACTS_MIME: {"accuracy": 1, "epochs": 7}}, "metadata": {}},
    {
        "type": "display",
        "data": {"image/png": "ZHJhd24gaGVyZQ==", "text/plain": SUMMARY},
        "metadata": {},
    },
    {"type": "error", "name": "ValueError", "message": "too large", "text": "…"},
]


def found(change: Callable[[list[dict[str, Any]]], Any], cell: Any = CELL) -> list[str]:
    messages = copy.deepcopy(MESSAGES)
    change(messages)
    return live_differences("06-training", copy.deepcopy(cell), messages)


def test_the_same_is_the_same() -> None:
    assert found(lambda messages: None) == []


CHANGES: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "a digit": lambda m: m[0].update(text="loss 0.26\n"),
    "a digit of the second piece": lambda m: m[1].update(text="loss 0.21\n"),
    "another stream": lambda m: m[2].update(name="stdout"),
    "an integer fact": lambda m: m[3]["data"][FACTS_MIME].update(epochs=8),
    "a float fact": lambda m: m[3]["data"][FACTS_MIME].update(accuracy=0.9),
    "a fact that went": lambda m: m[3]["data"][FACTS_MIME].pop("epochs"),
    "a truth for a number": lambda m: m[3]["data"][FACTS_MIME].update(epochs=True),
    "a point of the figure": lambda m: m[4]["data"].update(
        {"text/plain": SUMMARY.replace("0.25", "0.35")}
    ),
    "no picture's summary": lambda m: m[4]["data"].pop("text/plain"),
    "no figure": lambda m: m.pop(4),
    "another error": lambda m: m[5].update(name="KeyError"),
    "another message of the error": lambda m: m[5].update(message="too small"),
    "no error": lambda m: m.pop(),
    "more text": lambda m: m.insert(2, {"type": "stream", "name": "stdout", "text": "more\n"}),
    "a display more": lambda m: m.append(
        {"type": "display", "data": {"text/plain": "7"}, "metadata": {}}
    ),
    "nothing at all": lambda m: m.clear(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_found(name: str) -> None:
    assert found(CHANGES[name])


def test_pictures_are_compared_by_their_summary_only() -> None:
    assert found(lambda m: m[4]["data"].update({"image/png": "b3RoZXI="})) == []


def test_a_float_that_javascript_made_whole_stays_comparable_in_either_direction() -> None:
    whole = copy.deepcopy(CELL)
    whole.outputs[2]["data"][FACTS_MIME] = {"accuracy": 1, "epochs": 7}
    assert found(lambda messages: None, whole) == []
    assert found(lambda m: m[3]["data"][FACTS_MIME].update(accuracy=1.5), whole)


def test_messages_that_show_nothing_are_no_output() -> None:
    more = [{"type": "clear", "wait": True}, {"type": "comm_open", "data": {}, "metadata": {}}]
    assert found(lambda m: m.extend(more)) == []


def test_noise_of_a_first_start_is_left_out() -> None:
    (noise,) = checks_live.NOISE
    message = {"type": "stream", "name": "stderr", "text": noise}
    assert found(lambda m: m.insert(0, message)) == []
    assert found(lambda m: m.insert(0, message | {"text": "Another warning.\n"}))


VIEW = shown({VIEW_MIME: {"model_id": "1"}, "text/plain": "Interactive figure"})
LIVE_CELLS = [
    nbformat.v4.new_code_cell("figure(draw)", outputs=[VIEW]),
    nbformat.v4.new_code_cell("laboratory.build()", outputs=[]),
    nbformat.v4.new_code_cell("picture = X[0]\nlaboratory.edit(picture, look)", outputs=[]),
]


@pytest.mark.parametrize(
    "cell", LIVE_CELLS, ids=["stored widgets", "laboratory", "laboratory, prepared"]
)
def test_a_live_figure_must_come_out(cell: Any) -> None:
    view = {"type": "display", "data": {VIEW_MIME: {"model_id": "2"}}, "metadata": {}}
    text = {"type": "display", "data": {"text/plain": "7"}, "metadata": {}}
    assert live_differences("03", cell, [text, view]) == []
    assert live_differences("03", cell, [text]) == ["no live figure came out"]
    assert live_differences("03", cell, []) == ["no live figure came out"]


def test_only_what_is_named_may_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks_live.EXCEPTIONS == [], "each exception is a hole: say here why it must be"
    for exception, excused in [
        (("06-training", "train", "why"), True),
        (("06-training", "*", "why"), True),
        (("05-training", "*", "why"), False),
        (("06-training", "other", "why"), False),
    ]:
        monkeypatch.setattr(checks_live, "EXCEPTIONS", [exception])
        assert (found(CHANGES["a digit"]) == []) is excused


def test_every_chapter_and_the_laboratory_run_in_the_page() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in notebooks()}
    assert "laboratory.ipynb" in names
    needy = {p.relative_to(ROOT).as_posix() for p in chapters() if needed(nbformat.read(p, 4))}
    assert needy <= {"chapters/10-from-nnlib-to-pytorch.ipynb"}, "PyTorch is not in the page"
    assert names >= {p.relative_to(ROOT).as_posix() for p in chapters()} - needy
    assert len(names) >= 7
