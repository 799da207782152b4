"""Chapters 4 and 5: losses, averaged over the n rows, each with its gradient.

The cross-entropies take logits z, the scores before sigmoid or softmax, so that loss and gradient
stay finite however sure the network is. Nothing outside this module divides by n.

Targets are checked where they come in: ``Loss.targets`` brings them into the shape and dtype of the
network's output, and targets that already have both are used as they are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import labels, lookup, numbers
from .activations import logsumexp, sigmoid, softmax


def mse(Y_hat: NDArray, Y: ArrayLike) -> float:
    """Mean squared error: L = 1/(n k) Σᵢⱼ (ŷᵢⱼ − yᵢⱼ)².

    Shapes: Ŷ (n, k), Y (n, k), or (n,) where k = 1. Raises ValueError for other shapes.
    """
    E = Y_hat - _ready(Y, Y_hat, _mse_targets)
    return float(np.mean(E * E))


def dmse(Y_hat: NDArray, Y: ArrayLike) -> NDArray:
    """∂L/∂Ŷ = 2 (Ŷ − Y) / (n k). Shapes as in ``mse``; returns (n, k)."""
    return (2 / Y_hat.size) * (Y_hat - _ready(Y, Y_hat, _mse_targets))


def _mse_targets(Y: ArrayLike, Y_hat: NDArray) -> NDArray:
    """Y in Ŷ's shape and dtype; a (n,) of numbers stands for (n, 1), never broadcast to (n, n)."""
    Y = numbers("Y", Y, Y_hat.dtype)
    if Y.shape == Y_hat.shape[:1] and Y_hat.shape[1:] in ((), (1,)):
        Y = Y.reshape(Y_hat.shape)
    if Y.shape != Y_hat.shape:
        raise ValueError(f"targets have shape {Y.shape}; expected that of Ŷ, {Y_hat.shape}")
    return Y


def binary_cross_entropy(z: NDArray, y: ArrayLike) -> float:
    """L = −1/n Σᵢ [yᵢ log σ(zᵢ) + (1 − yᵢ) log(1 − σ(zᵢ))] = 1/n Σᵢ [log(1 + e^(zᵢ)) − yᵢ zᵢ].

    Shapes: z (n, 1) or (n,), logits; y (n,) of 0 and 1. Raises ValueError for other shapes or
    labels, TypeError for labels of another type.
    """
    right = _ready(y, z, _binary_targets) * z
    return float((np.logaddexp(0, z) - right).sum() / len(z))


def dbinary_cross_entropy(z: NDArray, y: ArrayLike) -> NDArray:
    """∂L/∂z = (σ(z) − y) / n. Shapes as in ``binary_cross_entropy``; returns z's shape."""
    return (sigmoid(z) - _ready(y, z, _binary_targets)) / len(z)


def _binary_targets(y: ArrayLike, z: NDArray) -> NDArray:
    """y, whole numbers 0 and 1 of shape (n,) or (n, 1), in z's shape and dtype."""
    if z.shape not in ((len(z),), (len(z), 1)):
        raise ValueError(f"binary_cross_entropy needs one logit a row, (n, 1); got {z.shape}")
    column = np.shape(y) == (len(z), 1)
    y = labels(np.ravel(y) if column else y, len(z), classes=2)
    return y.reshape(z.shape).astype(z.dtype)


def cross_entropy(Z: NDArray, y: ArrayLike) -> float:
    """L = −1/n Σᵢ log softmax(zᵢ)[yᵢ] = 1/n Σᵢ [log Σⱼ e^(zᵢⱼ) − zᵢ[yᵢ]].

    Shapes: Z (n, k), logits; y (n,) of classes 0 … k − 1, or (n, k), rows that are distributions
    (one-hot or soft). Raises ValueError for other shapes or classes, TypeError for other types.
    """
    z_y = (_ready(y, Z, _class_targets) * Z).sum(axis=1)
    return float((logsumexp(Z) - z_y).sum() / len(Z))


def dcross_entropy(Z: NDArray, y: ArrayLike) -> NDArray:
    """∂L/∂Z = (softmax(Z) − Y) / n, with Y the one-hot rows of y. Returns (n, k)."""
    return (softmax(Z) - _ready(y, Z, _class_targets)) / len(Z)


def _class_targets(y: ArrayLike, Z: NDArray) -> NDArray:
    """y as one-hot rows (n, k) of Z's dtype; rows that are distributions stay as they are."""
    if Z.ndim != 2 or Z.shape[1] < 2:
        raise ValueError(f"cross_entropy needs logits (n, k) with k ≥ 2 classes; got {Z.shape}")
    if np.ndim(y) == 2:
        Y = numbers("y", y, Z.dtype)
        if Y.shape != Z.shape or (Y < 0).any() or not np.allclose(Y.sum(axis=1), 1):
            hint = "; for labels write y.ravel()" if Y.shape[1] == 1 else ""
            raise ValueError(
                f"2-D targets must be rows of shape {Z.shape}, not negative and with sum 1; "
                f"got shape {Y.shape}{hint}"
            )
        return Y
    Y = np.zeros(Z.shape, Z.dtype)
    Y[np.arange(len(Z)), labels(y, *Z.shape)] = 1
    return Y


def _ready(y: ArrayLike, Z: NDArray, targets: Callable[[ArrayLike, NDArray], NDArray]) -> NDArray:
    """y itself in Z's shape and dtype, as in a training step; else what ``targets`` makes of it."""
    if type(y) is np.ndarray and y.shape == Z.shape and y.dtype == Z.dtype:
        return y
    return targets(y, Z)


@dataclass(frozen=True)
class Loss:
    """A loss f(Ŷ, y) → number, its gradient df(Ŷ, y) → array of Ŷ's shape, and ``targets(y, Ŷ)``,
    which checks y and brings it into Ŷ's shape and dtype, so that f and df need not do so again.
    ``classifies`` says whether y are classes, so that there is an accuracy."""

    f: Callable[[NDArray, ArrayLike], float]
    df: Callable[[NDArray, ArrayLike], NDArray]
    targets: Callable[[ArrayLike, NDArray], NDArray]
    classifies: bool = True


LOSSES: dict[str, Loss] = {
    "mse": Loss(mse, dmse, _mse_targets, classifies=False),
    "binary_cross_entropy": Loss(binary_cross_entropy, dbinary_cross_entropy, _binary_targets),
    "cross_entropy": Loss(cross_entropy, dcross_entropy, _class_targets),
}


def get(loss: str | Loss) -> Loss:
    """A loss by name or as an object. Raises ValueError that names the nearest known one."""
    return loss if isinstance(loss, Loss) else lookup("loss", loss, LOSSES)
