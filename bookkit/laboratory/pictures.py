"""Two folders of pictures: a network learns to tell them apart."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnlib import data, network, optimizers, training
from nnlib._checks import features, labels

from .experiment import Experiment, signed_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEWEST, MOST = 8, 500  # pictures of a class
HIDDEN = [0, 4, 8, 16, 32]
SHOWN = 12  # pictures of a kind that are shown
STILL = 20  # epochs before the picture is taken
ENOUGH = 300  # epochs after which training stops by itself
PROGRAM = """\
import numpy as np
from nnlib import data, network, optimizers, training

with np.load("pictures.npz") as file:  # saved from the laboratory
    X, y = file["X"] / 255, file["y"]

rng = np.random.default_rng({seed})
(X_train, y_train), (X_new, y_new) = data.split(X, y, test=0.25, rng=rng)
net = network.mlp({sizes}, init=0.05, rng=rng)
optimizer = optimizers.Adam(0.002)
history = training.train(
    net, "cross_entropy", optimizer, X_train, y_train,
    epochs={epochs}, batch_size=32, rng=rng, validation=(X_new, y_new),
)
"""


class Pictures(Experiment):
    """A network with one hidden layer, or none, on small gray pictures of two classes.

    ``X`` (n, side²) in [0, 1], 1 for ink, and ``y`` (n,) of 0 and 1 are there at first; the reader
    puts pictures of their own in their place. A quarter is held back from learning.
    """

    scripts = ("pictures.js",)

    def __init__(self, X: ArrayLike, y: ArrayLike, names: Sequence[str]) -> None:
        side = round(np.shape(X)[-1] ** 0.5)
        X = features(X, side * side)
        y = labels(y, len(X), classes=2)
        self.side, self.hidden, self.seed, self.own = side, 16, 0, False
        chosen = np.concatenate([np.flatnonzero(y == k)[:MOST] for k in (0, 1)])
        self._begin(np.rint(255 * X[chosen].clip(0, 1)).astype(np.uint8), y[chosen], names)
        self.fixed = {"side": side, "hidden": HIDDEN, "fewest": FEWEST, "most": MOST}

    def _begin(self, pixels: NDArray[np.uint8], y: NDArray, names: Sequence[str]) -> None:
        self.pixels, self.y, self.names = pixels, y, list(names)
        self.make()
        (X, y), (X_new, y_new) = self.train, self.new
        squares = (X**2).sum(axis=1)
        nearest = y[np.argmin(squares - 2 * X_new @ X.T, axis=1)]
        self.rivals = {
            "the nearest known picture": float((nearest == y_new).mean()),
            "always the same class": float(max(np.mean(y_new == k) for k in (0, 1))),
        }

    def make(self) -> None:
        """As in the program that is shown, up to the training, which comes in parts."""
        self.rng = np.random.default_rng(self.seed)
        self.train, self.new = data.split(self.pixels / 255, self.y, test=0.25, rng=self.rng)
        self.net = network.mlp(self.sizes, init=0.05, rng=self.rng)
        self.optimizer, self.history = optimizers.Adam(0.002), training.History()

    @property
    def sizes(self) -> list[int]:
        return [self.side**2, *([self.hidden] if self.hidden else []), 2]

    def do_take(self, classes: list[dict[str, str]]) -> None:
        """Two classes, each with a name and its pictures: bytes of ink, row by row, as base64."""
        if not isinstance(classes, list) or len(classes) != 2:
            raise ValueError("two folders are needed, one for each class")
        if not all(isinstance(one, dict) for one in classes):
            raise ValueError("the pictures did not arrive whole")
        names = [
            str(one.get("name", "")).strip()[:40] or f"class {k + 1}"
            for k, one in enumerate(classes)
        ]
        if names[0] == names[1]:
            raise ValueError(f"both classes are called {names[0]}; give one of them another name")
        stacks = [self._stack(name, one) for name, one in zip(names, classes, strict=True)]
        y = np.repeat([0, 1], [len(stack) for stack in stacks])
        self._begin(np.concatenate(stacks), y, names)
        self.own = True

    def _stack(self, name: str, one: dict[str, str]) -> NDArray[np.uint8]:
        try:
            sent = base64.b64decode(one["pictures"], validate=True)
        except (KeyError, TypeError, ValueError):  # also base64 that is none
            raise ValueError(f"the pictures of {name} did not arrive whole") from None
        count, rest = divmod(len(sent), self.side**2)
        if rest or not FEWEST <= count <= MOST:
            raise ValueError(f"{name} must have {FEWEST} to {MOST} pictures; it has {count}")
        stack = np.frombuffer(sent, dtype=np.uint8).reshape(count, -1)
        if (stack == stack[0]).all():
            raise ValueError(f"the pictures of {name} are all the same: nothing to learn")
        return stack

    def do_set(self, hidden: int) -> None:
        """Another width; training begins anew."""
        if hidden not in HIDDEN:
            raise ValueError(f"hidden must be one of {HIDDEN}; got {hidden}")
        self.hidden = int(hidden)
        self.make()

    def do_restart(self, seed: int | None = None) -> None:
        """Begin anew; another ``seed`` cuts the pictures otherwise, too."""
        if seed is not None and (not isinstance(seed, int) or not 0 <= seed < 2**31):
            raise ValueError(f"seed must be a whole number from 0 on; got {seed}")
        self.seed = self.seed if seed is None else seed
        self._begin(self.pixels, self.y, self.names)

    def do_train(self, epochs: int) -> None:
        part = training.train(
            self.net,
            "cross_entropy",
            self.optimizer,
            *self.train,
            epochs=epochs,
            batch_size=32,
            rng=self.rng,
            validation=self.new,
        )
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            getattr(self.history, name).extend(getattr(part, name))

    def code(self) -> str:
        """The program that does what was done here so far, with the pictures that `file` gives."""
        return PROGRAM.format(seed=self.seed, sizes=self.sizes, epochs=len(self.history) or 20)

    def file(self) -> bytes:
        """All pictures and their labels, as a file for `numpy.load`."""
        content = io.BytesIO()
        np.savez_compressed(content, X=self.pixels, y=self.y, names=np.array(self.names))
        return content.getvalue()

    def do_save(self) -> None:
        """The next state, and only that one, holds the file."""
        self.saved = self.file()

    saved = b""

    def do_bring(self, file: str) -> None:
        """Take such a file back, as base64; one that comes from elsewhere is looked at closely."""
        try:
            content = io.BytesIO(base64.b64decode(file, validate=True))
            with zipfile.ZipFile(content) as parts:
                whole = sum(part.file_size for part in parts.infolist())
            if whole > 2 * MOST * self.side**2 + 100_000:
                raise ValueError
            with np.load(content, allow_pickle=False) as arrays:
                X, y, names = arrays["X"], arrays["y"], arrays["names"].tolist()
        except (KeyError, TypeError, ValueError, OSError, zipfile.BadZipFile):
            raise ValueError("this is no file of pictures that the laboratory saved") from None
        if (
            X.dtype != np.uint8
            or X.ndim != 2
            or X.shape[1] != self.side**2
            or y.shape != X.shape[:1]
            or not np.isin(y, [0, 1]).all()
            or len(names) != 2
        ):
            raise ValueError(f"these are no pictures of two classes, {self.side} pixels wide")
        self.do_take(
            [
                {"name": str(name), "pictures": base64.b64encode(X[y == k].tobytes()).decode()}
                for k, name in enumerate(names)
            ]
        )

    def says(self) -> str:
        h, n = self.history, len(self.new[1])
        if not len(h):
            return "A new network. It has learned nothing yet."
        rivals = "; ".join(f"{name}: {share:.0%}" for name, share in self.rivals.items())
        return (
            f"After {len(h)} epochs {h.accuracy[-1]:.0%} of the pictures it learns from are right,"
            f" and {h.validation_accuracy[-1]:.0%} of the {n} that it never saw. For comparison,"
            f" {rivals}."
        )

    def state(self) -> dict[str, Any]:
        h, (X_new, y_new) = self.history, self.new
        p = self.net.probabilities(X_new)
        wrong = np.flatnonzero(p.argmax(axis=1) != y_new)
        wrong = wrong[np.argsort(-p[wrong].max(axis=1), kind="stable")][:SHOWN]
        saved, self.saved = self.saved, b""
        W = self.net.params()["W1"]
        return {
            "names": self.names,
            "counts": [int((self.y == k).sum()) for k in (0, 1)],
            "own": self.own,
            "hidden": self.hidden,
            "seed": self.seed,
            "epoch": len(h),
            "ended": len(h) >= ENOUGH,
            "loss": h.loss,
            "test_loss": h.validation_loss,
            "templates": signed_bytes(W[:16]),
            "units": min(len(W), 16),
            "wrong": np.rint(255 * X_new[wrong]).astype(np.uint8).tobytes(),
            "taken": [
                f"{self.names[truth]}, taken for {self.names[answer]} with {sure:.0%}"
                for truth, answer, sure in zip(
                    y_new[wrong], p[wrong].argmax(axis=1), p[wrong].max(axis=1), strict=True
                )
            ],
            "code": self.code(),
            "file": saved,
            "say": self.says(),
        }

    def still(self) -> Figure:
        import matplotlib.pyplot as plt

        from .. import plotting

        trained = Pictures(self.pixels / 255, self.y, self.names)
        trained.do_train(STILL)
        W = trained.net.params()["W1"]
        fig, axes = plt.subplots(1, 3, figsize=(10, 3.4))
        both = [np.flatnonzero(self.y == k)[:8] for k in (0, 1)]
        plotting.image_grid(axes[0], self.pixels[np.concatenate(both)] / 255, columns=4)
        axes[0].set_title("Two folders of pictures")
        top = np.abs(W).max(axis=1, keepdims=True)
        plotting.image_grid(axes[1], W / top, columns=4, signed=True)
        axes[1].set_title("What each hidden unit looks for")
        plotting.history(axes[2], trained.history)
        axes[2].set_title(f"Loss in {STILL} epochs")
        return fig
