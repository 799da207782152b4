"""The data sets, and the small helpers that cut them up. Nothing is downloaded."""

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from ._checks import array, generator, labels, same_length, whole

Examples = tuple[NDArray, NDArray[np.int_]]


def xor() -> Examples:
    """The four points of exclusive or. Returns X (4, 2) of 0 and 1, y (4,): 1 where they differ."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def moons(n: int = 200, *, noise: float = 0.1, rng: Generator) -> Examples:
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
    turns: float = 1,
    noise: float = 0.05,
    rng: Generator,
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
    X: ArrayLike, y: ArrayLike, *, test: float = 0.2, rng: Generator
) -> tuple[tuple[NDArray, NDArray], tuple[NDArray, NDArray]]:
    """A random split into ((X_train, y_train), (X_test, y_test)), with round(test · n) test rows.

    Raises ValueError unless X and y have the same number of rows and both parts have at least one.
    """
    X, y = array("X", X), array("y", y)
    same_length(X, y)
    held_out = round(test * len(X))
    if not 0 < held_out < len(X):
        raise ValueError(f"test={test!r} of {len(X)} rows leaves a part empty; use 0 < test < 1")
    order = generator(rng).permutation(len(X))
    train, rest = order[held_out:], order[:held_out]
    return (X[train], y[train]), (X[rest], y[rest])


def one_hot(y: ArrayLike, classes: int) -> NDArray[np.float64]:
    """Row i is 0 but for a 1 in column yᵢ. Shapes: y (n,) of 0 … classes − 1 → (n, classes)."""
    return np.eye(whole("classes", classes))[labels(y, len(np.atleast_1d(y)), classes)]


def minibatches(n: int, batch_size: int, rng: Generator) -> Iterator[NDArray[np.int_]]:
    """One epoch: the places of n examples in random order, ``batch_size`` at a time, each once; the
    last batch may be smaller. One batch of all stays in its order, which means nothing there."""
    size = whole("batch_size", batch_size)
    order = generator(rng).permutation(n) if size < n else np.arange(n)
    return (order[start : start + size] for start in range(0, n, size))


def batches(
    X: ArrayLike, y: ArrayLike, batch_size: int, rng: Generator
) -> Iterator[tuple[NDArray, NDArray]]:
    """One epoch of minibatches in random order: each example once; the last may be smaller."""
    X, y = array("X", X), array("y", y)
    same_length(X, y)
    return ((X[part], y[part]) for part in minibatches(len(X), batch_size, rng))
