"""Answers to exercises of chapter 8 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def by_windows(s, x, f, fill, scale=1.0, shift=0.0):
    places = len(x) - f + 1
    masks = np.zeros((places, places, len(x), len(x)), bool)
    for i in range(places):
        for j in range(places):
            masks[i, j, i : i + f, j : j + f] = True
    return np.array([[scale * (s(x) - s(np.where(m, fill, x))) + shift for m in r] for r in masks])


def by_svd(A, power=2):
    A = np.asarray(A, dtype=float)
    values = np.linalg.svd(A - A.mean(axis=0), compute_uv=False) ** power
    return values / values.sum()


def by_numbers(dP, side, f):
    numbers = np.arange(side * side).reshape(side, side)
    pixels = sliding_window_view(numbers, (f, f)).reshape(-1)
    flat = np.asarray(dP, dtype=float).ravel()
    return np.bincount(pixels, flat, side * side).reshape(side, side)


WRONG = {
    "8.3": [
        lambda s, x, f, fill: np.abs(by_windows(s, x, f, fill)),
        lambda s, x, f, fill: by_windows(s, x, f, fill).T,
        lambda s, x, f, fill: by_windows(s, x, f, 1.0),
        lambda s, x, f, fill: by_windows(s, x, 1, fill),
        lambda s, x, f, fill: by_windows(s, x, f, fill, scale=1 / f**2 + 0.1),
        lambda s, x, f, fill: by_windows(s, x, f, fill, shift=1.0),
    ],
    "8.4": [
        lambda A: np.var(A, axis=0) / np.var(A, axis=0).sum(),
        lambda A: by_svd(A, power=4),
        lambda A: by_svd(A)[::-1],
        lambda A: by_svd(A) * len(A),
        lambda A: np.cumsum(by_svd(A)),
    ],
    "8.5": [
        lambda dP, side, f: by_numbers(dP, side, f).T,
        lambda dP, side, f: by_numbers(dP, side, f)[::-1],
        lambda dP, side, f: by_numbers(dP, side, f).ravel(),
        lambda dP, side, f: by_numbers(np.asarray(dP) / f**2, side, f),
        lambda dP, side, f: by_numbers(np.asarray(dP)[:, ::-1], side, f),
    ],
}

ALSO_RIGHT = {"8.3": [by_windows], "8.4": [by_svd], "8.5": [by_numbers]}
