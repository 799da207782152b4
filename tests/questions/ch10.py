"""The right options of chapter 10's self-checks, computed without PyTorch."""

import numpy as np

from nnlib import data, losses, network, optimizers
from nnlib.layers import Dense


def batch_gradients(steps):
    """Gradients of some batches of digits, at one place."""
    X, y = data.digits()
    net = network.mlp([64, 5, 10], rng=np.random.default_rng(0))
    found = []
    for k in range(int(steps)):
        rows = slice(32 * k, 32 * k + 32)
        net.backward(losses.dcross_entropy(net.forward(X[rows]), y[rows]))
        found.append(net.dtheta.copy())
    return np.array(found)


def question_10_1(step):
    """What a buffer holds to which every backward adds."""
    gradients, held = batch_gradients(step), 0.0
    for gradient in gradients:
        held = held + gradient
    return {
        "gradient of the third": np.allclose(held, gradients[-1]),
        "The sum": np.allclose(held, gradients.sum(axis=0)),
        "The mean": np.allclose(held, gradients.mean(axis=0)),
    }


def question_10_2(inputs, outputs):
    rng = np.random.default_rng(0)
    kernel, X = (
        rng.standard_normal((int(inputs), int(outputs))),
        rng.standard_normal((3, int(inputs))),
    )
    layer = Dense(int(inputs), int(outputs), rng=rng)
    fits = layer.W.shape == kernel.shape
    if fits:
        layer.W = kernel
    same = fits and np.allclose(layer.forward(X), X @ kernel)
    return {
        "refuses": not fits,
        "something else": fits and not same,
        "computes the same": same,
    }


def question_10_3(classes):
    perfect = np.eye(int(classes))
    least = losses.cross_entropy(perfect, np.arange(int(classes)))
    return {
        "zero": least < 0.01,
        "one and a half": 1.25 < least < 1.75,
        "guessing": np.isclose(least, np.log(classes)),
    }


def coupled(theta, g, decay, steps):
    """Adam with the decay inside the gradient, from its equations."""
    m = q = np.zeros_like(theta)
    for t in range(1, steps + 1):
        full = g(theta) + decay * theta
        m, q = 0.9 * m + 0.1 * full, 0.999 * q + 0.001 * full**2
        step = m / (1 - 0.9**t) / (np.sqrt(q / (1 - 0.999**t)) + 1e-8)
        theta = theta - 0.01 * step
    return theta


def ours(decay, extra):
    theta, adam = np.array([1.0, -2.0]), optimizers.Adam(0.01, weight_decay=decay)
    for _ in range(20):
        adam.step(theta, np.cos(theta) + extra * theta)
    return theta


def question_10_4(decay):
    wanted = coupled(np.array([1.0, -2.0]), np.cos, decay, 20)
    apart, added, none = ours(decay, 0.0), ours(0.0, decay), ours(0.0, 0.0)
    return {
        "same `weight_decay`": np.allclose(apart, wanted, atol=1e-9),
        "to the gradient": np.allclose(added, wanted, atol=1e-9),
        "Nothing": np.allclose(apart, wanted, atol=1e-9) and np.allclose(none, wanted, atol=1e-9),
    }


def question_10_5(bits, difference):
    """The same gradient from sums in another order, and from a wrong loss that falls as well."""
    X, y = data.digits()
    net = network.mlp([64, 32, 10], rng=np.random.default_rng(0))

    def gradient(rows, factor=1.0):
        net.backward(factor * losses.dcross_entropy(net.forward(X[rows]), y[rows]))
        return net.dtheta.copy()

    straight, backward = gradient(np.arange(200)), gradient(np.arange(200)[::-1])
    rounding = np.abs(straight - backward).max()
    falls = []
    for factor in (1.0, 0.5):
        twin = network.mlp([64, 32, 10], rng=np.random.default_rng(0))
        first = losses.cross_entropy(twin.forward(X), y)
        twin.backward(factor * losses.dcross_entropy(twin.forward(X), y))
        twin.theta -= 0.1 * twin.dtheta
        falls.append(losses.cross_entropy(twin.forward(X), y) < first)
    small = rounding < difference * 1e-6
    return {
        "Rounding": not small,
        "has a mistake": small,
        "both losses fall": not (small and all(falls)),
    }
