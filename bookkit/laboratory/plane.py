"""Drag the points of two classes: a perceptron and a small network learn them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnlib import data, losses, network, optimizers, training
from nnlib._checks import lookup
from nnlib.perceptron import Perceptron

from .experiment import Experiment, probability_bytes, square_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIELD = (-2.0, 2.0, -2.0, 2.0)
MAP = 40
HIDDEN, RATE = 8, 0.05
SETTLED = 200  # epochs after the last change


def _blobs() -> data.Examples:
    rng = np.random.default_rng(5)
    y = np.arange(16) % 2
    return 0.4 * rng.standard_normal((16, 2)) + np.where(y, 0.7, -0.7)[:, None], y


def _corners() -> data.Examples:
    X, y = data.xor()
    return 2 * X - 1, y


def _moons() -> data.Examples:
    X, y = data.moons(32, noise=0.1, rng=np.random.default_rng(0))
    return 1.2 * (X - [0.5, 0.25]), y


SETS = {"blobs": _blobs, "xor": _corners, "moons": _moons}


class Points(Experiment):
    """Points in the square [−2, 2]², a perceptron, and a network 2–8–1 that learns with Adam."""

    scripts = ("plane.js",)

    def __init__(self, data: str = "blobs") -> None:
        self.fixed = {"map": MAP, "sets": list(SETS), "field": list(FIELD), "settled": SETTLED}
        self.do_load(data)
        self.do_train(SETTLED)

    def do_load(self, name: str) -> None:
        """Begin with a known set of points."""
        self.name = name
        self.X, self.y = lookup("set of points", name, SETS)()
        self.do_restart()

    def do_restart(self) -> None:
        """Forget what was learned."""
        self.perceptron, self.mistakes = Perceptron(2), 0
        self.rng = np.random.default_rng(0)
        self.net = network.mlp([2, HIDDEN, 1], activation="tanh", rng=self.rng)
        self.optimizer = optimizers.Adam(RATE)
        self.epoch = self.changed = 0

    def do_train(self, epochs: int) -> None:
        """Both go through the points ``epochs`` times more."""
        if len(self.X):
            self.mistakes = self.perceptron.fit(self.X, self.y, epochs=epochs)[-1]
            training.train(
                self.net,
                "binary_cross_entropy",
                self.optimizer,
                self.X,
                self.y,
                epochs=epochs,
                batch_size=len(self.X),
                rng=self.rng,
            )
        self.epoch += epochs

    def do_move(self, point: int, x: float, y: float) -> None:
        self.X[self._known(point)] = np.clip([x, y], FIELD[0], FIELD[1])
        self.changed = self.epoch

    def do_add(self, x: float, y: float, label: int) -> None:
        place = np.clip([[x, y]], FIELD[0], FIELD[1])
        self.X, self.y = np.vstack([self.X, place]), np.append(self.y, int(bool(label)))
        self.changed = self.epoch

    def do_turn(self, point: int) -> None:
        """Put a point into the other class."""
        self.y[self._known(point)] ^= 1
        self.changed = self.epoch

    def do_remove(self, point: int) -> None:
        keep = np.arange(len(self.X)) != self._known(point)
        self.X, self.y, self.changed = self.X[keep], self.y[keep], self.epoch

    def _known(self, point: int) -> int:
        if not 0 <= point < len(self.X):
            raise ValueError(f"there is no point {point}; there are {len(self.X)}")
        return point

    def probabilities(self) -> Any:
        """The network's probability of class 1 at each pixel of the map."""
        return self.net.probabilities(square_grid(FIELD, MAP))

    def state(self) -> dict[str, Any]:
        n = len(self.X)
        loss = wrong = line_wrong = 0
        if n:
            loss = losses.binary_cross_entropy(self.net.forward(self.X), self.y)
            wrong = int((self.net.predict(self.X) != self.y).sum())
            line_wrong = int((self.perceptron.predict(self.X) != self.y).sum())
        w, b = self.perceptron.w, self.perceptron.b
        return {
            "set": self.name,
            "points": [[*x, k] for x, k in zip(self.X.tolist(), self.y.tolist(), strict=True)],
            "line": [*w.tolist(), float(b)],
            "map": probability_bytes(self.probabilities()),
            "epoch": self.epoch,
            "ended": self.epoch - self.changed >= SETTLED,
            "loss": loss,
            "say": f"After {self.epoch} epochs the perceptron has {line_wrong} of {n} points wrong "
            f"and the network {wrong}; its loss is {loss:.4f}.",
        }

    def still(self) -> Figure:
        import matplotlib.pyplot as plt

        from .. import plotting

        fig, axes = plt.subplots(1, 2, figsize=(8, 4))
        plotting.decision_line(axes[0], self.perceptron.w, self.perceptron.b, FIELD, normal=False)
        plotting.boundary(axes[1], lambda X: self.net.forward(X)[:, 0], FIELD, resolution=80)
        for ax, title in zip(axes, ("The perceptron", f"The network 2–{HIDDEN}–1"), strict=True):
            plotting.points(ax, self.X, self.y)
            ax.set(title=title, aspect="equal")
        return fig
