"""Draw the book's cover, the start page's silhouettes, the logo and the card of shared links.

    python tools/artwork.py         write them into web/static/
    python tools/artwork.py check   compare what is there with what would be drawn

A cat and a dog from the book's own data look at each other across a network that has to tell them
apart: their pixels come loose, turn into neurons, and meet in two answers. Its colors are CSS
variables, so that the cover follows the page from light to dark.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
COVER, LOGO = ROOT / "web" / "static" / "cover.svg", ROOT / "web" / "static" / "logo.svg"
QUIZ = ROOT / "web" / "static" / "silhouettes.svg"
CARD = ROOT / "web" / "static" / "social-card.png"

CAT, DOG = 33, 1024  # rows of cats_dogs.npz: a cat that looks right, a dog that looks left
GUESS = (47, 1004, 58, 997, 24, 1001, 1018, 19, 1005, 6)  # silhouettes of the start page
LETTERS = "ABCDEFGHKL"  # without I and J, which look alike
WIDTH, HEIGHT = 1200, 420
PITCH, PIXEL = 11, 10  # from pixel to pixel, and the square drawn for one
COLORS = {"cat": "#C84E00", "dog": "#0072B2", "ink": "#6B7280"}
LAYERS = ((450, 6, 46), (525, 4, 58), (600, 2, 76), (675, 4, 58), (750, 6, 46))  # x, neurons, gap
MIDDLE = 214


@dataclass(frozen=True)
class Mark:
    """A square that may be on its way to a circle: ``roundness`` 0 is a pixel, 1 a neuron."""

    x: float
    y: float
    size: float
    roundness: float
    color: str
    opacity: float


@dataclass(frozen=True)
class Edge:
    """A connection from (x0, y0) to (x1, y1)."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    color: str

    def path(self) -> str:
        bend = (self.x0 + self.x1) / 2
        return (
            f"M{self.x0:g} {self.y0:g}C{bend:g} {self.y0:g} {bend:g} {self.y1:g}"
            f" {self.x1:g} {self.y1:g}"
        )


def silhouette(row: int, left: float, top: float, color: str) -> list[Mark]:
    """One square for every inked pixel of an image."""
    with np.load(ROOT / "nnlib" / "_data" / "cats_dogs.npz") as archive:
        image = archive["images"][row]
    return [
        Mark(left + PITCH * j, top + PITCH * i, PIXEL, 0.0, color, round(image[i, j] / 255 * 4) / 4)
        for i, j in np.argwhere(image > 40).tolist()
    ]


def stream(pixels: list[Mark], layer: int, rng: np.random.Generator) -> Iterator[Mark]:
    """Pixels that have come loose and turn into circles on their way to a layer of neurons."""
    column = neurons(layer)
    order = sorted(pixels, key=lambda p: abs(p.x - column[0].x))[:150]
    for pixel in rng.choice(len(order), 100, replace=False):
        start, goal = order[pixel], column[rng.integers(len(column))]
        way = float(rng.uniform(0.1, 0.94))
        size = PIXEL * (1 - 0.55 * way)
        yield Mark(
            round(start.x + (goal.x - start.x) * way, 1),
            round(start.y + (goal.y - start.y) * way**0.8 + float(rng.normal(0, 7)), 1),
            round(size, 1),
            round(min(1.0, 1.5 * way), 2),
            start.color,
            round(0.9 - 0.4 * way, 2),
        )


def neurons(layer: int) -> list[Mark]:
    x, count, gap = LAYERS[layer]
    color = {0: "cat", 1: "cat", 3: "dog", 4: "dog"}.get(layer)
    top = MIDDLE - gap * (count - 1) / 2
    size = 30 if color is None else 17
    return [
        Mark(x, top + gap * k, size, 1.0, color or ("cat", "dog")[k], 1.0) for k in range(count)
    ]


