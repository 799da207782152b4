r"""Arithmetic that is written out is right: `$-3 + 0 - 1 = -4$`, `$20 \ln 4 \approx 27.73$`.

Where two neighbors in a chain of = and ≈ hold numbers alone, both are computed. A rounded number
may differ by half of its last digit. What holds symbols, units or words is left to other rules.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Iterator
from itertools import pairwise

from checks.page import Page

_CODE = re.compile(
    r"(?ms)^[ \t]*(```+|~~~+).*?^[ \t]*\1|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)|<!--.*?-->"
)
_MATH = re.compile(r"(?s)\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$")
_CHAINS = re.compile(
    r"\\\\|&(?!=)|;|\\q?quad|,(?!\d{3})|\\(?:implies|Rightarrow|to|le|ge|lt|gt|ll|gg|neq|in|mid)\b|[<>≤≥|]"
)
_SIDES = re.compile(r"(\\approx|≈|=)")
_DECIMAL = r"\d+(?:\.\d+)?"
_ROUNDED = re.compile(rf"\s*[-−+]?\s*({_DECIMAL})\s*(?:\*\s*10\s*\*\*\s*\((-?\d+)\))?\s*")
_REWRITTEN = [
    (re.compile(r"\\(?:left|right|bigl?|bigr?|displaystyle)(?![a-zA-Z])|\\[,;! ]|~|&"), " "),
    (re.compile(r"(?<=\d),(?=\d{3})"), ""),
    (re.compile("−"), "-"),
    (re.compile(r"\\cdot(?![a-z])|\\times|·|×"), "*"),
    (re.compile(r"\\%"), "*0.01"),
    (re.compile(r"\\[td]?frac\s*(\d)\s*(\d)"), r"((\1)/(\2))"),
    (re.compile(r"\\pi(?![a-z])"), "pi"),
    (re.compile(r"\\(?:ln|log)(?![a-z_])"), "ln"),
    (re.compile(r"\\(exp|tanh)(?![a-z])"), r"\1"),
    (re.compile(r"\^\s*([\d])"), r"**(\1)"),
]
_FRACTION = re.compile(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_POWER = re.compile(r"\^\s*\{([^{}]*)\}")
_BARE_ARGUMENT = re.compile(rf"\b(ln|exp|tanh)\s*({_DECIMAL})")
_TIMES = re.compile(r"(?<=[\d)])\s*(?=(?:ln|exp|tanh|sqrt|pi|e)\b|\()")
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS = {"ln": math.log, "exp": math.exp, "tanh": math.tanh, "sqrt": math.sqrt}
_NAMES = {"e": math.e, "pi": math.pi}


def problems(page: Page) -> list[str]:
    return [
        f"{page.where(index)}: {problem}"
        for index, cell in page.markdown_cells
        for problem in wrong(cell.source)
    ]


def wrong(text: str) -> Iterator[str]:
    """Chains of = and ≈ in the mathematics of `text` whose sides differ."""
    for formula in formulas(text):
        for chain in _CHAINS.split(formula.replace("{,}", "")):
            yield from _wrong_chain(chain)


def formulas(text: str) -> Iterator[str]:
    """The formulas of a text, displayed and in lines."""
    for displayed, inline in _MATH.findall(_CODE.sub("", text)):
        yield displayed or inline


def computed(text: str) -> set[float]:
    """The numbers that its arithmetic gives: neighbors in a chain that hold numbers alone."""
    numbers = set()
    for formula in formulas(text):
        for chain in _CHAINS.split(formula.replace("{,}", "")):
            parts = [part for part in _SIDES.split(chain) if not _SIDES.fullmatch(part)]
            for before, after in pairwise(parts):
                if evaluate(before) is not None and evaluate(after) is not None:
                    numbers |= {float(n) for n in re.findall(_DECIMAL, before + " " + after)}
    return numbers


def _wrong_chain(chain: str) -> Iterator[str]:
    before: tuple[str, float, float] | None = None
    roughly = False
    for part in _SIDES.split(chain):
        if _SIDES.fullmatch(part):
            roughly |= part != "="
            continue
        value = evaluate(part)
        if value is None:
            before = None
        else:
            off = max(_rounding(part, roughly), before[2] if before else 0)
            if before and not math.isclose(before[1], value, rel_tol=1e-9, abs_tol=off):
                yield (
                    f"in ${chain.strip()}$ the side {before[0]} is {before[1]:.6g} and"
                    f" {part.strip()} is {value:.6g}"
                )
            before, roughly = (part.strip(), value, _rounding(part, roughly)), False


def evaluate(side: str) -> float | None:
    """The value of a side that holds numbers alone; None for any other."""
    try:
        value = _value(ast.parse(_python(side).strip(), mode="eval").body)
        return None if _python(side).strip() == "e" else float(value)
    except (SyntaxError, ValueError, ArithmeticError, TypeError, KeyError, MemoryError):
        return None


def _python(side: str) -> str:
    for pattern, new in _REWRITTEN:
        side = pattern.sub(new, side)
    before = ""
    while before != side:  # from the innermost braces outwards
        before = side
        side = _POWER.sub(r"**(\1)", side)
        side = _ROOT.sub(r"sqrt(\1)", side)
        side = _FRACTION.sub(r"((\1)/(\2))", side)
    return _TIMES.sub("*", _BARE_ARGUMENT.sub(r"\1(\2)", side.strip().rstrip(".:")))


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner)
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](float(_value(left)), float(_value(right)))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            return _FUNCTIONS[name](_value(argument))
        case ast.Name(id=name):
            return _NAMES[name]
    raise ValueError("more than numbers")


def _rounding(side: str, roughly: bool) -> float:
    """How far a number may be off that was rounded to the digits that show."""
    shown = _ROUNDED.fullmatch(_python(side))
    if not shown:
        return 0.0
    scale = 10.0 ** int(shown[2] or 0)
    if "." in shown[1]:
        return 0.5001 * scale * 10.0 ** -len(shown[1].partition(".")[2])
    zeros = len(shown[1]) - len(shown[1].rstrip("0"))
    return 0.5001 * scale * 10.0**zeros if roughly else 0.0
