"""Further inputs for the assignment of chapter 10."""

import numpy as np

rng = np.random.default_rng(10)

FURTHER = {
    "10.2": [(rng.normal(size=(4, 4)), rng.normal(size=4)), (rng.normal(size=(5, 2)), np.zeros(2))],
    "10.3": [(1e-7, 0.99, 3), (1e-8, 0.999, 1000)],
    "10.4": [
        (rng.normal(size=(3, 4)), np.array([5, 1, 2])),
        (rng.normal(size=(2, 1)), np.array([32, 7])),
    ],
    "10.5": [(3,), (1000,)],
}
