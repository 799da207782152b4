"""Edit a picture, and see at once what any function of it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnlib._checks import features

from .experiment import Experiment, signed_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 12  # panels
LARGEST = 64  # rows or columns of a panel

Look = Callable[[NDArray[np.float64]], tuple[str, Mapping[str, ArrayLike]]]


class Editing(Experiment):
    """A picture of side² pixels in [0, 1], and what ``look`` says of it and shows beside it."""

    scripts = ("paper.js", "editing.js")

    def __init__(
        self, start: ArrayLike, look: Look, examples: Mapping[str, ArrayLike] | None = None
    ) -> None:
        pixels = np.asarray(start, dtype=float).ravel()
        side = round(pixels.size**0.5)
        if not side or side * side != pixels.size:
            raise ValueError(f"start must be a square picture; it has {pixels.size} pixels")
        self.look, self.side = look, side
        chosen = {name: self._picture(picture) for name, picture in (examples or {}).items()}
        self.fixed = {
            "side": side,
            "examples": [
                {"name": name, "pixels": picture.round(3).tolist()}
                for name, picture in chosen.items()
            ],
        }
        self.pixels = self._picture(pixels)
        self.answer()

    def _picture(self, pixels: ArrayLike) -> NDArray[np.float64]:
        flat = np.asarray(pixels, dtype=float).ravel()
        return features(flat[None], self.side**2)[0].clip(0, 1)

    def do_edit(self, pixels: list[float]) -> None:
        """Take a new picture; what lies outside [0, 1] is cut off."""
        self.pixels = self._picture(pixels)

    def answer(self) -> tuple[str, dict[str, NDArray[np.float64]]]:
        """The sentence and the panels of the picture as it is now."""
        said, panels = self.look(self.pixels.copy())
        arrays = {title: np.atleast_2d(np.asarray(a, dtype=float)) for title, a in panels.items()}
        wrong = [t for t, a in arrays.items() if a.ndim != 2 or max(a.shape) > LARGEST]
        if wrong or len(arrays) > MOST:
            raise ValueError(
                f"look must give up to {MOST} panels of up to {LARGEST} × {LARGEST} values;"
                f" got {len(arrays)}: {', '.join(wrong or arrays)}"
            )
        return said, arrays

    def state(self) -> dict[str, Any]:
        said, panels = self.answer()
        return {
            "pixels": self.pixels.round(3).tolist(),
            "panels": [
                {
                    "title": title,
                    "rows": values.shape[0],
                    "columns": values.shape[1],
                    "range": [f"{values.min():.2f}", f"{values.max():.2f}"],
                }
                for title, values in panels.items()
            ],
            "maps": [signed_bytes(values.reshape(1, -1)) for values in panels.values()],
            "say": said,
        }

    def still(self) -> Figure:
        import matplotlib.pyplot as plt

        from .. import plotting

        _, panels = self.answer()
        fig, axes = plt.subplots(1, 1 + len(panels), figsize=(2.8 * (1 + len(panels)), 3))
        first, *others = np.atleast_1d(axes)
        plotting.image(first, self.pixels, title="The picture")
        for ax, (title, values) in zip(others, panels.items(), strict=True):
            top = np.abs(values).max() or 1.0
            ax.imshow(values, cmap=plotting.DIVERGING, vmin=-top, vmax=top)
            ax.set(title=title, xticks=[], yticks=[])
        return fig
