"""Answers to exercises of chapter 5 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np

from nnlib import activations, gradcheck


def forward(f, x, epsilon):
    x = np.array(x, dtype=float)
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        high = x.copy()
        high[i] += epsilon
        g[i] = (f(high) - f(x)) / epsilon
    return g


def all_at_once(f, x):
    return np.full(np.shape(x), (f(x + 1e-5) - f(x - 1e-5)) / 2e-5)


def s(z):
    return activations.sigmoid(z)


WRONG = {
    "5.1": [
        (-0.5, -1.0, 0.0),
        (-0.5, -0.5, -0.5),
        (-0.5, -1.0, -1.0),
        (0.5, 0.25, 0.5),
        (-1.0, -2.0, -1.0),
        (-0.5, 1.0, -0.5),
        (-0.5, -1.0),
    ],
    "5.3": [
        lambda dY, X, g: (dY.sum(axis=0), (dY * X).sum(axis=0), dY * g),
        lambda dY, X, g: ((dY * X).sum(axis=0), dY.sum(axis=0), dY / g),
        lambda dY, X, g: ((dY * X).sum(axis=1), dY.sum(axis=1), dY * g),
        lambda dY, X, g: ((dY * X * g).sum(axis=0), dY.sum(axis=0), dY * g),
        lambda dY, X, g: ((dY * X).sum(axis=0), np.ones(len(g)), dY * g),
        lambda dY, X, g: ((dY * X).sum(axis=0), dY.sum(axis=0), X * g),
        lambda dY, X, g: (dY.T @ X, dY.sum(axis=0), dY * g),
    ],
    "5.4": [
        lambda f, x: forward(f, x, 1e-6),
        lambda f, x: forward(f, x, 1e-7),
        lambda f, x: forward(f, x, 1e-8),
        lambda f, x: forward(f, x, -1e-7),
        lambda f, x: gradcheck.numerical_gradient(f, x, 1e-2),
        lambda f, x: -gradcheck.numerical_gradient(f, x),
        lambda f, x: gradcheck.numerical_gradient(f, x).ravel(),
        all_at_once,
    ],
    "5.5": [
        lambda z, y: 2 * (s(z) - y),
        lambda z, y: 2 * (y - s(z)) * s(z) * (1 - s(z)),
        lambda z, y: 2 * (s(z) - y) * s(z),
        lambda z, y: (s(z) - y) ** 2 * s(z) * (1 - s(z)),
        lambda z, y: np.mean(2 * (s(z) - y) * s(z) * (1 - s(z))),
        lambda z, y: 2 * (z - y) * s(z) * (1 - s(z)),
    ],
    "5.6": [
        lambda z: float(1 - s(z)),
        lambda z: float(-np.exp(-z)),
        lambda z: float(-((1 + np.exp(-z)) ** -2)),
        lambda z: float(np.exp(-z)),
        lambda z: float(s(z) ** 2),
        lambda z: 0.0,
        lambda z: 0.25,
    ],
    "5.7": [
        lambda f, x: np.array([f(x + 1e-30j * e).imag for e in np.eye(len(x))]),
        lambda f, x: np.array([f(x + 1e-2j * e).imag / 1e-2 for e in np.eye(len(x))]),
        lambda f, x: np.array([f(x + 1e-5j * e).imag / 1e-5 for e in np.eye(len(x))]),
        lambda f, x: gradcheck.numerical_gradient(lambda v: f(v).real, x),
        lambda f, x: np.full(len(x), f(x + 1e-30j).imag / 1e-30),
        lambda f, x: -np.array([f(x + 1e-30j * e).imag / 1e-30 for e in np.eye(len(x))]),
    ],
    "5.8": [
        lambda scale: 1.0,
        lambda scale: 0.0,
        lambda scale: scale / 12,
        lambda scale: 1e-6 * scale,
        lambda scale: -1e-6 if scale < 2 else 1.0,
        lambda scale: 1e-5,
        lambda scale: float("nan"),
    ],
}

ALSO_RIGHT = {
    "5.1": [(-1 / 2, -2 / 2, -1 / 2)],
    "5.3": [lambda dY, X, g: (np.diag(dY.T @ X), dY.T @ np.ones(len(dY)), g * dY)],
    "5.4": [gradcheck.numerical_gradient],
    "5.5": [lambda z, y: 2 * (s(z) - y) * activations.dsigmoid(z)],
    "5.6": [lambda z: float(activations.dsigmoid(z))],
    "5.7": [lambda f, x: np.array([f(x + 1e-25j * e).imag * 1e25 for e in np.eye(len(x))])],
    "5.8": [lambda scale: 1e-6 if scale < 2 else 1.0],
}
