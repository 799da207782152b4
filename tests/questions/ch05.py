"""The right options of chapter 5's self-checks, computed."""

import numpy as np

from nnlib.gradcheck import check_gradients, numerical_gradient
from nnlib.layers import Dense, Layer
from nnlib.losses import dmse
from nnlib.network import Network, mlp
from nnlib.optimizers import SGD
from nnlib.training import TrainingDiverged, train


def data(n=8, d=3, outputs=2):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, d)), rng.normal(size=(n, outputs))


def question_5_1():
    calls = {"numerical": 0, "forward": 0, "backward": 0}
    theta = np.ones(100)  # "a hundred parameters"

    def loss(values):
        calls["numerical"] += 1
        return (values**2).sum()

    class Counted(Dense):
        def forward(self, X, training=False):
            calls["forward"] += 1
            return super().forward(X, training)

        def backward(self, dZ):
            calls["backward"] += 1
            return super().backward(dZ)

    numerical_gradient(loss, theta)
    layer = Counted(9, 10, rng=np.random.default_rng(0))
    assert layer.W.size + layer.b.size == len(theta)
    layer.backward(np.ones_like(layer.forward(np.ones((4, 9)))))
    found = tuple(calls.values())
    return {
        "A hundred against a hundred": found == (100, 100, 100),
        "Two hundred against one of each": found == (200, 1, 1),
        "Two against one of each": found == (2, 1, 1),
    }


def question_5_2():
    def error(step):
        return abs((np.exp(1 + step) - np.exp(1 - step)) / (2 * step) - np.e)

    tiny, bend = 1e-12, np.e * 1e-12**2 / 6  # the truncation error, from Taylor's third term
    return {
        "bends within the step": bend > error(tiny) / 2,
        "so it should not": error(tiny) < error(1e-5),
        "divided by a tiny one": error(1e-5) < error(1e-9) < error(tiny) < 10 * 1e-16 / tiny,
    }


def question_5_3(*back):
    hidden = np.array([0.7])
    gradient = numerical_gradient(lambda h: sum(g * h[0] for g in back), hidden)[0]
    options = {
        "$-10$": np.prod(back),
        "$-2$": np.sum(back),
        "$-5$": max(back, key=abs),
        "$-2/3$": np.mean(back),
    }
    return {option: bool(np.isclose(gradient, value)) for option, value in options.items()}


def question_5_4(inputs, outputs, n):
    layer = Dense(int(inputs), int(outputs), rng=np.random.default_rng(0))
    X, dZ = data(int(n), int(inputs), int(outputs))
    layer.forward(X, training=True)
    layer.backward(dZ)
    products = {"`X.T @ dZ`": X.T @ dZ, "`dZ.T @ X`": dZ.T @ X, "`dZ.T @ X / 8`": dZ.T @ X / n}
    return {
        option: product.shape == layer.dW.shape and np.allclose(product, layer.dW)
        for option, product in products.items()
    }


class Half(Layer):
    """Meant to pass its input on; its author wrote a factor by mistake, in both directions."""

    def forward(self, X, training=False):
        return 0.5 * X

    def backward(self, dY):
        return 0.5 * dY


def question_5_5(error):
    X, Y = data()
    net = Network([Dense(3, 2, rng=np.random.default_rng(0)), Half()])
    passes = all(e < error for e in check_gradients(net, "mse", X, Y).values())
    meant = np.allclose(net.forward(X), X @ net.layers[0].W.T + net.layers[0].b)
    try:
        rng = np.random.default_rng(0)
        train(net, "mse", SGD(100.0), X, Y, epochs=200, batch_size=8, rng=rng)
        good = True
    except TrainingDiverged:
        good = False
    return {
        "computes what I meant": passes and meant,
        "find good weights": passes and good,
        "the slopes of the loss as it is coded": passes,
    }


def question_5_6():
    X, Y = data()
    net = mlp([3, 4, 2], "tanh", rng=np.random.default_rng(0))
    weights, outputs = net.theta.copy(), net.forward(X, training=True).copy()
    net.backward(dmse(outputs, Y))
    assert net.dtheta.any()
    changed = not np.array_equal(weights, net.theta)
    other = not np.array_equal(outputs, net.forward(X))
    return {
        "The weights": changed,
        "The activations": other,
        "Nothing": not changed and not other,
    }
