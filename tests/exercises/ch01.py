# ruff: noqa: E741 (a current is I)
"""Answers to exercises of chapter 1 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np


def period(drive, share=15.0):
    return 2 + 20 * np.log(drive / (drive - share))


def pass_of(X, eta, start=(0.1, 0.0), limit=1e6):
    w = np.array(start)
    with np.errstate(all="ignore"):
        for x in X:
            w = w + eta * (w @ x) * (x - (w @ x) * w)
            if np.sqrt(w @ w) > limit:
                return float("inf")
    return np.sqrt((w**2).sum())


WRONG = {
    "1.2": [
        lambda t, I: -65 + 10 * I * (1 - np.exp(-t / 10)),
        lambda t, I: -65 + 10 * I,
        lambda t, I: -65 + I * (1 - np.exp(-t / 20)),
        lambda t, I: -65 - 10 * I * (1 - np.exp(-t / 20)),
        lambda t, I: -65 * np.exp(-t / 20) + 10 * I * (1 - np.exp(-t / 20)),
        lambda t, I: -65 + 10 * (1 - np.exp(-t / 20)),
        lambda t, I: -65.0,
    ],
    "1.3": [
        lambda I: 1000 / period(10 * I) if I > 1 else 0.0,
        lambda I: 1000 / (2 + 20 * np.log(10 * I / 15)) if I > 1.5 else 0.0,
        lambda I: 1000 / (2 + 20 * np.log10(10 * I / (10 * I - 15))) if I > 1.5 else 0.0,
        lambda I: max(0.0, 1000 / 20 * (10 * I / 15 - 0.5)),
        lambda I: period(10 * I) if I > 1.5 else 0.0,
        lambda I: 1000 / period(I) if I > 15 else 0.0,
        lambda I: 33.6,
    ],
    "1.4": [
        lambda x: int(x[0] or x[1]),
        lambda x: int(x[2] == 0),
        lambda x: int(x[0] != x[1] and not x[2]),
        lambda x: int(not ((x[0] or x[1]) and not x[2])),
        lambda x: 0,
        lambda x: int(x[0] + x[1] - 1.5 * x[2] >= 0.5),
    ],
    "1.5": [
        lambda: [([1, 1], -0.5), ([1, 1], -1.5), ([1, 1], -0.5)],
        lambda: [([0, 0], 0), ([0, 0], 0), ([0, 0], 0)],
        lambda: [([1, 1], -0.5), ([-1, -1], 0.5), ([1, 1], -1.5)],
        lambda: [([1, -1], -0.5), ([-1, 1], -0.5), ([1, 1], -1.5)],
        lambda: [0, 1, 1, 0],
        lambda: [([1, 1], -0.5), ([-1, -1], 1.5)],
        lambda: [([1, 1], 0.5), ([-1, -1], -1.5), ([1, 1], 1.5)],
    ],
    "1.6": [
        lambda s: np.diff(s).mean() / max(np.diff(s).std(), 1e-12),
        lambda s: np.diff(s).std(ddof=1) / np.diff(s).mean(),
        lambda s: np.diff(s).std() / np.median(np.diff(s)),
        lambda s: np.ptp(np.diff(s)) / np.diff(s).mean(),
        lambda s: 0.5,
        lambda s: s.std() / np.diff(s).mean(),
    ],
    "1.7": [
        lambda X, eta: 1.0,
        lambda X, eta: np.inf,
        lambda X, eta: pass_of(X[:1], eta),
        lambda X, eta: pass_of(X, eta, start=(0.1, 0.1)),
        lambda X, eta: pass_of(X, eta) ** 2,
        lambda X, eta: pass_of(X, eta, limit=0.15),
        lambda X, eta: min(pass_of(X, eta), 1e6),
    ],
}

ALSO_RIGHT = {
    "1.2": [lambda t, I: -65 + 10 * I - 10 * I * np.exp(-t / 20)],
    "1.3": [lambda I: 1000 / period(10 * I) if 10 * I > 15 else 0],
    "1.4": [lambda x: int(3 * x[0] + 3 * x[1] - 9 * x[2] >= 2)],
    "1.5": [lambda: [([1, -1], -0.5), ([-1, 1], -0.5), ([1, 1], -0.5)]],
    "1.6": [lambda s: np.sqrt(np.diff(s).var()) / ((s[-1] - s[0]) / (len(s) - 1))],
    "1.7": [pass_of],
}
