"""The program of a playground: data, features, network and training, as text that also runs."""

from __future__ import annotations

import ast
import csv
import math
from typing import Any

import numpy as np

from nnlib.data import Examples

TWO_CLASSES = {
    "circle": """\
y = np.arange(200) % 2
radius, angle = rng.random(200) + np.where(y, 0, 0.9), 2 * np.pi * rng.random(200)
P = 0.9 * radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])""",
    "xor": """\
P = rng.uniform(-1.6, 1.6, (200, 2))
y = (P[:, 0] * P[:, 1] < 0).astype(int)""",
    "two clouds": """\
y = np.arange(200) % 2
P = 0.5 * rng.standard_normal((200, 2)) + np.where(y, 0.8, -0.8)[:, None]""",
    "moons": """\
P, y = data.moons(200, noise=0.05, rng=rng)
P = P - P.mean(axis=0)""",
    "spirals": """\
P, y = data.spirals(200, rng=rng)
P = 1.5 * P""",
}
REGRESSIONS = {
    "slope (regression)": """\
P = rng.uniform(-1.8, 1.8, (200, 2))
y = P.sum(axis=1) / 4""",
    "hills (regression)": """\
P = rng.uniform(-1.8, 1.8, (200, 2))
height = lambda x, y: np.exp(-3 * ((P[:, 0] - x) ** 2 + (P[:, 1] - y) ** 2))
y = height(1, 1) + height(-1, -1) - height(1, -1) - height(-1, 1)""",
}
CURVE = "above a curve"  # of the reader's own f(x)
OWN = "your own file"
FEATURES = {
    "x1": "P[:, 0]",
    "x2": "P[:, 1]",
    "x1²": "P[:, 0] ** 2",
    "x2²": "P[:, 1] ** 2",
    "x1·x2": "P[:, 0] * P[:, 1]",
    "sin x1": "np.sin(np.pi * P[:, 0])",
    "sin x2": "np.sin(np.pi * P[:, 1])",
}
OPTIMIZERS = {
    "SGD": "optimizers.SGD({})",
    "momentum": "optimizers.SGD({}, momentum=0.9)",
    "Adam": "optimizers.Adam({})",
}
SETUP = """\
import numpy as np
from nnlib import data, network, optimizers, training

rng = np.random.default_rng({seed})
{data}
{noise}

def features(P):
    return np.column_stack([{features}])


(P_train, y_train), (P_test, y_test) = data.split(P, y, test={test}, rng=rng)
net = network.mlp({sizes}, activation="{activation}", rng=rng)
optimizer = {optimizer}
{penalty}"""
SHRINK = """

def shrink(epoch, net, history):  # L1 pulls every parameter toward zero, and none past it
    net.theta[:] = np.sign(net.theta) * np.maximum(np.abs(net.theta) - {amount:.6g}, 0)

"""
TRAIN = """\
history = training.train(
    net, "{loss}", optimizer, features(P_train), {y_train},
    epochs={epochs}, batch_size={batch}, rng=rng,
    validation=(features(P_test), {y_test}),{hook}
)
"""
READ = """\
from bookkit import laboratory  # your file stands beside this program

P, y = laboratory.read_csv(open("points.csv").read())"""
BY_HAND = "# You set {} by hand; this program does not.\n"


def is_regression(settings: dict[str, Any], own: Examples | None) -> bool:
    if settings["data"] == OWN:
        return own is not None and own[1].dtype.kind == "f"
    return settings["data"] in REGRESSIONS


def setup(settings: dict[str, Any], regression: bool) -> str:
    """The program up to the training."""
    s = settings
    known = TWO_CLASSES | REGRESSIONS
    made = {
        CURVE: (
            f"P = rng.uniform(-1.6, 1.6, (200, 2))\nx = P[:, 0]\n"
            f"y = (P[:, 1] > {numpy_of(s['curve'])}).astype(int)"
        ),
        OWN: "P, y = own",
    }
    noise = f"P = P + {s['noise']:g} * rng.standard_normal(P.shape)\n" if s["noise"] else ""
    weight_decay = f", weight_decay={s['L2']:g}" if s["L2"] else ""
    return SETUP.format(
        seed=s["seed"],
        data=(known | made)[s["data"]],
        noise=noise,
        features=", ".join(FEATURES[name] for name in s["features"]),
        test=s["test"],
        sizes=[len(s["features"]), *s["hidden"], 1],
        activation=s["activation"],
        optimizer=OPTIMIZERS[s["optimizer"]].format(f"{s['learning_rate']}{weight_decay}"),
        penalty=SHRINK.format(amount=shrinkage(s)) if s["L1"] else "",
    )


def shrinkage(settings: dict[str, Any]) -> float:
    """How far an epoch of L1 pulls a parameter: learning rate × rate, for each batch."""
    steps = math.ceil(200 * (1 - settings["test"]) / settings["batch"])
    return settings["learning_rate"] * settings["L1"] * steps


