"""Exercises of chapter 3: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise
from nnlib import activations

ROWS = np.array([[0.0, np.log(3)], [1000.0, 1000.0], [0.0, 2000.0], [2000.0, 0.0]])
SCORES = np.array([8.0, -6.0, 4.0, -5.0, 9.0, 7.0])
LABELS = np.array([1, 0, 1, 0, 0, 1])
CANDIDATES = [1.0, 6.0, 0.1, 1000.0]


def as_written(z):
    with np.errstate(over="ignore"):
        return np.log(1 + np.exp(np.asarray(z)))


def shares(Z, subtracted, axis):
    with np.errstate(over="ignore", invalid="ignore"):
        grown = np.exp(Z - subtracted)
        return grown / grown.sum(axis=axis, keepdims=axis is not None)


def chosen(costs, candidates):
    return candidates[int(np.argmin(costs))]


EXERCISES = [
    Exercise(
        "3.2",
        "leaky",
        "check",
        "Leaky ReLU",
        cases=[
            (np.array([-10.0]), np.array([-1.0])),
            (np.array([-2.0, 0.0, 3.0]), np.array([-0.2, 0.0, 3.0])),
        ],
        mistakes={
            "This is the plain ReLU: the negative side has no slope.": (
                lambda z: np.where(z > 0, z, 0.0)
            ),
            "Here the leak holds for positive z; it belongs on the negative side.": (
                lambda z: np.minimum(z, 0.1 * z)
            ),
            "Here the negative side is turned upward, as in an absolute value.": (
                lambda z: np.where(z > 0, z, -0.1 * z)
            ),
            "The slope on the left is 0.1 here, not 0.01.": lambda z: np.where(z > 0, z, 0.01 * z),
        },
    ),
    Exercise(
        "3.3",
        "stable_softplus",
        "apply",
        "Softplus that does not overflow",
        cases=[
            (0.0, 0.693147180559945),
            (1.0, 1.313261687518223),
            (-8.0, 0.00033540637289566),
            (8.0, 8.00033540637289566),
            (1000.0, 1000.0),
            (-1000.0, 0.0),
        ],
        mistakes={
            "This is right on paper, but it overflows at z = 1000.": as_written,
            "The sign of the exponent is turned around: this falls with z.": (
                lambda z: np.logaddexp(0, -z)
            ),
            "This is the ReLU itself; the corner is not rounded.": lambda z: max(z, 0.0),
        },
    ),
    Exercise(
        "3.4",
        "batch_softmax",
        "apply",
        "Softmax of a batch",
        cases=[
            (np.log([[1.0, 2.0, 5.0]]), np.array([[0.125, 0.25, 0.625]])),
            (ROWS, np.array([[0.25, 0.75], [0.5, 0.5], [0.0, 1.0], [1.0, 0.0]])),
        ],
        mistakes={
            "The classes stand in the columns, so the sum runs over each row.": (
                lambda Z: shares(Z, Z.max(axis=0), 0)
            ),
            "This makes the whole array sum to 1, not each row.": (
                lambda Z: shares(Z, Z.max(), None)
            ),
            "Subtract the largest score of a row; with another one the largest overflows.": (
                lambda Z: shares(Z, Z.min(axis=1, keepdims=True), 1)
            ),
        },
    ),
    Exercise(
        "3.5",
        "true_slope",
        "apply",
        "The wrong value",
        cases=[(0.5, 0.25), (0.8, 0.16), (0.1, 0.09)],
        mistakes={
            "This is the slope at a, not at the z that gave a.": activations.dsigmoid,
            "This is tanh's slope, written in its output.": lambda a: 1 - a**2,
        },
    ),
    Exercise(
        "3.6",
        "saturated",
        "explore",
        "How wide is alive?",
        cases=[
            (np.array([2.98, 2.995]), 0.5),
            (np.array([-9.0, 9.0, 0.1]), 0.666666666666667),
            (np.array([0.0, 5.0, 1.0, 0.3]), 0.25),
        ],
        mistakes={
            "Both ends saturate, not only large positive z.": (
                lambda z: float(np.mean((activations.dtanh(z) < 0.01) & (z > 0)))
            ),
            "This is the share that is alive.": (
                lambda z: float(np.mean(activations.dtanh(z) >= 0.01))
            ),
            "This is a number of draws; a share is divided by how many there are.": (
                lambda z: float(np.sum(activations.dtanh(z) < 0.01))
            ),
        },
    ),
    Exercise(
        "3.7",
        "best_temperature",
        "explore",
        "A temperature for the perceptron",
        cases=[
            ((np.array([3.0, -2.0]), np.array([1, 0]), [2.0, 0.5]), 0.5),
            ((SCORES, LABELS, CANDIDATES), 6.0),
            ((SCORES, 1 - LABELS, CANDIDATES), 1000.0),
        ],
        mistakes={
            "Accuracy does not depend on the temperature; choose by the cross-entropy.": (
                lambda scores, y, candidates: chosen(
                    [np.mean((scores / T >= 0) != y) for T in candidates], candidates
                )
            ),
            "The labels are exchanged: a high score speaks for class 1.": (
                lambda scores, y, candidates: chosen(
                    [np.logaddexp(0, (2 * y - 1) * scores / T).mean() for T in candidates],
                    candidates,
                )
            ),
            "Divide by the temperature; this multiplies.": (
                lambda scores, y, candidates: chosen(
                    [np.logaddexp(0, (1 - 2 * y) * scores * T).mean() for T in candidates],
                    candidates,
                )
            ),
        },
    ),
]
