"""Further inputs for the assignment of chapter 2."""

import numpy as np

rng = np.random.default_rng(2)
X, w = rng.normal(size=(7, 5)), rng.normal(size=5)
y = (X @ w >= 0).astype(int)
VOTES = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
CORNERS = VOTES[:4, 1:]

FURTHER = {
    "2.1": [(rng.integers(2, size=(5, 3)),), (VOTES[::-1],)],
    "2.2": [(X, w, 0.3), (X, -w, -0.1), (np.zeros((2, 3)), np.ones(3), 0.0)],
    "2.3": [(X[:, :2], y, w[:2], 0.0), (X[:, :2], 1 - y, w[:2], 0.5), (X[:, 3:], y, w[3:], -2.0)],
    "2.4": [(w, 0.1, X[0], 0), (w, 0.1, X[0], 1), (np.zeros(3), 0.0, np.ones(3), 0)],
    "2.5": [
        (CORNERS, np.array([0, 1, 1, 1]), 300, np.random.default_rng(3)),
        (CORNERS, np.array([1, 0, 0, 1]), 300, np.random.default_rng(4)),
        (VOTES, np.array([0, 0, 0, 1, 0, 1, 1, 1]), 800, np.random.default_rng(5)),
    ],
    "2.6": [(X, y, 2, 0.1), (X, 1 - y, 3, 2.0)],
    "2.7": [(2, 3), (7, 3), (10, 2), (1, 5)],
}
