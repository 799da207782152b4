"""The right options of chapter 7's self-checks, computed."""

import numpy as np

from nnlib.layers import Dropout
from nnlib.network import mlp
from nnlib.optimizers import Adam
from nnlib.training import train


def question_7_1():
    rng = np.random.default_rng(0)
    X, new = rng.normal(size=(2, 60, 20))
    y, truth = rng.integers(0, 2, (2, 60))
    net = mlp([20, 64, 2], rng=rng)
    train(net, "cross_entropy", Adam(0.01), X, y, epochs=150, batch_size=20, rng=rng)
    seen, unseen = np.mean(net.predict(X) == y), np.mean(net.predict(new) == truth)
    assert seen == 1, "random labels are learned by heart"
    squares = ((X[:, None] - X) ** 2).sum(axis=2)
    table = np.mean(y[squares.argmin(axis=1)] == y)
    return {
        "overfitted and will do badly": table < 1,
        "random labels it reaches the same": unseen < 0.75,
        "has understood them": unseen > 0.9,
    }


def question_7_2(p, value):
    A = np.full((1000, 1), float(value))
    kept = Dropout(p, rng=np.random.default_rng(0)).forward(A, training=True).max()
    return {"1.5": kept == 1.5, "3": kept == 3, "6": kept == 6}


def question_7_3(mean, around):
    inside = abs(mean) < around
    return {
        "A is better": not inside,
        "equally good": around == 0 == mean,
        "show no difference": inside,
    }


def question_7_4():
    rng = np.random.default_rng(0)
    few, many = (rng.binomial(100, 0.8, (2000, k)).max(axis=1).mean() / 100 for k in (10, 20))
    return {
        "overstates more": many > few > 0.8,
        "overstates less": many < few,
        "Nothing": many == few,
    }
