"""Answers to exercises of chapter 4 that readers might give: wrong ones, and right ones that are
not the reference's."""

from itertools import pairwise

import numpy as np

from nnlib import activations, losses

relu = activations.relu


def picked(Z, y):
    return Z[np.arange(len(y)), y]


def in_a_copy(W1, b1, W2, i, j):
    W1, b1, W2 = W1.copy(), b1.copy(), W2.copy()
    W1[[i, j]] = W1[[j, i]]
    b1[[i, j]] = b1[[j, i]]
    W2[:, [i, j]] = W2[:, [j, i]]
    return W1, b1, W2


def halfway(W1, b1, W2, i, j):
    """The classic: the first row is gone before it is copied."""
    W1, b1, W2 = W1.copy(), b1.copy(), W2.copy()
    W1[i], b1[i], W2[:, i] = W1[j], b1[j], W2[:, j]
    return W1, b1, W2


WRONG = {
    "4.2": [
        sum,
        lambda s: int(np.prod(s)),
        lambda s: (s[0] + 1) * s[-1],
        lambda s: sum(a * b for a, b in pairwise(s)) + sum(s),
        lambda s: sum((a + 1) * (b + 1) for a, b in pairwise(s)),
        lambda s: sum((a + 1) * b for a, b in pairwise(s[:-1])),
    ],
    "4.3": [
        lambda X, W, b: X @ W.T - b,
        lambda X, W, b: X @ W.T + b.sum(),
        lambda X, W, b: relu(X @ W.T + b),
        lambda X, W, b: X @ (W + b[:, None]).T,
        lambda X, W, b: (X @ W.T + b).T,
        lambda X, W, b: (X @ W.T + b)[0],
    ],
    "4.4": [
        lambda x: relu(x) - relu(x - 2),
        lambda x: 1 - np.abs(x - 1),
        lambda x: relu(1 - np.abs(x)),
        lambda x: relu(x) - 2 * relu(x - 1) - relu(x - 2),
        lambda x: relu(x) + relu(x - 1) - 2 * relu(x - 2),
        lambda x: 2 * (relu(x) - 2 * relu(x - 1) + relu(x - 2)),
    ],
    "4.5": [
        lambda Z, y: np.mean(activations.logsumexp(Z)),
        lambda Z, y: -np.mean(activations.log_softmax(Z)),
        lambda Z, y: losses.cross_entropy(activations.softmax(Z), y),
        lambda Z, y: -np.mean(picked(Z, y)),
        lambda Z, y: np.mean(1 - picked(activations.softmax(Z), y)),
        lambda Z, y: activations.logsumexp(Z) - picked(Z, y),
        lambda Z, y: np.mean(Z.max(axis=1) - picked(Z, y)),
    ],
    "4.6": [
        halfway,
        lambda W1, b1, W2, i, j: (*in_a_copy(W1, b1, W2, i, j)[:2], W2[:, ::-1]),
        lambda W1, b1, W2, i, j: (W1[::-1], b1[::-1], W2[:, ::-1]),
        lambda W1, b1, W2, i, j: in_a_copy(W1, b1, W2, i, j)[::-1],
        lambda W1, b1, W2, i, j: (W1[[i, j]], b1[[i, j]], W2[:, [i, j]]),
        lambda W1, b1, W2, i, j: (W1, b1, in_a_copy(W1, b1, W2, i, j)[2]),
    ],
}

ALSO_RIGHT = {
    "4.2": [lambda s: sum(a * b + b for a, b in pairwise(s))],
    "4.3": [lambda X, W, b: (W @ X.T).T + b],
    "4.4": [lambda x: relu(1 - np.abs(x - 1))],
    "4.5": [losses.cross_entropy],
    "4.6": [in_a_copy],
}
