"""Exercises of chapter 9: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

ROWS = np.array([[0.0, 2.0], [1.0, 5.0], [-4.0, 4.0]])
HAT = np.array([[-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [1.0, 1.0]])
BLAME = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
SPREAD, GAIN = np.array([2.0, 1.0]), np.array([1.0, 3.0])
BACK = np.array([[0.25, 0.0], [-0.25, -3.0], [0.0, 3.0], [0.0, 0.0]])


def to_three_digits(answer):
    """three factors, to three digits"""
    return bool(np.allclose(answer, (9.765625e-4, 1024, 2.59374), rtol=2e-3, atol=0))


def normalized(X, epsilon, axis=-1, root=True, center=True):
    """Layer normalization, with mistakes to order."""
    m = X.mean(axis=axis, keepdims=True)
    variance = ((X - m) ** 2).mean(axis=axis, keepdims=True) + epsilon
    return (X - m * center) / (np.sqrt(variance) if root else variance)


def back(dY, hat, s, gain, mean=True, along=True):
    """The way back, with paths left out to order."""
    less = mean * dY.mean(axis=0) + along * hat * (dY * hat).mean(axis=0)
    return gain / s * (dY - less)


EXERCISES = [
    Exercise(
        "9.1",
        "factors",
        "check",
        "How large is the signal?",
        cases=[to_three_digits],
        mistakes={
            "Factors multiply from block to block, they do not add up.": (5.0, 20.0, 11.0),
            "With a skip the two mean squares add: the factor is 1 + c.": (
                (9.765625e-4, 1.0, 1e-10)
            ),
            "The mean square is asked for, not its root.": (0.03125, 32.0, 1.61051),
        },
    ),
    Exercise(
        "9.2",
        "dx",
        "check",
        "A batch by hand",
        cases=[(0.0, 0.0, -0.25, 0.25)],
        mistakes={
            "Mean and spread move with every x: that is only the direct way.": (0, 0, 0, 0.5),
            "The spread moves, too: take away the part along x̂.": (-0.125, -0.125, -0.125, 0.375),
            "Divide by s, since x̂ is (x − m)/s.": (0, 0, -0.5, 0.5),
        },
    ),
    Exercise(
        "9.3",
        "layer_norm",
        "apply",
        "Layer normalization",
        cases=[
            ((np.array([[0.0, 2.0]]), 0.0), np.array([[-1.0, 1.0]])),
            ((np.array([[0.0, 2.0]]), 3.0), np.array([[-0.5, 0.5]])),
            ((ROWS, 0.0), np.array([[-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]])),
        ],
        mistakes={
            "That is batch normalization: one example over its neurons, please.": (
                lambda X, e: normalized(X, e + 1e-300, axis=0)
            ),
            "Divide by the standard deviation, the root of the variance.": (
                lambda X, e: normalized(X, e, root=False)
            ),
            "Subtract the mean first.": lambda X, e: normalized(X, e, center=False),
        },
    ),
    Exercise(
        "9.4",
        "batch_norm_backward",
        "apply",
        "The way back",
        cases=[((BLAME, HAT, SPREAD, GAIN), BACK)],
        mistakes={
            "The mean depends on every example: take its share away.": (
                lambda dY, hat, s, gain: back(dY, hat, s, gain, mean=False)
            ),
            "The spread depends on every example: take its share away.": (
                lambda dY, hat, s, gain: back(dY, hat, s, gain, along=False)
            ),
            "The direct way alone is right in evaluation only.": (
                lambda dY, hat, s, gain: back(dY, hat, s, gain, mean=False, along=False)
            ),
        },
    ),
    Exercise(
        "9.5",
        "end_to_end",
        "apply",
        "From end to end",
        cases=[
            (([0.5], True), 1.5),
            (([0.5, -2.0], False), -1.0),
            (([0.5, 1.0, 2.0], True), 9.0),
            (([0.5, 1.0, 2.0], False), 1.0),
            (([-1.0, 3.0], True), 0.0),
        ],
        mistakes={
            "Each block has its own way around, not only the tower as a whole.": (
                lambda slopes, skip: skip + np.prod(slopes)
            ),
            "Slopes multiply through a tower.": lambda slopes, skip: sum(a + skip for a in slopes),
            "The skip adds 1 to each slope.": lambda slopes, skip: np.prod(slopes),
        },
    ),
]
