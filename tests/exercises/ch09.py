"""Answers to exercises of chapter 9 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np


def deviations(X, axis):
    return X - X.mean(axis=axis, keepdims=True)


WRONG = {
    "9.1": [
        (1 / 1024, 1024.0, 11.0),
        (1 / 1024, 1024.0, 1.1),
        (0.05, 1024.0, 2.594),
        (1024.0, 1 / 1024, 2.594),
        (1 / 1024, 1024.0),
        (1 / 1024, 2.0, 2.594),
    ],
    "9.2": [
        (0.0, 0.0, 0.25, -0.25),
        (0.25, -0.25, 0.0, 0.0),
        (0.0, 0.0, -1.0, 1.0),
        (0.0, 0.0, 0.0, 1.0),
        (0.0, 0.0, -0.25),
        (-0.25, -0.25, 0.25, 0.25),
    ],
    "9.3": [
        lambda X, e: deviations(X, -1),
        lambda X, e: deviations(X, -1) / (X.std(axis=-1, keepdims=True) + e),
        lambda X, e: deviations(X, -1) / (X.std(axis=-1, keepdims=True, ddof=1) + e),
        lambda X, e: (X - X.mean()) / np.sqrt(X.var() + e),
        lambda X, e: X / np.sqrt((X**2).mean(axis=-1, keepdims=True) + e),
        lambda X, e: -deviations(X, -1) / np.sqrt(X.var(axis=-1, keepdims=True) + e),
    ],
    "9.4": [
        lambda dY, hat, s, g: dY - dY.mean(0) - hat * (dY * hat).mean(0),
        lambda dY, hat, s, g: g * (dY - dY.mean(0) - hat * (dY * hat).mean(0)),
        lambda dY, hat, s, g: (dY - dY.mean(0) - hat * (dY * hat).mean(0)) / s,
        lambda dY, hat, s, g: g / s * (dY - dY.sum(0) - hat * (dY * hat).sum(0)),
        lambda dY, hat, s, g: g / s * (dY + dY.mean(0) + hat * (dY * hat).mean(0)),
        lambda dY, hat, s, g: g / s * (dY - dY.mean() - hat * (dY * hat).mean()),
    ],
    "9.5": [
        lambda slopes, skip: np.prod(slopes) * (1 + skip),
        lambda slopes, skip: np.prod([1 + a for a in slopes]),
        lambda slopes, skip: max(slopes) + skip,
        lambda slopes, skip: float(skip),
        lambda slopes, skip: np.prod([a - skip for a in slopes]),
        lambda slopes, skip: sum(slopes),
    ],
}

ALSO_RIGHT = {
    "9.1": [np.array([0.000977, 1024, 2.594])],
    "9.2": [np.array([0, 0, -0.25, 0.25])],
    "9.3": [lambda X, e: deviations(X, 1) / (X.var(axis=1, keepdims=True) + e) ** 0.5],
    "9.4": [
        lambda dY, hat, s, g: (
            g / s * (dY - (dY.sum(0) + hat * np.einsum("nd,nd->d", dY, hat)) / len(dY))
        )
    ],
    "9.5": [
        lambda slopes, skip: np.exp(0) * np.multiply.reduce(np.add(slopes, 1.0 if skip else 0.0))
    ],
}
