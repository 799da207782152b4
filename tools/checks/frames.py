"""Stored frames of interactive figures are those that the summary beside them proves.

`pytest --nbval` compares the summary: of each frame its alt text, and a sketch of its drawing. The
page shows the stored frames. So each frame must carry the alt text of its own line, and give the
sketch that stands there; no run is needed to see it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from bookkit.interactive.stored import StoredFigure
from bookkit.sketch import sketch
from checks.outputs import changed_summary
from checks.page import STATE_MIME, VIEW_MIME, Page, output_data

_LINE = re.compile(r" (?P<alt>.*) [0-9a-f]{6} ±3 \[[^]]*\] drawn (?P<drawn>.*)$")


def problems(page: Page) -> list[str]:
    state = page.notebook.metadata.get("widgets", {}).get(STATE_MIME, {}).get("state", {})
    return [
        f"{page.where(index)} {problem}; store what the code draws with: {page.mend}"
        for index, cell in page.code_cells
        for data in output_data(cell)
        if VIEW_MIME in data and data[VIEW_MIME]["model_id"] in state
        for problem in _differences(
            StoredFigure.read(state, data[VIEW_MIME]["model_id"]), data.get("text/plain", "")
        )
    ]


def _differences(figure: StoredFigure, summary: str) -> Iterator[str]:
    texts = [[f"{c.key}={text}" for text in c.texts] for c in figure.controls]
    positions = [" ".join(position) for position in itertools.product(*texts)]
    lines = summary.splitlines()[1 + len(figure.controls) :]
    if not len(positions) == len(lines) == len(figure.frames):
        yield f"stores {len(figure.frames)} frames and tells of {len(lines)}"
        return
    for position, line, frame in zip(positions, lines, figure.frames, strict=True):
        told = _LINE.fullmatch(line.removeprefix(f" {position}:"))
        if not line.startswith(f" {position}:") or not told:
            yield f"tells of no frame at {position}"
        elif frame.alt != told["alt"]:
            yield f"stores the frame {frame.alt!r} where it tells of {told['alt']!r}"
        elif changed_summary(told["drawn"], sketch(frame.svg, figure.shapes)):
            yield f"stores another drawing at {position} than it tells of"
