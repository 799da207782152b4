"""Chapters 4 and 5: a network is a list of layers; forward runs through it, backward runs back."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ._checks import features, finite, whole
from .activations import Activation, sigmoid, softmax
from .layers import Activate, Dense, Dropout, Layer


class Network:
    """ŷ = layer_L(… layer₂(layer₁(x))), trained by the chain rule, layer by layer.

    All parameters stand in one flat vector ``theta``, their gradients in ``dtheta``; the arrays of
    the layers are views of them. So an optimizer is a few lines over one array, and only optimizers
    write ``theta``. Raises ValueError for layers that do not fit together, differ in dtype, or
    already belong to a network.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            raise ValueError("a layer stands twice in the network; give each place its own layer")
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        if not dense:
            raise ValueError("a network needs at least one Dense layer")
        self.d_in = dense[0].W.shape[1]
        size: int | None = None
        for layer in self.layers:
            size = layer.output_size(size)
            if any(isinstance(g.base, np.ndarray) for g in layer.grads().values()):
                raise ValueError(
                    f"{layer} already belongs to a network, which would lose it; "
                    "give this one a copy.deepcopy of the layer"
                )
        self.d_out = dense[-1].W.shape[0]
        dtypes = {p.dtype for p in self.params().values()}
        if len(dtypes) > 1:
            raise ValueError(f"all layers must have one dtype; got {sorted(map(str, dtypes))}")
        self.theta = np.concatenate([p.ravel() for p in self.params().values()])
        self.dtheta = np.zeros_like(self.theta)
        self.dtype = self.theta.dtype
        self._let_layers_hold_views()

    def _let_layers_hold_views(self) -> None:
        start = 0
        for layer in self.layers:
            for name, p in layer.params().items():
                part = slice(start, start + p.size)
                layer.hold(name, self.theta[part].reshape(p.shape))
                layer.hold("d" + name, self.dtheta[part].reshape(p.shape))
                start += p.size

    def __setstate__(self, state: dict[str, Any]) -> None:
        """After copy.deepcopy or pickle, which copy views as arrays of their own."""
        self.__dict__.update(state)
        self._let_layers_hold_views()

    def forward(self, X: ArrayLike, training: bool = False) -> NDArray:
        """The output of the last layer (for a classifier: logits). X (n, d_in) → (n, d_out).

        Raises ValueError for another number of features, NaN, ∞, or no rows.
        """
        return self._forward(features(X, self.d_in, self.dtype), training)

    def _forward(self, X: NDArray, training: bool) -> NDArray:
        for layer in self.layers:
            X = layer.forward(X, training)
        return X

    def backward(self, dY: NDArray) -> NDArray:
        """From ∂L/∂output (n, d_out) of the last forward to ∂L/∂X (n, d_in); fills ``dtheta``."""
        dY = np.asarray(dY, self.dtype)
        if dY.ndim != 2 or dY.shape[1] != self.d_out:
            raise ValueError(f"dY must have the output's shape (n, {self.d_out}); got {dY.shape}")
        for layer in reversed(self.layers):
            dY = layer.backward(dY)
        return dY

    def _backward(self, dY: NDArray) -> None:
        """``backward`` without the gradient of X, which training does not need."""
        first, *others = self.layers
        for layer in reversed(others):
            dY = layer.backward(dY)
        if type(first) is Dense:
            first.backward(dY, input_gradient=False)
        else:
            first.backward(dY)

    def probabilities(self, X: ArrayLike) -> NDArray:
        """softmax of the logits, (n, k); for one output its σ, the probability of class 1, (n,)."""
        Z = self.forward(X)
        return sigmoid(Z[:, 0]) if self.d_out == 1 else softmax(Z)

    def predict(self, X: ArrayLike) -> NDArray[np.int_]:
        """The class of the largest logit; for one output, 1 where it is ≥ 0. X (n, d_in) → (n,)."""
        Z = self.forward(X)
        return (Z[:, 0] >= 0).astype(int) if self.d_out == 1 else Z.argmax(axis=1)

    def params(self) -> dict[str, NDArray]:
        """Parameters by name, W1, b1, W2, …, numbered by the layers that have any; views."""
        return self._named("params")

    def grads(self) -> dict[str, NDArray]:
        """Gradients by the same names, as the last ``backward`` left them; views."""
        return self._named("grads")

    def _named(self, what: str) -> dict[str, NDArray]:
        own = [getattr(layer, what)() for layer in self.layers]
        with_parameters = (arrays for arrays in own if arrays)
        return {
            f"{name}{k}": array
            for k, arrays in enumerate(with_parameters, start=1)
            for name, array in arrays.items()
        }

    def save(self, path: str | os.PathLike) -> None:
        """Write the parameters to ``path`` (NumPy's .npz format), atomically: whatever happens, the
        file at ``path`` is whole, either the old one or the new one."""
        path = Path(path)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with open(temporary, "wb") as file:
                np.savez(file, **self.params())  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def load(self, path: str | os.PathLike) -> None:
        """Read the parameters from a file that ``save`` wrote for a network of the same shape.

        Never unpickles. Raises ValueError, and changes nothing, for a file of another kind, with
        other names, shapes or a wider dtype, or with NaN or ∞.
        """
        own = self.params()
        try:
            with np.load(path, allow_pickle=False) as file:
                stored = {name: file[name] for name in file.files}
            there, here = _shapes(stored), _shapes(own)
        except OSError:
            raise
        except Exception as error:  # damaged files fail in many ways, all of them inside NumPy
            raise ValueError(f"{path} is not a file that Network.save wrote") from error
        if there != here:
            raise ValueError(f"{path} holds {there}, but this network has {here}")
        for name, value in stored.items():
            if not np.can_cast(value.dtype, self.dtype, "safe"):
                raise ValueError(f"{path} holds {value.dtype}, but this network is {self.dtype}")
            finite(f"{name} in {path}", value)
        for name, value in stored.items():
            own[name][...] = value

    def __repr__(self) -> str:
        rows, size = [], self.d_in
        for layer in self.layers:
            size = layer.output_size(size)
            count = sum(p.size for p in layer.params().values())
            rows.append((repr(layer), f"(n, {size})", f"{count:,}"))
        rows = [("layer", "output", "parameters"), ("input", f"(n, {self.d_in})", "0"), *rows]
        rows.append(("total", "", f"{self.theta.size:,}"))
        a, b, c = (max(len(cell) for cell in column) for column in zip(*rows, strict=True))
        return "\n".join(f"{x:<{a}}  {y:<{b}}  {z:>{c}}" for x, y, z in rows)


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
    layers: list[Layer] = []
    for d_in, d_out in pairwise(sizes):
        hidden = Activate(activation)
        relu_like = repr(hidden) in ("relu", "leaky_relu", "gelu", "silu")
        default = "he" if relu_like else "xavier"
        own_init = default if init is None else init
        layers += [Dense(d_in, d_out, rng=rng, init=own_init, dtype=dtype), hidden]
        if dropout:
            layers.append(Dropout(dropout, rng=rng))
    return Network(layers[: -2 if dropout else -1])


def _shapes(arrays: dict[str, NDArray]) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
