"""Exercises of chapter 4: the cases an answer must pass, and the known mistakes."""

from itertools import pairwise

import numpy as np

from bookkit.exercises import Exercise
from nnlib import activations, losses

TURN, UNIT = np.array([[0.0, 1.0], [-1.0, 0.0]]), np.eye(2)
POINTS = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 5.0])
SAMPLE = np.log([[1.0, 2.0, 5.0], [4.0, 2.0, 2.0]])
IN, OUT = np.array([[1.0], [2.0], [3.0]]), np.array([[7.0, 8.0, 9.0]])
BIASES = np.array([4.0, 5.0, 6.0])


def of_the_result(Z, y):
    with np.errstate(divide="ignore"):
        return -np.log(activations.softmax(Z)[np.arange(len(y)), y]).mean()


def swapped(W1, b1, W2, i, j, parts):
    """Only the parts named, exchanged."""
    moved = {i: j, j: i}
    order = [moved.get(k, k) for k in range(len(b1))]
    return (
        W1[order] if "W1" in parts else W1,
        b1[order] if "b1" in parts else b1,
        W2[:, order] if "W2" in parts else W2,
    )


EXERCISES = [
    Exercise(
        "4.2",
        "parameters",
        "check",
        "Counting parameters",
        cases=[([2, 1], 3), ([64, 32, 10], 2410), ([784, 100, 50, 10], 84_060)],
        mistakes={
            "The biases are missing: each neuron has one.": (
                lambda sizes: sum(d_in * d_out for d_in, d_out in pairwise(sizes))
            ),
            "One bias for each input; there is one for each output of a layer.": (
                lambda sizes: sum(d_in * d_out + d_in for d_in, d_out in pairwise(sizes))
            ),
            "One bias for a whole layer; each of its neurons has its own.": (
                lambda sizes: sum(d_in * d_out + 1 for d_in, d_out in pairwise(sizes))
            ),
        },
    ),
    Exercise(
        "4.3",
        "dense",
        "apply",
        "A layer for a batch",
        cases=[
            (
                (np.ones((1, 3)), np.array([[1.0, 2.0, 3.0]]), np.array([4.0])),
                np.array([[10.0]]),
            ),
            (
                (UNIT, TURN, np.array([0.5, -2.0])),
                np.array([[0.5, -3.0], [1.5, -2.0]]),
            ),
        ],
        mistakes={
            "The transpose is missing; with a square W nothing warns you.": (
                lambda X, W, b: X @ W + b
            ),
            "The bias is missing.": lambda X, W, b: X @ W.T,
            "The examples are the rows, so X stands on the left.": lambda X, W, b: W @ X.T + b,
        },
    ),
    Exercise(
        "4.4",
        "triangle",
        "apply",
        "A triangle from three ReLUs",
        cases=[
            (np.array([0.5]), np.array([0.5])),
            (POINTS, np.array([0.0, 0.0, 0.5, 1.0, 0.5, 0.0, 0.0])),
        ],
        mistakes={
            "After the top it must come down: the slope changes by 2 there, from +1 to −1.": (
                lambda x: np.clip(x, 0, 1)
            ),
            "It goes on falling beyond 2; a third ReLU must stop it.": (
                lambda x: np.minimum(np.maximum(x, 0), 2 - x)
            ),
        },
    ),
    Exercise(
        "4.5",
        "my_cross_entropy",
        "apply",
        "Cross-entropy",
        cases=[
            ((np.zeros((2, 3)), np.array([0, 1])), 1.09861228866811),
            ((SAMPLE, np.array([1, 0])), 1.03972077083992),
            ((np.array([[1000.0, 0.0]]), np.array([1])), 1000.0),
            ((np.array([[-1000.0, 0.0]]), np.array([1])), 0.0),
        ],
        mistakes={
            "Take the mean over the examples, not the sum.": (
                lambda Z, y: len(y) * losses.cross_entropy(Z, y)
            ),
            "The sign is turned around: a loss is small when all is well.": (
                lambda Z, y: -losses.cross_entropy(Z, y)
            ),
            "This is measured in bits; use the natural logarithm.": (
                lambda Z, y: losses.cross_entropy(Z, y) / np.log(2)
            ),
            "The logarithm of the finished softmax is minus infinity at a score of 1,000.": (
                of_the_result
            ),
        },
    ),
    Exercise(
        "4.6",
        "swap",
        "explore",
        "The same network, differently wired",
        cases=[
            (
                (IN, BIASES, OUT, 0, 2),
                (np.array([[3.0], [2.0], [1.0]]), np.array([6.0, 5, 4]), np.array([[9.0, 8, 7]])),
            ),
            (
                (IN, BIASES, OUT, 1, 0),
                (np.array([[2.0], [1.0], [3.0]]), np.array([5.0, 4, 6]), np.array([[8.0, 7, 9]])),
            ),
        ],
        mistakes={
            "The columns of W2 must be swapped, too, or the output mixes them up.": (
                lambda W1, b1, W2, i, j: swapped(W1, b1, W2, i, j, ("W1", "b1"))
            ),
            "The biases belong to the neurons: swap b1, too.": (
                lambda W1, b1, W2, i, j: swapped(W1, b1, W2, i, j, ("W1", "W2"))
            ),
            "Nothing was swapped.": lambda W1, b1, W2, i, j: (W1, b1, W2),
        },
    ),
]
