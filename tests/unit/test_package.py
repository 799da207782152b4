"""The package as a whole: what importing it costs, and that it works from anywhere."""

import ast
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np

import nnlib
from nnlib import data, network, optimizers, training

CORE = [
    *("neuron", "perceptron", "activations", "losses", "layers", "storage", "network", "gradcheck"),
    *("optimizers", "training", "data"),
]


def python(code, **options):
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, **options
    ).stdout


def test_the_contract():
    rng = np.random.default_rng(0)
    X, y = data.digits()  # X (1797, 64) in [0, 1], y (1797,) ints
    train, test = data.split(X, y, test=0.2, rng=rng)
    net = network.mlp([64, 32, 10], activation="relu", rng=rng)
    history = training.train(
        net,
        "cross_entropy",
        optimizers.Adam(1e-3),
        *train,
        epochs=20,
        batch_size=32,
        rng=rng,
        validation=test,
    )
    accuracy = (net.predict(test[0]) == test[1]).mean()
    assert accuracy > 0.94
    assert history.validation_accuracy[-1] == accuracy


def test_works_from_any_folder(tmp_path):
    code = "from nnlib import data; print(data.cats_dogs()[0].shape, data.digits()[0].shape)"
    assert python(code, cwd=tmp_path) == "(1989, 784) (1797, 64)\n"


def test_the_core_imports_numpy_only(tmp_path):
    code = f"""if True:
        import sys, numpy.random
        before = set(sys.modules)
        from nnlib import {", ".join(CORE)}
        roots = {{name.split(".")[0] for name in set(sys.modules) - before}}
        print(*sorted(roots - sys.stdlib_module_names - {{"numpy"}}))
        """
    assert python(code, cwd=tmp_path) == "nnlib\n"


def test_modules_import_earlier_ones_only():
    order = ["_checks", *CORE]
    order.insert(order.index("training"), order.pop(order.index("data")))  # training takes batches
    for position, module in enumerate(order):
        tree = ast.parse((files(nnlib) / f"{module}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                names = [node.module] if node.module else [alias.name for alias in node.names]
                assert set(names) <= set(order[:position]), module


def test_ships_types_and_licences():
    assert (files(nnlib) / "py.typed").is_file()
    licences = (files(nnlib) / "_data" / "LICENSES.md").read_text("utf-8")
    for phrase in (
        "`animal-mnist`, version 0.4",
        "Copyright (c) 2025 SinaSR-6",
        "CC BY 4.0",
        "Permission is",
    ):
        assert phrase in licences


def test_version_is_declared_once():
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text("utf-8"))["tool"]["setuptools"]["dynamic"] == {
        "version": {"attr": "nnlib.__version__"}
    }
    assert nnlib.__version__.count(".") == 2


def test_nnlib_knows_nothing_of_bookkit() -> None:
    """The machinery stands on what the book builds, never the other way round."""
    for path in Path(nnlib.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert "bookkit" not in " ".join(ast.unparse(n) for n in imports), path.name
