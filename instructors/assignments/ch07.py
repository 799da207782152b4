"""Further inputs for the assignment of chapter 7."""

import numpy as np

rng = np.random.default_rng(7)

FURTHER = {
    "7.3": [
        (rng.normal(size=8), rng.random(size=8) < 0.8, 0.2),
        (np.ones(4), np.ones(4, dtype=bool), 0.75),
    ],
    "7.4": [
        (np.array([3, 1, 4, 1, 5, 9, 2, 6]), [1, 9]),
        (np.array([0, 0, 2]), [5]),
    ],
}
