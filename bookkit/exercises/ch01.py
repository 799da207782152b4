# ruff: noqa: E741 (a current is I)
"""Exercises of chapter 1: the cases an answer must pass, and the known mistakes."""

import itertools

import numpy as np

from bookkit.exercises import Exercise

CUBE = [np.array(bits) for bits in itertools.product([0, 1], repeat=3)]
EITHER, NEITHER_BOTH, BOTH = ([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)
RUNAWAY = np.full((30, 2), 10.0)


def hertz(I, pause=2.0, per_second=1000):
    """The rate, with another refractory period or another unit of time."""
    drive = 10 * I
    return per_second / (pause + 20 * np.log(drive / (drive - 15))) if drive > 15 else 0.0


def is_xor(three):
    """three pairs (w, b) with which the network answers 0, 1, 1, 0"""
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    *first, (w, b) = three
    hidden = np.array([inputs @ np.asarray(v) + c >= 0 for v, c in first], dtype=int).T
    return (hidden @ np.asarray(w) + b >= 0).astype(int).tolist() == [0, 1, 1, 0]


def oja(X, eta, brake=1.0, stop=True):
    """Oja's rule with another brake, or without the stop at a million."""
    w = np.array([0.1, 0.0])
    with np.errstate(all="ignore"):
        for x in X:
            y = w @ x
            w = w + eta * y * (x - brake * y * w)
            if stop and np.linalg.norm(w) > 1e6:
                return np.inf
        return np.linalg.norm(w)


EXERCISES = [
    Exercise(
        "1.2",
        "voltage",
        "check",
        "The voltage at a given time",
        cases=[
            ((0, 1.0), -65.0),
            ((20, 1.0), -65 + 10 * (1 - 1 / np.e)),
            ((20, 0.5), -65 + 5 * (1 - 1 / np.e)),
            ((1000, 1.2), -53.0),
        ],
        mistakes={
            "The voltage starts at rest, not at zero.": lambda t, I: 10 * I * (1 - np.exp(-t / 20)),
            "This starts at the limit and decays; the voltage starts at rest and rises.": (
                lambda t, I: -65 + 10 * I * np.exp(-t / 20)
            ),
            "The voltage does not rise along a straight line: the leak grows with it.": (
                lambda t, I: -65 + 10 * I * t / 20
            ),
        },
    ),
    Exercise(
        "1.3",
        "my_rate",
        "apply",
        "Rate from period",
        cases=[
            (1.0, 0.0),
            (1.5, 0.0),
            (2.0, 1000 / (2 + 20 * np.log(4))),
            (3.0, 1000 / (2 + 20 * np.log(2))),
            (30.0, 1000 / (2 + 20 * np.log(300 / 285))),
        ],
        mistakes={
            "The refractory period is missing.": lambda I: hertz(I, pause=0.0),
            "This is in spikes per millisecond, not in hertz.": lambda I: hertz(I, per_second=1),
            "The refractory period makes the period longer, so it is added.": (
                lambda I: hertz(I, pause=-2.0)
            ),
        },
    ),
    Exercise(
        "1.4",
        "veto",
        "apply",
        "A veto",
        cases=[(x, int(x[2] == 0 and x[0] + x[1] >= 1)) for x in CUBE],
        mistakes={
            "Two excitatory inputs outvote this veto; make it stronger.": (
                lambda x: int(x[0] + x[1] - x[2] >= 0.5)
            ),
            "This asks for both excitatory inputs.": (lambda x: int(x[0] + x[1] - 2 * x[2] >= 1.5)),
            "Here the third input excites, too; its weight must be negative.": (
                lambda x: int(sum(x) >= 0.5)
            ),
            "This fires with all inputs off: the bias must be negative.": (
                lambda x: int(x[0] + x[1] - 3 * x[2] >= 0)
            ),
        },
    ),
    Exercise(
        "1.5",
        "xor_neurons",
        "apply",
        "XOR from three neurons",
        cases=[((), is_xor)],
        mistakes={
            "OR of OR and NAND is always 1; the last neuron must be AND.": (
                lambda: [EITHER, NEITHER_BOTH, EITHER]
            ),
            "With AND in place of NAND this answers 1 for (1, 1) only.": (
                lambda: [EITHER, BOTH, BOTH]
            ),
        },
    ),
    Exercise(
        "1.6",
        "variation",
        "explore",
        "How regular is a neuron?",
        cases=[
            (np.array([0.0, 10.0, 20.0, 30.0]), 0.0),
            (np.array([0.0, 10.0, 40.0]), 0.5),
            (np.array([5.0, 6.0, 7.0, 11.0]), np.sqrt(0.5)),
        ],
        mistakes={
            "Take the spread of the intervals, not of the spike times.": (
                lambda s: s.std() / s.mean()
            ),
            "This is the variance over the mean; its value would change with the unit of time.": (
                lambda s: np.diff(s).var() / np.diff(s).mean()
            ),
            "Divide by the mean interval: a spread of 10 ms is much for a fast cell only.": (
                lambda s: np.diff(s).std()
            ),
        },
    ),
    Exercise(
        "1.7",
        "oja_length",
        "explore",
        "A learning rate too large for Oja",
        cases=[
            ((np.array([[2.0, 0.0]]), 0.1), 0.1396),
            ((np.array([[0.0, 1.0]]), 0.1), 0.1),
            ((np.array([[1.0, 1.0]]), 0.5), np.hypot(0.1495, 0.05)),
            ((np.array([[1.0, 0.0], [1.0, 0.0]]), 1.0), 0.390119401),
            ((RUNAWAY, 1.0), np.inf),
        ],
        mistakes={
            "This leaves out the brake: that is Hebb's rule.": (
                lambda X, eta: oja(X, eta, brake=0.0)
            ),
            "The brake has the wrong sign: it must shorten w.": (
                lambda X, eta: oja(X, eta, brake=-1.0)
            ),
            "Return np.inf as soon as the length passes a million.": (
                lambda X, eta: oja(X, eta, stop=False)
            ),
        },
    ),
]
