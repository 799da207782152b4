"""Further inputs for the assignment of chapter 8."""

import numpy as np

from bookkit.exercises import ch08

rng = np.random.default_rng(8)

FURTHER = {
    "8.3": [
        (ch08.weighted, rng.random((4, 4)), 2, 0.5),
        (ch08.total, rng.random((5, 5)), 3, 0.0),
    ],
    "8.4": [(rng.normal(size=(12, 3)),), (rng.normal(size=(6, 2)) + 5.0,)],
    "8.5": [(rng.normal(size=(9, 4)), 4, 2), (rng.normal(size=(4, 9)), 4, 3)],
}
