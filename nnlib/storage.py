"""Networks in files: what ``Network.save`` and ``Network.load`` do."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ._checks import finite


def save(path: str | os.PathLike, arrays: Mapping[str, NDArray]) -> None:
    """Write ``arrays`` to ``path`` (NumPy's .npz format), atomically: whatever happens, the file at
    ``path`` is whole, either the old one or the new one. Raises OSError where it cannot write."""
    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to save {path.name} in")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: str | os.PathLike, arrays: Mapping[str, NDArray]) -> None:
    """Read into ``arrays`` what ``save`` wrote for arrays of the same names and shapes.

    Never unpickles. Raises ValueError, and changes nothing, for a file of another kind, with other
    names, shapes or a wider dtype, or with NaN or ∞.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        there, here = _shapes(stored), _shapes(arrays)
    except OSError:
        raise
    except Exception as error:  # damaged files fail in many ways, all of them inside NumPy
        raise ValueError(f"{path} is not a file that Network.save wrote") from error
    if there != here:
        raise ValueError(f"{path} holds {there}, but this network has {here}")
    for name, value in stored.items():
        dtype = arrays[name].dtype
        if not np.can_cast(value.dtype, dtype, "safe"):
            raise ValueError(f"{path} holds {value.dtype}, but this network is {dtype}")
        finite(f"{name} in {path}", value)
    for name, value in stored.items():
        arrays[name][...] = value


def _shapes(arrays: Mapping[str, NDArray]) -> str:
    return ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
