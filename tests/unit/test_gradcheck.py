"""The gradient check: what it measures, what it finds, and what it leaves alone."""

import numpy as np
import pytest

from nnlib import network
from nnlib.gradcheck import check_gradients, numerical_gradient, relative_error
from nnlib.layers import Activate, Dense
from nnlib.network import Network


def test_numerical_gradient_of_a_cubic_has_the_error_epsilon_squared():
    # ((x + ε)³ − (x − ε)³)/2ε = 3x² + ε²
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = x.copy()
    for epsilon in (1e-1, 1e-2):
        gradient = numerical_gradient(lambda x: float((x**3).sum()), x, epsilon)
        np.testing.assert_allclose(gradient, 3 * x**2 + epsilon**2, rtol=1e-11)
    np.testing.assert_array_equal(x, kept)


def test_default_epsilon_and_whole_numbers():
    gradient = numerical_gradient(lambda x: float((x**3).sum()), [2, 3])
    np.testing.assert_allclose(gradient, [12, 27], rtol=1e-9)
    seen = []
    numerical_gradient(lambda x: seen.append(x[0]) or 0.0, [0.0])
    assert seen == [1e-5, -1e-5]


def test_relative_error_by_hand():
    # ‖(3, 4) − (0, 0)‖/(5 + 0); (3, 4) against (−3, −4): 10/10; (1, 0) and (0.8, 0): 0.2/1.8
    assert relative_error(np.array([3.0, 4.0]), np.zeros(2)) == 1.0
    assert relative_error(np.array([3.0, 4.0]), -np.array([3.0, 4.0])) == 1.0
    assert relative_error(np.array([1.0, 0.0]), np.array([0.8, 0.0])) == pytest.approx(1 / 9)
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0


@pytest.mark.parametrize("loss", ["mse", "cross_entropy"])
def test_a_correct_network_passes(loss, rng):
    net = network.mlp([4, 5, 3], activation="tanh", rng=rng)
    X = rng.standard_normal((6, 4))
    y = rng.integers(3, size=6) if loss == "cross_entropy" else rng.standard_normal((6, 3))
    theta = net.theta.copy()
    errors = check_gradients(net, loss, X, y)
    assert list(errors) == ["W1", "b1", "W2", "b2"]
    assert all(0 < error < 1e-7 for error in errors.values())
    np.testing.assert_array_equal(net.theta, theta)


class Transposed(Dense):
    def backward(self, dZ):
        super().backward(dZ)
        self.dW = self.dW.T.copy()
        return dZ @ self.W


class AverageTwice(Dense):
    def backward(self, dZ):
        super().backward(dZ)
        self.db /= len(dZ)
        return dZ @ self.W


class SlopeOfTheOutput(Activate):
    def forward(self, Z, training=False):
        self.Z = super().forward(Z)
        return self.Z


class WrongSign(Dense):
    def backward(self, dZ):
        return -super().backward(dZ)


@pytest.mark.parametrize(
    ("build", "wrong"),
    [
        (lambda r: [Dense(3, 3, rng=r), Activate("tanh"), Transposed(3, 3, rng=r)], {"W2"}),
        (lambda r: [Dense(3, 3, rng=r), Activate("tanh"), AverageTwice(3, 3, rng=r)], {"b2"}),
        (
            lambda r: [Dense(3, 3, rng=r), SlopeOfTheOutput("tanh"), Dense(3, 3, rng=r)],
            {"W1", "b1"},
        ),
        (lambda r: [Dense(3, 3, rng=r), Activate("tanh"), WrongSign(3, 3, rng=r)], {"W1", "b1"}),
    ],
)
def test_a_bug_is_found_where_it_is(build, wrong, rng):
    errors = check_gradients(
        Network(build(rng)), "mse", rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    )
    assert {name for name, error in errors.items() if error > 1e-3} == wrong
    assert all(error < 1e-7 for name, error in errors.items() if name not in wrong)


class FailsInTheMiddle(Activate):
    calls = 0

    def forward(self, Z, training=False):
        FailsInTheMiddle.calls += 1
        if FailsInTheMiddle.calls == 4:
            raise RuntimeError("stop")
        return super().forward(Z)


@pytest.mark.parametrize("training", [False, True])
def test_parameters_come_back_after_an_error(training, rng):
    net = Network([Dense(2, 2, rng=rng), FailsInTheMiddle("tanh")])
    FailsInTheMiddle.calls, theta = 0, net.theta.copy()
    with pytest.raises(RuntimeError, match="stop"):
        check_gradients(net, "mse", np.ones((1, 2)), np.ones((1, 2)), training=training)
    np.testing.assert_array_equal(net.theta, theta)


def test_bad_input(rng):
    net = network.mlp([2, 2], rng=rng)
    with pytest.raises(ValueError, match="epsilon must be a positive number; got 0"):
        numerical_gradient(np.sum, [1.0], epsilon=0)
    with pytest.raises(ValueError, match=r"X has 3 features, shape \(1, 3\); expected \(n, 2\)"):
        check_gradients(net, "mse", np.ones((1, 3)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="unknown loss 'sme'; did you mean 'mse'"):
        check_gradients(net, "sme", np.ones((1, 2)), np.ones((1, 2)))
    with pytest.raises(TypeError, match="needs a float64 network; this one is float32"):
        check_gradients(
            network.mlp([2, 2], rng=rng, dtype=np.float32), "mse", np.ones((1, 2)), np.ones((1, 2))
        )
