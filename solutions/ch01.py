# ruff: noqa: E741 (a current is I)
"""Reference solutions of chapter 1. Each block becomes a cell of the chapter."""

import numpy as np

from nnlib.activations import step
from nnlib.neuron import neuron

# --- 1.2 ---


def voltage(t, I):
    """Voltage of a resting cell after a current is switched on.

    t: time in ms; I: current in nA. Returns the voltage in mV.
    The cell has τ = 20 ms, R = 10 MΩ and a rest of −65 mV.
    """
    return -65 + 10 * I * (1 - np.exp(-t / 20))


# --- 1.3 ---


def my_rate(I):
    """Firing rate in Hz of the chapter's cell for a constant current I in nA."""
    drive = 10 * I  # mV above rest
    if drive <= 15:
        return 0.0
    return 1000 / (2 + 20 * np.log(drive / (drive - 15)))


# --- 1.4 ---


def veto(x):
    """OR of two inputs, unless the third forbids it.

    x: zeros and ones, shape (3,). Returns 0 or 1.
    """
    return int(neuron(x, np.array([1, 1, -2]), -0.5, step))


# --- 1.5 ---


def xor_neurons():
    """Three neurons that compute XOR: the third sees the other two.

    Returns [(w, b), (w, b), (w, b)], each w of shape (2,).
    """
    either = np.array([1, 1]), -0.5
    not_both = np.array([-1, -1]), 1.5
    both = np.array([1, 1]), -1.5
    return [either, not_both, both]


# --- 1.6 ---


def variation(spikes):
    """Coefficient of variation of the intervals between spikes.

    spikes: times in ms, in order, shape (k,). Returns a number without a unit.
    """
    intervals = np.diff(spikes)
    return intervals.std() / intervals.mean()


# --- 1.7 ---


def oja_length(X, eta):
    """Length of w after one pass of Oja's rule, from w = (0.1, 0).

    X: examples, shape (n, 2); eta: the learning rate.
    Returns np.inf as soon as the length passes a million.
    """
    w = np.array([0.1, 0.0])
    for x in X:
        y = w @ x
        w = w + eta * y * (x - y * w)
        if np.linalg.norm(w) > 1e6:
            return np.inf
    return np.linalg.norm(w)
