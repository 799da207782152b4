"""Answers to exercises of chapter 7 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np


def one_by_one(A, keep, p):
    return np.array([a / (1 - p) if stays else 0.0 for a, stays in zip(A, keep, strict=True)])


WRONG = {
    "7.3": [
        lambda A, keep, p: A * keep * (1 - p),
        lambda A, keep, p: A / (1 - p),
        lambda A, keep, p: A * keep / keep.mean(),
        lambda A, keep, p: A[keep] / (1 - p),
        lambda A, keep, p: A * keep / (1 + p),
    ],
    "7.4": [
        lambda groups, chosen: np.flatnonzero(np.isin(groups, chosen)),
        lambda groups, chosen: groups[np.isin(groups, chosen)],
        lambda groups, chosen: np.isin(groups, chosen).any(),
        lambda groups, chosen: groups >= min(chosen),
        lambda groups, chosen: groups == chosen[-1],
    ],
}

ALSO_RIGHT = {
    "7.3": [one_by_one],
    "7.4": [lambda groups, chosen: np.array([group in chosen for group in groups])],
}
