"""Chapters 4 and 5: layers. ``forward`` maps rows of X to rows of the output and remembers what
``backward`` needs; ``backward`` takes ∂L/∂output and returns ∂L/∂X. dA is ∂L/∂A, of A's shape."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from . import activations
from ._checks import floating, fraction, generator, lookup, not_negative, whole
from .activations import Activation


class Layer:
    """What all layers share. A layer names its arrays, and a network asks for them:

    ``parameters`` are trained; ``backward`` leaves ∂L/∂W in ``dW`` for each W among them.
    ``state`` is kept but not trained, as a running mean is; it is saved and restored with them.
    ``d_in`` and ``d_out`` are the numbers of inputs and outputs a row; None stands for any number
    of inputs, and for as many outputs as inputs.

    Layers inside a layer, as attributes or in lists, tuples or dicts, are found without being
    named. Assigning to a parameter, gradient or state writes into the array that is there, since
    that may be a view of a network's ``theta``: ``layer.W = …`` reaches the network.
    """

    parameters: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    d_in: int | None = None
    d_out: int | None = None

    def forward(self, X: NDArray, training: bool = False) -> NDArray:
        """Y from X, keeping what ``backward`` needs; ``training`` says whether the network learns.

        Shapes: X (n, d_in); returns (n, d_out). Raises NotImplementedError until a layer says how.
        """
        raise NotImplementedError

    def backward(self, dY: NDArray) -> NDArray:
        """∂L/∂X from dY = ∂L/∂Y of the last ``forward``; leaves ∂L/∂W in ``dW`` for each parameter.

        Shapes: dY (n, d_out); returns (n, d_in). Raises NotImplementedError until a layer says how.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return type(self).__name__

    _in_place: frozenset[str] = frozenset()

    def __init_subclass__(cls) -> None:
        gradients = ("d" + name for name in cls.parameters)
        cls._in_place = cls._in_place.union(cls.parameters, gradients, cls.state)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._in_place:
            super().__setattr__(name, value)
        elif name in vars(self):
            vars(self)[name][...] = value
        else:
            super().__setattr__(name, np.array(value))

    def parts(self) -> list["Layer"]:
        """The layers inside this one, in the order in which it got them."""
        found: list[Layer] = []
        for value in vars(self).values():
            items = value.values() if isinstance(value, dict) else value
            items = items if isinstance(value, list | tuple | dict) else [value]
            found += [item for item in items if isinstance(item, Layer)]
        return found

    def walk(self) -> Iterator["Layer"]:
        """This layer, the layers inside it, the layers inside those, and so on."""
        yield self
        yield from (layer for part in self.parts() for layer in part.walk())

    def params(self) -> dict[str, NDArray]:
        """Parameters by name, W, b; the arrays themselves, not copies. Those of layers inside are
        W1, b1, W2, …, numbered by the layers that have parameters or state."""
        return self._named("parameters")

    def grads(self) -> dict[str, NDArray]:
        """∂L/∂parameter by the same names, as the last ``backward`` left them."""
        return self._named("parameters", "d")

    def arrays(self) -> dict[str, NDArray]:
        """Parameters and state by name: all that is saved, and that early stopping takes back."""
        return self._named("parameters") | self._named("state")

    def _named(self, kind: str, prefix: str = "") -> dict[str, NDArray]:
        _, *inside = self.walk()
        numbered = [layer for layer in inside if layer.parameters or layer.state]
        return {
            f"{name}{number or ''}": getattr(layer, prefix + name)
            for number, layer in enumerate([self, *numbered])
            for name in getattr(layer, kind)
        }


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
    spread, biases at 0. Raises ValueError or TypeError for sizes below 1, another ``init``, or a
    ``dtype`` that is not float32 or float64. Glorot & Bengio (2010), He et al. (2015).
    """

    parameters = ("W", "b")

    def __init__(
        self,
        d_in: int,
        d_out: int,
        *,
        rng: np.random.Generator,
        init: str | float = "he",
        dtype: DTypeLike = np.float64,
    ) -> None:
        self.d_out, self.d_in = whole("d_out", d_out), whole("d_in", d_in)
        if isinstance(init, str):
            init = lookup("initialization", init, INITIALIZATIONS)(d_in, d_out)
        scale = not_negative("init, the standard deviation of the weights,", init)
        start = scale * generator(rng).standard_normal((d_out, d_in))
        self.W, self.b = start.astype(floating(dtype)), np.zeros(d_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, X: NDArray, training: bool = False) -> NDArray:
        """Z = X Wᵀ + b. Shapes: X (n, d_in); returns (n, d_out)."""
        self.X = X
        Z = X @ self.W.T
        Z += self.b
        return Z

    def backward(self, dZ: NDArray) -> NDArray:
        """dW = dZᵀ X,  db = Σᵢ dzᵢ,  dX = dZ W. Shapes: dZ (n, d_out); returns (n, d_in)."""
        np.dot(dZ.T, self.X, out=self.dW)
        dZ.sum(axis=0, out=self.db)
        return dZ @ self.W

    def __repr__(self) -> str:
        return f"Dense {self.d_in} → {self.d_out}"


class Activate(Layer):
    """A = f(Z), elementwise. Shapes: any Z, A of the same shape."""

    def __init__(self, activation: str | Activation) -> None:
        self.activation = activations.get(activation)

    def forward(self, Z: NDArray, training: bool = False) -> NDArray:
        """A = f(Z). Shapes: any Z; returns the same shape."""
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
        """Y = X ⊙ mask; the mask is 1, and in training 0 or 1/(1 − p). Shapes: any X."""
        self.mask = np.ones((), X.dtype)
        if training:
            keep = self.rng.random(X.shape) >= self.p
            self.mask = keep / X.dtype.type(1 - self.p)
        return X * self.mask

    def backward(self, dY: NDArray) -> NDArray:
        """dX = dY ⊙ mask."""
        return dY * self.mask

    def __repr__(self) -> str:
        return f"Dropout {self.p:g}"
