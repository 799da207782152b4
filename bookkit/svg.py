"""Matplotlib's SVG made small: short paths, and what several pictures share stored once."""

from __future__ import annotations

import hashlib
import io
import re
import xml.etree.ElementTree as ET
from collections import Counter
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DECIMAL = re.compile(r"-?\d+\.\d+")
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")
_KEY = re.compile(r"\bshape[0-9a-f]{24}\b")


def _rounded(text: str) -> str:
    """Round decimals to 1/100 point."""
    return _DECIMAL.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), text)


def draw(figure: Any) -> ET.Element:
    """Return the SVG tree of a matplotlib figure, letters as outlines, without what browsers do
    not need. Sizes are in points, 72 an inch."""
    import matplotlib
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.textpath import text_to_path

    style = {"svg.fonttype": "path", "svg.hashsalt": "nnlib", "image.interpolation": "none"}
    image_dpi = figure.dpi
    with matplotlib.rc_context(style):
        figure.dpi = 72
        try:
            renderer = RendererSVG(
                *figure.bbox.size,
                buffer := io.StringIO(),
                image_dpi=image_dpi,
                metadata={"Date": None, "Creator": None},
            )
            # One reader of formulas for all figures, since it remembers them, and reads slowly.
            renderer._text2path = text_to_path
            figure.draw(renderer)  # savefig would draw everything twice
            renderer.finalize()
        finally:
            figure.dpi = image_dpi
    return tidy(ET.fromstring(buffer.getvalue()))


def tidy(root: ET.Element) -> ET.Element:
    """Drop what browsers do not need, shorten numbers and paths, name shapes by their content."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
        node.text = node.tail = None
        if _HREF in node.attrib:
            node.set("href", node.attrib.pop(_HREF))
        for key in {"x", "y", "width", "height"} & set(node.keys()):
            node.set(key, _rounded(node.attrib[key]))
        if "d" in node.attrib:
            node.set("d", shorter_path(node.attrib["d"]))
        if "style" in node.attrib:
            node.set("style", re.sub(r"([:;])\s+", r"\1", node.attrib["style"]))
        if "transform" in node.attrib:
            moved = re.sub(
                r"translate\([^)]*\)", lambda m: _rounded(m[0]), node.attrib["transform"]
            )
            node.set("transform", moved)
    for node in root.iter("g"):
        styles = {child.get("style", "") for child in node}
        # Say once what all markers have in common; but opacity means another thing in a group.
        common = len(node) > 1 and len(styles) == 1 and "style" not in node.attrib
        if common and not re.search(r"^$|(^|;)opacity", style := styles.pop()):
            node.set("style", style)
            for child in node:
                del child.attrib["style"]
    used = {r for n in root.iter() for v in n.attrib.values() for r in _REFERENCE.findall(v)}
    names = {}
    for node in root.iter():
        if (name := node.attrib.pop("id", None)) in used:
            names[name] = _key(markup(node))
            node.set("id", names[name])
    for node in root.iter():
        for key, value in node.attrib.items():
            if key == "href" or "url(#" in value:
                node.set(key, _REFERENCE.sub(lambda m: names.get(m[0], m[0]), value))
    return root


@lru_cache(4096)  # most shapes stand in many frames
def shorter_path(d: str) -> str:
    """Round a path and leave out points within 1/20 point of the line that remains."""
    points = re.findall(r"([A-Za-z])\s*([^A-Za-z]*)", _rounded(d))
    if any(command not in "MLz" for command, _ in points) or len(points) < 4:
        return "".join(command + numbers.strip() for command, numbers in points)
    shorter: list[str] = []
    run: list[str] = []

    def close_run() -> None:
        xy = np.array([p.split() for p in run], dtype=float).reshape(-1, 2)
        shorter.extend(("L" if i else "M") + run[k].strip() for i, k in enumerate(corners(xy)))
        run.clear()

    for command, numbers in points:
        if command in "Mz":
            close_run()
        if command == "z":
            shorter.append("z")
        else:
            run.append(numbers)
    close_run()
    return "".join(shorter)


def corners(xy: NDArray[np.float64], tolerance: float = 0.05) -> list[int]:
    """Return the points to keep of a polyline (Ramer 1972; Douglas and Peucker 1973)."""
    keep, open_ = {0, len(xy) - 1} if len(xy) else set(), [(0, len(xy) - 1)]
    while open_:
        i, k = open_.pop()
        if k - i < 2:
            continue
        between, chord = xy[i + 1 : k] - xy[i], xy[k] - xy[i]
        along = np.clip(between @ chord / max(chord @ chord, 1e-12), 0, 1)
        off = np.linalg.norm(between - along[:, None] * chord, axis=1)
        if off.max() > tolerance:
            j = i + 1 + int(off.argmax())
            keep.add(j)
            open_ += [(i, j), (j, k)]
    return sorted(keep)


def _key(mark: str) -> str:
    return "shape" + hashlib.sha256(mark.encode()).hexdigest()[:24]


def markup(node: ET.Element) -> str:
    """Serialize with single quotes, which JSON leaves alone."""
    return _element(node, "".join(map(markup, node)))


def _element(node: ET.Element, inner: str) -> str:
    names = "".join(f" {k}='{escape(v, quote=True)}'" for k, v in node.attrib.items())
    if node.tag == "g" and not names:
        return inner
    return f"<{node.tag}{names}>{inner}</{node.tag}>" if inner else f"<{node.tag}{names}/>"


def share(trees: list[ET.Element], prefix: str) -> tuple[str, list[str]]:
    """Return the shapes that frames share, as SVG definitions, and each frame's own markup.

    What stands in two frames or more is stored once and used by reference where it stood, so that
    the order in which things cover each other stays.
    """
    marks: dict[ET.Element, str] = {}
    for tree in trees:
        for node in reversed(list(tree.iter())):  # parts before what they are part of
            marks[node] = _element(node, "".join(marks[part] for part in node))
    frames_with = Counter(m for tree in trees for m in {marks[node] for node in tree.iter()})
    shapes: dict[str, str] = {}

    def write(node: ET.Element, above: int = 1) -> str:
        """Write ``node``, by reference if it stands in more frames than what it is part of."""
        mark = marks[node]
        if node.tag == "defs":
            shapes.update((part.attrib["id"], marks[part]) for part in node if "id" in part.attrib)
            return ""
        if frames_with[mark] <= above or len(mark) < 60 or "id" in node.attrib:
            return _element(node, "".join(write(part, above) for part in node))
        key = _key(mark)
        if key not in shapes:
            inner = "".join(write(part, frames_with[mark]) for part in node)
            drawn = _element(node, inner) if node.attrib else f"<{node.tag}>{inner}</{node.tag}>"
            shapes[key] = re.sub(r"^<\w+", rf"\g<0> id='{key}'", drawn)
        return f"<use href='#{key}'/>"

    bodies = ["".join(map(write, tree)) for tree in trees]
    short = {key: f"{prefix}{np.base_repr(i, 36).lower()}" for i, key in enumerate(shapes)}

    def named(text: str) -> str:
        return _KEY.sub(lambda m: short[m[0]], text)

    return named("".join(shapes.values())), [named(body) for body in bodies]


def document(tree: ET.Element) -> str:
    """Write a drawing as a file of its own."""
    width, height = tree.get("viewBox", "").split()[2:]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"style='stroke-linejoin:round;stroke-linecap:butt'>{''.join(map(markup, tree))}</svg>"
    )
