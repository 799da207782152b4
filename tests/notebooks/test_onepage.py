"""A chapter ends on one page, and each of its symbols means one thing."""

import pytest
from checks import onepage
from checks.page import Page
from samples import code, markdown, notebook, save

TEXT = r"The sum $z = w \cdot x + b$, the rate $\eta$, $\lambda_\text{min}$ and $v_{\text{th}}$."
LAST = """## On one page

| symbol | what it is |
|---|---|
| $z = w \\cdot x + b$ | the sum |
| $\\eta$; $\\lambda_\\text{min}$ | rate; curvature |
| $v_{\\text{th}}$, $X$ | threshold, inputs |

$$ z = w \\cdot x + b $$

The one picture is {numref}`fig-one`.
"""


@pytest.fixture
def said(tmp_path):
    def check(last):
        made = notebook(markdown(TEXT), code("X = 1"), markdown(last))
        return " ".join(onepage.problems(Page.read(save(made, tmp_path / "01-sample.ipynb"))))

    return check


def test_a_whole_page_passes(said):
    assert said(LAST) == ""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("## On one page", "## The end", "must end with"),
        ("| $v_{\\text{th}}$, $X$ |", "| $\\eta$ |", "gives $\\eta$ 2 meanings"),
        ("$X$", "$Q$", "lists $Q$"),
        ("$$ z = w \\cdot x + b $$", "", "equations"),
        ("{numref}`fig-one`", "drawn above", "one picture"),
    ],
)
def test_what_is_missing_is_told(said, old, new, problem):
    assert problem in said(LAST.replace(old, new))


def test_symbols_are_what_stands_left_of_the_equals_sign():
    assert onepage.symbols_of(r"$R$, $C_m$, $\tau = R\,C_m$") == ["R", "C_m", r"\tau"]
    assert onepage.symbols_of(r"$\beta_1, \beta_2$; $f(a, b)$") == [
        r"\beta_1",
        r"\beta_2",
        "f(a, b)",
    ]
