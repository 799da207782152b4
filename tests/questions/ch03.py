"""The right options of chapter 3's self-checks, computed."""

import numpy as np

from nnlib.activations import drelu, relu, sigmoid, softmax, step, tanh
from nnlib.data import xor
from nnlib.perceptron import Perceptron


def question_3_1():
    z = np.random.default_rng(0).normal(0, 3, 1000)
    slopes = {f: (f(z + 1e-6) - f(z - 1e-6)) / 2e-6 for f in (step, sigmoid, tanh, relu)}
    return {
        "not linear": not any(slopes[f].any() for f in (sigmoid, tanh, relu)),
        "slope is 0 wherever it has one": not slopes[step].any(),
        "slope is infinite": bool((abs(slopes[step]) > 1e3).any()),
    }


def question_3_2(layers):
    rng = np.random.default_rng(0)
    stack = [(rng.normal(0, 0.6, (3, 3)), rng.normal(0, 1, 3)) for _ in range(int(layers))]

    def network(x):
        for W, b in stack:
            x = x @ W.T + b
        return x

    b = network(np.zeros(3))
    W = (network(np.eye(3)) - b).T
    X = rng.normal(0, 1, (100, 3))
    one_layer = np.allclose(network(X), X @ W.T + b)
    return {
        "More than one layer": not one_layer,
        "At most what one linear layer": one_layer,
        "XOR": Perceptron(2).fit(*xor(), epochs=200)[-1] == 0,
    }


def question_3_3(z):
    change = abs(sigmoid(np.array(1.01 * z)) - sigmoid(np.array(z)))
    return {
        "Almost nothing": change < 1e-6,
        "changes strongly": change > 0.1,
        "flips to 0": sigmoid(np.array(1.01 * z)) < 0.5,
    }


def question_3_4(added):
    scores = np.array([[1.0, 2.0, 4.0]])
    before, after = softmax(scores), softmax(scores + added)
    return {
        "become larger": bool((after > before + 1e-9).all()),
        "more equal": np.ptp(after) < np.ptp(before) - 1e-9,
        "Nothing": np.allclose(before, after),
    }


def question_3_5(below):
    X = np.abs(np.random.default_rng(0).normal(0, 1, (50, 2)))
    start = np.array([-1.0, -1.0])

    def moves(rate, passes):
        w = start.copy()
        for _ in range(passes):
            for x in X:
                assert w @ x < below
                w -= rate * drelu(w @ x) * x
        return not np.array_equal(w, start)

    larger, longer = moves(1e6, 1), moves(0.1, 20)
    return {
        "larger learning rate": larger,
        "Not at all": not (larger or longer),
        "By itself": longer,
    }


def question_3_6(right, pictures, sure, of, sure2, of2):
    share, first, second = right / pictures, sure / of, sure2 / of2
    true = [abs(confidence - share) < 0.01 for confidence in (first, second)]
    return {
        "Both outputs are probabilities": all(true),
        "second neuron is better": False,  # both shares are the one that the question names
        "only the first one's": true == [True, False],
    }
