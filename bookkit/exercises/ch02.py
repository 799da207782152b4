"""Exercises of chapter 2: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

X = np.array([[1.0, 2.0], [-1.0, -1.5], [3.0, 1.0], [0.0, 3.0]])
Y = np.array([1, 0, 0, 1])
LINE = np.array([-3.0, 4.0])
AT, POINT = np.array([1.0, -1.0]), np.array([2.0, 1.0])
CLOUD = np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 1.0], [1.0, 0.0]])


def answer(x, w, b):
    return int(x @ w + b >= 0)


def rated(X, y, epochs, eta, rate_of_bias):
    """The learning rule from zero, with a rate of its own for the bias."""
    w, b = np.zeros(X.shape[1]), 0.0
    for x, label in [*zip(X, y, strict=True)] * epochs:
        error = label - answer(x, w, b)
        w, b = w + eta * error * x, b + rate_of_bias * error
    return np.append(w, b)


EXERCISES = [
    Exercise(
        "2.3",
        "margin",
        "check",
        "Distances and a margin",
        cases=[
            ((np.array([[1.0, 2.0]]), np.array([1]), LINE, 0.0), 1.0),
            ((np.array([[1.0, 2.0]]), np.array([1]), LINE, 5.0), 2.0),
            ((X, Y, LINE, 0.0), 0.6),
            ((X, 1 - Y, LINE, 0.0), -2.4),
            ((X, Y, LINE, -2.0), 0.6),
            ((X, 1 - Y, LINE, 2.5), -2.9),
        ],
        mistakes={
            "Divide by the norm of w.": lambda X, y, w, b: ((2 * y - 1) * (X @ w + b)).min(),
            "Divide by the norm of w alone: the bias only shifts the line.": (
                lambda X, y, w, b: (
                    ((2 * y - 1) * (X @ w + b)).min() / np.linalg.norm(np.append(w, b))
                )
            ),
            "The bias is missing.": lambda X, y, w, b: (
                ((2 * y - 1) * (X @ w)).min() / np.linalg.norm(w)
            ),
            "A point on the wrong side counts negative.": lambda X, y, w, b: (
                np.abs(X @ w + b).min() / np.linalg.norm(w)
            ),
            "The labels are missing: class 0 lies on the negative side.": lambda X, y, w, b: (
                (X @ w + b).min() / np.linalg.norm(w)
            ),
        },
    ),
    Exercise(
        "2.4",
        "learn",
        "apply",
        "The learning rule",
        cases=[
            ((AT, 0.0, POINT, 0), (np.array([-1.0, -2.0]), -1.0)),
            ((AT, 0.0, POINT, 1), (AT, 0.0)),
            ((AT, -3.0, POINT, 1), (np.array([3.0, 0.0]), -2.0)),
            ((AT, -3.0, POINT, 0), (AT, -3.0)),
            ((AT, -1.0, POINT, 1), (AT, -1.0)),  # a score of exactly zero
            ((AT, -1.0, POINT, 0), (np.array([-1.0, -2.0]), -2.0)),
        ],
        mistakes={
            "A score of exactly zero counts as 1.": lambda w, b, x, y: (
                w + (y - int(x @ w + b > 0)) * x,
                b + y - int(x @ w + b > 0),
            ),
            "The sign is turned around: the error is y − ŷ.": lambda w, b, x, y: (
                w - (y - answer(x, w, b)) * x,
                b - (y - answer(x, w, b)),
            ),
            "Right answers must change nothing.": lambda w, b, x, y: (
                w + (2 * y - 1) * x,
                b + 2 * y - 1,
            ),
            "The bias learns, too.": lambda w, b, x, y: (w + (y - answer(x, w, b)) * x, b),
            "Labels and answers must both be 0 or 1.": lambda w, b, x, y: (
                w + (2 * y - 1 - answer(x, w, b)) * x,
                b + 2 * y - 1 - answer(x, w, b),
            ),
        },
    ),
    Exercise(
        "2.6",
        "rated",
        "apply",
        "Does the learning rate matter?",
        cases=[
            ((CLOUD, np.array([0, 1, 1, 0]), 1, 1.0), [0.0, 0.0, -1.0]),
            ((CLOUD, np.array([0, 1, 1, 0]), 2, 1.0), [1.0, 1.0, -1.0]),
            ((CLOUD, np.array([0, 1, 1, 0]), 4, 0.5), [0.5, 1.0, -1.0]),
            ((CLOUD, np.array([1, 0, 1, 0]), 3, 0.25), [-0.5, 0.25, 0.25]),
        ],
        mistakes={
            "η must multiply both updates; here the bias goes without.": lambda X, y, epochs, eta: (
                rated(X, y, epochs, eta, 1.0)
            ),
            "η is not used.": lambda X, y, epochs, eta: rated(X, y, epochs, 1.0, 1.0),
            "The bias learns, too.": lambda X, y, epochs, eta: rated(X, y, epochs, eta, 0.0),
        },
    ),
]
