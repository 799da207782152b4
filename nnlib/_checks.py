"""Bad input is met at the door: every check raises one sentence that names what came and what was
expected. Used by the public entry points only, never inside a training step."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T")


def lookup(kind: str, name: object, registry: Mapping[str, T]) -> T:
    """The entry of ``registry`` called ``name``; else a ValueError that proposes the nearest name."""
    if isinstance(name, str) and name in registry:
        return registry[name]
    near = get_close_matches(str(name).lower(), registry, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"unknown {kind} {name!r}; {hint}known are {', '.join(sorted(registry))}")


def features(X: ArrayLike, d: int, dtype: np.dtype | type = np.float64) -> NDArray:
    """X as an array of ``dtype`` and shape (n, d): rows are examples; not empty, NaN or infinite."""
    try:
        X = np.asarray(X, dtype=dtype)
    except (TypeError, ValueError):
        raise TypeError(f"X must be an array of numbers of shape (n, {d}); it is not") from None
    if X.ndim != 2:
        hint = "; for one example write x[None, :]" if X.shape == (d,) else ""
        raise ValueError(f"X must have shape (n, {d}), one row an example; got {X.shape}{hint}")
    if X.shape[0] == 0:
        raise ValueError(f"X is empty: its shape is {X.shape}, expected (n, {d}) with n ≥ 1")
    if X.shape[1] != d:
        raise ValueError(f"X has {X.shape[1]} features, shape {X.shape}; expected (n, {d})")
    finite("X", X)
    return X


def finite(what: str, a: NDArray) -> None:
    """No entry of ``a`` is NaN or infinite."""
    if not np.isfinite(a).all():
        where = ", ".join(str(i) for i in np.argwhere(~np.isfinite(a))[0])
        raise ValueError(
            f"{what} holds NaN or ∞, first at index ({where}); every entry must be finite"
        )


def labels(y: ArrayLike, n: int, classes: int) -> NDArray[np.int_]:
    """y as n whole numbers 0 … classes − 1, one for each row of X."""
    y = np.asarray(y)
    if y.shape != (n,):
        raise ValueError(f"y must hold one label a row of X, shape ({n},); got shape {y.shape}")
    if y.dtype.kind not in "iub":
        raise TypeError(f"labels must be integers 0 … {classes - 1}; got dtype {y.dtype}")
    y = y.astype(np.int_)
    if y.min() < 0 or y.max() >= classes:
        bad = y[(y < 0) | (y >= classes)][0]
        raise ValueError(f"labels must lie in 0 … {classes - 1}; got {bad}")
    return y


def positive(what: str, value: float) -> float:
    """A finite number greater than zero."""
    if isinstance(value, str) or not np.isfinite(value) or value <= 0:
        raise ValueError(f"{what} must be a positive number; got {value!r}")
    return value


def fraction(what: str, value: float) -> float:
    """A number p with 0 ≤ p < 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{what} must lie in [0, 1); got {value!r}")
    return value


def whole(what: str, value: int) -> int:
    """A whole number of at least one."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{what} must be a whole number of at least 1; got {value!r}")
    return int(value)


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """Randomness is an argument: a numpy Generator, never a hidden global state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy Generator, np.random.default_rng(seed); got {rng!r}")
    return rng
