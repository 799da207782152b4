"""Bad input is met at the door: every check raises one sentence that names what came and what was
expected. Used by the public entry points only, never inside a training step."""

from collections.abc import Mapping
from difflib import get_close_matches
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

T = TypeVar("T")


def lookup(kind: str, name: object, registry: Mapping[str, T]) -> T:
    """The entry of ``registry`` called ``name``; else an error that proposes the nearest name."""
    if isinstance(name, str) and name in registry:
        return registry[name]
    near = get_close_matches(str(name).lower(), registry, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    if isinstance(name, type):
        hint = f"write {name.__name__}(…), an object of this class; "
    raise ValueError(f"unknown {kind} {name!r}; {hint}known are {', '.join(sorted(registry))}")


def array(what: str, a: ArrayLike) -> NDArray:
    """``a`` as an array, none of whose entries a mask hides."""
    if isinstance(a, np.ndarray) and hasattr(a, "mask") and a.mask.any():
        raise TypeError(f"{what} is a masked array; leave out the hidden entries or fill them in")
    try:
        return np.asarray(a)
    except ValueError:
        raise TypeError(f"{what} must be an array of numbers; its rows differ in length") from None


def numbers(what: str, a: ArrayLike, dtype: DTypeLike = np.float64) -> NDArray:
    """``a`` as an array of ``dtype`` without NaN or ∞."""
    a = array(what, a)
    if a.dtype.kind not in "biuf":
        raise TypeError(f"{what} must be an array of numbers; got dtype {a.dtype}")
    finite(what, a)
    if a.dtype != dtype:
        with np.errstate(over="ignore"):
            a = a.astype(dtype)
        if not np.isfinite(a).all():
            raise ValueError(f"{what} holds numbers too large for {a.dtype}")
    return a


def finite(what: str, a: NDArray) -> None:
    """No entry of ``a`` is NaN or infinite."""
    if not np.isfinite(a).all():
        where = ", ".join(str(i) for i in np.argwhere(~np.isfinite(a))[0])
        raise ValueError(
            f"{what} holds NaN or ∞, first at index ({where}); every entry must be finite"
        )


def features(X: ArrayLike, d: int, dtype: DTypeLike = np.float64) -> NDArray:
    """X as an array of ``dtype``, shape (n, d), one row an example; not empty, NaN or infinite."""
    X = numbers("X", X, dtype)
    if X.size == 0:
        raise ValueError(f"X is empty: its shape is {X.shape}, expected (n, {d}) with n ≥ 1")
    if X.ndim != 2:
        hint = "; for one example write x[None, :]" if X.shape == (d,) else ""
        raise ValueError(f"X must have shape (n, {d}), one row an example; got {X.shape}{hint}")
    if X.shape[1] != d:
        raise ValueError(f"X has {X.shape[1]} features, shape {X.shape}; expected (n, {d})")
    return X


def same_length(X: NDArray, y: NDArray) -> None:
    """X and y have as many rows, at least one."""
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"X and y must have as many rows; got shapes {X.shape} and {y.shape}")
    if len(X) == 0:
        raise ValueError("there are no examples: X and y are empty")


def labels(y: ArrayLike, n: int, classes: int) -> NDArray[np.int_]:
    """y as n whole numbers 0 … classes − 1, one for each row of X."""
    y = array("y", y)
    if y.shape != (n,):
        hint = "; for a column write y.ravel()" if y.shape == (n, 1) else ""
        raise ValueError(
            f"y must hold one label a row of X, shape ({n},); got shape {y.shape}{hint}"
        )
    if y.size == 0:
        raise ValueError("y is empty; it must hold at least one label")
    if y.dtype.kind not in "iub":
        raise TypeError(f"labels must be integers 0 … {classes - 1}; got dtype {y.dtype}")
    y = y.astype(np.int_)
    if y.min() < 0 or y.max() >= classes:
        bad = y[(y < 0) | (y >= classes)][0]
        raise ValueError(f"labels must lie in 0 … {classes - 1}; got {bad}")
    return y


def number(what: str, value: float) -> float:
    """A finite number."""
    if not isinstance(value, Real) or not -np.inf < value < np.inf:
        raise ValueError(f"{what} must be a finite number; got {value!r}")
    return float(value)


def positive(what: str, value: float) -> float:
    """A finite number greater than zero."""
    if not isinstance(value, Real) or not 0 < value < np.inf:
        raise ValueError(f"{what} must be a positive number; got {value!r}")
    return float(value)


def not_negative(what: str, value: float) -> float:
    """A finite number of at least zero."""
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(f"{what} must be a number of at least 0; got {value!r}")
    return float(value)


def fraction(what: str, value: float) -> float:
    """A number p with 0 ≤ p < 1."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"{what} must be a number in [0, 1); got {value!r}")
    return float(value)


def whole(what: str, value: int) -> int:
    """A whole number of at least one."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{what} must be a whole number of at least 1; got {value!r}")
    return int(value)


def floating(dtype: DTypeLike) -> np.dtype:
    """The type of a network's numbers, float32 or float64."""
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"dtype must be float32 or float64; got {np.dtype(dtype)}")
    return np.dtype(dtype)


def generator(rng: Any) -> np.random.Generator:
    """Randomness is an argument: a numpy Generator, never a hidden global state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy Generator, np.random.default_rng(seed); got {rng!r}")
    return rng
