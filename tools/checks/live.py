"""Compare what a notebook shows when it runs in the reader's browser with what it stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from bookkit.layouts import FIGURE_MIME
from checks import needs, page
from checks.outputs import differences
from checks.page import FACTS_MIME, VIEW_MIME, Page, output_data

# Where the browser may differ, and why: (notebook, cell id or "*", reason).
EXCEPTIONS: list[tuple[str, str, str]] = []

# What a library says on its first start, and the pages' own kernel keeps quiet.
NOISE = {"Matplotlib is building the font cache; this may take a moment.\n"}


def notebooks() -> list[Path]:
    """Every notebook whose code runs in the page: none that needs what the page does not have."""
    return [p for p in page.notebooks() if not needs.needed(Page.read(p).notebook)]


def as_outputs(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The kernel's messages in the form of a notebook's outputs."""
    outputs: list[dict[str, Any]] = []
    for message in messages:
        if message["type"] == "stream":
            last = outputs[-1] if outputs else {}
            if last.get("name") == message["name"]:
                last["text"] += message["text"]
            else:
                outputs.append({"output_type": "stream", **_only(message, "name", "text")})
        elif message["type"] == "error":
            text = {"ename": message["name"], "evalue": message["message"]}
            outputs.append({"output_type": "error", **text})
        elif message["type"] == "display":
            outputs.append({"output_type": "display_data", **_only(message, "data", "metadata")})
    return outputs


def live_differences(
    notebook: str, cell: NotebookNode, messages: Sequence[dict[str, Any]]
) -> list[str]:
    """What the browser shows otherwise than the notebook stored, one entry each."""
    messages = [message for message in messages if message.get("text") not in NOISE]
    if _draws_on_demand(cell):  # where a reader is, and has stored no frames to compare
        return [] if any(_is_view(m) for m in messages) else ["no live figure came out"]
    if any(notebook == name and id_ in (cell.id, "*") for name, id_, _ in EXCEPTIONS):
        return []
    came_out = _with_floats(as_outputs(messages), cell)
    return differences(list(_comparable(cell.outputs)), list(_comparable(came_out)))


def _draws_on_demand(cell: NotebookNode) -> bool:
    stored_view = any(VIEW_MIME in data for data in output_data(cell))
    return stored_view or re.search(r"(?m)^laboratory\.", cell.source) is not None


def _is_view(message: dict[str, Any]) -> bool:
    return VIEW_MIME in message.get("data", {})


def _with_floats(outputs: list[dict[str, Any]], cell: NotebookNode) -> list[dict[str, Any]]:
    """JavaScript has one kind of number: a fact that was a float is one again."""
    stored = [data.get(FACTS_MIME, {}) for data in output_data(cell)]
    floats = {name for facts in stored for name, v in facts.items() if isinstance(v, float)}
    for output in outputs:
        facts = output.get("data", {}).get(FACTS_MIME, {})
        facts |= {name: float(v) for name, v in facts.items() if name in floats and type(v) is int}
    return outputs


def _comparable(outputs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without pictures: another version of matplotlib drew those; their summaries are compared."""
    for output in outputs:
        data = output.get("data")
        if data is None:
            yield output
        else:
            drawn = {mime for mime in data if mime.startswith("image/")} | {FIGURE_MIME}
            yield {**output, "data": {m: value for m, value in data.items() if m not in drawn}}


def _only(message: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: message[key] for key in keys}
