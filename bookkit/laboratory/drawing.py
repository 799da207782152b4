"""Draw a picture, and see every layer of a network respond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnlib._checks import features, labels
from nnlib.layers import Activate, Dense
from nnlib.network import Network

from .experiment import Experiment, signed_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PER_CLASS = 3


class Drawing(Experiment):
    """A picture of side² pixels in [0, 1], and what the network's layers make of it."""

    scripts = ("paper.js", "drawing.js")

    def __init__(
        self, network: Network, X: ArrayLike, y: ArrayLike, names: Sequence[str], start: int = 0
    ) -> None:
        if len(names) != network.d_out or network.d_out < 2:
            raise ValueError(
                f"names must be one a class, and the network has {network.d_out}; got {list(names)}"
            )
        side = round(network.d_in**0.5)
        if side * side != network.d_in:
            raise ValueError(f"the network must read square pictures; it has {network.d_in} inputs")
        X = features(X, network.d_in)
        y = labels(y, len(X), classes=network.d_out)
        chosen = [i for k in range(len(names)) for i in np.flatnonzero(y == k)[:PER_CLASS]]
        self.network, self.names, self.side = network, list(names), side
        self.examples, self.pixels = X[chosen], X[chosen[start]]
        first = next(layer for layer in network.layers if isinstance(layer, Dense))
        self.fixed = {
            "side": side,
            "names": self.names,
            "examples": [
                {
                    "name": f"{names[y[i]]}, no. {1 + n % PER_CLASS}",
                    "pixels": X[i].round(3).tolist(),
                }
                for n, i in enumerate(chosen)
            ],
            "templates": signed_bytes(first.W),
        }

    def do_draw(self, pixels: Sequence[float]) -> None:
        """Take a new picture; what lies outside [0, 1] is cut off."""
        self.pixels = features([pixels], self.network.d_in)[0].clip(0, 1)

    def layers(self) -> list[tuple[str, NDArray[np.float64]]]:
        """Name and values of each hidden layer, then the logits."""
        A, found = self.pixels[None], []
        for layer in self.network.layers:
            A = layer.forward(A)
            if isinstance(layer, Activate):
                found.append((f"hidden layer {len(found) + 1}", A[0]))
        return [*found, ("logits", A[0])]

    def probabilities(self) -> NDArray[np.float64]:
        return self.network.probabilities(self.pixels[None])[0]

    def state(self) -> dict[str, Any]:
        p = self.probabilities()
        *hidden, (_, logits) = self.layers()
        return {
            "pixels": self.pixels.round(3).tolist(),
            "hidden": [
                {"name": name, "values": values.round(4).tolist(), "say": _active(name, values)}
                for name, values in hidden
            ],
            "logits": logits.round(4).tolist(),
            "probabilities": p.round(6).tolist(),
            "say": f"The network reads: {self.names[p.argmax()]}, {p.max():.1%}.",
        }

    def still(self) -> Figure:
        import matplotlib.pyplot as plt

        from .. import plotting

        p, (hidden, *_) = self.probabilities(), self.layers()
        first = next(layer for layer in self.network.layers if isinstance(layer, Dense))
        fig, axes = plt.subplots(1, 3, figsize=(9, 3.6), gridspec_kw={"width_ratios": [1, 1.6, 1]})
        plotting.image(axes[0], self.pixels, title="The drawing")
        order = np.argsort(-hidden[1], kind="stable")[:18]
        plotting.image_grid(
            axes[1],
            first.W[order] / np.abs(first.W[order]).max(axis=1, keepdims=True),
            columns=6,
            signed=True,
            captions=[f"{v:.1f}" for v in hidden[1][order]],
        )
        axes[1].set_title("What the strongest hidden units look for")
        axes[2].barh(self.names, p, color=plotting.BLUE)
        axes[2].invert_yaxis()
        axes[2].set(xlim=(0, 1), title="Probabilities")
        axes[2].grid(axis="y", visible=False)
        return fig


def _active(name: str, values: NDArray) -> str:
    strongest = int(np.abs(values).argmax())
    return (
        f"{name.capitalize()}: {np.count_nonzero(values > 0)} of {len(values)} units are above "
        f"zero; the strongest is unit {strongest + 1} with {values[strongest]:.2f}."
    )
