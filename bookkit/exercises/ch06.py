"""Exercises of chapter 6: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

ONE, OTHER = [0.95, 0.90, 0.94, 0.93], [0.93, 0.89, 0.93, 0.90]


def to_three_decimals(answer):
    """w after each of the four steps, to three decimals"""
    return bool(np.allclose(answer, (2, 3, 0.5, 0.9913), rtol=0, atol=6e-4))


def wait(losses, patience, back="best", against="best", tie=False):
    """Early stopping, with mistakes to order."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        bar = losses[best if against == "best" else epoch - 1]
        better = losses[epoch] <= bar if tie else losses[epoch] < bar
        waited = 0 if better else waited + 1
        if losses[epoch] < losses[best] or (tie and better):
            best = epoch
        if waited >= patience:
            break
    return epoch, best if back == "best" else epoch


def that_grow(rates):
    """three rates that grow with B, the first from 0.1 to 0.4, the last from 0.5 to 1.5"""
    small, middle, large = rates
    return 0.1 <= small <= 0.4 and 0.5 <= large <= 1.5 and small < middle <= large


EXERCISES = [
    Exercise(
        "6.3",
        "by_hand",
        "check",
        "Momentum and Adam by hand",
        cases=[to_three_decimals],
        mistakes={
            "At w = 2 the slope is zero, but the velocity is not.": (2.0, 2.0, 0.5, 0.991),
            "The old velocity stays only by half.": (2.0, 4.0, 0.5, 0.991),
            "Adam's first step has the length η, whatever g is.": (2.0, 3.0, 2.0, 0.991),
            "Divide m and q by 1 − βᵗ before you step.": (2.0, 3.0, 1.581, 3.299),
        },
    ),
    Exercise(
        "6.4",
        "leaky_std",
        "apply",
        "A start for leaky ReLU",
        cases=[
            ((100, 1.0), 0.1),
            ((50, 0.0), 0.2),
            ((100, 0.0), 0.1414213562373095),
            ((50, 0.5), 0.1788854381999832),
        ],
        mistakes={
            "That is the variance; take its root.": lambda d, a: 2 / (1 + a * a) / d,
            "The negative half is not lost: it passes, scaled by α.": lambda d, a: np.sqrt(2 / d),
            "The mean square scales with α², not with α.": lambda d, a: np.sqrt(2 / ((1 + a) * d)),
        },
    ),
    Exercise(
        "6.5",
        "stop",
        "apply",
        "Patience",
        cases=[
            (([3.0, 2.0, 1.0], 2), (2, 2)),
            (([2.0, 1.0, 1.0, 1.0], 2), (3, 1)),
            (([3.0, 2.0, 2.5, 2.6, 1.0], 3), (4, 4)),
            (([1.0, 2.0, 1.9, 1.8, 1.7, 1.6], 2), (2, 0)),
            (([3.0, 2.0, 2.5, 1.0, 1.1, 1.2, 0.5], 2), (5, 3)),
        ],
        mistakes={
            "One rise is no reason to stop: a later epoch may be better.": (
                lambda losses, patience: wait(losses, 1)
            ),
            "After stopping, go back to the best epoch; the last one is past it.": (
                lambda losses, patience: wait(losses, patience, back="last")
            ),
            "Compare with the best epoch so far, not with the one before.": (
                lambda losses, patience: wait(losses, patience, against="before")
            ),
            "An equal loss is no new best.": (
                lambda losses, patience: wait(losses, patience, tie=True)
            ),
        },
    ),
    Exercise(
        "6.6",
        "noise_floor",
        "explore",
        "The floor of the noise",
        cases=[((0.5, 2.0, 3.0), 2.25), ((1.0, 1.0, 2.0), 4.0), ((0.5, 1.0, 3.0), 3.0)],
        mistakes={
            "That is the noise of one step; there is older, too.": lambda e, lam, s: (e * s) ** 2,
            "Squaring (1 − ηλ) gives a third term, (ηλ)².": (
                lambda e, lam, s: e * s**2 / (2 * lam)
            ),
        },
    ),
    Exercise(
        "6.7",
        "paired",
        "explore",
        "Is wider better?",
        cases=[
            (([3.0, 1.0], [1.0, 2.0]), (0.5, 1.5)),
            ((ONE, OTHER), (0.0175, 0.004787135538781691)),
        ],
        mistakes={
            "Divide by √n: the mean of n differences spreads less than one.": (
                lambda a, b: (np.mean(np.subtract(a, b)), np.std(np.subtract(a, b), ddof=1))
            ),
            "Take the spread of the differences: the luck of the cut cancels.": (
                lambda a, b: (
                    np.mean(a) - np.mean(b),
                    np.hypot(np.std(a, ddof=1), np.std(b, ddof=1)) / len(a) ** 0.5,
                )
            ),
            "The first less the second.": lambda a, b: (
                np.mean(np.subtract(b, a)),
                np.std(np.subtract(b, a), ddof=1) / len(a) ** 0.5,
            ),
        },
    ),
    Exercise(
        "6.8",
        "best_rates",
        "explore",
        "Batch size and learning rate",
        cases=[that_grow],
        mistakes={
            "It does not stay the same: look at the finer grid.": (0.3, 0.3, 0.3),
            "A full factor of B would cross the cliff.": (0.2, 0.8, 3.2),
            "Larger batches allow longer steps, not shorter ones.": (0.8, 0.5, 0.2),
        },
    ),
]
