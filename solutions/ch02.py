"""Reference solutions of chapter 2. Each block becomes a cell of the chapter."""

import numpy as np

from nnlib import data
from nnlib.activations import step
from nnlib.perceptron import Perceptron

# --- 2.1 ---


def vote(X):
    """The answer of a majority of three.

    X: zeros and ones, three votes per row, shape (n, 3).
    Returns 0 or 1 for each row, shape (n,).
    """
    return step(X @ np.ones(3) - 1.5)


# --- 2.2 ---


def answer(X, w, b):
    """The answers of a perceptron.

    X: shape (n, d); w: shape (d,); b: a number.
    Returns 0 or 1 for each row, shape (n,).
    """
    return (X @ w + b >= 0).astype(int)


# --- 2.3 ---


def margin(X, y, w, b):
    """The margin of a line on labeled points.

    X: points, shape (n, d); y: labels 0 or 1, shape (n,); w: shape (d,); b: a number.
    Returns a number, negative where a point lies on the wrong side.
    """
    return ((2 * y - 1) * (X @ w + b)).min() / np.linalg.norm(w)


# --- 2.4 ---


def learn(w, b, x, y):
    """One visit of the learning rule.

    w, x: shape (d,); b: a number; y: 0 or 1.
    Returns the new w and b, and leaves the given w as it is.
    """
    error = y - int(x @ w + b >= 0)
    return w + error * x, b + error


# --- 2.5 ---


def pocket(X, y, visits, rng):
    """The fewest mistakes on all of X among the weights that the rule visits.

    X: shape (n, d); y: labels 0 or 1, shape (n,); rng: draws the examples.
    Returns a whole number.
    """
    unit, fewest = Perceptron(X.shape[1]), len(X)
    for i in rng.integers(len(X), size=visits):
        unit.update(X[i], y[i])
        fewest = min(fewest, int((unit.predict(X) != y).sum()))
    return fewest


# --- 2.6 ---


def rated(X, y, epochs, eta):
    """Weights and bias after some epochs of the rule with a rate, from zero.

    X: shape (n, d); y: labels 0 or 1, shape (n,); eta: the rate.
    Returns one array of shape (d + 1,): w, then b.
    """
    theta = np.zeros(X.shape[1] + 1)
    for x, label in [*zip(X, y, strict=True)] * epochs:
        extended = np.append(x, 1.0)
        theta += eta * (label - (theta @ extended >= 0)) * extended
    return theta


# --- 2.7 ---


def labelings(n, p):
    """How many labelings of n points a unit with p parameters can realize.

    The points are in general position. Returns a whole number.
    """
    if p == 0:
        return 0
    if n == 1:
        return 2
    return labelings(n - 1, p) + labelings(n - 1, p - 1)


# --- 2.8 ---


def lifted_xor():
    """Weights and bias that the rule finds for XOR with the product as third input.

    Returns w, shape (3,), and b, a number.
    """
    X, y = data.xor()
    unit = Perceptron(3)
    unit.fit(np.column_stack([X, X[:, 0] * X[:, 1]]), y, epochs=100)
    return unit.w, unit.b
