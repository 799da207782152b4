"""The API reference lacks nothing that nnlib offers, and every offer says what it does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import nnlib

REFERENCE = (Path(__file__).parents[2] / "reference" / "api.md").read_text(encoding="utf-8")
MODULES = [m.name for m in pkgutil.iter_modules(nnlib.__path__) if not m.name.startswith("_")]


def module(name: str) -> ModuleType:
    return importlib.import_module(f"nnlib.{name}")


def public(name: str) -> Iterator[tuple[str, object]]:
    """Functions, classes, and their methods and properties, that a module defines."""
    for key, value in vars(module(name)).items():
        own = getattr(value, "__module__", None) == f"nnlib.{name}"
        if key.startswith("_") or not own or not (inspect.isclass(value) or callable(value)):
            continue
        yield key, value
        for part, found in vars(value).items() if inspect.isclass(value) else ():
            found = found.fget if isinstance(found, property) else found
            if inspect.isfunction(found) and not part.startswith("_"):
                yield f"{key}.{part}", found


@pytest.mark.parametrize("name", MODULES)
def test_a_module_stands_in_the_reference_with_all_its_members(name: str) -> None:
    block = re.search(rf"\.\. automodule:: nnlib\.{name}\n((?:   :.*\n)+)", REFERENCE)
    assert block, f"reference/api.md has no part for nnlib.{name}"
    assert ":members:\n" in block[1]
    assert ":undoc-members:" in block[1]
    left_out = set(re.findall(r"[\w]+", " ".join(re.findall(r":exclude-members: (.*)", block[1]))))
    assert left_out & {key for key, _ in public(name)} == set()


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_says_what_it_does(name: str) -> None:
    assert module(name).__doc__
    silent = [key for key, value in public(name) if not (value.__doc__ or "").strip()]
    assert silent == []


def test_the_walk_finds_what_there_is() -> None:
    found = {f"{name}.{key}" for name in MODULES for key, _ in public(name)}
    assert {"layers.Dense.forward", "neuron.LIFNeuron.rheobase", "data.moons"} <= found
    assert len(found) > 60