def edges(rng: np.random.Generator) -> list[Edge]:
    found = []
    for left, right in pairwise(range(len(LAYERS))):
        for a, b in product(neurons(left), neurons(right)):
            width = round(0.5 + 2.2 * float(rng.beta(1.2, 3)), 1)
            if left < 2:
                found.append(Edge(a.x, a.y, b.x, b.y, width, "cat"))
            else:  # toward the middle, too
                found.append(Edge(b.x, b.y, a.x, a.y, width, "dog"))
    return found


def drawing() -> tuple[list[Mark], list[Edge], list[Mark]]:
    """Everything on the cover: pixels at rest and on their way, connections, neurons."""
    rng = np.random.default_rng(1943)  # the year of McCulloch and Pitts
    cat = silhouette(CAT, 22, 64, "cat")
    dog = silhouette(DOG, WIDTH - 22 - 28 * PITCH, 64, "dog")
    loose = [*stream(cat, 0, rng), *stream(dog, len(LAYERS) - 1, rng)]
    return cat + dog + loose, edges(rng), [n for k in range(len(LAYERS)) for n in neurons(k)]


def cover_svg() -> str:
    """The cover as SVG, to stand in the page itself so that its colors follow the page's theme."""
    marks, lines, bodies = drawing()
    parts = [
        f'<svg class="cover" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' role="img" aria-labelledby="cover-title">',
        '<title id="cover-title">A cat and a dog made of pixels face each other; their pixels come'
        " loose, turn into neurons, and meet in a network with two answers.</title>",
    ]
    variables = {name: f"var(--cover-{name}, {color})" for name, color in COLORS.items()}
    groups: dict[tuple[str, float], list[Mark]] = {}
    for mark in marks:
        if mark.roundness == 0:
            groups.setdefault((mark.color, mark.opacity), []).append(mark)
        else:
            parts.append(
                f'<rect x="{mark.x - mark.size / 2:.4g}" y="{mark.y - mark.size / 2:.4g}"'
                f' width="{mark.size:g}" height="{mark.size:g}"'
                f' rx="{mark.roundness * mark.size / 2:.2g}" fill="{variables[mark.color]}"'
                f' opacity="{mark.opacity:g}"/>'
            )
    for (color, opacity), pixels in sorted(groups.items()):
        parts.append(
            f'<path d="{squares(pixels)}" fill="{variables[color]}" opacity="{opacity:g}"/>'
        )
    for edge in lines:
        parts.append(
            f'<path d="{edge.path()}" fill="none" stroke="{variables["ink"]}"'
            f' stroke-width="{edge.width:g}" opacity=".55"/>'
        )
    for k, edge in enumerate(lines[::5]):  # a spike travels along every fifth connection
        parts.append(
            f'<path class="spike" style="animation-delay:{k % 7 * 0.6:g}s" d="{edge.path()}"'
            f' fill="none" stroke="{variables[edge.color]}" stroke-width="3"'
            ' stroke-linecap="round" pathLength="100"/>'
        )
    for body in bodies:
        parts.append(
            f'<circle cx="{body.x:g}" cy="{body.y:g}" r="{body.size / 2:g}"'
            f' fill="{variables[body.color]}" stroke="var(--cover-paper, #FDFCF9)"'
            ' stroke-width="3"/>'
        )
    return "\n".join([*parts, "</svg>\n"])


def squares(pixels: list[Mark]) -> str:
    """One path for all squares."""
    return "".join(
        f"M{p.x - p.size / 2:g} {p.y - p.size / 2:g}h{p.size}v{p.size}h-{p.size}z" for p in pixels
    )


