"""Written-out arithmetic is computed."""

import pytest
from checks import all_problems, arithmetic
from samples import markdown, page

WRONG = [
    "$-3 + 0 - 1 = -3$",
    "$z = -3 + 0 - 1 = -3$",
    r"$t = 20 \ln (20/5) = 20 \ln 4 \approx 28.73$",
    r"$1000 / 29.73 \approx 34.6$",
    r"$1000 / 29.73 \approx 43$",
    r"$\frac{e}{1 + e} \approx 0.732$",
    r"$$\delta = \frac{1 + e}{1} \cdot \frac{e}{(1 + e)^2} \approx 0.831.$$",
    r"$u = 2^{-53} \approx 1.3 \cdot 10^{-16}$",
    r"$\sqrt{8/3} \approx 1.73$, and more",
    r"$-\tfrac13 \ln 0.1 \approx 0.67$",
    r"$50{,}000 \times 2 = 10{,}000$",
    r"$50\% = 0.05$",
    r"$2(3 + 4) = 15$",
    r"$a = 1, \quad 1 + 1 = 3$",
    "$7 − 2 = 4$",
    "$709.8 ≈ 800$",
]
RIGHT = [
    "$-3 + 0 - 1 = -4$",
    r"$\ln 10 = 2.30$ and $\ln 10 \approx 2.3$",
    r"$t = 20 \ln (20/5) = 20 \ln 4 \approx 27.73$",
    r"$1000 / 29.73 \approx 34$ and $709.8 \approx 700$",
    r"$\left(\frac{e}{1 + e}\right)^2 \approx 0.534$",
    r"$u = 2^{-53} \approx 1.1 \cdot 10^{-16}$",
    r"$\tanh 1 \approx 0.762$, $e^{2} \approx 7.389$, $\pi \approx 3.14$",
    "$b = -0.5$, $w_1 = 2 = w_2 + 1$, $x = 1 = y = 2$",
    r"$w = 1, \; b = 2$ and $3 < 4 = 2 + 2$",
    r"$1\,\text{s} = 1000\,\text{ms}$",
    "$32! = 1$, $e = 5$, $2x = 3$, $1/0 = 3$, $f(2) = 5$",
    "`$1 + 1 = 3$`",
    "```\n$1 + 1 = 3$\n```",
    "It costs $1 = 2.",
]


@pytest.mark.parametrize("text", WRONG)
def test_wrong_arithmetic_is_refused(text):
    made = page(markdown(f"Then {text}."))
    [problem] = arithmetic.problems(made)
    assert problem.startswith(made.where(0))
    assert problem in all_problems(made)


@pytest.mark.parametrize("text", RIGHT)
def test_right_arithmetic_and_what_cannot_be_computed_pass(text):
    assert list(arithmetic.wrong(text)) == []


@pytest.mark.parametrize(
    ("side", "value"), [(r"2 \cdot 3 - 4/8", 5.5), (r"\exp(0) + 2^3", 9), ("x", None), ("e", None)]
)
def test_a_side_has_the_value_of_its_numbers(side, value):
    assert arithmetic.evaluate(side) == value


def test_the_message_names_both_sides():
    [problem] = arithmetic.wrong("$2 + 2 = 5$")
    assert problem == "in $2 + 2 = 5$ the side 2 + 2 is 4 and 5 is 5"
