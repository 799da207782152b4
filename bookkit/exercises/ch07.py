"""Exercises of chapter 7: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

A, KEEP = np.array([4.0, 2.0, 6.0]), np.array([True, False, True])

EXERCISES = [
    Exercise(
        "7.3",
        "dropout",
        "apply",
        "Dropout",
        cases=[
            ((A, KEEP, 0.5), np.array([8.0, 0.0, 12.0])),
            ((A, KEEP, 0.2), np.array([5.0, 0.0, 7.5])),
            ((A, ~KEEP, 0.75), np.array([0.0, 8.0, 0.0])),
        ],
        mistakes={
            "What stays must make up for what is silenced.": lambda A, keep, p: A * keep,
            "Divide by the share that stays, not by the share that goes.": (
                lambda A, keep, p: A * keep / p
            ),
            "`keep` says which stay, not which go.": lambda A, keep, p: A * ~keep / (1 - p),
        },
    ),
    Exercise(
        "7.4",
        "held_out",
        "apply",
        "A cut that does not leak",
        cases=[
            ((np.array([1, 1, 2, 3, 2]), [2]), np.array([False, False, True, False, True])),
            ((np.array([1, 1, 2, 3, 2]), [3, 1]), np.array([True, True, False, True, False])),
            ((np.array([5, 6]), [7]), np.array([False, False])),
        ],
        mistakes={
            "The chosen groups are held out, not the others.": (
                lambda groups, chosen: ~np.isin(groups, chosen)
            ),
            "All of the chosen groups count, not only the first.": (
                lambda groups, chosen: groups == chosen[0]
            ),
            "`chosen` names groups, not places.": (
                lambda groups, chosen: np.isin(np.arange(len(groups)), chosen)
            ),
        },
    ),
]
