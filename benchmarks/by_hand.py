"""The training of ``speed.py`` written out by hand, for ReLU networks that classify.

No layers and no optimizers: one loop with the same arithmetic as nnlib, every array made beforehand
and every result written into it (``out=``); only the shuffle and the loss of an epoch are nnlib's.
What nnlib takes beyond this is the price of its objects; what this takes beyond the floor is the
price of all that is no matrix product.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from nnlib import losses
from nnlib.data import minibatches
from nnlib.optimizers import BLOCK

MOMENTUM, BETA1, BETA2, EPSILON = 0.9, 0.9, 0.999, 1e-8


def train(
    theta: np.ndarray,
    sizes: Sequence[int],
    X: np.ndarray,
    y: np.ndarray,
    *,
    adam: bool,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    """Train ``theta``, the flat parameters W₁, b₁, W₂, b₂, … of a ReLU network, in place.

    Returns the loss and the accuracy of each epoch, as nnlib's ``History`` has them.
    """
    dtype, dtheta = theta.dtype, np.zeros_like(theta)
    W, b, dW, db, start = [], [], [], [], 0
    for d, k in pairwise(sizes):
        for flat, matrices, vectors in ((theta, W, b), (dtheta, dW, db)):
            matrices.append(flat[start : start + k * d].reshape(k, d))
            vectors.append(flat[start + k * d : start + k * d + k])
        start += k * d + k
    last = len(W) - 1
    loss = losses.get("cross_entropy" if sizes[-1] > 1 else "binary_cross_entropy")
    targets = loss.targets(y, np.empty((len(X), sizes[-1]), dtype))
    outputs = np.empty(targets.shape, dtype, order="F")
    arrays = {
        n: _arrays(n, sizes[1:], dtype) for n in {min(batch_size, len(X)), len(X) % batch_size}
    }
    one_a_class = np.ones((sizes[-1], 1), dtype)
    m, v, work = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta)
    history, step = [], 0
    for _ in range(epochs):
        for place in minibatches(len(X), batch_size, rng):
            X_batch, y_batch = X.take(place, axis=0), targets.take(place, axis=0)
            a = arrays[len(X_batch)]
            A = X_batch
            for i in range(last + 1):
                Z = a.Z[i]
                np.dot(A, W[i].T, out=Z)
                np.add(Z, b[i], out=Z)
                if i < last:
                    A = np.maximum(Z, 0.0, out=a.H[i])
            outputs[place] = Z
            P, row = a.dZ[last], a.row
            if sizes[-1] > 1:
                np.maximum.reduce(Z, axis=1, keepdims=True, out=row)
                np.subtract(Z, row, out=P)
                np.exp(P, out=P)
                np.dot(P, one_a_class, out=row)
                np.divide(P, row, out=P)
            else:
                np.minimum(Z, 0.0, out=P)
                np.exp(P, out=P)
                np.abs(Z, out=row)
                np.negative(row, out=row)
                np.exp(row, out=row)
                np.add(row, 1.0, out=row)
                np.divide(P, row, out=P)
            np.subtract(P, y_batch, out=P)
            np.divide(P, len(P), out=P)
            for i in range(last, -1, -1):
                dZ = a.dZ[i]
                np.dot(dZ.T, a.H[i - 1] if i else X_batch, out=dW[i])
                np.dot(dZ.T, a.ones, out=db[i])
                if i:
                    np.greater(a.Z[i - 1], 0.0, out=a.positive[i - 1])
                    a.slope[i - 1][...] = a.positive[i - 1]
                    np.dot(dZ, W[i], out=a.dZ[i - 1])
                    np.multiply(a.dZ[i - 1], a.slope[i - 1], out=a.dZ[i - 1])
            if not math.isfinite(np.dot(dtheta, dtheta)):
                raise ArithmeticError("training diverged")
            step += 1
            if not adam:
                np.multiply(m, MOMENTUM, out=m)
                np.add(m, dtheta, out=m)
                np.multiply(m, learning_rate, out=work)
                np.subtract(theta, work, out=theta)
                continue
            m_weights = (1 - BETA1**step) / (1 - BETA1)
            scale = math.sqrt((1 - BETA2**step) / (1 - BETA2))
            for start in range(0, len(theta), BLOCK):
                part = slice(start, start + BLOCK)
                t, g, m_, v_ = theta[part], dtheta[part], m[part], v[part]
                w = work[: len(t)]
                np.multiply(m_, BETA1, out=m_)
                np.add(m_, g, out=m_)
                np.multiply(v_, BETA2, out=v_)
                np.multiply(g, g, out=w)
                np.add(v_, w, out=v_)
                np.sqrt(v_, out=w)
                np.add(w, scale * EPSILON, out=w)
                np.divide(m_, w, out=w)
                np.multiply(w, learning_rate * scale / m_weights, out=w)
                np.subtract(t, w, out=t)
        if sizes[-1] > 1:
            right = outputs.argmax(axis=1) == targets.argmax(axis=1)
        else:
            right = (outputs >= 0.0) == (targets > 0.5)
        history.append((loss.f(outputs, targets), np.count_nonzero(right) / len(X)))
    return history


def _arrays(n: int, outputs: Sequence[int], dtype: np.dtype) -> SimpleNamespace:
    """What a batch of n rows needs, layer by layer."""
    return SimpleNamespace(
        **{name: [np.empty((n, k), dtype) for k in outputs] for name in ("Z", "H", "dZ", "slope")},
        positive=[np.empty((n, k), bool) for k in outputs],
        row=np.empty((n, 1), dtype),
        ones=np.ones(n, dtype),
    )
