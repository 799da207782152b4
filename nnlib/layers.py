"""Chapters 4 and 5: layers. ``forward`` maps rows of X to rows of the output and remembers what
``backward`` needs; ``backward`` takes ∂L/∂output and returns ∂L/∂X. dA is ∂L/∂A, of A's shape."""

import math
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from . import activations
from ._checks import fraction, generator, lookup, not_negative, whole
from .activations import Activation, ones


def _written_in_place(name: str) -> property:
    """The attribute ``name``, an array: once it is there, assigning to it writes into it."""
    held = attrgetter("_" + name)

    def assign(layer: "Layer", value: Any) -> None:
        if hasattr(layer, "_" + name):
            held(layer)[...] = value
        else:
            layer.hold(name, value)

    return property(held, assign)


class Layer:
    """What all layers share. One with parameters names them, and keeps ∂L/∂W in ``dW`` for ``W``.

    Assigning to a parameter or its gradient writes into the array that is there, since that may be
    a view of a network's ``theta``: ``layer.W = …`` reaches the network and its optimizer.
    """

    parameters: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        for name in cls.parameters:
            setattr(cls, name, _written_in_place(name))
            setattr(cls, "d" + name, _written_in_place("d" + name))

    def hold(self, name: str, array: NDArray) -> None:
        """Make ``array`` itself, and no copy, the parameter or gradient of this name."""
        setattr(self, "_" + name, array)

    def forward(self, X: NDArray, training: bool = False) -> NDArray:
        raise NotImplementedError

    def backward(self, dY: NDArray) -> NDArray:
        raise NotImplementedError

    def params(self) -> dict[str, NDArray]:
        """Parameters by name; the arrays themselves, not copies."""
        return {name: getattr(self, name) for name in self.parameters}

    def grads(self) -> dict[str, NDArray]:
        """∂L/∂parameter by the same names, as the last ``backward`` left them."""
        return {name: getattr(self, "d" + name) for name in self.parameters}

    def output_size(self, d_in: int | None) -> int | None:
        """The number of outputs a row, given the number of inputs."""
        return d_in


# Standard deviation of the starting weights, by the layer's d_in and d_out.
INITIALIZATIONS: dict[str, Callable[[int, int], float]] = {
    "zeros": lambda d_in, d_out: 0.0,
    "xavier": lambda d_in, d_out: math.sqrt(2 / (d_in + d_out)),
    "he": lambda d_in, d_out: math.sqrt(2 / d_in),
}


class Dense(Layer):
    """Z = X Wᵀ + b: every output is a weighted sum of all inputs.

    Shapes: X (n, d_in), W (d_out, d_in), b (d_out,), Z (n, d_out). Row j of W is neuron j.
    ``init`` is "he", "xavier", "zeros" or a standard deviation; weights start normal with that
    spread, biases at 0. Glorot & Bengio (2010), He et al. (2015).
    """

    parameters = ("W", "b")
    W: NDArray
    b: NDArray
    dW: NDArray
    db: NDArray

    def __init__(
        self,
        d_in: int,
        d_out: int,
        *,
        rng: np.random.Generator,
        init: str | float = "he",
        dtype: DTypeLike = np.float64,
    ) -> None:
        shape = whole("d_out", d_out), whole("d_in", d_in)
        if isinstance(init, str):
            init = lookup("initialization", init, INITIALIZATIONS)(d_in, d_out)
        scale = not_negative("init, the standard deviation of the weights,", init)
        self.W = (scale * generator(rng).standard_normal(shape)).astype(dtype)
        self.b = np.zeros(d_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, X: NDArray, training: bool = False) -> NDArray:
        self.X = X
        Z = np.dot(X, self.W.T)
        Z += self.b
        return Z

    def backward(self, dZ: NDArray, input_gradient: bool = True) -> Any:
        """dW = dZᵀ X,  db = dZᵀ 1,  dX = dZ W. Shapes: dZ (n, d_out); returns (n, d_in).

        b is a weight whose input is always 1, so that db = Σᵢ dzᵢ is dW with ones in X's place.
        A first layer in training has no use for dX, a third of its work: ``input_gradient=False``.
        """
        np.dot(dZ.T, self.X, out=self.dW)
        np.dot(dZ.T, ones(len(dZ), dZ.dtype), out=self.db)
        return np.dot(dZ, self.W) if input_gradient else None

    def output_size(self, d_in: int | None) -> int:
        d_out, expected = self.W.shape
        if d_in not in (None, expected):
            raise ValueError(f"{self} takes {expected} inputs, but the layer before gives {d_in}")
        return d_out

    def __repr__(self) -> str:
        return f"Dense {self.W.shape[1]} → {self.W.shape[0]}"


class Activate(Layer):
    """A = f(Z), elementwise. Shapes: any Z, A of the same shape."""

    def __init__(self, activation: str | Activation) -> None:
        self.activation = activations.get(activation)

    def forward(self, Z: NDArray, training: bool = False) -> NDArray:
        self.Z = Z
        return self.activation.f(Z)

    def backward(self, dA: NDArray) -> NDArray:
        """dZ = dA ⊙ f′(Z), with f′ taken of Z, not of A."""
        return dA * self.activation.df(self.Z)

    def __repr__(self) -> str:
        return f"{self.activation}"


class Dropout(Layer):
    """In training, sets each entry to 0 with probability p and divides the others by 1 − p, so that
    the expected output is the input; otherwise the identity. Srivastava et al. (2014)."""

    def __init__(self, p: float, *, rng: np.random.Generator) -> None:
        self.p, self.rng = fraction("p, the share dropped,", p), generator(rng)

    def forward(self, X: NDArray, training: bool = False) -> NDArray:
        self.mask = np.ones((), X.dtype)
        if training:
            keep = self.rng.random(X.shape) >= self.p
            self.mask = keep.astype(X.dtype) / X.dtype.type(1 - self.p)
        return X * self.mask

    def backward(self, dY: NDArray) -> NDArray:
        """dX = dY ⊙ mask."""
        return dY * self.mask

    def __repr__(self) -> str:
        return f"Dropout {self.p:g}"
