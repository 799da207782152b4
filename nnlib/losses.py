"""Chapters 4 and 5: losses, averaged over the n rows, each with its gradient.

The cross-entropies take logits z, the scores before sigmoid or softmax, so that loss and gradient
stay finite however sure the network is. Nothing outside this module divides by n.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import finite, labels, lookup
from .activations import logsumexp, sigmoid, softmax


def mse(Y_hat: NDArray, Y: ArrayLike) -> float:
    """Mean squared error: L = 1/(n k) Σᵢⱼ (ŷᵢⱼ − yᵢⱼ)².

    Shapes: Ŷ (n, k), Y (n, k), or (n,) where k = 1. Raises ValueError for other shapes, NaN or ∞.
    """
    E = Y_hat - mse_targets(Y, Y_hat)
    return float(np.mean(E * E))


def dmse(Y_hat: NDArray, Y: ArrayLike) -> NDArray:
    """∂L/∂Ŷ = 2 (Ŷ − Y) / (n k). Shapes as in ``mse``; returns (n, k)."""
    return (2 / Y_hat.size) * (Y_hat - mse_targets(Y, Y_hat))


def mse_targets(Y: ArrayLike, Y_hat: NDArray) -> NDArray:
    """Y in Ŷ's shape and dtype; a (n,) of numbers stands for (n, 1), never broadcast to (n, n)."""
    Y = _numbers(Y, Y_hat)
    if Y.shape == Y_hat.shape[:1] and Y_hat.shape[1:] in ((), (1,)):
        Y = Y.reshape(Y_hat.shape)
    if Y.shape != Y_hat.shape:
        raise ValueError(f"targets have shape {Y.shape}; expected that of Ŷ, {Y_hat.shape}")
    return Y


def binary_cross_entropy(z: NDArray, y: ArrayLike) -> float:
    """L = −1/n Σᵢ [yᵢ log σ(zᵢ) + (1 − yᵢ) log(1 − σ(zᵢ))] = 1/n Σᵢ [log(1 + e^(zᵢ)) − yᵢ zᵢ].

    Shapes: z (n, 1) or (n,), logits; y (n,) of 0 and 1. Raises ValueError for other shapes or labels.
    """
    return float(np.mean(np.logaddexp(0, z) - binary_targets(y, z) * z))


def dbinary_cross_entropy(z: NDArray, y: ArrayLike) -> NDArray:
    """∂L/∂z = (σ(z) − y) / n. Shapes as in ``binary_cross_entropy``; returns z's shape."""
    return (sigmoid(z) - binary_targets(y, z)) / len(z)


def binary_targets(y: ArrayLike, z: NDArray) -> NDArray:
    """y in z's shape and dtype. Targets already in z's shape and dtype pass as they are."""
    if z.shape not in ((len(z),), (len(z), 1)):
        raise ValueError(f"binary_cross_entropy needs one logit a row, (n, 1); got {z.shape}")
    if isinstance(y, np.ndarray) and y.shape == z.shape and y.dtype == z.dtype:
        return y
    return (
        labels(np.reshape(y, -1) if np.shape(y) == z.shape else y, len(z), 2)
        .reshape(z.shape)
        .astype(z.dtype)
    )


def cross_entropy(Z: NDArray, y: ArrayLike) -> float:
    """L = −1/n Σᵢ log softmax(zᵢ)[yᵢ] = 1/n Σᵢ [log Σⱼ e^(zᵢⱼ) − zᵢ[yᵢ]].

    Shapes: Z (n, k), logits; y (n,) of classes 0 … k − 1, or (n, k), rows that are distributions
    (one-hot or soft). Raises ValueError for other shapes or classes, TypeError for other types.
    """
    return float(np.mean(logsumexp(Z) - np.sum(class_targets(y, Z) * Z, axis=1)))


def dcross_entropy(Z: NDArray, y: ArrayLike) -> NDArray:
    """∂L/∂Z = (softmax(Z) − Y) / n, with Y the one-hot rows of y. Returns (n, k)."""
    dZ = softmax(Z)
    dZ -= class_targets(y, Z)
    dZ /= len(Z)
    return dZ


def class_targets(y: ArrayLike, Z: NDArray) -> NDArray:
    """y as one-hot rows (n, k) of Z's dtype. Rows already in that form pass as they are."""
    if isinstance(y, np.ndarray) and y.shape == Z.shape and y.dtype == Z.dtype:
        return y
    if Z.ndim != 2 or Z.shape[1] < 2:
        raise ValueError(f"cross_entropy needs logits (n, k) with k ≥ 2 classes; got {Z.shape}")
    if np.ndim(y) == 2:
        Y = _numbers(y, Z)
        if Y.shape != Z.shape or (Y < 0).any() or not np.allclose(Y.sum(axis=1), 1):
            raise ValueError(
                f"2-D targets must be rows of shape {Z.shape}, not negative and with sum 1"
            )
        return Y
    Y = np.zeros(Z.shape, Z.dtype)
    Y[np.arange(len(Z)), labels(y, *Z.shape)] = 1
    return Y


def _numbers(Y: ArrayLike, like: NDArray) -> NDArray:
    """Y as finite numbers of the dtype of ``like``."""
    if isinstance(Y, np.ndarray) and Y.shape == like.shape and Y.dtype == like.dtype:
        return Y
    try:
        Y = np.asarray(Y, like.dtype)
    except (TypeError, ValueError):
        raise TypeError("targets must be numbers") from None
    finite("Y", Y)
    return Y


@dataclass(frozen=True)
class Loss:
    """A loss f(Ŷ, y) → number, its gradient df(Ŷ, y) → array of Ŷ's shape, and ``targets(y, Ŷ)``,
    which checks y and brings it once into the form that f and df take without further work."""

    f: Callable[[NDArray, ArrayLike], float]
    df: Callable[[NDArray, ArrayLike], NDArray]
    targets: Callable[[ArrayLike, NDArray], NDArray]
    classifies: bool = True


LOSSES: dict[str, Loss] = {
    "mse": Loss(mse, dmse, mse_targets, classifies=False),
    "binary_cross_entropy": Loss(binary_cross_entropy, dbinary_cross_entropy, binary_targets),
    "cross_entropy": Loss(cross_entropy, dcross_entropy, class_targets),
}


def get(loss: str | Loss) -> Loss:
    """A loss by name or as an object. Raises ValueError that names the nearest known one."""
    return loss if isinstance(loss, Loss) else lookup("loss", loss, LOSSES)
