"""Exercises of chapter 2: the cases an answer must pass, and the known mistakes."""

import itertools

import numpy as np

from bookkit.exercises import Exercise

X = np.array([[1.0, 2.0], [-1.0, -1.5], [3.0, 1.0], [0.0, 3.0]])
Y = np.array([1, 0, 0, 1])
LINE = np.array([-3.0, 4.0])
AT, POINT = np.array([1.0, -1.0]), np.array([2.0, 1.0])
CLOUD = np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
SQUARE = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
CUBE = np.array(list(itertools.product([0, 1], repeat=3)))
NOISY = np.array([[-2.0], [-1.0], [1.0], [2.0], [3.0]])


def answer(x, w, b):
    return int(x @ w + b >= 0)


def rated(X, y, epochs, eta, rate_of_bias):
    """The learning rule from zero, with a rate of its own for the bias."""
    w, b = np.zeros(X.shape[1]), 0.0
    for x, label in [*zip(X, y, strict=True)] * epochs:
        error = label - answer(x, w, b)
        w, b = w + eta * error * x, b + rate_of_bias * error
    return np.append(w, b)


def lines(X, y, order):
    """Mistakes on all of X after each visit of the learning rule."""
    w, b, made = np.zeros(X.shape[1]), 0.0, []
    for i in order:
        error = y[i] - answer(X[i], w, b)
        w, b = w + error * X[i], b + error
        made.append(int(((X @ w + b >= 0) != y).sum()))
    return made


def separates(answer):
    """weights and a bias that answer 0, 1, 1, 0 with the product as third input"""
    w, b = answer
    lifted = np.column_stack([SQUARE, SQUARE[:, 0] * SQUARE[:, 1]])
    return (lifted @ np.asarray(w) + b >= 0).astype(int).tolist() == [0, 1, 1, 0]


EXERCISES = [
    Exercise(
        "2.1",
        "vote",
        "check",
        "A vote",
        cases=[
            (np.array([[0, 1, 1]]), np.array([1])),
            (np.array([[0, 1, 0]]), np.array([0])),
            (CUBE, np.array([0, 0, 0, 1, 0, 1, 1, 1])),
        ],
        mistakes={
            "The threshold is -b, so b must be negative here.": (
                lambda X: (X.sum(axis=1) + 1.5 >= 0).astype(int)
            ),
            "A threshold above 2 asks for all three.": (
                lambda X: (X.sum(axis=1) - 2.5 >= 0).astype(int)
            ),
            "A threshold below 1 lets a single vote decide.": (
                lambda X: (X.sum(axis=1) - 0.5 >= 0).astype(int)
            ),
        },
    ),
    Exercise(
        "2.2",
        "answer",
        "check",
        "Step and predict",
        cases=[
            ((np.array([[1.0, 1.0]]), np.array([1.0, 1.0]), -1.0), np.array([1])),
            ((SQUARE, np.array([1.0, 1.0]), -1.0), np.array([0, 1, 1, 1])),
            ((SQUARE, np.array([2.0, -1.0]), -0.5), np.array([0, 0, 1, 1])),
            ((SQUARE, np.array([-1.0, -1.0]), 1.5), np.array([1, 1, 1, 0])),
        ],
        mistakes={
            "A score of exactly zero counts as 1.": lambda X, w, b: (X @ w + b > 0).astype(int),
            "The bias is missing.": lambda X, w, b: (X @ w >= 0).astype(int),
            "The bias is added, not a threshold to reach.": (
                lambda X, w, b: (X @ w >= b).astype(int)
            ),
            "The classes are 0 and 1 in this book, not -1 and 1.": (
                lambda X, w, b: np.where(X @ w + b >= 0, 1, -1)
            ),
        },
    ),
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
        "2.5",
        "pocket",
        "apply",
        "The pocket",
        cases=[
            ((SQUARE, np.array([0, 1, 1, 0]), 100, np.random.default_rng(0)), 1),
            ((SQUARE, np.array([0, 0, 0, 1]), 100, np.random.default_rng(0)), 0),
            ((NOISY, np.array([0, 1, 0, 1, 1]), 97, np.random.default_rng(1)), 1),
        ],
        mistakes={
            "Draw the examples at random; in a fixed order the rule is caught in its cycle.": (
                lambda X, y, visits, rng: min(lines(X, y, np.arange(visits) % len(X)))
            ),
            "The pocket keeps the best weights, not the last.": lambda X, y, visits, rng: lines(
                X, y, rng.integers(len(X), size=visits)
            )[-1],
            "The fewest mistakes, not the most.": lambda X, y, visits, rng: max(
                lines(X, y, rng.integers(len(X), size=visits))
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
    Exercise(
        "2.7",
        "labelings",
        "explore",
        "How many labelings?",
        cases=[
            ((1, 0), 0),
            ((1, 3), 2),
            ((3, 3), 8),
            ((4, 3), 14),
            ((5, 3), 22),
            ((6, 3), 32),
            ((8, 4), 128),
        ],
        mistakes={
            "Not every labeling can be realized.": lambda n, p: 2**n,
            "This counts points and parameters, not labelings.": lambda n, p: 2 * n * p,
            "Beyond n = p the number still grows, but more slowly.": lambda n, p: 2 ** min(n, p),
        },
    ),
    Exercise(
        "2.8",
        "lifted_xor",
        "explore",
        "One more input",
        cases=[((), separates)],
        mistakes={
            "That is OR; the third weight must punish both at once.": (
                lambda: (np.array([1.0, 1.0, 0.0]), -0.5)
            ),
            "The product must speak against 1.": lambda: (np.array([1.0, 1.0, 2.0]), -0.5),
        },
    ),
]
