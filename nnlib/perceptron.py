"""Chapter 2: one neuron with a step, and the rule by which it learns from its mistakes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import features, labels, whole


class Perceptron:
    """Rosenblatt's perceptron: ŷ = 1 if w · x + b ≥ 0, else 0.

    The learning rule visits the examples in order and changes w and b on mistakes only:
    w ← w + (y − ŷ) x,  b ← b + (y − ŷ).
    On separable data it makes at most (R/γ)² mistakes, where R is the largest ‖(x, 1)‖ and γ the
    margin of some unit vector (w, b) in that extended space.

    With ``averaged=True``, ``predict`` uses the mean of the weights over all examples seen, which
    is steadier where the data are not separable.

    Attributes: ``w`` (d,), ``b`` (float). References: Rosenblatt (1958, 1962), Novikoff (1962);
    averaging: Freund & Schapire (1999).
    """

    def __init__(self, d: int, *, averaged: bool = False) -> None:
        self.d = whole("d, the number of inputs,", d)
        self.averaged = averaged
        self.w = np.zeros(d)
        self.b = 0.0
        self._sum_w, self._sum_b, self._seen = np.zeros(d), 0.0, 0

    def scores(self, X: ArrayLike) -> NDArray:
        """w · x + b for every row. Shapes: X (n, d); returns (n,)."""
        X = features(X, self.d)
        if self.averaged and self._seen:
            return X @ (self._sum_w / self._seen) + self._sum_b / self._seen
        return X @ self.w + self.b

    def predict(self, X: ArrayLike) -> NDArray[np.int_]:
        """1 where the score is at least 0, else 0. Shapes: X (n, d); returns (n,)."""
        return (self.scores(X) >= 0).astype(int)

    def update(self, x: NDArray, y: int) -> bool:
        """Learn from one example, x (d,) with label y; True where it was a mistake."""
        error = y - int(x @ self.w + self.b >= 0)
        if error:
            self.w = self.w + error * x
            self.b = self.b + error
        if self.averaged:
            self._sum_w, self._sum_b = self._sum_w + self.w, self._sum_b + self.b
            self._seen += 1
        return error != 0

    def fit(self, X: ArrayLike, y: ArrayLike, epochs: int = 10) -> list[int]:
        """Go through the data up to ``epochs`` times, in the given order; stop after an epoch
        without a mistake. Returns the number of mistakes in each epoch.

        Shapes: X (n, d), y (n,) of 0 and 1. Raises ValueError or TypeError for another number of
        features, labels other than 0 and 1, NaN or ∞, or no data.
        """
        X = features(X, self.d)
        y = labels(y, len(X), classes=2)
        mistakes: list[int] = []
        for _ in range(whole("epochs", epochs)):
            mistakes.append(sum(self.update(x, t) for x, t in zip(X, y.tolist(), strict=True)))
            if mistakes[-1] == 0:
                break
        return mistakes

    def __repr__(self) -> str:
        return f"Perceptron({self.d}{', averaged=True' if self.averaged else ''})"
