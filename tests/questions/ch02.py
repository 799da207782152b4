"""The right options of chapter 2's self-checks, computed."""

import numpy as np

from nnlib.data import cats_dogs, xor
from nnlib.perceptron import Perceptron


def unit(w, b):
    found = Perceptron(2)
    found.w, found.b = np.asarray(w, float), float(b)
    return found


def cloud(n=400, d=2, seed=0):
    return np.random.default_rng(seed).uniform(-3, 3, (n, d))


def question_2_1():
    w, plane = np.array([1.0, -0.5]), cloud(4000)
    low, high = unit(w, -0.5), unit(w, 0.5)
    shift = (-high.b - -low.b) / np.linalg.norm(w)  # of the line, along w
    grows = high.predict(plane).mean() > low.predict(plane).mean()
    return {
        "It turns": not np.array_equal(low.w, high.w),
        "against the direction of $w$, and the 1-side grows": shift < 0 and grows,
        "in the direction of $w$, and the 1-side shrinks": shift > 0 and not grows,
    }


def question_2_2(times, times_b):
    plane = cloud()
    first, second = unit([1, 2], 0.5), unit(times * np.array([1, 2]), times_b * 0.5)
    distances = [abs(p.scores(plane)) / np.linalg.norm(p.w) for p in (first, second)]
    alike = np.array_equal(first.predict(plane), second.predict(plane))
    turned = []
    for p in (first, second):
        before = p.w / np.linalg.norm(p.w)
        assert p.update(np.array([1.0, 1.0]), 0), "a mistake, so that the rule changes it"
        turned.append(np.linalg.norm(p.w / np.linalg.norm(p.w) - before))
    return {
        "surer": not np.allclose(*distances),
        "wider margin": distances[1].min() > distances[0].min() * 1.001,
        "answer alike on every input": alike and turned[0] > turned[1],
    }


def question_2_3():
    correct, moved, fewer = [], [], []
    for seed in range(200):
        X = cloud(6, seed=seed)
        y = (X[:, 0] > 0).astype(int)
        *w, b = np.random.default_rng(seed).normal(0, 5, 3)
        p = unit(w, b)
        wrong = p.predict(X) != y
        if wrong.any():
            i = int(np.argmax(wrong))
            before = p.scores(X[i : i + 1])[0]
            p.update(X[i], y[i])
            after = p.scores(X[i : i + 1])[0]
            correct.append((after >= 0) == y[i])
            moved.append((after > before) == (y[i] == 1))
            fewer.append((p.predict(X) != y).sum() < wrong.sum())
    return {
        "classified correctly": all(correct),
        "moved toward the correct side": all(moved),
        "has gone down": all(fewer),
    }


def question_2_4():
    X = cloud(12)
    y = (X @ [1, 1] > 0).astype(int)
    copies, labels = np.repeat(X, 1000, axis=0), np.repeat(y, 1000)
    bounds, last = [], []
    for points, targets in ((X, y), (copies, labels)):
        line = Perceptron(2)
        last.append(line.fit(points, targets, epochs=500)[-1])
        extended = np.column_stack([points, np.ones(len(points))])
        v = np.array([1, 1, 0]) / np.sqrt(2)
        margin = ((2 * targets - 1) * (extended @ v)).min()
        bounds.append((np.linalg.norm(extended, axis=1).max() / margin) ** 2)
    return {
        "thousand times larger": bool(np.isclose(bounds[1], 1000 * bounds[0])),
        "does not change": bool(np.isclose(*bounds)),
        "stop being separable": last[0] == 0 and last[1] > 0,
    }


def question_2_5():
    near = np.array([[100.0], [100.1]])  # a threshold between them is right on both
    mistakes_on = {
        "separable": Perceptron(1).fit(near, [0, 1], epochs=1000)[-1],
        "not": Perceptron(2).fit(*xor(), epochs=1000)[-1],
    }
    return {
        "are not linearly separable": not mistakes_on["separable"],
        "a bug": not mistakes_on["not"],  # the rule is right, and yet there are mistakes
        "Nothing certain": all(mistakes_on.values()),
    }


def question_2_6(parameters, pictures):
    X, y = cats_dogs()
    X = np.column_stack([X, np.ones(len(X))])
    assert X.shape[1] == parameters
    rng = np.random.default_rng(0)
    shares = {}
    for kind, labels in {"true": y, "coin": rng.integers(0, 2, len(y))}.items():
        order = rng.permutation(len(X))
        train, new = np.split(order, [int(pictures)])
        signs = 2 * labels - 1
        w = np.linalg.lstsq(X[train], signs[train], rcond=None)[0]
        assert (np.sign(X[train] @ w) == signs[train]).all(), "no mistake on the training pictures"
        shares[kind] = (np.sign(X[new] @ w) == signs[new]).mean()
    nearly = [share > 0.95 for share in shares.values()]
    return {
        "right on nearly all": all(nearly),
        "Nothing by itself": shares["coin"] < 0.55 < 0.7 < shares["true"],
        "separable, so": all(share == 1 for share in shares.values()),
    }
