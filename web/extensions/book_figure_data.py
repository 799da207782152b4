"""What a figure shows as a table, made from the summary that is stored and compared beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

_FRAME = re.compile(r"^ (.*?): (.*) [0-9a-f]{6} ±3 \[[^]]*\] drawn .*$")
_NUMBERS = re.compile(r"±\S+ \[([^]]*)\]")
_SERIES = re.compile(r"^ +(\S+)(?: n=(\d+))?(?: finite=\d+)? ±\S+ \[([^]]*)\]$")
_AXIS = re.compile(r"^ +([xyz]) '(.*)' (linear|log|\w+) ±\S+ \[([^]]*)\](?: ticks (.*))?$")
NAME = "The data of this figure"
KINDS = ("line", "points", "bars", "image", "arrows", "arrow", "segments", "areas", "shape", "mesh",
         "filled contours", "contours")  # fmt: skip


def data_of(summary: str) -> str:
    """A figure's data, folded, as HTML; empty where the summary tells of none."""
    lines = summary.splitlines()
    if not lines:
        return ""
    rows = _frames(lines) if lines[0].startswith("Interactive") else _panels(lines)
    if not (content := "".join(rows)):
        return ""
    return (
        f'<details class="figure-data"><summary>{NAME}</summary>'
        f'<div class="figure-table" tabindex="0" role="region" aria-label="{NAME}">'
        f"{content}</div></details>"
    )


def _table(caption: str, head: list[str], body: list[list[str]]) -> str:
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in body
    )
    return (
        f'<table class="table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _frames(lines: list[str]) -> Iterator[str]:
    """One row a frame: where the controls stand, and what the picture shows there."""
    rows = [[m[1].replace("=", " = ").replace("_", " "), m[2]] for m in map(_FRAME.match, lines)
            if m]  # fmt: skip
    if rows:
        yield _table("What each position of the controls shows", ["controls", "shows"], rows)


def _panels(lines: list[str]) -> Iterator[str]:
    """One table a panel: of each thing drawn its coordinates, of many nine from first to last."""
    starts = [i for i, line in enumerate(lines) if line.startswith(" axes ")]
    for number, (i, k) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), start=1):
        title = lines[i].removeprefix(" axes ").strip("'\"") or f"Panel {number}"
        axes, rows, thing, count = [], [], "", 0
        for line in lines[i + 1 : k]:
            if axis := _AXIS.match(line):
                low, high = (part.strip() for part in axis[4].split(","))
                axes.append(f"{axis[1]}: {_plain(axis[2]) or 'no label'}, {low} to {high}")
                if axis[3] == "log":
                    axes[-1] += " (powers of ten)"
            elif series := _SERIES.match(line):
                rows.append([f"{thing}: {series[1]}", series[2] or "", *_values(series[3])])
            elif kind := next((k for k in KINDS if line.strip().startswith(k)), None):
                label = re.search(r"'([^']*)'", line)
                count += 1
                thing = _plain(label[1]) if label else f"{kind} {count}"
        if rows:
            wide = max(len(row) for row in rows)
            head = ["drawn", "points", *(f"{j}" for j in range(1, wide - 1))]
            rows = [row + [""] * (wide - len(row)) for row in rows]
            yield _table(". ".join([title, *axes]), head, rows)


def _values(numbers: str) -> list[str]:
    """Nine at most: of many a summary holds least, largest, mean and tilt, then nine samples."""
    found = [part.strip() for part in numbers.split(",") if part.strip()]
    return found[4:] if len(found) == 13 else found


def _plain(label: str) -> str:
    """A label without the marks of its formulas."""
    return re.sub(r"[${}\\]", "", label)
