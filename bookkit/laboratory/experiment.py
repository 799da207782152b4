"""What the experiments of the laboratory share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Experiment:
    """Something to try out: messages in, state out. It knows nothing of widgets.

    ``scripts`` name the files that draw it, ``fixed`` is what never changes and is sent once. For
    a message ``{"do": "train", "epochs": 5}`` its method ``do_train(epochs=5)`` is called.
    """

    scripts: tuple[str, ...]
    fixed: dict[str, Any]

    def state(self) -> dict[str, Any]:
        """What the widget shows, arrays as bytes; ``say`` is a sentence for those who listen."""
        raise NotImplementedError

    def still(self) -> Figure:
        """A figure of the state, for print and for pages without Python."""
        raise NotImplementedError

    def receive(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what the message says; returns the new state."""
        arguments = dict(message)
        action = getattr(self, f"do_{arguments.pop('do', None)}", None)
        if action is None:
            known = ", ".join(sorted(n[3:] for n in dir(self) if n.startswith("do_")))
            raise ValueError(f"{message!r} asks for nothing that this experiment does: {known}")
        action(**arguments)
        return self.state()


def square_grid(extent: tuple[float, float, float, float], n: int) -> NDArray[np.float64]:
    """The centers of n × n pixels that fill ``extent``, row by row from the top; (n², 2)."""
    left, right, low, high = extent
    steps = (np.arange(n) + 0.5) / n
    x, y = left + steps * (right - left), high - steps * (high - low)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def signed_bytes(values: NDArray) -> bytes:
    """Each row as whole numbers from −127 to 127, which is its largest absolute value."""
    values = np.nan_to_num(np.atleast_2d(values))
    top = np.abs(values).max(axis=1, keepdims=True)
    return np.rint(127 * values / np.where(top > 0, top, 1)).astype(np.int8).tobytes()


def probability_bytes(p: NDArray) -> bytes:
    """Probabilities as whole numbers from −127 (for 0) to 127 (for 1)."""
    return np.rint(127 * np.nan_to_num(2 * p - 1)).astype(np.int8).tobytes()
