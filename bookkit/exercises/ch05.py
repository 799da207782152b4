"""Exercises of chapter 5: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise
from nnlib import activations, data, losses, network
from nnlib.layers import Dense

D_OUT = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 1.0]])
INPUTS = np.array([[2.0, 1.0], [-1.0, 4.0], [6.0, 0.0]])
GAINS = np.array([2.0, -3.0])
AT = np.array([[1.0, -2.0], [0.5, 3.0]])
THETA = np.array([1.0, 0.5, -0.5, 1.0, -0.5, 0.25, 1.0, 2.0, -0.5])
POINTS, LABELS = data.xor()


def sigmoid(z):
    return activations.sigmoid(z)


def nudge_each(f, x, epsilon, ends, width, put_back=True):
    """A finite difference for each entry, with mistakes to order."""
    x, g = np.array(x, dtype=float), np.zeros(np.shape(x))
    for i in np.ndindex(x.shape):
        low, high = x.copy(), x.copy()
        low[i] += ends[0] * epsilon
        high[i] += ends[1] * epsilon
        g[i] = (f(high) - f(low)) / (width * epsilon)
        x = x if put_back else high
    return g


def sum_of_cubes(x):
    return np.sum(x * x * x)


def sum_of_sizes(x):
    return np.sum(np.abs(x))


def as_cubes_rise(g):
    """3x² for each entry, in the shape of x, with an error below 1e-6"""
    return np.shape(g) == AT.shape and bool(np.abs(g - 3 * AT**2).max() < 1e-6)


def product(v):
    return v[0] * v[1] * v[2]


def fourth_power(v):
    return np.sum(v**4)


def xor_loss(v):
    a = np.tanh(POINTS @ v[:4].reshape(2, 2).T + v[4:6])
    z = a @ v[6:8] + v[8]
    return np.mean(np.log(1 + np.exp(z)) - LABELS * z)


def as_backpropagation_says(g):
    """the gradient of the XOR network to twelve digits"""
    net = network.mlp([2, 2, 1], "tanh", rng=np.random.default_rng(0))
    net.theta = THETA
    net.backward(losses.dbinary_cross_entropy(net.forward(POINTS), LABELS))
    return np.shape(g) == (9,) and bool(np.allclose(g, net.dtheta, rtol=1e-12, atol=1e-15))


def ratio(scale, upside_down=False):
    """What exercise 5.8 asks for, on examples of our own."""
    rng = np.random.default_rng(0)
    init = scale / np.sqrt(32)
    net = network.mlp([32] * 11 + [2], "sigmoid", init=init, rng=rng)
    X, y = rng.standard_normal((64, 32)), rng.integers(0, 2, 64)
    delta, norms = losses.dcross_entropy(net.forward(X), y), []
    for layer in reversed(net.layers):
        if isinstance(layer, Dense):
            norms.append(np.linalg.norm(delta))
        delta = layer.backward(delta)
    first_over_last = norms[-1] / norms[0]
    return 1 / first_over_last if upside_down else first_over_last


def fades(value):
    """a ratio above zero and below one in ten thousand"""
    return 0 < value < 1e-4


def survives(value):
    """a ratio between 0.1 and 10"""
    return 0.1 < value < 10


EXERCISES = [
    Exercise(
        "5.1",
        "by_pencil",
        "check",
        "One neuron by hand",
        cases=[(-0.5, -1.0, -0.5)],
        mistakes={
            "The sign is turned around: δ is ŷ − y.": (0.5, 1.0, 0.5),
            "Multiply δ by the input, not by the weight.": (-1.0, 0.5, -0.5),
            "σ′ is in δ already; here it was counted twice.": (-0.125, -0.25, -0.125),
        },
    ),
    Exercise(
        "5.3",
        "gain_backward",
        "apply",
        "A layer with a gain",
        cases=[
            (
                (np.ones((1, 2)), np.array([[5.0, 7.0]]), GAINS),
                ([5.0, 7.0], [1.0, 1.0], [[2.0, -3.0]]),
            ),
            (
                (D_OUT, INPUTS, GAINS),
                ([2.0, -2.0], [4.5, 2.0], [[2.0, -6.0], [6.0, 3.0], [1.0, -3.0]]),
            ),
        ],
        mistakes={
            "The gains act on every row: sum over the rows.": lambda dY, X, g: (
                dY * X,
                dY,
                dY * g,
            ),
            "The mean was taken by the loss; here belongs a sum.": lambda dY, X, g: (
                (dY * X).mean(axis=0),
                dY.mean(axis=0),
                dY * g,
            ),
            "Each input passes through its gain on the way back, too.": lambda dY, X, g: (
                (dY * X).sum(axis=0),
                dY.sum(axis=0),
                dY,
            ),
        },
    ),
    Exercise(
        "5.4",
        "slopes",
        "apply",
        "Measure it yourself",
        cases=[
            ((np.prod, np.array([2.0, 3.0, 4.0])), np.array([12.0, 8.0, 6.0])),
            ((sum_of_sizes, np.zeros(3)), np.zeros(3)),  # the mean of the slopes −1 and 1
            ((sum_of_cubes, AT), as_cubes_rise),
        ],
        mistakes={
            "A forward difference is not accurate enough; nudge to both sides.": (
                lambda f, x: nudge_each(f, x, 1e-5, (0, 1), 1)
            ),
            "The two points lie 2ε apart.": lambda f, x: nudge_each(f, x, 1e-5, (-1, 1), 1),
            "Put each entry back before you nudge the next.": lambda f, x: nudge_each(
                f, x, 1e-2, (-1, 1), 2, put_back=False
            ),
            "With so small a step rounding takes over.": lambda f, x: nudge_each(
                f, x, 1e-13, (-1, 1), 2
            ),
        },
    ),
    Exercise(
        "5.5",
        "delta_mse",
        "apply",
        "Sure, and wrong",
        cases=[
            ((0.0, 1.0), -0.25),
            ((0.0, 0.0), 0.25),
            ((np.log([3.0, 1 / 3]), np.array([1.0, 1.0])), [-3 / 32, -9 / 32]),
        ],
        mistakes={
            "ŷ − y belongs to the cross-entropy.": lambda z, y: sigmoid(z) - y,
            "σ′ is taken of z, not of ŷ.": lambda z, y: (
                2 * (sigmoid(z) - y) * activations.dsigmoid(sigmoid(z))
            ),
            "The square has the derivative 2(ŷ − y).": lambda z, y: (
                (sigmoid(z) - y) * activations.dsigmoid(z)
            ),
        },
    ),
    Exercise(
        "5.6",
        "sigmoid_slope",
        "apply",
        "Teach the autodiff to divide",
        cases=[(0.0, 0.25), (np.log(3.0), 3 / 16), (-np.log(7.0), 7 / 64)],
        mistakes={
            "The minus sign is on the path, too.": lambda z: -float(activations.dsigmoid(z)),
            "That is σ itself: start the way back at the sigmoid and read z.grad.": (
                lambda z: float(sigmoid(z))
            ),
        },
    ),
    Exercise(
        "5.7",
        "complex_step",
        "explore",
        "A step that loses no digits",
        cases=[
            ((product, np.array([2.0, 3.0, 4.0])), np.array([12.0, 8.0, 6.0])),
            ((fourth_power, np.array([1.0, -2.0])), np.array([4.0, -32.0])),
            ((xor_loss, THETA), as_backpropagation_says),
        ],
        mistakes={
            "A real step loses digits; take an imaginary one.": lambda f, x: np.array(
                [(f(x + 1e-5 * e) - f(x)).real / 1e-5 for e in np.eye(len(x))]
            ),
            "Take the imaginary part, and divide it by h.": lambda f, x: np.array(
                [f(x + 1e-30j * e).real for e in np.eye(len(x))]
            ),
        },
    ),
    Exercise(
        "5.8",
        "kept",
        "explore",
        "Can larger weights save the sigmoid?",
        cases=[(1.0, fades), (12.0, survives)],
        mistakes={
            "That is the last over the first.": lambda scale: ratio(scale, upside_down=True),
            "The scale must reach the weights.": lambda scale: ratio(1.0),
        },
    ),
]
