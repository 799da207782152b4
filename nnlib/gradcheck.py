"""Chapter 5: the numerical gradient, an independent witness for backpropagation."""

import copy
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import losses
from ._checks import features, positive
from .losses import Loss
from .network import Network


def numerical_gradient(
    f: Callable[[NDArray], float], x: ArrayLike, epsilon: float = 1e-5
) -> NDArray:
    """Central differences: ∂f/∂xᵢ ≈ (f(x + ε eᵢ) − f(x − ε eᵢ)) / 2ε, with an error of order ε².

    Shapes: x any; returns x's shape. Two evaluations of f for each entry of x; x is not changed.
    """
    positive("epsilon", epsilon)
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        value = x[i]
        x[i] = value + epsilon
        above = f(x)
        x[i] = value - epsilon
        below = f(x)
        x[i] = value
        gradient[i] = (above - below) / (2 * epsilon)
    return gradient


def relative_error(a: NDArray, b: NDArray) -> float:
    """‖a − b‖ / (‖a‖ + ‖b‖), between 0 and 1; 0 where both are zero."""
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / scale) if scale else 0.0


def check_gradients(
    network: Network, loss: str | Loss, X: ArrayLike, y: ArrayLike, *, training: bool = False
) -> dict[str, float]:
    """The relative error of backpropagation against central differences, by parameter name.

    An error of at most 1e-6 passes. Above that look closer: it is a bug, or a kink (a ReLU's z
    within ε = 1e-5 of 0 for some example), or a gradient so small that it is all rounding.

    With ``training=True`` it checks the training pass. Each evaluation then runs on a fresh copy of
    the network, so that all randomness and all running state begin where they stand now: dropout
    drops the same entries each time. Parameters, state and generators are left as they were.

    Shapes: X (n, d_in), y as the loss takes it. Raises TypeError for a float32 network, whose
    rounding would drown the difference.
    """
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network; this one is {network.dtype}")
    X, loss, params = features(X, network.d_in), losses.get(loss), network.params()
    targets = loss.targets(y, np.empty((len(X), network.d_out)))
    twin = copy.deepcopy(network)
    twin.backward(loss.df(twin.forward(X, training), targets))
    network.dtheta = twin.dtheta
    errors = {}
    for name, parameter in params.items():
        kept = parameter.copy()

        def loss_at(value: NDArray, parameter: NDArray = parameter) -> float:
            parameter[...] = value
            here = copy.deepcopy(network) if training else network
            return loss.f(here.forward(X, training), targets)

        try:
            errors[name] = relative_error(twin.grads()[name], numerical_gradient(loss_at, kept))
        finally:
            parameter[...] = kept
    return errors
