"""Further inputs for the assignment of chapter 4."""

import numpy as np

rng = np.random.default_rng(4)

FURTHER = {
    "4.2": [([3, 4, 5],), ([10, 1],), ([1, 1, 1, 1, 1],)],
    "4.3": [
        (rng.normal(size=(5, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)),
        (np.zeros((2, 6)), np.ones((1, 6)), np.array([7.0])),
    ],
    "4.4": [(np.array([[-3.0, 0.25], [1.75, 40.0]]),), (np.linspace(0, 2, 9),)],
    "4.5": [
        (rng.normal(size=(6, 4)), np.array([0, 3, 1, 2, 2, 0])),
        (np.array([[10_000.0, -10_000.0], [-5.0, 5.0]]), np.array([0, 0])),
    ],
    "4.6": [
        (rng.normal(size=(5, 2)), rng.normal(size=5), rng.normal(size=(3, 5)), 4, 1),
        (rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=(1, 2)), 1, 1),
    ],
}