def training(settings: dict[str, Any], regression: bool, epochs: int) -> str:
    column = "{}[:, None]" if regression else "{}"
    return TRAIN.format(
        loss="mse" if regression else "binary_cross_entropy",
        y_train=column.format("y_train"),
        y_test=column.format("y_test"),
        epochs=epochs,
        batch=settings["batch"],
        hook=" on_epoch=shrink," if settings["L1"] else "",
    )


# A typed f(x) ------------------------------------------------------------------------------------

NAMES = {"sin", "cos", "tan", "tanh", "exp", "log", "sqrt", "abs"}
CONSTANTS = {"pi", "e"}
ALLOWED = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Load, ast.Constant),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UAdd, ast.USub),
)


def numpy_of(text: str) -> str:
    """The reader's f(x) as an expression of NumPy. Raises ValueError for all but a formula of x.

    Nothing is run before every part of it is known: numbers, x, + - * / **, and a few functions.
    """
    if not isinstance(text, str) or len(text) > 80:
        raise ValueError("f(x) must be a formula of up to 80 characters")
    try:
        tree = ast.parse(text.replace("^", "**").strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        raise ValueError(f"f(x) = {text} is no formula; try sin(3*x) or x**2 - 1") from None
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        known = isinstance(node, ALLOWED)
        if isinstance(node, ast.Name):
            known = node.id in (NAMES if id(node) in called else {"x"} | CONSTANTS)
        elif isinstance(node, ast.Constant):
            known = type(node.value) in (int, float) and abs(node.value) < 1e6
        elif isinstance(node, ast.Call):
            known = isinstance(node.func, ast.Name) and node.func.id in NAMES and not node.keywords
            known = known and len(node.args) == 1
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            known = isinstance(node.right, ast.Constant | ast.UnaryOp)
        if not known:
            may = ", ".join(sorted(NAMES))
            raise ValueError(f"f(x) may hold x, numbers, + − * / **, pi, e and {may}; got {text}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id != "x":
            node.id = f"np.{node.id}"
        elif isinstance(node, ast.Constant):
            node.value = float(node.value)  # whole numbers could grow without end
    return ast.unparse(tree)


# The reader's own file ---------------------------------------------------------------------------

FEWEST, MOST = 4, 2000  # rows


def read_csv(text: str) -> Examples:
    """Two columns of numbers and one of labels: P (n, 2) scaled into the plane, y (n,).

    Columns are separated by commas, semicolons, tabs or spaces; where it is no comma, a number may
    have a decimal comma. Two different labels are two classes; more than two, if they are numbers,
    are targets of a regression, scaled to [−1, 1]. Raises ValueError, with the line, for what
    cannot be read.
    """
    lines = text.lstrip("\ufeff").splitlines()
    start = 1 if lines and lines[0].lower().startswith("sep=") else 0  # Excel says so at times
    sample = "\n".join(lines[start : start + 50])
    separator = next((sign for sign in "\t;," if sign in sample), " ")
    try:
        table = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise ValueError(f"the file is no table that can be read: {error}") from None
    rows = [
        (n, row) for n, row in enumerate(table, start=1) if n > start and any(map(str.strip, row))
    ]
    if separator != ",":
        rows = [(n, [*(c.replace(",", ".") for c in row[:2]), *row[2:]]) for n, row in rows]
    if rows and not any(_is_number(cell) for cell in rows[0][1][:2]):
        rows = rows[1:]  # names of the columns
    if not FEWEST <= len(rows) <= MOST:
        raise ValueError(
            f"the file must have {FEWEST} to {MOST:,} rows of data; it has {len(rows)}"
        )
    points, labels = [], []
    for n, row in rows:
        point = _numbers(row[:2])
        label = row[-1].strip() if len(row) > 2 else ""
        if point is None or not label:
            raise ValueError(
                f"line {n} must be two numbers and a label, as in 0.5{separator}1.2{separator}cat; "
                f"it is: {separator.join(row)[:60]}"
            )
        points.append(point)
        labels.append(label)
    P = np.array(points) / max(1.0, np.abs(points).max())  # so that no sum overflows
    spread = np.abs(P - P.mean(axis=0)).max(axis=0)
    if not spread.all():
        raise ValueError(
            "a column has the same number in every row, so nothing can be learned of it"
        )
    P = 1.6 * (P - P.mean(axis=0)) / spread
    names = sorted(set(labels))
    if len(names) == 2:
        return P, np.array([names.index(label) for label in labels])
    comma = [label.replace(",", ".") if separator != "," else label for label in labels]
    targets = _numbers(comma)
    if targets is None or len(names) < 2:
        kinds = f"{len(names)} kinds" if len(names) > 1 else "one kind only"
        raise ValueError(
            f"the last column must hold two classes, or numbers; it holds {kinds}: "
            f"{', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
        )
    y = np.array(targets)
    return P, 2 * (y - y.min()) / (y.max() - y.min()) - 1


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(cells: list[str]) -> list[float] | None:
    """The cells as finite numbers; None where one of them is none."""
    if not all(map(_is_number, cells)):
        return None
    numbers = [float(cell) for cell in cells]
    return numbers if all(map(math.isfinite, numbers)) else None
