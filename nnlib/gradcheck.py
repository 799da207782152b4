"""Chapter 5: the numerical gradient, an independent witness for backpropagation."""

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
    network: Network, loss: str | Loss, X: ArrayLike, y: ArrayLike, epsilon: float = 1e-5
) -> dict[str, float]:
    """The relative error of backpropagation against central differences, by parameter name.

    Correct smooth networks give about 1e-7 or less, a bug 1e-3 … 1. A ReLU whose z lies within ε
    of 0 for some example may give more without a bug. The network's parameters are left as they
    were. Shapes: X (n, d_in), y as the loss takes it. Raises TypeError for a float32 network,
    whose rounding would drown the difference.
    """
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network; this one is {network.dtype}")
    X = features(X, network.d_in)
    loss = losses.get(loss)
    Z = network.forward(X)
    targets = loss.targets(y, Z)
    network.backward(loss.df(Z, targets))

    errors = {}
    for name, analytic in network.grads().items():
        parameter = network.params()[name]
        kept = parameter.copy()

        def loss_at(value: NDArray, parameter: NDArray = parameter) -> float:
            parameter[...] = value
            return loss.f(network.forward(X), targets)

        try:
            errors[name] = relative_error(analytic, numerical_gradient(loss_at, kept, epsilon))
        finally:
            parameter[...] = kept
    return errors
