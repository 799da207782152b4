"""Losses by hand, their gradients against central differences, and the targets they take."""

import math

import numpy as np
import pytest

from nnlib import losses
from nnlib.gradcheck import numerical_gradient
from nnlib.losses import LOSSES, Loss

Z = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 3.0]])  # softmax: 1/8, 2/8, 5/8 and thirds


def test_every_loss_is_registered():
    assert set(LOSSES) == {"mse", "binary_cross_entropy", "cross_entropy"}
    for name, loss in LOSSES.items():
        assert loss.f is getattr(losses, name)
        assert loss.df is getattr(losses, "d" + name)
        assert loss.classifies == (name != "mse")
        assert losses.get(name) is loss
        assert losses.get(loss) is loss


def test_mse_by_hand():
    # errors 1, −2; 0, 3: squares 1 + 4 + 0 + 9 = 14, over 2 · 2 numbers
    Y_hat, Y = np.array([[1.0, 0.0], [5.0, 3.0]]), [[0.0, 2.0], [5.0, 0.0]]
    assert losses.mse(Y_hat, Y) == 3.5
    assert losses.dmse(Y_hat, Y).tolist() == [[0.5, -1.0], [0.0, 1.5]]  # 2 · error / 4


def test_mse_of_a_column_never_broadcasts():
    Y_hat = np.array([[1.0], [2.0], [3.0]])
    assert losses.mse(Y_hat, [1.0, 2.0, 0.0]) == 3.0
    assert losses.dmse(Y_hat, [1.0, 2.0, 0.0]).tolist() == [[0.0], [0.0], [2.0]]
    assert losses.mse(Y_hat[:, 0], [1.0, 2.0, 0.0]) == 3.0


def test_binary_cross_entropy_by_hand():
    # σ(ln 3) = 3/4 for class 1, σ(−ln 4) = 1/5 for class 0: −(ln 3/4 + ln 4/5)/2
    z = np.array([[math.log(3)], [-math.log(4)]])
    expected = -(math.log(3 / 4) + math.log(4 / 5)) / 2
    for y in ([1, 0], [[1], [0]], [True, False]):
        assert losses.binary_cross_entropy(z, y) == pytest.approx(expected, rel=1e-14)
        np.testing.assert_allclose(
            losses.dbinary_cross_entropy(z, y), [[-1 / 8], [1 / 10]], rtol=1e-14
        )
    assert losses.binary_cross_entropy(z[:, 0], [1, 0]) == pytest.approx(expected, rel=1e-14)
    assert losses.dbinary_cross_entropy(z[:, 0], [1, 0]).shape == (2,)


def test_cross_entropy_by_hand():
    # −(ln 5/8 + ln 1/3)/2
    expected = -(math.log(5 / 8) + math.log(1 / 3)) / 2
    gradient = np.array([[1 / 8, 2 / 8, -3 / 8], [-2 / 3, 1 / 3, 1 / 3]]) / 2
    for y in ([2, 0], [[0, 0, 1], [1, 0, 0]], np.array([[0.0, 0, 1], [1, 0, 0]])):
        assert losses.cross_entropy(Z, y) == pytest.approx(expected, rel=1e-14)
        np.testing.assert_allclose(losses.dcross_entropy(Z, y), gradient, rtol=1e-14)


def test_cross_entropy_of_soft_targets():
    # −(¼ ln 1/8 + ¾ ln 5/8 + ln 1/3)/2
    y = [[0.25, 0.0, 0.75], [0.0, 1.0, 0.0]]
    expected = -(math.log(1 / 8) / 4 + 3 * math.log(5 / 8) / 4 + math.log(1 / 3)) / 2
    assert losses.cross_entropy(Z, y) == pytest.approx(expected, rel=1e-14)


def test_two_classes_are_the_binary_case(rng):
    z, y = rng.standard_normal((20, 1)), rng.integers(2, size=20)
    both = np.hstack([np.zeros_like(z), z])
    assert losses.cross_entropy(both, y) == pytest.approx(
        losses.binary_cross_entropy(z, y), rel=1e-13
    )


def test_log_k_for_equal_logits():
    assert losses.cross_entropy(np.zeros((4, 10)), [1, 2, 3, 9]) == pytest.approx(math.log(10))
    assert losses.binary_cross_entropy(np.zeros((4, 1)), [1, 0, 1, 1]) == pytest.approx(math.log(2))


