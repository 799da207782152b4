"""The first cell of each notebook, run as in Colab and as elsewhere, and what it asks pip for."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from types import ModuleType

import pytest
from checks.home import home
from checks.hygiene import install_cell
from checks.page import ROOT
from packaging.requirements import Requirement

COLABS_IPYWIDGETS = "7.7.1"  # as its runtime brings it; newer ones lose the widgets' pictures there


@pytest.mark.parametrize("there", [True, False], ids=["with nnlib", "without nnlib"])
@pytest.mark.parametrize("place", ["colab", "elsewhere"])
def test_the_first_cell_installs_in_colab_alone(
    monkeypatch: pytest.MonkeyPatch, place: str, there: bool
) -> None:
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: calls.append((command, check)))
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: (there or None) if name == "nnlib" else find(name)
    )
    monkeypatch.delitem(sys.modules, "google.colab", raising=False)
    if place == "colab":
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    exec(install_cell(), {})
    pip = [sys.executable, "-m", "pip", "install", "-q", home().package]
    assert calls == ([(pip, True)] if place == "colab" and not there else [])


def test_it_asks_for_the_released_package_and_for_extras_that_exist() -> None:
    asked = Requirement(home().package)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked.name == project["name"]
    assert asked.url == f"git+{home().url}@{home().tag}"
    assert asked.extras
    assert asked.extras <= project["optional-dependencies"].keys()


def test_it_leaves_colabs_ipywidgets_as_they_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = map(Requirement, project["optional-dependencies"]["interactive"])
    [widgets] = [need for need in needs if need.name == "ipywidgets"]
    assert widgets.specifier.contains(COLABS_IPYWIDGETS)
