"""Further inputs for the assignment of chapter 5."""

import numpy as np

from bookkit.exercises import ch05

rng = np.random.default_rng(5)

FURTHER = {
    "5.3": [(rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=3))],
    "5.4": [
        (ch05.fourth_power, np.array([0.5, -1.5, 2.0])),
        (ch05.sum_of_cubes, np.array([[[2.0]], [[-3.0]]])),
    ],
    "5.5": [(3.0, 0.0), (np.array([-8.0, 0.5]), np.array([1.0, 1.0]))],
    "5.6": [(1.5,), (-2.0,)],
    "5.7": [(ch05.product, np.array([-1.0, 0.5, 3.0])), (ch05.fourth_power, np.array([0.3]))],
}