CASES = {
    "mse": ((4, 3), np.arange(12.0).reshape(4, 3)),
    "binary_cross_entropy": ((5, 1), [0, 1, 1, 0, 1]),
    "cross_entropy": ((4, 3), [2, 0, 1, 2]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_is_the_derivative(name, rng):
    shape, y = CASES[name]
    loss, Z = LOSSES[name], rng.standard_normal(shape)
    numeric = numerical_gradient(lambda Z: loss.f(Z, y), Z)
    np.testing.assert_allclose(loss.df(Z, y), numeric, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_float32_stays_float32(name):
    shape, y = CASES[name]
    Z = np.linspace(-2, 2, np.prod(shape), dtype=np.float32).reshape(shape)
    assert LOSSES[name].df(Z, y).dtype == np.float32
    assert LOSSES[name].targets(y, Z).dtype == np.float32
    assert type(LOSSES[name].f(Z, y)) is float


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finite_however_sure(name, dtype):
    Z = np.array([[1000.0], [-1000.0]], dtype)
    if name == "cross_entropy":
        Z = np.hstack([-Z, Z])
    loss = LOSSES[name]
    gap = 1000 if Z.shape[1] == 1 else 2000
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert loss.f(Z, [1, 0]) == 0
        assert loss.f(Z, [0, 1]) == gap
        assert not loss.df(Z, [1, 0]).any()
        assert np.abs(loss.df(Z, [0, 1])).max() == 0.5


@pytest.mark.parametrize("name", LOSSES)
def test_nothing_given_is_changed(name, rng):
    shape, y = CASES[name]
    Z, loss = rng.standard_normal(shape), LOSSES[name]
    targets = loss.targets(y, Z)
    kept = Z.copy(), targets.copy()
    loss.f(Z, targets)
    loss.df(Z, targets)
    np.testing.assert_array_equal(Z, kept[0])
    np.testing.assert_array_equal(targets, kept[1])


ROWS = np.zeros((2, 3))
COLUMN = np.zeros((2, 1))


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: losses.cross_entropy(ROWS, [0, 3]),
            ValueError,
            "labels must lie in 0 … 2; got 3",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [0, -1]),
            ValueError,
            "labels must lie in 0 … 2; got -1",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [0.0, 1.0]),
            TypeError,
            "labels must be integers 0 … 2; got dtype float64",
        ),
        (
            lambda: losses.dcross_entropy(ROWS, ["cat", "dog"]),
            TypeError,
            "labels must be integers 0 … 2; got dtype <U3",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [0, 1, 2]),
            ValueError,
            r"y must hold one label a row of X, shape \(2,\); got shape \(3,\)",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [[1, 1, 0], [0, 0, 1]]),
            ValueError,
            r"2-D targets must be rows of shape \(2, 3\), not negative and with sum 1",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [[2, -1, 0], [0, 0, 1]]),
            ValueError,
            "not negative and with sum 1",
        ),
        (
            lambda: losses.cross_entropy(ROWS, [[0, 1], [0, 1]]),
            ValueError,
            r"2-D targets must be rows of shape \(2, 3\)",
        ),
        (
            lambda: losses.cross_entropy(COLUMN, [0, 0]),
            ValueError,
            r"cross_entropy needs logits \(n, k\) with k ≥ 2 classes; got \(2, 1\)",
        ),
        (
            lambda: losses.binary_cross_entropy(ROWS, [0, 1]),
            ValueError,
            r"binary_cross_entropy needs one logit a row, \(n, 1\); got \(2, 3\)",
        ),
        (
            lambda: losses.binary_cross_entropy(COLUMN, [0, 2]),
            ValueError,
            "labels must lie in 0 … 1; got 2",
        ),
        (
            lambda: losses.mse(ROWS, [1.0, 2.0]),
            ValueError,
            r"targets have shape \(2,\); expected that of Ŷ, \(2, 3\)",
        ),
        (
            lambda: losses.mse(COLUMN, [1.0, 2.0, 3.0]),
            ValueError,
            r"targets have shape \(3,\); expected that of Ŷ, \(2, 1\)",
        ),
        (
            lambda: losses.mse(COLUMN, [1.0, np.inf]),
            ValueError,
            r"Y holds NaN or ∞, first at index \(1\)",
        ),
        (
            lambda: losses.mse(COLUMN, ["1", "2"]),
            TypeError,
            "Y must be an array of numbers; got dtype <U1",
        ),
        (
            lambda: losses.LOSSES["mse"].targets([[1.0], [np.nan]], COLUMN),
            ValueError,
            r"Y holds NaN or ∞, first at index \(1, 0\)",
        ),
        (
            lambda: losses.LOSSES["cross_entropy"].targets(np.full((2, 3), 0.5), ROWS),
            ValueError,
            "with sum 1",
        ),
        (
            lambda: losses.get("crossentropy"),
            ValueError,
            "unknown loss 'crossentropy'; did you mean 'cross_entropy'\\? known are",
        ),
    ],
)
def test_bad_input(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_a_loss_may_be_an_object():
    absolute = Loss(
        f=lambda Y_hat, Y: float(np.mean(np.abs(Y_hat - Y))),
        df=lambda Y_hat, Y: np.sign(Y_hat - Y) / Y_hat.size,
        targets=losses._mse_targets,
    )
    assert losses.get(absolute) is absolute
    assert absolute.classifies
