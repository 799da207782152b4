"""Further inputs for the assignment of chapter 9."""

import numpy as np

rng = np.random.default_rng(9)
X = rng.normal(size=(6, 3))
X_hat = (X - X.mean(axis=0)) / X.std(axis=0)

FURTHER = {
    "9.3": [(rng.normal(size=(4, 5)), 1e-5), (np.array([[2.0, 2.0, 8.0]]), 0.0)],
    "9.4": [(rng.normal(size=(6, 3)), X_hat, X.std(axis=0), np.array([1.0, -2.0, 0.5]))],
    "9.5": [(np.array([0.5, -0.5, 2.0]), True), (np.array([0.5, -0.5, 2.0]), False)],
}
