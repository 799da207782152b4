"""Further inputs for the assignment of chapter 3."""

import numpy as np

rng = np.random.default_rng(3)
scores = rng.normal(size=9)

FURTHER = {
    "3.2": [(np.array([0.0]),), (np.array([[-30.0, 2.0], [-0.5, 0.5]]),)],
    "3.3": [(30.0,), (-2.5,), (0.25,)],
    "3.4": [(rng.normal(size=(4, 5)),), (np.array([[-1000.0, -1000.0, -1001.0]]),)],
    "3.5": [(0.25,), (0.99,), (0.001,)],
    "3.6": [(rng.normal(size=40) * 3,), (np.zeros(3),), (np.array([-20.0]),)],
    "3.7": [
        (scores, (scores > 0.2).astype(int), [0.05, 0.2, 1.0, 5.0]),
        (scores, np.ones(9, dtype=int), [3.0, 1.0]),
    ],
}
