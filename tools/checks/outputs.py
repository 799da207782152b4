"""Compare what a cell stored with what it gives now, as strictly as each kind of output allows.

Text must be the same, character by character. Facts and the numbers in a figure's summary may move
within the rounding of another CPU (`bookkit.book` writes the tolerance beside the numbers).
Pictures are compared by the RMS difference of their pixels, if the same minor version of matplotlib
drew both. Ids of widgets are random and are not compared; the summary beside the widget is.
"""

from __future__ import annotations

import base64
import difflib
import io
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bookkit.layouts import FIGURE_MIME
from bookkit.sketch import sketch
from checks.page import CURVE_MIME, FACTS_MIME, PICTURE_MIMES, VIEW_MIME

MAX_RMS = 0.5  # of 255
FACT_TOLERANCE = 2e-5  # relative: facts are stored with six digits
COLOR_TOLERANCE = 8  # of 255, in each channel: a step or two of a color map

_GROUP = re.compile(r"±(\S+) \[([^\]]*)\]")
_DRAWN = re.compile(r" drawn [0-9a-f]{6} ±3 \[[^]]*\]")
_COLOR = re.compile(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?")
_SOFTWARE = re.compile(rb"tEXtSoftware\0Matplotlib version(\d+\.\d+)")


def differences(stored: Sequence[dict], new: Sequence[dict]) -> list[str]:
    """What changed, one entry each, empty where the outputs agree."""
    kinds = [[_kind(output) for output in outputs] for outputs in (stored, new)]
    if kinds[0] != kinds[1]:
        return [f"stored is {_listed(kinds[0])}; came out {_listed(kinds[1])}"]
    return [
        difference
        for old, fresh in zip(stored, new, strict=True)
        for difference in _compare(old, fresh)
    ]


def other_matplotlib(stored: Sequence[dict], new: Sequence[dict]) -> str | None:
    """`3.10 and 3.11`, where the pictures come from different minor versions of matplotlib."""
    for old, fresh in zip(stored, new, strict=False):
        pictures = [output.get("data", {}).get("image/png") for output in (old, fresh)]
        if all(pictures):
            versions = [drawn_by(base64.b64decode(picture)) for picture in pictures]
            if versions[0] != versions[1]:
                return " and ".join(map(str, versions))
    return None


def _kind(output: dict) -> str:
    if output["output_type"] == "stream":
        return f"text on {output['name']}"
    if output["output_type"] == "error":
        return f"error {output['ename']}"
    return " + ".join(sorted(output["data"]))


def _listed(kinds: list[str]) -> str:
    return ", ".join(kinds) or "nothing"


def _compare(stored: dict, new: dict) -> Iterator[str]:
    if stored["output_type"] == "stream":
        yield from _changed_text(stored["text"], new["text"])
    elif stored["output_type"] == "error":
        yield from _changed_text(stored["evalue"], new["evalue"])
    else:
        same_version = other_matplotlib([stored], [new]) is None
        for mime, value in stored["data"].items():
            fresh = new["data"][mime]
            if mime == FACTS_MIME:
                yield from changed_facts(value, fresh)
            elif mime == CURVE_MIME:
                yield from changed_curves(value, fresh)
            elif mime == "image/png":
                yield from changed_picture(base64.b64decode(value), base64.b64decode(fresh))
            elif mime == "text/plain" and value.startswith(("Figure ", "Interactive figure")):
                if not same_version:  # it draws other outlines of the same
                    value, fresh = _DRAWN.sub("", value), _DRAWN.sub("", fresh)
                yield from changed_summary(value, fresh)
            elif mime == FIGURE_MIME:
                if same_version:
                    yield from changed_layouts(value, fresh)
            elif mime != VIEW_MIME and mime not in PICTURE_MIMES and value != fresh:
                yield from _changed_text(str(value), str(fresh))


def _changed_text(stored: str, new: str) -> Iterator[str]:
    if stored != new:
        lines = difflib.unified_diff(
            stored.splitlines(), new.splitlines(), "stored", "came out", lineterm="", n=1
        )
        yield "\n".join(lines) or f"stored {stored!r}\ncame out {new!r}"


def changed_facts(stored: dict[str, Any], new: dict[str, Any]) -> list[str]:
    if stored.keys() != new.keys():
        return [f"facts stored: {', '.join(stored)}; came out: {', '.join(new)}"]
    return [
        f"fact {name}: stored {value!r}; came out {new[name]!r}"
        for name, value in stored.items()
        if not _same_fact(value, new[name])
    ]


def _same_fact(stored: Any, new: Any) -> bool:
    if isinstance(stored, float) and isinstance(new, float):
        return math.isclose(stored, new, rel_tol=FACT_TOLERANCE, abs_tol=1e-12)
    return type(stored) is type(new) and stored == new


def changed_curves(stored: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Published curves that run elsewhere by more than 1/500 of their axes, or say other words."""
    return [
        f"curve {name!r} is not the stored one"
        for name in stored.keys() | new.keys()
        if name not in stored or name not in new or not _same_curve(stored[name], new[name])
    ]


def _same_curve(a: dict[str, Any], b: dict[str, Any]) -> bool:
    numbers = [{**curve.pop("given"), **curve} for curve in (dict(a), dict(b))]
    if numbers[0].keys() != numbers[1].keys():
        return False
    for name, value in numbers[0].items():
        span = float(np.ptp(a["x_range" if name in ("x", "x_range") else "y_range"]))
        other = numbers[1][name]
        if not isinstance(value, list) or not isinstance(other, list):
            if value != other:
                return False
        elif len(value) != len(other) or not np.allclose(value, other, rtol=0, atol=span / 500):
            return False
    return True


def changed_layouts(stored: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """Layouts that a page shows and that are drawn otherwise now."""
    for layout in stored.keys() | new.keys():
        pair = [layouts.get(layout, "") for layouts in (stored, new)]
        drawn = [sketch(one) if one.startswith("<svg") else one[:30] for one in pair]
        if changed_summary(*drawn):
            yield f"the figure's {layout} layout is drawn otherwise"


def changed_summary(stored: str, new: str) -> list[str]:
    """Lines of a figure's summary that differ by more than the tolerance they state."""
    old_lines, new_lines = stored.splitlines(), new.splitlines()
    if len(old_lines) != len(new_lines):
        return list(_changed_text(stored, new))
    return [
        f"the figure changed: stored {old.strip()!r}\n          came out {fresh.strip()!r}"
        for old, fresh in zip(old_lines, new_lines, strict=True)
        if not _same_line(old, fresh)
    ]


def _same_line(stored: str, new: str) -> bool:
    if stored == new:
        return True
    shapes = [_COLOR.sub("#", _GROUP.sub("±[]", line)) for line in (stored, new)]
    groups = [_GROUP.findall(line) for line in (stored, new)]
    colors = [_COLOR.findall(_GROUP.sub("", line)) for line in (stored, new)]
    return (
        shapes[0] == shapes[1]
        and all(_same_group(old, fresh) for old, fresh in zip(*groups, strict=True))
        and all(_same_color(old, fresh) for old, fresh in zip(*colors, strict=True))
    )


def _same_group(stored: tuple[str, str], new: tuple[str, str]) -> bool:
    tolerance = float(stored[0])
    old, fresh = ([float(n) for n in group[1].split(",") if n.strip()] for group in (stored, new))
    return len(old) == len(fresh) and all(
        a == b or abs(a - b) <= tolerance or (math.isnan(a) and math.isnan(b))
        for a, b in zip(old, fresh, strict=True)
    )


def _same_color(stored: str, new: str) -> bool:
    old, fresh = bytes.fromhex(stored[1:]), bytes.fromhex(new[1:])
    return len(old) == len(fresh) and all(
        abs(a - b) <= COLOR_TOLERANCE for a, b in zip(old, fresh, strict=True)
    )


def drawn_by(png: bytes) -> str | None:
    """The minor version of matplotlib that drew this picture, as it notes in the file."""
    match = _SOFTWARE.search(png)
    return match and match[1].decode()


def changed_picture(stored: bytes, new: bytes) -> list[str]:
    """How far two pictures are apart, unless different minor versions of matplotlib drew them."""
    if drawn_by(stored) != drawn_by(new):
        return []
    from matplotlib.image import imread

    old, fresh = (imread(io.BytesIO(png))[..., :3] for png in (stored, new))
    if old.shape != fresh.shape:
        sizes = [f"{p.shape[1]}×{p.shape[0]}" for p in (old, fresh)]
        return [f"the picture changed its size: stored {sizes[0]}, came out {sizes[1]}"]
    rms = 255 * float(np.sqrt(np.mean((old - fresh) ** 2)))
    if rms <= MAX_RMS:
        return []
    return [f"the picture changed: RMS difference {rms:.2f} of 255 (up to {MAX_RMS} is the same)"]
