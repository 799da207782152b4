"""The formulas that chapters display and nnlib implements are one and the same.

Each formula is found in the chapter as it stands there, parsed, and evaluated at random points
beside nnlib. Numbers stand for vectors of length one, and letters for the names of a formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from checks.page import Page, chapters
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


def folded(latex: str) -> str:
    return re.sub(r"\s+", " ", SPACING.sub(" ", latex).replace(r"\dfrac", r"\frac")).strip()


@cache
def displayed(chapter: str) -> str:
    """All displayed formulas of a chapter."""
    path = next(path for path in chapters() if path.name.startswith(chapter))
    text = "\n".join(c.source for c in Page.read(path).cells if c.cell_type == "markdown")
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
]
ADAM = [
    Formula("06", r"\beta_1 m + (1 - \beta_1)\,g", {r"\beta_1": "b"}),
    Formula("06", r"\beta_2 q + (1 - \beta_2)\,g^2", {r"\beta_2": "c", "g^2": "(g^{2})"}),
    Formula("06", r"\frac{m}{1 - \beta_1^t}", {r"\beta_1^t": "(b^{t})"}),
    Formula("06", r"\frac{q}{1 - \beta_2^t}", {r"\beta_2^t": "(c^{t})"}),
]


def points(formula: Formula) -> Iterator[dict[str, float]]:
    rng = np.random.default_rng(0)
    for _ in range(POINTS):
        yield {letter: float(rng.uniform(*ends)) for letter, ends in formula.between.items()}


@pytest.mark.parametrize("formula", [*FORMULAS, *ADAM], ids=lambda f: f"{f.chapter} {f.latex}")
def test_the_chapter_displays_it(formula: Formula) -> None:
    assert folded(formula.latex) in displayed(formula.chapter)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f"{f.chapter} {f.latex}")
def test_nnlib_computes_it(formula: Formula) -> None:
    compute = parse(formula)
    for at in points(formula):
        if formula.chapter == "02":  # labels and answers are 0 or 1
            at |= {"y": round(at["y"]), "p": round(at["p"])}
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
