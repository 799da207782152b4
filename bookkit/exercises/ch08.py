"""Exercises of chapter 8: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

PICTURE = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0]])
CLOUD = np.array([[2.0, 2.0], [-2.0, -2.0], [1.0, -1.0], [-1.0, 1.0]])


def total(x):
    return float(np.sum(x))


def weighted(x):
    return float(np.sum(np.arange(x.size).reshape(x.shape) * x))


def covered_map(s, x, f, fill, *, sign=1, pile=False, places=None):
    """An occlusion map, with mistakes to order."""
    places = places or len(x) - f + 1
    found, covered = np.empty((places, places)), np.array(x, dtype=float)
    for i, j in np.ndindex(places, places):
        if not pile:
            covered = np.array(x, dtype=float)
        covered[i : i + f, j : j + f] = fill
        found[i, j] = sign * (s(x) - s(covered))
    return found


def eigenvalue_shares(A, *, center=True, rising=False, root=False):
    """Shares of variance, with mistakes to order."""
    A = np.asarray(A, dtype=float)
    A = A - A.mean(axis=0) if center else A
    values = np.linalg.eigvalsh(A.T @ A)
    values = np.sqrt(np.abs(values)) if root else values
    return (values if rising else values[::-1]) / values.sum()


def sent_back(dP, side, f, *, overwrite=False, mean=False, columns=False):
    """The blame of pixels, with mistakes to order."""
    places, dX, seen = side - f + 1, np.zeros((side, side)), np.zeros((side, side))
    for row, window in enumerate(np.asarray(dP)):
        i, j = divmod(row, places)
        i, j = (j, i) if columns else (i, j)
        here = dX[i : i + f, j : j + f]
        here[...] = window.reshape(f, f) + (0 if overwrite else here)
        seen[i : i + f, j : j + f] += 1
    return dX / seen if mean else dX


EXERCISES = [
    Exercise(
        "8.3",
        "occluded",
        "apply",
        "An occlusion map",
        cases=[
            ((total, PICTURE[:2, :2], 1, 0.0), [[1.0, 0.0], [0.0, 1.0]]),
            ((total, PICTURE[:2, :2], 1, 1.0), [[0.0, -1.0], [-1.0, 0.0]]),
            ((total, PICTURE, 2, 0.0), [[2.0, 3.0], [4.0, 2.0]]),
            ((weighted, PICTURE, 2, 1.0), [[-4.0, -4.0], [2.0, -12.0]]),
        ],
        mistakes={
            "Before less after: a patch that mattered gives a positive number.": (
                lambda s, x, f, fill: covered_map(s, x, f, fill, sign=-1)
            ),
            "The patches pile up: start from a fresh copy at each place.": (
                lambda s, x, f, fill: covered_map(s, x, f, fill, pile=True)
            ),
            "A patch of f has h − f + 1 places in a row.": (
                lambda s, x, f, fill: covered_map(s, x, f, fill, places=len(x))
            ),
            "Use the fill that was asked for, not paper.": (
                lambda s, x, f, fill: covered_map(s, x, f, 0.0)
            ),
        },
    ),
    Exercise(
        "8.4",
        "shares",
        "apply",
        "Share of variance",
        cases=[
            ((CLOUD,), [0.8, 0.2]),
            ((CLOUD + np.array([5.0, 0.0]),), [0.8, 0.2]),
            ((np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 0.0]]),), [1.0, 0.0]),
        ],
        mistakes={
            "Subtract the mean of each column first.": (
                lambda A: eigenvalue_shares(A, center=False)
            ),
            "Largest first: eigvalsh counts upward.": (lambda A: eigenvalue_shares(A, rising=True)),
            "The eigenvalues are variances already; take no root.": (
                lambda A: eigenvalue_shares(A, root=True)
            ),
        },
    ),
    Exercise(
        "8.5",
        "spread",
        "apply",
        "Blame that adds up",
        cases=[
            ((np.array([[1.0, 2.0, 3.0, 4.0]]), 2, 2), [[1.0, 2.0], [3.0, 4.0]]),
            (
                (np.ones((4, 4)), 3, 2),
                [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]],
            ),
            (
                (np.arange(16.0).reshape(4, 4), 3, 2),
                [[0.0, 5.0, 5.0], [10.0, 30.0, 20.0], [10.0, 25.0, 15.0]],
            ),
        ],
        mistakes={
            "A pixel that several windows see gets their sum, not the last of them.": (
                lambda dP, side, f: sent_back(dP, side, f, overwrite=True)
            ),
            "The sum, not the mean, of what the windows send back.": (
                lambda dP, side, f: sent_back(dP, side, f, mean=True)
            ),
            "The windows come row by row.": (
                lambda dP, side, f: sent_back(dP, side, f, columns=True)
            ),
        },
    ),
]
