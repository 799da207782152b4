"""Optimizers by hand, and against the formulas of their papers."""

import math

import numpy as np
import pytest

from nnlib import optimizers
from nnlib.optimizers import SGD, Adam


def after(optimizer, gradients, start=(1.0, -2.0), dtype=np.float64):
    theta = np.array(start, dtype)
    for g in gradients:
        optimizer.step(theta, np.array(g, dtype))
    return theta.tolist()


def test_gradient_descent_by_hand():
    # 1 − 0.5·2 = 0, then 0 − 0.5·(−4) = 2
    assert after(SGD(0.5), [[2.0, 0.0], [-4.0, 1.0]]) == [2.0, -2.5]


def test_momentum_by_hand():
    # μ = ½, η = 1: v = 4, 4/2 + 2 = 4, 4/2 + 0 = 2; θ = 1 − 4 − 4 − 2
    assert after(SGD(1.0, momentum=0.5), [[4.0], [2.0], [0.0]], [1.0]) == [-9.0]


def test_weight_decay_by_hand():
    # λ = ¼, η = ½: g = 2 + ¼·4 = 3, θ = 4 − 1.5 = 2.5; g = 0 + ¼·2.5, θ = 2.5 − 0.3125
    assert after(SGD(0.5, weight_decay=0.25), [[2.0], [0.0]], [4.0]) == [2.1875]


def test_decay_goes_through_the_momentum():
    # μ = ½, λ = ½, η = 1: g = 1 + 1 = 2, v = 2, θ = 0; g = 2 + 0, v = 1 + 2 = 3, θ = −3
    sgd = SGD(1.0, momentum=0.5, weight_decay=0.5)
    assert after(sgd, [[1.0], [2.0]], [2.0]) == [-3.0]


def test_first_step_of_adam_is_the_learning_rate():
    # m/(1 − β₁) = g and √(v/(1 − β₂)) = |g|: a step of η whatever g
    theta = after(Adam(0.1), [[1e-3, -1e3]])
    np.testing.assert_allclose(theta, [0.9, -1.9], rtol=2e-6)


def test_two_steps_of_adam_by_hand():
    # β₁ = ½, β₂ = ¾, ε = 1, η = 1. g = 2: m = 1, v = 1; 1/(1 − ½) = 2, √(1/(1 − ¾)) = 2:
    # θ = 1 − 2/(2 + 1) = 1/3. g = 1: m = ½ + ½ = 1, v = ¾ + ¼ = 1; m̂ = 1/(1 − ¼) = 4/3,
    # v̂ = 1/(1 − 9/16) = 16/7: θ = 1/3 − (4/3)/(4/√7 + 1)
    adam = Adam(1.0, beta1=0.5, beta2=0.75, epsilon=1.0)
    expected = 1 / 3 - (4 / 3) / (4 / math.sqrt(7) + 1)
    assert after(adam, [[2.0], [1.0]], [1.0])[0] == pytest.approx(expected, rel=1e-14)


def adam_of_the_paper(theta, gradients, eta, beta1, beta2, epsilon, decay=0.0):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - eta * (m_hat / (np.sqrt(v_hat) + epsilon) + decay * theta)
    return theta


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam_is_that_of_its_papers(decay, rng):
    gradients = [np.array(g) for g in rng.standard_normal((20, 3))]
    expected = adam_of_the_paper(np.ones(3), gradients, 1e-3, 0.9, 0.999, 1e-8, decay)
    theta = after(Adam(weight_decay=decay), gradients, np.ones(3))  # the default settings
    np.testing.assert_allclose(theta, expected, rtol=1e-12)


def test_a_large_epsilon_is_corrected_too(rng):
    gradients = [np.array(g) for g in rng.standard_normal((5, 3))]
    expected = adam_of_the_paper(np.ones(3), gradients, 0.1, 0.8, 0.9, 0.5)
    theta = after(Adam(0.1, beta1=0.8, beta2=0.9, epsilon=0.5), gradients, np.ones(3))
    np.testing.assert_allclose(theta, expected, rtol=1e-12)


def test_default_learning_rates():
    assert after(SGD(), [[1.0]], [1.0]) == [0.9]
    assert Adam().learning_rate == 1e-3


OPTIMIZERS = [
    lambda: SGD(0.1),
    lambda: SGD(0.1, momentum=0.9, weight_decay=0.1),
    lambda: Adam(0.1, weight_decay=0.1),
]


@pytest.mark.parametrize("make", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_steps_in_place_and_in_the_dtype(make, dtype, rng):
    theta = rng.standard_normal(5).astype(dtype)
    g, before = theta * 2, theta.copy()
    kept, optimizer = g.copy(), make()
    assert optimizer.step(theta, g) is None
    assert theta.dtype == dtype
    assert (theta != before).all()
    np.testing.assert_array_equal(g, kept)
    assert [memory.dtype for memory in optimizer._memory] == [dtype] * optimizer.memory


def test_learning_rate_may_change_between_steps():
    sgd, theta = SGD(1.0), np.array([0.0])
    sgd.step(theta, np.ones(1))
    sgd.learning_rate = 0.5
    sgd.step(theta, np.ones(1))
    assert theta.tolist() == [-1.5]


def test_get():
    mine = SGD(0.3)
    assert optimizers.get(mine) is mine
    assert isinstance(optimizers.get("sgd"), SGD)
    assert isinstance(optimizers.get("adam"), Adam)
    assert optimizers.get("adam") is not optimizers.get("adam")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: SGD(-0.1), "learning_rate must be a positive number; got -0.1"),
        (lambda: SGD(0), "learning_rate must be a positive number; got 0"),
        (lambda: Adam(float("nan")), "learning_rate must be a positive number; got nan"),
        (lambda: Adam(float("inf")), "learning_rate must be a positive number; got inf"),
        (lambda: Adam("fast"), "learning_rate must be a positive number; got 'fast'"),
        (lambda: SGD(0.1, momentum=1.0), r"momentum must be a number in \[0, 1\); got 1.0"),
        (lambda: SGD(0.1, weight_decay=-1), "weight_decay must be a number of at least 0; got -1"),
        (lambda: Adam(weight_decay=np.inf), "weight_decay must be a number of at least 0; got inf"),
        (lambda: Adam(beta1=1.0), r"beta1 must be a number in \[0, 1\); got 1.0"),
        (lambda: Adam(beta2=-0.1), r"beta2 must be a number in \[0, 1\); got -0.1"),
        (lambda: Adam(epsilon=0), "epsilon must be a positive number; got 0"),
        (lambda: optimizers.get("adm"), "unknown optimizer 'adm'; did you mean 'adam'"),
        (
            lambda: SGD().step(np.ones(3), np.ones(2)),
            r"theta has shape \(3,\), its gradient \(2,\)",
        ),
        (
            lambda: [opt.step(np.ones(n), np.ones(n)) for opt in [Adam()] for n in (3, 3)],
            r"remembers the gradients of another network; make a new one, Adam\(…\), for each",
        ),
    ],
)
def test_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
