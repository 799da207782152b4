"""Compare what a chapter shows when it runs in the reader's browser with what it stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nbformat import NotebookNode

from checks.outputs import differences
from checks.page import VIEW_MIME, output_data

# Where the browser may differ, and why: (chapter, cell id or "*", reason).
EXCEPTIONS: list[tuple[str, str, str]] = []

# What a library says on its first start, and the pages' own kernel keeps quiet.
NOISE = {"Matplotlib is building the font cache; this may take a moment.\n"}

LIVE_FIGURE = "an interactive figure draws on demand there, and stores no frames to compare"


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
    chapter: str, cell: NotebookNode, messages: Sequence[dict[str, Any]], *, drawn_live: bool
) -> list[str]:
    """What the browser shows otherwise than the chapter stored, one entry each.

    ``drawn_live``: the interactive figures were made for a reader and not with their frames.
    """
    messages = [message for message in messages if message.get("text") not in NOISE]
    if drawn_live and any(VIEW_MIME in data for data in output_data(cell)):
        return [] if any(_is_view(m) for m in messages) else [f"no figure, though {LIVE_FIGURE}"]
    if any(chapter == name and cell.id in (id_, "*") for name, id_, _ in EXCEPTIONS):
        return []
    return differences(list(_comparable(cell.outputs)), list(_comparable(as_outputs(messages))))


def _comparable(outputs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without pictures: another version of matplotlib drew those; their summaries are compared."""
    for output in outputs:
        data = output.get("data")
        if data is None:
            yield output
        else:
            kept = {mime: value for mime, value in data.items() if not mime.startswith("image/")}
            yield {**output, "data": kept}


def _is_view(message: dict[str, Any]) -> bool:
    return VIEW_MIME in message.get("data", {})


def _only(message: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: message[key] for key in keys}
