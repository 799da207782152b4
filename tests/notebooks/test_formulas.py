"""The formulas that chapters display and nnlib, or the chapter's own code, implements are the same.

Each formula is found in the chapter as it stands there, parsed, and evaluated at random points
beside the code. Numbers stand for vectors of length one, and letters for the names of a formula;
formulas of matrices are evaluated with matrices.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from checks.page import Page, chapters, tags
from sympy import Expr, lambdify
from sympy.parsing.latex import parse_latex

from nnlib import activations, gradcheck, layers, losses, neuron, optimizers
from nnlib.perceptron import Perceptron

POINTS = 4
SPACING = re.compile(r"\\[,;! ]|\\(?:big|Big)[lr]?|\\(?:left|right)(?=[()])|\s+")
PRODUCT = re.compile(r"(?<=[\w}])\s*(?<!\\ln)(?<!\\max)(?=\()|(?<=\))\s*(?=[a-z])")


class Formula(NamedTuple):
    chapter: str
    latex: str
    names: dict[str, str]  # from names of the formula to letters
    witness: Callable[..., float] | None = None  # what nnlib makes of the letters, by name
    between: dict[str, tuple[float, float]] = {}  # noqa: RUF012
    whole: str = ""  # letters that stand for whole numbers


def folded(latex: str) -> str:
    return re.sub(r"\s+", " ", SPACING.sub(" ", latex).replace(r"\dfrac", r"\frac")).strip()


@cache
def page(chapter: str) -> Page:
    return Page.read(next(path for path in chapters() if path.name.startswith(chapter)))


@cache
def own(chapter: str, name: str) -> Any:
    """A function or class that a chapter builds in the open, with those that it builds on."""
    cells = [c.source for _, c in page(chapter).code_cells if "exercise" not in tags(c)]
    trees = [ast.parse(source) for source in cells if not source.startswith(("%", "!"))]
    nodes = [node for tree in trees for node in tree.body]
    kept: dict[str, ast.stmt] = {}
    wanted, known = (
        [name],
        {n.name: n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)},
    )
    while wanted:
        found = known[wanted.pop()]
        kept[found.name] = found
        used = {node.id for node in ast.walk(found) if isinstance(node, ast.Name)}
        wanted += [other for other in used & known.keys() if other not in kept]
    roots = ("numpy", "nnlib", "itertools")
    imports = [
        node
        for node in nodes
        if (isinstance(node, ast.Import) and node.names[0].name in roots)
        or (isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in roots)
    ]
    order = [node for node in nodes if node in kept.values()]
    space: dict[str, Any] = {}
    exec(compile(ast.Module([*imports, *order], []), chapter, "exec"), space)
    return space[name]


@cache
def displayed(chapter: str) -> str:
    """All displayed formulas of a chapter."""
    text = "\n".join(c.source for c in page(chapter).cells if c.cell_type == "markdown")
    return folded(" ".join(re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)))


def parse(formula: Formula) -> Callable[..., float]:
    latex = folded(formula.latex)
    for name in sorted(formula.names, key=len, reverse=True):
        latex = latex.replace(folded(name), f" {formula.names[name]} ")
    expression = parse_latex(folded(PRODUCT.sub(r" \\cdot ", latex)), backend="lark")
    assert isinstance(expression, Expr), f"{latex} can be read in two ways: {expression}"
    letters = sorted({str(s) for s in expression.free_symbols} | set(formula.between))
    compute = lambdify([*letters], expression, modules=[{"Max": max}, "math"])
    constants = {"e": math.e} if "e" in letters else {}
    return lambda **values: compute(**values, **constants)


def rate(T: float, q: float, i: float, r: float, h: float) -> float:
    cell = neuron.LIFNeuron(tau=T, R=1.0, v_rest=-70.0, v_threshold=h, v_reset=r, t_refractory=q)
    return float(neuron.firing_rate(i + 70, cell)) / 1000  # per millisecond, as the formula


def voltage(i: float, k: float, t: float, T: float) -> float:
    cell = neuron.LIFNeuron(tau=T, R=1.0, v_rest=0.0, v_threshold=99.0, v_reset=0.0)
    return cell.simulate([i], dt=t, v0=k)[0][-1]


def slope(v: float, s: float, R: float, I: float) -> float:  # noqa: E741
    """τ times the change of the voltage in a very short time."""
    cell = neuron.LIFNeuron(tau=1.0, R=R, v_rest=s, v_threshold=99.0, v_reset=s)
    return (cell.simulate([I], dt=1e-6, v0=v)[0][-1] - v) / 1e-6


def rheobase(h: float, s: float, R: float) -> float:
    return neuron.LIFNeuron(R=R, v_rest=s, v_reset=s, v_threshold=h).rheobase


def perceptron(w: float, x: float, y: float, p: float) -> tuple[float, float]:
    """Weight and bias after an example, with the bias chosen so that the answer is p."""
    unit = Perceptron(1)
    unit.w, unit.b = np.array([w]), (2 * round(p) - 1) * 99.0
    unit.update(np.array([x]), round(y))
    return unit.w[0], unit.b - (2 * round(p) - 1) * 99.0


def corner(d: float, a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Two vectors of the lengths a and b whose difference has the length d."""
    x = (a * a + b * b - d * d) / (2 * a)
    return np.array([a, 0.0]), np.array([x, math.sqrt(b * b - x * x)])


