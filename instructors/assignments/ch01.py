"""Further inputs for the assignment of chapter 1."""

import numpy as np

rng = np.random.default_rng(1)

FURTHER = {
    "1.2": [(5, 2.0), (40, -0.5), (0, 0.0), (7.5, 1.4)],
    "1.3": [(0.0,), (1.51,), (5.0,), (1.2,)],
    "1.6": [(np.array([0.0, 3.0, 9.0, 10.0, 22.0]),), (np.array([100.0, 101.0, 103.0]),)],
    "1.7": [(rng.normal(size=(20, 2)), 0.05), (rng.normal(size=(5, 2)), 0.3), (np.eye(2), 0.9)],
}
