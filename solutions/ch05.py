"""Reference solutions of chapter 5. Each block becomes a cell of the chapter."""

import numpy as np

from nnlib import activations, losses, network
from nnlib.layers import Dense


class Value:  # as in the chapter
    def __init__(self, data, *sources):
        self.data, self.sources, self.grad = data, sources, 0.0

    def __add__(self, other):
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other.data), (other, self.data))


def backward(value):  # as in the chapter, for graphs in which no number is used twice
    value.grad = 1.0
    ways = [value]
    while ways:
        value = ways.pop()
        for source, local in value.sources:
            source.grad += local * value.grad
            ways.append(source)


def delta_norms(net, X, y):  # as in the chapter
    delta, norms = losses.dcross_entropy(net.forward(X), y), []
    for layer in reversed(net.layers):
        if isinstance(layer, Dense):
            norms.append(np.linalg.norm(delta))
        delta = layer.backward(delta)
    return np.array(norms[::-1])


_rng = np.random.default_rng(1)
deep_X, deep_y = _rng.standard_normal((64, 32)), _rng.integers(0, 2, 64)

# --- 5.1 ---

by_pencil = (-0.5, -1.0, -0.5)  # dL/dw1, dL/dw2, dL/db

# --- 5.3 ---


def gain_backward(dY, X, gamma):
    """The backward pass of Y = γ X + β, feature by feature.

    dY, X: shape (n, d); gamma: shape (d,).
    Returns dγ, shape (d,), dβ, shape (d,), and dX, shape (n, d).
    """
    return (dY * X).sum(axis=0), dY.sum(axis=0), dY * gamma


# --- 5.4 ---


def slopes(f, x):
    """The gradient of f at x, by central differences.

    f: takes an array like x and returns a number; x: an array of any shape, left as it is.
    Returns an array of the shape of x.
    """
    x, g, epsilon = np.array(x, dtype=float), np.zeros(np.shape(x)), 1e-5
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + epsilon
        above = f(x)
        x[i] = middle - epsilon
        g[i] = (above - f(x)) / (2 * epsilon)
        x[i] = middle
    return g


# --- 5.5 ---


def delta_mse(z, y):
    """The derivative of (σ(z) − y)² by z.

    z, y: numbers, or arrays of one shape. Returns the same shape.
    """
    y_hat = activations.sigmoid(z)
    return 2 * (y_hat - y) * y_hat * (1 - y_hat)


# --- 5.6 ---


def exp(v):
    return Value(np.exp(v.data), (v, np.exp(v.data)))


def reciprocal(v):
    return Value(1 / v.data, (v, -1 / v.data**2))


def sigmoid_slope(z):
    """The slope of the sigmoid at a number z, found by `backward`.

    Build the sigmoid from `exp` and `reciprocal` of `Value`s.
    """
    z = Value(z)
    backward(reciprocal(Value(1.0) + exp(Value(-1.0) * z)))
    return z.grad


# --- 5.7 ---


def complex_step(f, x):
    """The gradient of f at x, by a nudge of 1e-30 i to each entry.

    f: takes a complex vector and returns a complex number; x: shape (d,).
    Returns real numbers, shape (d,).
    """
    return np.array([f(x + 1e-30j * e).imag / 1e-30 for e in np.eye(len(x))])


# --- 5.8 ---


def kept(scale):
    """The length of δ at the first layer over that at the last, in the deep sigmoid network.

    scale: the standard deviation of the starting weights, times √32. Returns a number.
    """
    rng = np.random.default_rng(0)
    spread = scale / np.sqrt(32)
    net = network.mlp([32] * 11 + [2], "sigmoid", init=spread, rng=rng)
    norms = delta_norms(net, deep_X, deep_y)
    return norms[0] / norms[-1]
