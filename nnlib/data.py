"""The data sets, and the small helpers that cut them up. Nothing is downloaded."""

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import generator, labels, whole

Examples = tuple[NDArray, NDArray[np.int_]]


def xor() -> Examples:
    """The four points of exclusive or. Returns X (4, 2) of 0 and 1, y (4,): 1 where they differ."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def moons(n: int = 200, *, noise: float = 0.1, rng: np.random.Generator) -> Examples:
    """Two interleaved half circles with Gaussian noise. Returns X (n, 2), y (n,) of 0 and 1."""
    y = np.arange(whole("n", n)) % 2
    angle = np.pi * generator(rng).random(n)
    x = np.where(y == 0, np.cos(angle), 1 - np.cos(angle))
    h = np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.column_stack([x, h]) + noise * rng.standard_normal((n, 2)), y


def spirals(
    n: int = 300,
    *,
    classes: int = 2,
    turns: float = 1.0,
    noise: float = 0.05,
    rng: np.random.Generator,
) -> Examples:
    """Interleaved spiral arms, one a class. Returns X (n, 2) in about [−1, 1]², y (n,)."""
    y = np.arange(whole("n", n)) % whole("classes", classes)
    radius = np.sqrt(generator(rng).random(n))
    angle = 2 * np.pi * (turns * radius + y / classes)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal((n, 2)), y


def digits() -> Examples:
    """Handwritten digits of 8 × 8 pixels. Returns X (1797, 64) in [0, 1], y (1797,) in 0 … 9.

    Alpaydin & Kaynak (1998), UCI repository, CC BY 4.0; a copy of scikit-learn's.
    """
    images, y = _load("digits.npz")
    return images.reshape(len(images), -1) / 16.0, y


def cats_dogs() -> Examples:
    """Silhouettes of cats (0) and dogs (1), 28 × 28 pixels. Returns X (1989, 784) in [0, 1], 1 the
    animal and 0 the background, y (1989,). From animal-mnist 0.4, MIT licence.
    """
    images, y = _load("cats_dogs.npz")
    return images.reshape(len(images), -1) / 255.0, y


def _load(name: str) -> Examples:
    with (files("nnlib") / "_data" / name).open("rb") as file, np.load(file) as arrays:
        return arrays["images"], arrays["labels"].astype(np.int_)


def split(
    X: ArrayLike, y: ArrayLike, *, test: float = 0.2, rng: np.random.Generator
) -> tuple[tuple[NDArray, NDArray], tuple[NDArray, NDArray]]:
    """A random split into ((X_train, y_train), (X_test, y_test)), with round(test · n) test rows.

    Raises ValueError unless X and y have the same number of rows and both parts have at least one.
    """
    X, y = np.asarray(X), np.asarray(y)
    if len(X) != len(y):
        raise ValueError(f"X and y must have as many rows; got {len(X)} and {len(y)}")
    held_out = round(test * len(X))
    if not 0 < held_out < len(X):
        raise ValueError(f"test={test!r} of {len(X)} rows leaves a part empty; use 0 < test < 1")
    order = generator(rng).permutation(len(X))
    train, rest = order[held_out:], order[:held_out]
    return (X[train], y[train]), (X[rest], y[rest])


def one_hot(y: ArrayLike, classes: int) -> NDArray[np.float64]:
    """Row i is 0 but for a 1 in column yᵢ. Shapes: y (n,) of 0 … classes − 1 → (n, classes)."""
    return np.eye(whole("classes", classes))[labels(y, len(np.atleast_1d(y)), classes)]


AHEAD = 2**20  # bytes of examples to shuffle ahead, few enough to stay in a processor's cache


class Minibatches:
    """The minibatches of an epoch, contiguous views, built once, of arrays that each epoch refills.

    The features pass through a buffer of as many whole batches as fit in ``AHEAD`` bytes, at least
    one: a step reads rows that were copied just before, and large data are never copied whole.
    """

    def __init__(self, X: NDArray, y: NDArray, batch_size: int) -> None:
        size = _batch_size(X, y, batch_size)
        ahead = size * max(1, AHEAD // max(1, X[:size].nbytes))
        self.X, self.y, self.size = X, y, size
        self.buffer, self.shuffled_y = X[:ahead].copy(), y.copy()
        self.fills = []
        for start in range(0, len(X), ahead):
            rows = slice(start, start + ahead)
            X_ahead, y_ahead = self.buffer[: len(X) - start], self.shuffled_y[rows]
            batches = [
                (slice(start + k, start + k + size), X_ahead[k : k + size], y_ahead[k : k + size])
                for k in range(0, len(y_ahead), size)
            ]
            self.fills.append((rows, X_ahead, batches))

    def epoch(self, rng: np.random.Generator) -> Iterator[tuple[slice, NDArray, NDArray]]:
        """Each batch, as its place in the epoch, X and y, in a new random order of the examples.

        A batch stands until the next one is asked for; ``shuffled_y`` stands for the whole epoch.
        """
        if len(self.X) <= self.size:  # the order within one batch means nothing
            yield from self.fills[0][2]
            return
        order = rng.permutation(len(self.X))
        np.take(self.y, order, axis=0, out=self.shuffled_y, mode="clip")
        for rows, X_ahead, batches in self.fills:
            np.take(self.X, order[rows], axis=0, out=X_ahead, mode="clip")
            yield from batches


def batches(
    X: ArrayLike, y: ArrayLike, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray, NDArray]]:
    """One epoch of minibatches in random order: each example once; the last may be smaller."""
    X, y = np.asarray(X), np.asarray(y)
    size = _batch_size(X, y, batch_size)
    order = generator(rng).permutation(len(X))
    parts = (order[start : start + size] for start in range(0, len(X), size))
    return ((X[part], y[part]) for part in parts)


def _batch_size(X: NDArray, y: NDArray, batch_size: int) -> int:
    """The size, after a look at whether there is anything to cut into batches."""
    if len(X) != len(y):
        raise ValueError(f"X and y must have as many rows; got {len(X)} and {len(y)}")
    if len(X) == 0:
        raise ValueError("there are no examples to make batches of")
    return whole("batch_size", batch_size)
