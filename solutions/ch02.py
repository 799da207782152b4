"""Reference solutions of chapter 2. Each block becomes a cell of the chapter."""

import numpy as np

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
