"""Activations against the math module, their limits, and their derivatives."""

import math

import numpy as np
import pytest

from nnlib import activations
from nnlib.activations import ACTIVATIONS, Activation
from nnlib.gradcheck import numerical_gradient

Z = np.array([-30.0, -3.0, -0.7, -1e-3, 1e-3, 0.4, 2.5, 30.0])


def phi(z):
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))


def density(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def sigma(z):
    return 1 / (1 + math.exp(-z))


# Each formula once more, number by number.
VALUES = {
    "step": lambda z: 1.0 if z >= 0 else 0.0,
    "identity": lambda z: z,
    "sigmoid": sigma,
    "tanh": lambda z: 2 * sigma(2 * z) - 1,
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "gelu": lambda z: z * phi(z),
    "silu": lambda z: z * sigma(z),
}
SLOPES = {
    "step": lambda z: 0.0,
    "identity": lambda z: 1.0,
    "sigmoid": lambda z: sigma(z) * (1 - sigma(z)),
    "tanh": lambda z: 1 / math.cosh(z) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
    "leaky_relu": lambda z: 1.0 if z > 0 else 0.01,
    "gelu": lambda z: phi(z) + z * density(z),
    "silu": lambda z: sigma(z) + z * sigma(z) * (1 - sigma(z)),
}


def test_every_activation_is_tested():
    assert set(ACTIVATIONS) == set(VALUES) == set(SLOPES)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes(name):
    f, df = ACTIVATIONS[name].f, ACTIVATIONS[name].df
    np.testing.assert_allclose(f(Z), [VALUES[name](z) for z in Z], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(df(Z), [SLOPES[name](z) for z in Z], rtol=1e-9, atol=1e-11)
    assert (f, df) == (getattr(activations, name), getattr(activations, "d" + name))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_slope_is_the_derivative(name):
    smooth = Z[np.abs(Z) > 1e-2]
    slopes = [numerical_gradient(lambda z: float(ACTIVATIONS[name].f(z)), z) for z in smooth]
    np.testing.assert_allclose(ACTIVATIONS[name].df(smooth), slopes, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("step", 1.0), ("relu", 0.0), ("leaky_relu", 0.0), ("sigmoid", 0.5), ("tanh", 0.0)],
)
def test_values_at_zero(name, at_zero):
    assert ACTIVATIONS[name].f(np.zeros(2)).tolist() == [at_zero] * 2


@pytest.mark.parametrize(
    ("name", "at_zero"),
    [("step", 0.0), ("relu", 0.0), ("leaky_relu", 0.01), ("sigmoid", 0.25), ("gelu", 0.5)],
)
def test_slopes_at_zero(name, at_zero):
    assert ACTIVATIONS[name].df(np.zeros(2)).tolist() == [at_zero] * 2


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_stable_far_out_and_true_to_the_dtype(name, dtype):
    z = np.array([[-1000.0, -88.8, 0.0], [88.8, 1000.0, 1.0]], dtype)
    kept = z.copy()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for function in (ACTIVATIONS[name].f, ACTIVATIONS[name].df):
            out = function(z)
            assert out.dtype == dtype
            assert out.shape == z.shape
            assert np.isfinite(out).all()
            assert not np.shares_memory(out, z)
    np.testing.assert_array_equal(z, kept)


def test_whole_numbers_are_taken():
    for activation in ACTIVATIONS.values():
        assert activation.f([0, 1]).dtype == np.float64
        assert activation.df([0, 1]).dtype == np.float64


def test_small_tails_keep_their_precision():
    assert activations.sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)
    # z Φ(z) far to the left: Φ(z) ≈ φ(z)/|z| (1 − 1/z²), so GELU ≈ −φ(z) (1 − 1/z²)
    assert activations.gelu(-20.0) == pytest.approx(-density(20) * (1 - 1 / 400), rel=1e-4)


def test_leaky_slope_is_a_choice():
    z = np.array([-2.0, 3.0])
    assert activations.leaky_relu(z, 0.2).tolist() == [-0.4, 3.0]
    assert activations.dleaky_relu(z, 0.2).tolist() == [0.2, 1.0]


def test_softmax_by_hand():
    # e^0 : e^ln2 : e^ln5 = 1 : 2 : 5
    z = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 3.0]])
    p = [[1 / 8, 2 / 8, 5 / 8], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(activations.softmax(z), p, rtol=1e-14)
    np.testing.assert_allclose(activations.log_softmax(z), np.log(p), rtol=1e-14)
    np.testing.assert_allclose(activations.logsumexp(z), np.log([8, 9]), rtol=1e-14)


def test_softmax_stays_finite_at_a_thousand():
    z = np.array([1000.0, 0.0, -1000.0])
    np.testing.assert_array_equal(activations.softmax(z), [1, 0, 0])
    np.testing.assert_array_equal(activations.log_softmax(z), [0, -1000, -2000])
    assert activations.logsumexp(z) == 1000
    assert activations.logsumexp(-np.abs(z) - 1000) == -1000


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_jacobians(name, rng):
    f, df = getattr(activations, name), getattr(activations, "d" + name)
    z = rng.standard_normal((2, 4))
    for row in range(2):
        for i in range(4):
            slope = numerical_gradient(lambda x, i=i: float(f(x)[i]), z[row])
            np.testing.assert_allclose(df(z)[row, i], slope, rtol=1e-6, atol=1e-10)
    assert df(z).shape == (2, 4, 4)
    assert df(z.astype(np.float32)).dtype == np.float32
    assert f(z.astype(np.float32)).dtype == np.float32


def test_get():
    mine = Activation(np.sin, np.cos)
    assert activations.get(mine) is mine
    assert activations.get("tanh") is ACTIVATIONS["tanh"]
    assert repr(ACTIVATIONS["tanh"]) == "tanh"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Relu", "unknown activation 'Relu'; did you mean 'relu'\\? known are gelu, identity,"),
        ("sigmod", "did you mean 'sigmoid'"),
        ("xyzzy", "unknown activation 'xyzzy'; known are gelu"),
        (3, "unknown activation 3; known are"),
        ("softmax", "softmax mixes the entries of a row.* train with the loss 'cross_entropy'"),
    ],
)
def test_unknown_names(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        activations.get(name)