def momentum(v: float, m: float, g: float) -> float:
    """The velocity after a step with gradient g, from a step with gradient v before it."""
    theta, optimizer = np.zeros(1), optimizers.SGD(1.0, momentum=m)
    optimizer.step(theta, np.array([v]))
    before = theta[0]
    optimizer.step(theta, np.array([g]))
    return before - theta[0]


def descent(t: float, h: float, v: float) -> float:
    theta = np.array([t])
    optimizers.SGD(h).step(theta, np.array([v]))
    return theta[0]


def decayed(t: float, h: float, l: float, g: float) -> float:  # noqa: E741
    theta = np.array([t])
    optimizers.SGD(h, weight_decay=l).step(theta, np.array([g]))
    return theta[0]


def luck(q: float, m: float) -> float:
    """The spread of a share of m images, each right with probability q, over all outcomes."""
    n = round(m)
    chances = [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    return math.sqrt(sum(p * (k / n - q) ** 2 for k, p in enumerate(chances)))


def most_exciting(w: float, b: float, l: float) -> float:  # noqa: E741
    """Where the slope of the displayed price is zero; it is a straight line."""
    price = parse(Formula("08", r"w x + b - \lambda x^2", {r"\lambda": "l"}))
    at_0, at_1 = (
        float(gradcheck.numerical_gradient(lambda x: price(w=w, x=float(x), b=b, l=l), x))
        for x in (0.0, 1.0)
    )
    return at_0 / (at_0 - at_1)


def occluded(a: float, c: float) -> float:
    """The map at a patch, for a linear net that says a of the image and c of what is left of it."""
    weights, image = np.zeros((196, 2)), np.zeros((1, 196))
    image[0, [0, 100]], weights[[0, 100], 1] = 1, (a - c, c)
    net = SimpleNamespace(forward=lambda X: X @ weights)
    return own("08", "occlusion")(net, image, 0)[0, 0, 0]


def normalized(m: float, s: float, x: float, g: float = 1.0, b: float = 0.0) -> Any:
    """Batch normalization of three examples with mean m and spread s, of which x is the first."""
    away = x - m
    apart = math.sqrt((3 * (s * s - 1e-5) - 1.5 * away * away) / 2)
    batch = np.array([[x], [m - away / 2 + apart], [m - away / 2 - apart]])
    layer = own("09", "BatchNorm")((1, 1))
    layer.gain, layer.shift = g, b
    return layer.forward(batch, training=True)[0, 0]


def spread_of(v: float) -> float:
    layer = own("09", "BatchNorm")((1, 1))
    layer.forward(np.array([[math.sqrt(v)], [-math.sqrt(v)]]), training=True)
    return layer.s.item()


def blamed(g: float, s: float, a: float, n: float, b: float, x: float, c: float) -> float:
    """What the first of three examples is blamed for, if the blames add up to b, weighted to c."""
    layer = own("09", "BatchNorm")((1, 1))
    layer.gain, layer.s = g, np.array([[s]])
    layer.X_hat = np.array([[x], [1.0], [-1.0]])
    total, less = b - a, c - a * x
    assert n == 3
    return layer.backward(np.array([[a], [(total + less) / 2], [(total - less) / 2]]))[0, 0]


def adam_step(t: float, h: float, m: float, q: float, s: float) -> float:
    """A step of nnlib's Adam whose corrected means come out as m and q."""
    adam, theta = optimizers.Adam(h, beta1=0.5, beta2=0.5, epsilon=s), np.array([t])
    adam.steps = 1
    adam._update(theta, np.zeros(1), np.array([m]), np.array([q]))
    return theta[0]


def keras_step(t: float, h: float, m: float, q: float, k: float, s: float) -> float:
    theta = np.array([t])
    before = np.array([m / 0.9]), np.array([q / 0.999])
    own("10", "keras_adam")(theta, 0.0, *before, round(k), h, s)
    return theta[0]


SIGMOID = r"\frac{1}{1 + e^{-z}}"
V = {r"v_{\text{reset}}": "r", r"v_{\text{rest}}": "s", r"v_{\text{th}}": "h", r"v_\infty": "i"}
V |= {r"t_{\text{ref}}": "q", r"\tau": "T", "v(0)": "k"}
PERIOD = r"t_{\text{ref}} + \tau \ln \frac{v_\infty - v_{\text{reset}}}{v_\infty - v_{\text{th}}}"
NORMS = {
    r"\lVert g - \tilde g \rVert": "d",
    r"\lVert g \rVert": "a",
    r"\lVert \tilde g \rVert": "b",
}
AROUND = {r"L(\theta_i + \varepsilon)": "a", r"L(\theta_i - \varepsilon)": "b", r"\varepsilon": "h"}
WIDE, SHARE = (-4, 4), (0.1, 0.9)
DECAY = {r"\eta": "h", r"\lambda": "l", r"\theta": "t"}
DECAYS = {"t": WIDE, "h": SHARE, "l": SHARE, "g": WIDE}
BATCH = {"m": (-1, 1), "s": (2, 4), "x": (-1, 1)}
FORMULAS = [
    Formula(
        "01",
        r"-(v - v_{\text{rest}}) + R\,I",
        V,
        slope,
        {"v": WIDE, "s": WIDE, "R": (1, 9), "I": WIDE},
    ),
    Formula(
        "01",
        r"v_\infty + (v(0) - v_\infty)\, e^{-t/\tau}",
        V,
        voltage,
        {"i": WIDE, "k": WIDE, "t": (1, 9), "T": (5, 9)},
    ),
    Formula(
        "01",
        r"\frac{v_{\text{th}} - v_{\text{rest}}}{R}",
        V,
        rheobase,
        {"h": (-50, -40), "s": (-70, -60), "R": (1, 9)},
    ),
    Formula(
        "01",
        rf"\frac{{1}}{{{PERIOD}}}",
        V,
        rate,
        {"T": (5, 9), "q": (1, 3), "i": (-40, -30), "r": (-69, -60), "h": (-55, -50)},
    ),
    Formula("01", SIGMOID, {}, lambda z: activations.sigmoid(z), {"z": WIDE}),
    Formula("01", r"\ln(1 + e^{z})", {}, lambda z: activations.logsumexp([0, z]), {"z": WIDE}),
    Formula(
        "02",
        r"w + (y - \hat y)\, x",
        {r"\hat y": "p"},
        lambda **at: perceptron(**at)[0],
        {"w": WIDE, "x": (0, 1), "y": (0, 1), "p": (0, 1)},
        whole="yp",
    ),
    Formula("03", SIGMOID, {}, lambda z: activations.sigmoid(z), {"z": WIDE}),
    Formula(
        "03", r"\frac{e^{-z}}{(1 + e^{-z})^2}", {}, lambda z: activations.dsigmoid(z), {"z": WIDE}
    ),
    Formula(
        "03", r"\frac{e^z - e^{-z}}{e^z + e^{-z}}", {}, lambda z: activations.tanh(z), {"z": WIDE}
    ),
    Formula(
        "03",
        r"1 - \tanh(z)^2",
        {r"\tanh(z)": "t"},
        lambda t: activations.dtanh(math.atanh(t)),
        {"t": SHARE},
    ),
    Formula("03", r"\max(z, 0)", {}, lambda z: activations.relu(z), {"z": WIDE}),
    Formula(
        "03",
        r"\max(z, \alpha z)",
        {r"\alpha": "a"},
        lambda z, a: activations.leaky_relu(z, a),
        {"z": WIDE, "a": SHARE},
    ),
    Formula("03", r"\ln(1 + e^z)", {}, lambda z: activations.logsumexp([0, z]), {"z": WIDE}),
    Formula(
        "03",
        r"\frac{e^{z_1}}{e^{z_1} + e^{z_2}}",
        {"z_1": "u", "z_2": "v"},
        lambda u, v: activations.softmax([u, v])[0],
        {"u": WIDE, "v": WIDE},
    ),
    Formula(
        "04",
        r"(\hat y_i - y_i)^2",
        {r"\hat y_i": "p", "y_i": "y"},
        lambda p, y: losses.mse(np.array([[p]]), np.array([[y]])),
        {"p": WIDE, "y": WIDE},
    ),
    Formula(
        "04",
        r"-(1 - p)",
        {},
        lambda p: losses.dbinary_cross_entropy(np.array([math.log(p / (1 - p))]), np.array([1]))[0],
        {"p": SHARE},
    ),
    Formula(
        "05",
        r"\frac{L(\theta_i + \varepsilon) - L(\theta_i - \varepsilon)}{2\varepsilon}",
        AROUND,
        lambda a, b, h: gradcheck.numerical_gradient(lambda x: a if x > 0 else b, 0.0, h),
        {"a": WIDE, "b": WIDE, "h": SHARE},
    ),
    Formula(
        "05",
        r"\frac{\lVert g - \tilde g \rVert}{\lVert g \rVert + \lVert \tilde g \rVert}",
        NORMS,
        lambda **at: gradcheck.relative_error(*corner(**at)),
        {"a": (1, 1.2), "b": (1, 1.2), "d": (0.5, 1)},
    ),
    Formula(
        "06",
        r"\frac{2}{d_\text{in}}",
        {r"d_\text{in}": "d"},
        lambda d: layers.INITIALIZATIONS["he"](d, 7) ** 2,
        {"d": (1, 9)},
    ),
    Formula(
        "06",
        r"\frac{2}{d_\text{in} + d_\text{out}}",
        {r"d_\text{in}": "d", r"d_\text{out}": "k"},
        lambda d, k: layers.INITIALIZATIONS["xavier"](d, k) ** 2,
        {"d": (1, 9), "k": (1, 9)},
    ),
    Formula("06", r"\mu v + g", {r"\mu": "m"}, momentum, {"v": WIDE, "m": SHARE, "g": WIDE}),
    Formula(
        "06",
        r"\theta - \eta v",
        {r"\theta": "t", r"\eta": "h"},
        descent,
        {"t": WIDE, "h": SHARE, "v": WIDE},
    ),
    Formula("07", r"(1 - \eta\lambda)\,\theta - \eta g", DECAY, decayed, DECAYS),
    Formula("07", r"\theta - \eta\,(g + \lambda\theta)", DECAY, decayed, DECAYS),
    Formula("07", r"\sqrt{\frac{q\,(1 - q)}{m}}", {}, luck, {"q": SHARE, "m": (1, 9)}, "m"),
    Formula(
        "08",
        r"\frac{w}{2\lambda}",
        {r"\lambda": "l"},
        most_exciting,
        {"w": WIDE, "b": WIDE, "l": SHARE},
    ),
    Formula(
        "08",
        r"s(x) - s(x_{\setminus p})",
        {"s(x)": "a", r"s(x_{\setminus p})": "c"},
        occluded,
        {"a": WIDE, "c": WIDE},
    ),
    Formula(
        "09",
        r"\sqrt{\frac{1}{n}\sum_i (x_i - m)^2 + \varepsilon}",
        {r"\frac{1}{n}\sum_i (x_i - m)^2": "v", r"\varepsilon": "0.00001"},
        spread_of,
        {"v": SHARE},
    ),
    Formula("09", r"\frac{x_i - m}{s}", {"x_i": "x"}, normalized, BATCH),
    Formula(
        "09",
        r"\gamma\,\frac{x_i - m}{s} + \beta",
        {"x_i": "x", r"\gamma": "g", r"\beta": "b"},
        normalized,
        BATCH | {"g": WIDE, "b": WIDE},
    ),
    Formula(
        "09",
        r"\frac{\gamma}{s}\Big(dy_i - \frac{1}{n}\big(d\beta + \hat x_i\,d\gamma\big)\Big)",
        {"dy_i": "a", r"d\beta": "b", r"\hat x_i": "x", r"d\gamma": "c", r"\gamma": "g"},
        blamed,
        {"g": WIDE, "s": (1, 2), "a": WIDE, "n": (3, 3), "b": WIDE, "x": WIDE, "c": WIDE},
    ),
    Formula(
        "10",
        r"2\,(\hat y - y)\,x",
        {r"\hat y": "p"},
        lambda p, y, x: gradcheck.numerical_gradient(lambda w: (w * x - y) ** 2, p / x),
        {"p": WIDE, "y": WIDE, "x": (1, 3)},
    ),
    Formula(
        "10",
        r"\theta - \eta\,\frac{\hat m}{\sqrt{\hat q} + \varepsilon}",
        {r"\theta": "t", r"\eta": "h", r"\hat m": "m", r"\hat q": "q", r"\varepsilon": "s"},
        adam_step,
        {"t": WIDE, "h": SHARE, "m": WIDE, "q": SHARE, "s": SHARE},
    ),
    Formula(
        "10",
        r"\theta - \eta\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}"
        r"\,\frac{m}{\sqrt{q} + \hat\varepsilon}",
        {r"\theta": "t", r"\eta": "h", r"\hat\varepsilon": "s"}
        | {r"\beta_2^t": "0.999^{k}", r"\beta_1^t": "0.9^{k}"},
        keras_step,
        {"t": WIDE, "h": SHARE, "m": WIDE, "q": SHARE, "k": (1, 9), "s": SHARE},
        "k",
    ),
    Formula(
        "10",
        r"\mu v - \eta g",
        {r"\mu": "0.9", r"\eta": "h"},
        lambda h, v, g: own("10", "keras_momentum")([h], theta=g, v=v) - g,
        {"h": SHARE, "v": WIDE, "g": WIDE},
    ),
    Formula("10", r"\mu v + g", {r"\mu": "m"}, momentum, {"v": WIDE, "m": SHARE, "g": WIDE}),
]
ADAM = [
    Formula("06", r"\beta_1 m + (1 - \beta_1)\,g", {r"\beta_1": "b"}),
    Formula("06", r"\beta_2 q + (1 - \beta_2)\,g^2", {r"\beta_2": "c", "g^2": "(g^{2})"}),
    Formula("06", r"\frac{m}{1 - \beta_1^t}", {r"\beta_1^t": "(b^{t})"}),
    Formula("06", r"\frac{q}{1 - \beta_2^t}", {r"\beta_2^t": "(c^{t})"}),
]


class Matrices(NamedTuple):
    """A formula of matrices: what stands for its names, and what the code makes of them."""

    chapter: str
    latex: str
    names: dict[str, str]
    witness: Callable[[np.random.Generator], tuple[dict[str, Any], np.ndarray]]


def evaluate(formula: Matrices, values: dict[str, Any]) -> np.ndarray:
    """The formula with `@` between factors that stand side by side."""
    text = folded(formula.latex).replace(r"^\top", ".T")
    for name in sorted(formula.names, key=len, reverse=True):
        text = text.replace(folded(name), f" {formula.names[name]} ")
    text = text.replace(" .T", ".T")
    tokens = re.findall(r"[A-Za-z]\w*(?:\.T)?|[-+()]", text)
    assert "".join(tokens) == text.replace(" ", ""), text
    code = ""
    for before, token in zip(["+", *tokens], tokens, strict=False):
        side_by_side = before not in ("+", "-", "(", "relu") and token[0].isalpha()
        code += f"@ {token} " if side_by_side else f"{token} "
    return eval(code, {"relu": activations.relu, **values})


def smallest(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
    H, t = rng.normal(size=(3, 5)), rng.normal(size=3)
    U, s, Vt = np.linalg.svd(H, full_matrices=False)
    return {"U": U, "D": np.diag(1 / s), "V": Vt.T, "t": t}, own("07", "smallest_fit")(
        H, t[:, None]
    )[:, 0]


def convolved(rng: np.random.Generator) -> tuple[Any, dict[str, Any], np.ndarray]:
    layer = own("08", "Convolution")(3, 2, 2, rng=rng)
    layer.b = rng.normal(size=2)
    Z = layer.forward(rng.normal(size=(4, 9)))
    dZ = rng.normal(size=Z.shape)
    layer.backward(dZ)
    found = {"P": layer.P, "W": layer.W, "b": layer.b, "dZ": dZ.reshape(-1, 2)}
    return layer, found, Z.reshape(-1, 2)


def back_to_windows(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
    dense = layers.Dense(4, 2, rng=rng)
    dense.forward(rng.normal(size=(5, 4)))
    dZ = rng.normal(size=(5, 2))
    return {"dZ": dZ, "W": dense.W}, dense.backward(dZ)


def spread_along(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
    A = rng.normal(size=(7, 3))
    A -= A.mean(axis=0)
    values, vectors = own("08", "principal")(A)
    return {"C": A.T @ A / 7, "v": vectors[:, :1]}, values[:1, None]


def covariances(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
    A = rng.normal(size=(7, 3))
    A -= A.mean(axis=0)
    values, vectors = own("08", "principal")(A)
    return {"share": np.eye(3) / 7, "A": A}, vectors @ np.diag(values) @ vectors.T


def block(skip: bool) -> Callable[[np.random.Generator], tuple[dict[str, Any], np.ndarray]]:
    def made(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
        W, b, h = rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=3)
        linear = own("09", "Linear")(W)
        linear.b = b[None]
        whole = own("09", "Block")(layers.Activate("relu"), linear, skip=skip)
        return {"W": W, "b": b, "h": h}, whole.forward(h[None])[0]

    return made


def dense(rng: np.random.Generator) -> tuple[dict[str, Any], np.ndarray]:
    layer, X = layers.Dense(3, 2, rng=rng), rng.normal(size=(4, 3))
    layer.b = rng.normal(size=2)
    return {"X": X, "W": layer.W, "K": layer.W.T, "b": layer.b}, layer.forward(X)


TOWER = {"W_l": "W", "h_{l-1}": "h", "b_l": "b", r"\mathrm{ReLU}": "relu"}
MATRICES = [
    Matrices("07", r"V\,\mathrm{diag}(1/s)\,U^\top t", {r"\mathrm{diag}(1/s)": "D"}, smallest),
    Matrices("08", r"P\,W^\top + b", {}, lambda rng: convolved(rng)[1:]),
    Matrices(
        "08",
        r"\mathrm dZ^\top P",
        {r"\mathrm dZ": "dZ"},
        lambda rng: (lambda layer, at, _: (at, layer.dW))(*convolved(rng)),
    ),
    Matrices("08", r"\mathrm dZ\,W", {r"\mathrm dZ": "dZ"}, back_to_windows),
    Matrices("08", r"v^\top C\, v", {}, spread_along),
    Matrices("08", r"\frac1n A^\top A", {r"\frac1n": "share"}, covariances),
    Matrices("09", r"W_l\,\mathrm{ReLU}(h_{l-1}) + b_l", TOWER, block(skip=False)),
    Matrices("09", r"h_{l-1} + W_l\,\mathrm{ReLU}(h_{l-1}) + b_l", TOWER, block(skip=True)),
    Matrices("10", r"X W^\top + b", {}, dense),
    Matrices("10", r"X K + b", {}, dense),
]
# Sums over pairs and over classes, written out in the tests below.
BETWEEN = Formula(
    "08",
    r"\frac{\sum_k n_k\,\lVert \bar a_k - \bar a\rVert^2}{\sum_i \lVert a_i - \bar a\rVert^2}",
    {},
)
LIKENESS = Formula(
    "09",
    r"\frac{1}{n^2} \sum_{i,j} \frac{h_i \cdot h_j}{\lVert h_i \rVert \lVert h_j \rVert}",
    {},
)
EPSILON = Formula(
    "10",
    r"\frac{\hat\varepsilon}{\sqrt{1 - \beta_2^t}}",
    {r"\hat\varepsilon": "s", r"\beta_2^t": "0.999^{k}"},
)
WORDS = [BETWEEN, LIKENESS, EPSILON]


def points(formula: Formula) -> Iterator[dict[str, float]]:
    rng = np.random.default_rng(0)
    for _ in range(POINTS):
        at = {letter: float(rng.uniform(*ends)) for letter, ends in formula.between.items()}
        yield at | {letter: round(at[letter]) for letter in formula.whole}


@pytest.mark.parametrize(
    "formula", [*FORMULAS, *ADAM, *MATRICES, *WORDS], ids=lambda f: f"{f.chapter} {f.latex}"
)
def test_the_chapter_displays_it(formula: Formula) -> None:
    assert folded(formula.latex) in displayed(formula.chapter)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f"{f.chapter} {f.latex}")
def test_nnlib_computes_it(formula: Formula) -> None:
    compute = parse(formula)
    for at in points(formula):
        assert float(formula.witness(**at)) == pytest.approx(compute(**at), rel=1e-5)


def test_adam_is_the_displayed_one() -> None:
    """Ten steps by the displayed means and corrections are ten steps of nnlib's Adam."""
    first, second, mend_1, mend_2 = map(parse, ADAM)
    rng = np.random.default_rng(0)
    theta, optimizer = np.zeros(1), optimizers.Adam(0.1, beta1=0.8, beta2=0.9, epsilon=0.01)
    m = q = by_hand = 0.0
    for t in range(1, 11):
        g = rng.normal()
        optimizer.step(theta, np.array([g]))
        m, q = first(b=0.8, m=m, g=g), second(c=0.9, q=q, g=g)
        by_hand -= 0.1 * mend_1(m=m, b=0.8, t=t) / (math.sqrt(mend_2(q=q, c=0.9, t=t)) + 0.01)
        assert theta[0] == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("formula", MATRICES, ids=lambda f: f"{f.chapter} {f.latex}")
def test_code_computes_the_formula_of_matrices(formula: Matrices) -> None:
    for seed in range(POINTS):
        values, made = formula.witness(np.random.default_rng(seed))
        assert evaluate(formula, values) == pytest.approx(made, rel=1e-9, abs=1e-12)


def test_the_share_between_classes_is_the_displayed_one() -> None:
    A, labels = np.random.default_rng(0).normal(size=(9, 4)), np.arange(9) % 2
    center = A.mean(axis=0)
    groups = [A[labels == k] for k in (0, 1)]
    above = sum(len(g) * np.linalg.norm(g.mean(axis=0) - center) ** 2 for g in groups)
    below = sum(np.linalg.norm(a - center) ** 2 for a in A)
    assert own("08", "between")(A, labels) == pytest.approx(above / below)


def test_likeness_is_the_displayed_mean_over_pairs() -> None:
    H = np.random.default_rng(0).normal(size=(6, 3))
    pairs = [g @ h / (np.linalg.norm(g) * np.linalg.norm(h)) for g in H for h in H]
    assert own("09", "likeness")(H[None])[0] == pytest.approx(sum(pairs) / len(H) ** 2)


def test_one_constant_stands_for_the_other() -> None:
    """Keras's Adam, and nnlib's with the constant that the formula gives for each step."""
    as_ours, keras_adam = parse(EPSILON), own("10", "keras_adam")
    theirs, m, q = np.ones(3), np.zeros(3), np.zeros(3)
    ours, adam = np.ones(3), optimizers.Adam(0.01)
    for t in range(1, 21):
        keras_adam(theirs, 1e-2 * theirs**3, m, q, t)
        adam.epsilon = as_ours(s=1e-3, k=t)
        adam.step(ours, 1e-2 * ours**3)
        assert ours == pytest.approx(theirs, rel=1e-12)
