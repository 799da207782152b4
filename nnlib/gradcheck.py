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
    network: Network,
    loss: str | Loss,
    X: ArrayLike,
    y: ArrayLike,
    epsilon: float = 1e-5,
    *,
    training: bool = False,
) -> dict[str, float]:
    """The relative error of backpropagation against central differences, by parameter name.

    An error of at most 1e-6 passes. Above that look closer: it is a bug, or a kink (a ReLU's z
    within ε of 0 for some example), or a gradient so small that it is all rounding.

    With ``training=True`` it checks the training pass: before each evaluation every layer's random
    generators and running state are set back to where they stood, so that dropout drops the same
    entries each time. Parameters, state and generators are left as they were.

    Shapes: X (n, d_in), y as the loss takes it. Raises TypeError for a float32 network, whose
    rounding would drown the difference, ValueError for a layer whose randomness cannot be held
    still since no generator stands among its attributes.
    """
    if network.dtype != np.float64:
        raise TypeError(f"a gradient check needs a float64 network; this one is {network.dtype}")
    X, loss, params = features(X, network.d_in), losses.get(loss), network.params()
    targets = loss.targets(y, np.empty((len(X), network.d_out)))
    hold_still = _holds_still(network)

    def outputs() -> NDArray:
        hold_still()
        return network.forward(X, training)

    try:
        Z = outputs()
        if not np.array_equal(outputs(), Z):
            raise ValueError(
                "two passes differ: a layer draws random numbers from a generator that is not "
                "among its attributes, or keeps state that it does not name in `state`"
            )
        network.backward(loss.df(Z, targets))
        return {
            name: relative_error(
                analytic, _slope(lambda: loss.f(outputs(), targets), params[name], epsilon)
            )
            for name, analytic in network.grads().items()
        }
    finally:
        hold_still()


def _slope(f: Callable[[], float], parameter: NDArray, epsilon: float) -> NDArray:
    """The numerical gradient of f, which reads ``parameter``; leaves it as it was."""
    kept = parameter.copy()

    def f_at(value: NDArray) -> float:
        parameter[...] = value
        return f()

    try:
        return numerical_gradient(f_at, kept, epsilon)
    finally:
        parameter[...] = kept


def _holds_still(network: Network) -> Callable[[], None]:
    """A function that sets the layers' state and random generators back to where they are now."""
    layers = [*network.walk()]
    held = [value for layer in layers for value in vars(layer).values()]
    seeds = [
        (value.bit_generator, value.bit_generator.state)
        for value in held
        if isinstance(value, np.random.Generator)
    ]
    state = [
        (getattr(layer, name), getattr(layer, name).copy())
        for layer in layers
        for name in layer.state
    ]

    def hold_still() -> None:
        for array, value in state:
            array[...] = value
        for generator, seed in seeds:
            generator.state = seed

    return hold_still
