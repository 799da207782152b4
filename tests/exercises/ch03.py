"""Answers to exercises of chapter 3 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np

from nnlib import activations, losses


def shifted(Z, subtracted):
    with np.errstate(over="ignore", invalid="ignore"):
        grown = np.exp(Z - subtracted)
        return grown / grown.sum(axis=1, keepdims=True)


def by_cost(cost):
    def best(scores, y, candidates):
        return candidates[int(np.argmin([cost(scores / T, y) for T in candidates]))]

    return best


WRONG = {
    "3.2": [
        np.abs,
        lambda z: z,
        lambda z: 0.1 * z,
        lambda z: np.maximum(z, -0.1 * z),
        lambda z: np.where(z > 0, z, -0.1),
        lambda z: np.maximum(z, 0.1),
    ],
    "3.3": [
        lambda z: 0.0 if z < -5 else np.logaddexp(0, z),
        lambda z: z if z > 5 else np.logaddexp(0, z),
        lambda z: np.log(1 + np.exp(min(z, 700))),
        lambda z: max(z, 0) + np.exp(-abs(z)),
        lambda z: 1 / (1 + np.exp(-np.clip(z, -700, 700))),
        lambda z: np.logaddexp(0, z) / np.log(2),
    ],
    "3.4": [
        lambda Z: shifted(Z, Z.mean(axis=1, keepdims=True)),
        lambda Z: shifted(Z, Z[:, :1]),
        lambda Z: shifted(Z, Z[:, -1:]),
        lambda Z: shifted(Z, 0.0),
        lambda Z: Z / Z.sum(axis=1, keepdims=True),
        activations.log_softmax,
    ],
    "3.5": [
        lambda a: a,
        lambda a: 1 - a,
        lambda a: a * (1 + a),
        lambda a: a**2,
        lambda a: 0.25,
        lambda a: a * (a - 1),
    ],
    "3.6": [
        lambda z: float(np.mean(np.abs(z) > 3)),
        lambda z: float(np.mean(np.tanh(z) < 0.01)),
        lambda z: float(np.mean(np.abs(np.tanh(z)) > 0.99)),
        lambda z: float(np.mean(activations.dsigmoid(z) < 0.01)),
        lambda z: activations.dtanh(z) < 0.01,
        lambda z: float(np.mean(activations.dtanh(z))),
    ],
    "3.7": [
        lambda scores, y, candidates: min(candidates),
        lambda scores, y, candidates: max(candidates),
        by_cost(lambda z, y: -np.logaddexp(0, (1 - 2 * y) * z).mean()),
        by_cost(lambda z, y: np.logaddexp(0, -z).mean()),
        by_cost(lambda z, y: np.maximum(0, (1 - 2 * y) * z).mean()),
        lambda scores, y, candidates: int(
            np.argmin([np.logaddexp(0, (1 - 2 * y) * scores / T).mean() for T in candidates])
        ),
    ],
}

ALSO_RIGHT = {
    "3.2": [lambda z: np.where(z < 0, z / 10, z)],
    "3.3": [lambda z: np.logaddexp(0, z)],
    "3.4": [activations.softmax],
    "3.5": [lambda a: a - a**2],
    "3.6": [lambda z: np.count_nonzero(1 - np.tanh(z) ** 2 < 0.01) / len(z)],
    "3.7": [by_cost(lambda z, y: losses.binary_cross_entropy(z[:, None], y))],
}
