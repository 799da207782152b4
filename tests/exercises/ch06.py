"""Answers to exercises of chapter 6 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np


def rising(losses, patience):
    """Waits for a row of rises, each above the epoch before."""
    rises = 0
    for epoch in range(1, len(losses)):
        rises = rises + 1 if losses[epoch] > losses[epoch - 1] else 0
        if rises >= patience:
            break
    return epoch, int(np.argmin(losses[: epoch + 1]))


def never(losses, patience):
    return len(losses) - 1, int(np.argmin(losses))


def one_late(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch - best > patience:
            break
    return epoch, best


def first_principles(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch - best == patience:
            return epoch, best
    return len(losses) - 1, best


def spread(a, b, ddof=1):
    return np.std(np.subtract(a, b), ddof=ddof)


WRONG = {
    "6.3": [
        (2.0, 3.0, 0.5, 1.0),
        (1.0, 1.5, 0.5, 0.991),
        (-2.0, -3.0, -0.5, -0.991),
        (2.0, 1.0, 0.5, 0.991),
        (2.0, 3.0, 0.05, 0.0991),
        (2.0, 3.0),
    ],
    "6.4": [
        lambda d, a: np.sqrt(1 / d),
        lambda d, a: np.sqrt(2 / ((1 - a**2) * d)) if a < 1 else 0.1,
        lambda d, a: np.sqrt(2 * (1 + a**2) / d),
        lambda d, a: np.sqrt(2 / (1 + a**2)),
        lambda d, a: np.sqrt((1 + a**2) * d / 2),
        lambda d, a: np.sqrt(2 / ((1 + a) ** 2 * d)),
    ],
    "6.5": [
        rising,
        never,
        one_late,
        lambda losses, patience: first_principles(losses, patience)[::-1],
        lambda losses, patience: first_principles(losses, patience)[1],
        lambda losses, patience: first_principles(losses, patience + 1),
        lambda losses, patience: tuple(k + 1 for k in first_principles(losses, patience)),
    ],
    "6.6": [
        lambda e, lam, s: e * s / (lam * (2 - e * lam)),
        lambda e, lam, s: e**2 * s**2 / (1 - (1 - e * lam)),
        lambda e, lam, s: s**2 / (lam * (2 - e * lam)),
        lambda e, lam, s: np.sqrt(e * s**2 / (lam * (2 - e * lam))),
        lambda e, lam, s: e * s**2 / (2 - e * lam),
        lambda e, lam, s: 0.0,
    ],
    "6.7": [
        lambda a, b: (np.mean(a) - np.mean(b), spread(a, b, 0) / len(a) ** 0.5),
        lambda a, b: (np.mean(a) - np.mean(b), spread(a, b) / len(a)),
        lambda a, b: (np.median(np.subtract(a, b)), spread(a, b)),
        lambda a, b: (spread(a, b) / len(a) ** 0.5, np.mean(a) - np.mean(b)),
        lambda a, b: (np.mean(np.abs(np.subtract(a, b))), spread(a, b) / len(a) ** 0.5),
        lambda a, b: np.mean(a) - np.mean(b),
    ],
    "6.8": [
        (0.1, 0.3, 3.0),
        (0.01, 0.1, 1.0),
        (0.3, 0.1, 1.0),
        (1.0, 1.0, 1.0),
        (0.2, 0.5, 0.3),
        (0.05, 0.2, 0.8),
    ],
}

ALSO_RIGHT = {
    "6.3": [np.array([2.0, 3.0, 0.5, 0.9913])],
    "6.4": [lambda d, a: (d / 2 * (1 + a * a)) ** -0.5],
    "6.5": [first_principles],
    "6.6": [lambda e, lam, s: (e * s) ** 2 / (1 - (1 - e * lam) ** 2)],
    "6.7": [lambda a, b: (np.mean(a) - np.mean(b), spread(a, b, 0) / (len(a) - 1) ** 0.5)],
    "6.8": [(0.25, 0.4, 1.0)],
}
