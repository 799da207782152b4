"""The right options of chapter 6's self-checks, computed."""

import numpy as np

from nnlib.losses import dcross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD, Adam


def descend(X, y, eta, steps):
    """Losses and outputs on the first example of a linear unit under gradient descent."""
    w, losses, outputs = np.zeros(X.shape[1]), [], []
    for _ in range(steps):
        error = X @ w - y
        losses.append(0.5 * (error**2).mean())
        outputs.append(error[0])
        w -= eta * X.T @ error / len(X)
    return np.array(losses), np.array(outputs)


def question_6_1():
    X = np.random.default_rng(0).normal(size=(50, 3))
    y = X @ [1.0, -1.0, 2.0]
    steepest = np.linalg.eigvalsh(X.T @ X / len(X)).max()
    eta = 2.2 / steepest
    losses, outputs = descend(X, y, eta, 200)
    late = slice(100, None)
    assert (np.diff(losses[late]) > 0).all(), "the loss climbs at every step"
    assert (outputs[late][1:] * outputs[late][:-1] < 0).all(), "the output swings"
    more_examples = descend(np.vstack([X, X]), np.concatenate([y, y]), eta, 200)[0]
    return {
        "more epochs": losses[-1] < losses[100],
        "learning rate smaller": descend(X, y, eta / 4, 200)[0][-1] < 0.01 * losses[0],
        "more examples in each step": more_examples[-1] < more_examples[100],
    }


def question_6_2(start):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), rng.integers(0, 2, 30)
    net = mlp([4, 5, 2], "tanh", rng=rng)
    net.theta[:] = start
    before = net.layers[0].W.copy()
    optimizer, zero = SGD(0.5), True
    for _ in range(20):
        net.backward(dcross_entropy(net.forward(X, training=True), y))
        zero &= not net.layers[0].dW.any()
        optimizer.step(net.theta, net.dtheta)
    W = net.layers[0].W
    copies = bool(np.allclose(W, W[0]))
    return {
        "all gradients are zero": zero,
        "works as usual": not copies,
        "copies of one": copies and not np.allclose(W, before),
    }


def question_6_3(small, large):
    gradients = np.random.default_rng(0).normal(3, 1, 100_000)
    spread = [gradients[: 64 * 1500].reshape(-1, int(B)).mean(1).std() for B in (small, large)]
    ratio = spread[1] / spread[0]
    return {
        "a quarter": abs(ratio - 1 / 4) < 0.1,
        "half": abs(ratio - 1 / 2) < 0.1,
        "Nothing": abs(ratio - 1) < 0.1,
    }


def question_6_4():
    gradients = np.random.default_rng(0).normal(size=(10, 4))

    def path(optimizer, factor):
        theta = np.zeros(4)
        for g in gradients:
            optimizer.step(theta, factor * g)
        return theta

    makers = {
        "Gradient descent": lambda: SGD(0.1),
        "Momentum": lambda: SGD(0.1, momentum=0.9),
        "Adam": lambda: Adam(0.1),
    }
    return {
        name: np.allclose(path(make(), 1), path(make(), 100), rtol=1e-5)
        for name, make in makers.items()
    }


def question_6_5(networks):
    rng, true = np.random.default_rng(0), 0.9
    scores = rng.binomial(200, true, (2000, int(networks))) / 200
    bias = scores.max(axis=1).mean() - true
    return {
        "Nothing": abs(bias) < 0.005,
        "too high": bias > 0.02,
        "too low": bias < -0.02,
    }