def quiz_svg() -> str:
    """Ten silhouettes to tell apart, each with its letter."""
    parts = [
        '<svg class="book-silhouettes" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1640 740"'
        ' role="img" aria-labelledby="silhouettes-title">',
        '<title id="silhouettes-title">Ten small black silhouettes of animals, lettered A to L'
        " without I and J: sitting, standing and walking, some with a tail to be seen, some from"
        " the front.</title>",
    ]
    for place, row in enumerate(GUESS):
        left, top = 20 + 328 * (place % 5), 20 + 370 * (place // 5)
        pixels = silhouette(row, left, top, "ink")
        for opacity in sorted({p.opacity for p in pixels}):
            shape = squares([p for p in pixels if p.opacity == opacity])
            parts.append(f'<path d="{shape}" fill="currentColor" opacity="{opacity:g}"/>')
        parts.append(
            f'<text x="{left + 140}" y="{top + 346}" fill="currentColor" font-size="48"'
            f' text-anchor="middle" font-family="sans-serif">{LETTERS[place]}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def logo_svg() -> str:
    """Three pixels, one neuron, one answer. Reads on light and dark, and at 16 pixels."""
    inputs = "".join(
        f'<path d="M12 {y + 4}C22 {y + 4} 24 32 36 32" fill="none" stroke="#8A8F98"'
        f' stroke-width="{w}"/><rect x="4" y="{y}" width="8" height="8" fill="#D95F0E"/>'
        for y, w in ((8, 5), (28, 3), (48, 4))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'{inputs}<path d="M36 32H62" stroke="#2E8BC0" stroke-width="5"/>'
        '<circle cx="38" cy="32" r="13" fill="#2E8BC0"/></svg>\n'
    )


def card_png() -> bytes:
    """The cover with the book's title, 1200 × 630, as shared links show it."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
    from matplotlib.path import Path as Curve

    marks, lines, bodies = drawing()
    figure = plt.figure(figsize=(12, 6.3), dpi=100, facecolor="#FDFCF9")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 1200), ylim=(630, 0), aspect="equal")
    axes.axis("off")
    for edge in lines:
        bend = (edge.x0 + edge.x1) / 2
        points = [(edge.x0, edge.y0), (bend, edge.y0), (bend, edge.y1), (edge.x1, edge.y1)]
        codes = [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4]
        style = {"edgecolor": COLORS["ink"], "linewidth": edge.width * 0.72, "alpha": 0.55}
        axes.add_patch(PathPatch(Curve(points, codes), facecolor="none", **style))
    for mark in marks:
        half, rounding = mark.size / 2, max(mark.roundness * mark.size / 2, 0.01)
        shape = f"round,pad=0,rounding_size={rounding}"
        corner = (mark.x - half, mark.y - half)
        axes.add_patch(
            FancyBboxPatch(
                corner,
                mark.size,
                mark.size,
                boxstyle=shape,
                facecolor=COLORS[mark.color],
                linewidth=0,
                alpha=mark.opacity,
            )
        )
    for body in bodies:
        look = {
            "facecolor": COLORS[body.color],
            "edgecolor": "#FDFCF9",
            "linewidth": 2,
            "zorder": 3,
        }
        axes.add_patch(Circle((body.x, body.y), body.size / 2, **look))
    words = {"family": "STIXGeneral", "color": "#22262B", "ha": "center"}
    axes.text(600, 510, "From Neuron to Network", size=50, weight="bold", **words)
    axes.text(600, 570, "An executable textbook", size=26, **words)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    plt.close(figure)
    return buffer.getvalue()


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two PNGs look alike; versions of matplotlib differ in single pixels."""
    from matplotlib.image import imread

    a, b = (imread(io.BytesIO(png))[..., :3] for png in (one, other))
    return a.shape == b.shape and float(np.sqrt(((a - b) ** 2).mean())) < 0.02


DRAWINGS = {COVER: cover_svg, QUIZ: quiz_svg, LOGO: logo_svg}


def changed() -> list[str]:
    """Name the pictures that are not what this script draws."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path, text in DRAWINGS.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text()
    ]
    if not CARD.is_file() or not same_picture(CARD.read_bytes(), card_png()):
        found.append(CARD.relative_to(ROOT).as_posix())
    return found


def main() -> None:
    if sys.argv[1:] == ["check"]:
        if found := changed():
            raise SystemExit(f"Not as drawn: {', '.join(found)}. Run: python tools/artwork.py")
        return
    for path, text in DRAWINGS.items():
        path.write_text(text(), encoding="utf-8", newline="\n")
    CARD.write_bytes(card_png())


if __name__ == "__main__":
    main()
