"""Answers to exercises of chapter 2 that readers might give: wrong ones, and right ones that are
not the reference's."""

import math

import numpy as np


def step(z):
    return int(z >= 0)


def rule(w, b, x, y, of_zero=1):
    error = y - (step(x @ w + b) if x @ w + b else of_zero)
    return w + error * x, b + error


def in_place(w, b, x, y):
    w += (y - step(x @ w + b)) * x
    return w, b + y - step(x @ w + b)


def run(X, y, epochs, eta, start=0.0, stop=False):
    w, b = np.full(X.shape[1], start), start
    for _ in range(epochs):
        for x, label in zip(X, y, strict=True):
            error = label - step(x @ w + b)
            w, b = w + eta * error * x, b + eta * error
        if stop:
            break
    return np.append(w, b)


def count(n, p):
    return sum(math.comb(n - 1, k) for k in range(p))


def weights_along(X, y, order):
    w, b = np.zeros(X.shape[1]), 0.0
    for i in order:
        w, b = rule(w, b, X[i], y[i])
        yield w, b


def mistakes_of(X, y, order):
    *_, (w, b) = weights_along(X, y, order)
    return int(((X @ w + b >= 0) != y).sum())


WRONG = {
    "2.1": [
        lambda X: (X.sum(axis=1) > 2).astype(int),
        lambda X: (X[:, 0] + X[:, 1] >= 1.5).astype(int),
        lambda X: np.ones(len(X), dtype=int),
        lambda X: X.sum(axis=1),
        lambda X: (X.sum(axis=1) < 2).astype(int),
        lambda X: (X.sum(axis=1) == 2).astype(int),
    ],
    "2.2": [
        lambda X, w, b: np.sign(X @ w + b),
        lambda X, w, b: (X @ w - b >= 0).astype(int),
        lambda X, w, b: X @ w + b,
        lambda X, w, b: (X @ w + b < 0).astype(int),
        lambda X, w, b: (X.sum(axis=1) + b >= 0).astype(int),
        lambda X, w, b: int(X[0] @ w + b >= 0),
    ],
    "2.5": [
        lambda X, y, visits, rng: 0,
        lambda X, y, visits, rng: 1,
        lambda X, y, visits, rng: len(X),
        lambda X, y, visits, rng: mistakes_of(X, y, range(len(X))),
        lambda X, y, visits, rng: mistakes_of(X, y, rng.integers(len(X), size=visits)),
        lambda X, y, visits, rng: len(X) - 1,
    ],
    "2.7": [
        lambda n, p: 2**n if n <= p else 2**n - 2,
        lambda n, p: n**p,
        lambda n, p: count(n, p),
        lambda n, p: 2 * count(n, p + 1),
        lambda n, p: 2**p,
        lambda n, p: 2 * count(n + 1, p),
    ],
    "2.8": [
        lambda: (np.array([1, 1, -1]), -0.5),
        lambda: (np.array([1, 1, -2]), 0.5),
        lambda: (np.array([1, 1]), -0.5),
        lambda: np.array([0, 1, 1, 0]),
        lambda: (np.zeros(3), 0.0),
        lambda: (np.array([-1, -1, 2]), 0.5),
    ],
    "2.3": [
        lambda X, y, w, b: ((2 * y - 1) * (X @ w + b)).mean() / np.linalg.norm(w),
        lambda X, y, w, b: ((2 * y - 1) * (X @ w + b)).max() / np.linalg.norm(w),
        lambda X, y, w, b: ((2 * y - 1) * (X @ w + b)).min() / (w @ w),
        lambda X, y, w, b: ((2 * y - 1) * (X @ w + b)).min() / np.abs(w).sum(),
        lambda X, y, w, b: max(0.0, ((2 * y - 1) * (X @ w + b)).min() / np.linalg.norm(w)),
        lambda X, y, w, b: ((2 * y - 1) * (X @ w - b)).min() / np.linalg.norm(w),
        lambda X, y, w, b: (2 * y - 1) * (X @ w + b) / np.linalg.norm(w),
        lambda X, y, w, b: (y * (X @ w + b)).min() / np.linalg.norm(w),
    ],
    "2.4": [
        lambda w, b, x, y: (w, b),
        lambda w, b, x, y: (b + y, w),
        lambda w, b, x, y: (w + y * x, b + y),
        lambda w, b, x, y: (rule(w, b, x, y)[0], b + 1),
        lambda w, b, x, y: rule(w, 0.0, x, y),
        lambda w, b, x, y: (w + 0.5 * (rule(w, b, x, y)[0] - w), rule(w, b, x, y)[1]),
        lambda w, b, x, y: rule(w, b, x, y, of_zero=0),
        in_place,
    ],
    "2.6": [
        lambda X, y, epochs, eta: run(X, y, epochs, eta, start=1.0),
        lambda X, y, epochs, eta: run(X, y, epochs, eta)[:-1],
        lambda X, y, epochs, eta: eta * eta * run(X, y, epochs, 1.0),
        lambda X, y, epochs, eta: run(X, y, epochs, -eta),
        lambda X, y, epochs, eta: run(X, 1 - y, epochs, eta),
        lambda X, y, epochs, eta: run(X, y, epochs, eta, stop=True),
        lambda X, y, epochs, eta: np.roll(run(X, y, epochs, eta), 1),
    ],
}

ALSO_RIGHT = {
    "2.1": [lambda X: (X.mean(axis=1) > 0.5).astype(int)],
    "2.2": [lambda X, w, b: np.where(X @ w >= -b, 1, 0)],
    "2.5": [
        lambda X, y, visits, rng: min(
            int(((X @ w + b >= 0) != y).sum())
            for w, b in weights_along(X, y, rng.integers(len(X), size=visits))
        )
    ],
    "2.7": [lambda n, p: 2 * count(n, p)],
    "2.8": [lambda: (np.array([2.0, 2.0, -4.0]), -1.0)],
    "2.3": [
        lambda X, y, w, b: min(np.where(y, 1, -1) * (X @ (w / np.hypot(*w)) + b / np.hypot(*w)))
    ],
    "2.4": [rule],
    "2.6": [lambda X, y, epochs, eta: run(X, y, epochs, 1.0) * eta],
}
