"""The right options of chapter 9's self-checks, computed."""

import numpy as np

from nnlib import data
from nnlib.gradcheck import numerical_gradient
from nnlib.layers import Dense
from nnlib.network import mlp
from nnlib.optimizers import Adam
from nnlib.training import train


def question_9_1(factor, blocks):
    left = factor**blocks
    return {
        "a fortieth": 1 / 50 < left < 1 / 30,
        "a millionth": 0.5e-6 < left < 2e-6,
        "One half": left == factor,
    }


def question_9_2(blocks):
    """Mean squares through blocks h + W relu(h), the mean of twenty towers."""
    rng, growth = np.random.default_rng(0), []
    for _ in range(20):
        h = rng.standard_normal((20, 128))
        before = np.mean(h**2)
        for _ in range(int(blocks)):
            h = h + Dense(128, 128, rng=rng).forward(np.maximum(h, 0))
        growth.append(np.mean(h**2) / before)
    a_block = np.mean(growth) ** (1 / blocks)
    return {
        "stays level": 0.9 < a_block < 1.1,
        "doubles in every block": 1.9 < a_block < 2.1,
        "fades away": a_block < 0.9,
    }


def question_9_3():
    """The gradient of the first normalized value alone, by each example and by the past."""

    def first(x, past=0.0):
        return float((x[0] - x.mean()) / x.std()) + 0 * past

    x = np.array([1.0, 1.5, 4.0, 6.0])
    pushed = numerical_gradient(first, x)
    return {
        "should be zero": np.allclose(pushed[1:], 0),
        "depend on every example": bool(np.all(np.abs(pushed[1:]) > 1e-3)),
        "running means leak": first(x, past=9.0) != first(x),
    }


def question_9_4():
    """A network that overfits is right in training; one that is not optimized, or at a rate that
    does not suit it, may be wrong in both."""
    X, y = data.digits()
    known, new = (X[:100], y[:100]), (X[900:], y[900:])

    def scores(rate):
        rng = np.random.default_rng(0)
        net = mlp([64, 32, 10], rng=rng)
        train(net, "cross_entropy", Adam(rate), *known, epochs=40, batch_size=20, rng=rng)
        return [float((net.predict(part[0]) == part[1]).mean()) for part in (known, new)]

    (fits, less), (wrong, too) = scores(0.01), scores(3.0)
    overfits, fails = fits > 0.98 and less < 0.95, wrong < 0.8 and too < 0.8
    return {
        "Overfitting": overfits and fails,
        "Optimization that fails": not fails,
        "learning rate": not fails,
    }
