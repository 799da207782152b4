"""Chapters 4 and 5: a network is a list of layers; forward runs through it, backward runs back."""

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import storage
from ._checks import features, floating, whole
from .activations import Activation, sigmoid, softmax
from .layers import Activate, Dense, Dropout, Layer


class Network(Layer):
    """ŷ = layer_L(… layer₂(layer₁(x))), trained by the chain rule, layer by layer.

    All parameters stand in one flat vector ``theta``, their gradients in ``dtheta``; the arrays of
    the layers are views of them. So an optimizer is a few lines over one array. ``params()``,
    ``grads()`` and ``arrays()`` name them W1, b1, W2, …. Raises ValueError for layers that do not
    fit together, differ in dtype, or already belong to a network.
    """

    _in_place = frozenset({"theta", "dtheta"})
    _output_shape: tuple[int, ...] | None = None  # of the last forward

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)
        self.d_in, *_, self.d_out = _sizes(self.layers)
        own = [(layer, getattr(layer, name)) for layer in self.walk() for name in layer.parameters]
        if len({*self.walk()}) < len([*self.walk()]):
            raise ValueError("a layer stands twice in the network; give each place its own layer")
        for layer, parameter in own:
            if isinstance(parameter.base, np.ndarray):
                raise ValueError(
                    f"{layer} already belongs to a network, which would lose it; "
                    "give this one a copy.deepcopy of the layer"
                )
        if len(dtypes := {p.dtype for _, p in own}) != 1:
            raise ValueError(f"the parameters need one dtype; got {sorted(map(str, dtypes))}")
        self.dtype = floating(*dtypes)
        self.theta = np.concatenate([p.ravel() for _, p in own])
        self.dtheta = np.zeros_like(self.theta)
        self._let_layers_hold_views()

    def _let_layers_hold_views(self) -> None:
        start = 0
        for layer in self.walk():
            for name in layer.parameters:
                shape, size = getattr(layer, name).shape, getattr(layer, name).size
                vars(layer)[name] = self.theta[start : start + size].reshape(shape)
                vars(layer)["d" + name] = self.dtheta[start : start + size].reshape(shape)
                start += size

    def __setstate__(self, state: dict[str, Any]) -> None:
        """After copy.deepcopy or pickle, which copy views as arrays of their own."""
        vars(self).update(state)
        self._let_layers_hold_views()

    def forward(self, X: ArrayLike, training: bool = False) -> NDArray:
        """The output of the last layer (for a classifier: logits). X (n, d_in) → (n, d_out).

        Raises ValueError for another number of features, NaN, ∞, or no rows; with ``training`` X
        is taken as it is, since whoever trains has looked at all of X before.
        """
        if not training:
            X = features(X, self.d_in, self.dtype)
        for layer in self.layers:
            X = layer.forward(X, training)
        self._output_shape = X.shape
        return X

    def backward(self, dY: ArrayLike) -> NDArray:
        """From ∂L/∂output (n, d_out) of the last forward to ∂L/∂X (n, d_in); fills ``dtheta``."""
        dY = np.asarray(dY, self.dtype)
        if dY.shape != self._output_shape:
            last = self._output_shape or "none yet"
            raise ValueError(f"dY must have the shape of forward's output, {last}; got {dY.shape}")
        for layer in reversed(self.layers):
            dY = layer.backward(dY)
        return dY

    def probabilities(self, X: ArrayLike) -> NDArray:
        """softmax of the logits, (n, k); for one output its σ, the probability of class 1, (n,)."""
        Z = self.forward(X)
        return sigmoid(Z[:, 0]) if self.d_out == 1 else softmax(Z)

    def predict(self, X: ArrayLike) -> NDArray[np.int_]:
        """The class of the largest logit; for one output, 1 where it is ≥ 0. X (n, d_in) → (n,)."""
        Z = self.forward(X)
        return (Z[:, 0] >= 0).astype(int) if self.d_out == 1 else Z.argmax(axis=1)

    def save(self, path: str | os.PathLike) -> None:
        """Write parameters and state to ``path``, as ``storage.save`` does: whole or not at all."""
        storage.save(path, self.arrays())

    def load(self, path: str | os.PathLike) -> None:
        """Read what ``save`` wrote for a network of the same shape; see ``storage.load``."""
        storage.load(path, self.arrays())

    def _named(self, kind: str, prefix: str = "") -> dict[str, NDArray]:
        arrays, vector = super()._named(kind, prefix), self.dtheta if prefix else self.theta
        ours = [a.size for a in arrays.values() if np.may_share_memory(a, vector)]
        if kind == "parameters" and (len(ours), sum(ours)) != (len(arrays), vector.size):
            raise ValueError("a layer was exchanged; make a new Network of the layers")
        return arrays

    def __repr__(self) -> str:
        rows = [("layer", "output", "parameters"), ("input", f"(n, {self.d_in})", "0")]
        for layer, size in zip(self.layers, _sizes(self.layers)[1:], strict=True):
            count = sum(p.size for p in layer.params().values())
            rows.append((repr(layer), f"(n, {size})", f"{count:,}"))
        rows.append(("total", "", f"{self.theta.size:,}"))
        a, b, c = (max(len(cell) for cell in column) for column in zip(*rows, strict=True))
        return "\n".join(f"{x:<{a}}  {y:<{b}}  {z:>{c}}" for x, y, z in rows)


def _sizes(layers: Sequence[Layer]) -> list[int]:
    """The number of inputs, then that of each layer's outputs."""
    known = [layer.d_in for layer in layers if layer.d_in is not None]
    if not known:
        raise ValueError("no layer says how many inputs it takes; set d_in in the first one")
    sizes = [known[0]]
    for layer in layers:
        if layer.d_in not in (None, sizes[-1]):
            raise ValueError(
                f"{layer} takes {layer.d_in} inputs, but the layer before gives {sizes[-1]}"
            )
        sizes.append(sizes[-1] if layer.d_out is None else layer.d_out)
    return sizes


def mlp(
    sizes: Sequence[int],
    activation: str | Activation = "relu",
    *,
    rng: np.random.Generator,
    init: str | float | None = None,
    dropout: float = 0.0,
    dtype: DTypeLike = np.float64,
) -> Network:
    """A fully connected network: Dense layers of the given sizes, ``activation`` after each but the
    last, whose outputs are logits (or plain numbers for regression).

    ``sizes`` is (d_in, hidden …, d_out). ``init`` is as in ``Dense``; by default He for the ReLU
    family and Xavier for the others. ``dropout`` acts after each hidden activation. float64 unless
    ``dtype`` is np.float32. Raises ValueError for fewer than two sizes, or a size below 1.
    """
    sizes = [whole("every size", size) for size in sizes]
    if len(sizes) < 2:
        raise ValueError(f"sizes needs at least an input and an output; got {sizes}")
    if init is None:
        relu_like = repr(Activate(activation)) in ("relu", "leaky_relu", "gelu", "silu")
        init = "he" if relu_like else "xavier"
    layers: list[Layer] = []
    for d_in, d_out in pairwise(sizes):
        layers += [Dense(d_in, d_out, rng=rng, init=init, dtype=dtype), Activate(activation)]
        layers += [Dropout(dropout, rng=rng)] if dropout else []
    return Network(layers[: -2 if dropout else -1])
