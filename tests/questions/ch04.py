"""The right options of chapter 4's self-checks, computed."""

import numpy as np

from nnlib.activations import step
from nnlib.data import xor
from nnlib.layers import Dense
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.perceptron import Perceptron
from nnlib.training import train


def question_4_1(inputs, neurons, n):
    shape = Dense(int(inputs), int(neurons), rng=np.random.default_rng(0)).W.shape
    options = [(inputs, neurons), (neurons, inputs), (n, neurons)]
    return {f"({a:.0f}, {b:.0f})": shape == (a, b) for a, b in options}


def by_hand(X):
    """XOR as OR and not AND: hidden values (n, 2) and output (n,)."""
    H = step(X @ np.ones((2, 2)) + [-0.5, -1.5])
    return H, step(H @ [1.0, -1.0] - 0.5)


def question_4_2():
    X, y = xor()
    H, output = by_hand(X)
    assert output.tolist() == y.ravel().tolist()
    elsewhere = by_hand(np.random.default_rng(0).uniform(-2, 3, (500, 2)))[1]
    line = [Perceptron(2).fit(points, y, epochs=200)[-1] == 0 for points in (X, H)]
    return {
        "stores the four answers": set(elsewhere) != {0, 1},
        "a straight line can separate": line == [False, True],
        "picks the better": np.array_equal(output, H.max(axis=1)),
    }


def solved_by_training(activation, seed):
    X, y = xor()
    rng = np.random.default_rng(seed)
    net = mlp([2, 2, 1], activation, rng=rng)
    train(net, "binary_cross_entropy", SGD(0.3), X, y, epochs=300, batch_size=4, rng=rng)
    return bool((net.predict(X) == y).all())


def question_4_3():
    """One hidden layer with good weights exists for XOR; training misses it from some starts."""
    X, y = xor()
    exists = np.array_equal(by_hand(X)[1], np.ravel(y))
    relu, sigmoid = ([solved_by_training(f, s) for s in range(8)] for f in ("relu", "sigmoid"))
    return {
        "at least two hidden layers": not exists,
        "not that training finds them": exists and not all(relu),
        "if the activation is a sigmoid": all(sigmoid),
    }


def question_4_4(right, pictures):
    right, pictures = int(right), int(pictures)
    y = np.zeros(pictures, int)
    losses, accuracies = [], []
    for confidence in (1.0, 10.0):  # of the mistakes
        Z = np.zeros((pictures, 2))
        Z[:right, 0], Z[right:, 1] = 2.0, confidence
        losses.append(cross_entropy(Z, y))
        accuracies.append((Z.argmax(axis=1) == y).sum())
    assert accuracies == [right, right]
    return {
        "No: equal accuracy": bool(np.isclose(*losses)),
        "surer of its ten mistakes": losses[1] > 2 * losses[0] and pictures - right == 10,
        "trained on different pictures": bool(np.isclose(*losses)),  # here they are the same
    }


def question_4_5(classes, loss):
    """Labels by chance, so that no task is harder or easier than another."""
    rng = np.random.default_rng(0)
    y, scores = rng.integers(0, int(classes), 2000), rng.normal(0, 1, (2000, int(classes)))
    small, large = cross_entropy(0.1 * scores, y), cross_entropy(8 * scores, y)
    return {
        "task is hard": small > loss / 2,
        "too large: it is sure": large > loss and small < 1.1 * np.log(classes),
        "about ten": abs(small - classes) < 1,
    }


def question_4_6(hidden):
    counts = []
    for seed in range(20):
        w, b, v = np.random.default_rng(seed).normal(0, 1, (3, int(hidden)))
        kinks = np.sort(-b / w)
        middle = np.concatenate([[kinks[0] - 1], (kinks[1:] + kinks[:-1]) / 2, [kinks[-1] + 1]])
        slopes = [(v * w)[w * x + b > 0].sum() for x in middle]
        counts.append(1 + np.count_nonzero(np.diff(slopes)))
    most = max(counts)
    return {
        f"Of {hidden:.0f}.": most == hidden,
        f"Of {hidden + 1:.0f}.": most == hidden + 1,
        f"$2^{{{hidden:.0f}}}$": most == 2**hidden,
    }
