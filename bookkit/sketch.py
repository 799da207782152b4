"""What a drawing shows, in a few numbers: so that what a page stores can be compared."""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


def sketch(drawing: str, shapes: str = "") -> str:
    """Condense a drawing: a hash of its parts, and four sums of where they are and how long.

    ``drawing`` is an SVG element and ``shapes`` an SVG element with the definitions that it refers
    to. The sums are in points and may move by 3: another machine rounds differently and leaves out
    other points of a line, which a reader cannot see. Another color, letter or part, a line that
    runs elsewhere or through its points in another order is another sketch.
    """
    root = ET.fromstring(re.sub(r"\sxmlns(:\w+)?=(['\"]).*?\2", "", drawing))
    named = {n.get("id"): n for n in ET.fromstring(shapes or "<svg/>").iter() if n.get("id")}
    named |= {n.get("id"): n for n in root.iter() if n.get("id")}
    known: dict[str, tuple[list[str], list[float]]] = {}
    words, numbers = _parts(root, named, known)
    return condensed(words, np.array(numbers, dtype=float))


def condensed(words: list[str], numbers: NDArray[np.float64]) -> str:
    """Write a hash of the words, and four sums that weigh each number by its place."""
    places = np.outer(np.sqrt([2, 3, 5, 7]), np.arange(len(numbers)))
    sums = (2 + np.cos(2 * np.pi * places)) @ numbers
    written = ", ".join(f"{v:.0f}" for v in sums)
    return f"{hashlib.sha256(' '.join(words).encode()).hexdigest()[:6]} ±3 [{written}]"


def _parts(
    node: ET.Element, named: dict[str, ET.Element], known: dict[str, tuple[list[str], list[float]]]
) -> tuple[list[str], list[float]]:
    """Words and numbers of an element with all it holds and refers to."""
    words, numbers = [node.tag], []

    def add(part: tuple[list[str], list[float]]) -> None:
        words.extend(part[0])
        numbers.extend(part[1])

    def add_named(name: str) -> None:
        if name not in known:
            known[name] = _parts(named[name], named, known)
        add(known[name])

    for key, value in sorted(node.attrib.items()):
        if key in ("id", "class", "aria-label") or key.startswith("data-"):
            continue
        if key == "d":
            add(_measures(value))
        elif value.startswith("data:image/png;base64,"):
            add((["picture"], _tones(value)))
        elif found := _REFERENCE.search(value):
            add_named(found[0])
        else:
            colors = _HEX.findall(value)
            numbers += [0.3 * part for color in colors for part in bytes.fromhex(color)]
            value = _HEX.sub("#", value)
            numbers += map(float, _NUMBER.findall(value))
            words.append(f"{key}={_NUMBER.sub('0', value)}")
    for child in node:
        add(_parts(child, named, known))
    if node.tag == "use" and set(node.attrib) <= {"href"}:
        words[0] = "g"  # the same drawing, whether or not it is shared with another
    if words[0] == "g" and not set(node.attrib) - {"id", "href"}:
        del words[0]
    return words, numbers


_HEX = re.compile(r"#([0-9a-f]{6})\b")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@lru_cache(4096)
def _measures(d: str) -> tuple[list[str], list[float]]:
    """Of a path its kinds of strokes, its box, its two ends and its length from point to point."""
    xy = np.array(_NUMBER.findall(d), dtype=float)
    xy = xy[: len(xy) // 2 * 2].reshape(-1, 2)
    words = [*dict.fromkeys(re.findall("[A-Za-z]", d)), str(d.count("M"))]
    if not len(xy):
        return words, []
    length = np.linalg.norm(np.diff(xy, axis=0), axis=1).sum()
    return words, [*xy.min(axis=0), *xy.max(axis=0), *xy[0], *xy[-1], float(length)]


@lru_cache(64)
def _tones(address: str) -> list[float]:
    """Of a picture its size and the mean color of its quarters, as parts of a hundred."""
    import base64

    from matplotlib.image import imread

    pixels = imread(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    middle = np.array(pixels.shape[:2]) // 2
    rows, columns = (
        (slice(None, middle[0]), slice(middle[0], None)),
        (
            slice(None, middle[1]),
            slice(middle[1], None),
        ),
    )
    quarters = [pixels[r, c].mean(axis=(0, 1)) for r in rows for c in columns]
    return [*map(float, pixels.shape[:2]), *(100 * np.nan_to_num(np.ravel(quarters))).tolist()]
