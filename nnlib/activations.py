"""Chapter 3: activation functions. Each derivative takes z, the value *before* the activation."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import array, lookup


def step(z: ArrayLike) -> NDArray:
    """1 where z ≥ 0, else 0. Any shape. Rosenblatt (1958)."""
    z = _float(z)
    return (z >= 0).astype(z.dtype)


def dstep(z: ArrayLike) -> NDArray:
    """0 where there is a derivative (z ≠ 0), by convention also at the jump: no slope to follow."""
    return np.zeros_like(_float(z))


def identity(z: ArrayLike) -> NDArray:
    """z itself (a copy): a layer without an activation."""
    return _float(z).copy()


def didentity(z: ArrayLike) -> NDArray:
    """1 everywhere."""
    return np.ones_like(_float(z))


def sigmoid(z: ArrayLike) -> NDArray:
    """σ(z) = 1 / (1 + e^(−z)), in (0, 1).

    Written as e^min(z, 0) / (1 + e^(−|z|)), which never overflows and keeps full relative
    precision for very negative z. Any shape.
    """
    z = _float(z)
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def dsigmoid(z: ArrayLike) -> NDArray:
    """σ′(z) = σ(z) σ(−z) = σ(z) (1 − σ(z)), at most 1/4."""
    return sigmoid(z) * sigmoid(-_float(z))


def tanh(z: ArrayLike) -> NDArray:
    """tanh(z) = (e^z − e^(−z)) / (e^z + e^(−z)) = 2 σ(2z) − 1, in (−1, 1)."""
    return np.tanh(_float(z))


def dtanh(z: ArrayLike) -> NDArray:
    """tanh′(z) = 1 − tanh(z)², at most 1."""
    return 1 - np.tanh(_float(z)) ** 2


def relu(z: ArrayLike) -> NDArray:
    """max(z, 0). Nair & Hinton (2010)."""
    return np.maximum(_float(z), 0.0)


def drelu(z: ArrayLike) -> NDArray:
    """1 where z > 0, else 0; at z = 0, where there is no derivative, 0 by convention."""
    z = _float(z)
    return (z > 0).astype(z.dtype)


def leaky_relu(z: ArrayLike, alpha: float = 0.01) -> NDArray:
    """z where z > 0, else α z, with 0 ≤ α < 1. Maas et al. (2013)."""
    z = _float(z)
    return np.maximum(z, alpha * z)


def dleaky_relu(z: ArrayLike, alpha: float = 0.01) -> NDArray:
    """1 where z > 0, else α."""
    z = _float(z)
    return np.maximum((z > 0).astype(z.dtype), alpha)


FLAT_BELOW = -800.0  # there e^z is 0 in every precision, and so is z e^z, for −∞ too


def gelu(z: ArrayLike) -> NDArray:
    """z Φ(z), with Φ the standard normal distribution function. Hendrycks & Gimpel (2016)."""
    z = _float(z)
    return np.maximum(z, FLAT_BELOW) * _normal_cdf(z)


def dgelu(z: ArrayLike) -> NDArray:
    """Φ(z) + z φ(z), with φ the standard normal density."""
    z = np.clip(_float(z), FLAT_BELOW, -FLAT_BELOW)
    return _normal_cdf(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def silu(z: ArrayLike) -> NDArray:
    """z σ(z), also called swish. Elfwing et al. (2018)."""
    return np.maximum(_float(z), FLAT_BELOW) * sigmoid(z)


def dsilu(z: ArrayLike) -> NDArray:
    """σ(z) + z σ′(z)."""
    return sigmoid(z) + np.clip(_float(z), FLAT_BELOW, -FLAT_BELOW) * dsigmoid(z)


def logsumexp(z: ArrayLike) -> NDArray:
    """log Σⱼ e^(zⱼ) over the last axis, computed as m + log Σⱼ e^(zⱼ − m) with m = max z.

    Shapes: z (…, k); returns (…). Reference: Blanchard, Higham & Higham (2021).
    """
    z = _row(z)
    m = z.max(axis=-1)
    return m + np.log(np.exp(z - m[..., None]).sum(axis=-1))


def softmax(z: ArrayLike) -> NDArray:
    """pⱼ = e^(zⱼ) / Σₖ e^(zₖ) over the last axis, computed from z − max z so as not to overflow.

    Shapes: z (…, k); returns (…, k): rows of non-negative numbers with sum 1. Bridle (1990).
    """
    z = _row(z)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def dsoftmax(z: ArrayLike) -> NDArray:
    """The Jacobian ∂pᵢ/∂zⱼ = pᵢ (δᵢⱼ − pⱼ). Shapes: z (…, k); returns (…, k, k)."""
    p = softmax(z)
    return p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])


def log_softmax(z: ArrayLike) -> NDArray:
    """log pⱼ = zⱼ − log Σₖ e^(zₖ) over the last axis. Shapes: z (…, k); returns (…, k)."""
    return _float(z) - logsumexp(z)[..., None]


def dlog_softmax(z: ArrayLike) -> NDArray:
    """The Jacobian ∂ log pᵢ/∂zⱼ = δᵢⱼ − pⱼ. Shapes: z (…, k); returns (…, k, k)."""
    p = softmax(z)
    return np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :]


@dataclass(frozen=True)
class Activation:
    """An elementwise activation f with its derivative df; both take z and keep its shape."""

    f: Callable[[NDArray], NDArray]
    df: Callable[[NDArray], NDArray]

    def __repr__(self) -> str:
        return getattr(self.f, "__name__", "activation")


ACTIVATIONS: dict[str, Activation] = {
    f.__name__: Activation(f, df)
    for f, df in (
        *((step, dstep), (identity, didentity), (sigmoid, dsigmoid), (tanh, dtanh)),
        *((relu, drelu), (leaky_relu, dleaky_relu), (gelu, dgelu), (silu, dsilu)),
    )
}


def get(activation: str | Activation) -> Activation:
    """An activation by name or as an object. Raises ValueError that names the nearest known one."""
    if isinstance(activation, Activation):
        return activation
    if activation in ("softmax", "log_softmax"):
        raise ValueError(
            f"{activation} mixes the entries of a row, so it is no elementwise activation; leave "
            "the last layer linear and train with the loss 'cross_entropy', which applies softmax"
        )
    return lookup("activation", activation, ACTIVATIONS)


def _float(z: ArrayLike) -> NDArray:
    """z as a floating-point array: float32 stays float32, whole numbers become float64."""
    if type(z) is not np.ndarray:
        z = array("z", z)
    if z.dtype.kind not in "biuf":
        raise TypeError(f"z must be an array of numbers; got dtype {z.dtype}")
    return z if z.dtype.kind == "f" else z.astype(np.float64)


def _row(z: ArrayLike) -> NDArray:
    """z as ``_float`` makes it, with at least one entry along its last axis."""
    z = _float(z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"softmax works on rows of at least one number; got shape {z.shape}")
    return z


_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def _normal_cdf(z: NDArray) -> NDArray:
    """Φ(z) = erfc(−z/√2) / 2, which keeps its relative precision far to the left."""
    return (_erfc(-z / math.sqrt(2)) / 2).astype(z.dtype)
