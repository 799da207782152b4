"""The perceptron by hand, against Novikoff's bound, and where no line separates."""

import numpy as np
import pytest

from nnlib import data
from nnlib.perceptron import Perceptron

AND = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 0, 0, 1])


def test_two_updates_by_hand():
    p = Perceptron(2)
    assert p.predict([[5.0, -5.0]]).tolist() == [1]  # w = 0, b = 0: the score is 0, and 0 ≥ 0
    assert p.update(np.array([1.0, 2.0]), 0)  # said 1, should be 0: subtract x and 1
    assert (p.w.tolist(), p.b) == ([-1.0, -2.0], -1.0)
    assert not p.update(np.array([1.0, 2.0]), 0)  # score −6: right, nothing changes
    assert p.update(np.array([3.0, 0.0]), 1)  # score −4, should be 1: add x and 1
    assert (p.w.tolist(), p.b) == ([2.0, -2.0], 0.0)
    assert p.scores([[1.0, 0.5]]).tolist() == [1.0]
    assert not p.update(np.array([1.0, 1.0]), 1)  # score 0: on the line counts as 1


def test_learns_and_then_stops():
    p = Perceptron(2)
    mistakes = p.fit(*AND, epochs=100)
    assert mistakes == [2, 3, 3, 2, 1, 0]  # traced by hand
    assert p.predict(AND[0]).tolist() == [0, 0, 0, 1]
    assert (p.w.tolist(), p.b) == ([2.0, 1.0], -3.0)


def trace(X, y, epochs):
    """The rule written once more, from its definition, on the extended vectors (x, 1)."""
    v, counts = np.zeros(X.shape[1] + 1), []
    for _ in range(epochs):
        wrong = 0
        for x, t in zip(np.column_stack([X, np.ones(len(X))]), y, strict=True):
            if (v @ x >= 0) != (t == 1):
                v += x if t == 1 else -x
                wrong += 1
        counts.append(wrong)
        if not wrong:
            break
    return v, counts


def test_agrees_with_the_definition():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((60, 3)), rng.integers(2, size=60)
    p = Perceptron(3)
    assert p.fit(X, y, epochs=7) == trace(X, y, 7)[1]
    np.testing.assert_allclose([*p.w, p.b], trace(X, y, 7)[0], rtol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_mistakes_stay_below_novikoffs_bound(seed):
    rng = np.random.default_rng(seed)
    teacher = rng.standard_normal(4)
    teacher /= np.linalg.norm(teacher)
    X = rng.standard_normal((300, 3))
    extended = np.column_stack([X, np.ones(300)])
    margins = np.abs(extended @ teacher)
    X, extended, margins = (a[margins > 0.1] for a in (X, extended, margins))
    bound = (np.linalg.norm(extended, axis=1).max() / margins.min()) ** 2
    mistakes = Perceptron(3).fit(X, (extended @ teacher > 0).astype(int), epochs=10_000)
    assert mistakes[-1] == 0
    assert 0 < sum(mistakes) <= bound


def test_xor_never_ends():
    mistakes = Perceptron(2).fit(*data.xor(), epochs=200)
    assert len(mistakes) == 200
    assert min(mistakes) > 0


def test_average_over_all_examples_seen():
    X, y = np.array([[1.0], [2.0], [-1.0]]), np.array([0, 1, 1])
    # w, b after each example: (−1, −1), (1, 0), (0, 1); the means are 0 and 0
    p = Perceptron(1, averaged=True)
    assert p.scores([[3.0]]).tolist() == [0.0]  # before any example: the start itself
    p.fit(X[:2], y[:2], epochs=1)
    assert p.scores([[3.0]]).tolist() == [3.0 * 0.0 - 0.5]
    p = Perceptron(1, averaged=True)
    p.fit(X, y, epochs=1)
    assert (p.w.tolist(), p.b) == ([0.0], 1.0)
    np.testing.assert_allclose(p.scores([[3.0]]), [0.0], atol=1e-15)


def test_average_of_weights_that_do_not_cancel():
    # Two examples of class 0: w, b = (−2, −1) after the first, a mistake, and after the second.
    p = Perceptron(1, averaged=True)
    p.fit([[2.0], [1.0]], [0, 0], epochs=1)
    assert p.scores([[3.0]]).tolist() == [-2.0 * 3 - 1]


def test_average_is_better_on_noise():
    rng = np.random.default_rng(0)
    X, y = data.moons(1000, noise=0.3, rng=rng)
    train, test = (X[:500], y[:500]), (X[500:], y[500:])
    right = {}
    for averaged in (False, True):
        p = Perceptron(2, averaged=averaged)
        p.fit(*train, epochs=20)
        right[averaged] = (p.predict(test[0]) == test[1]).mean()
    assert right[True] > 0.83 > right[False]


def test_default_epochs_and_repr():
    assert len(Perceptron(2).fit(*data.xor())) == 10
    assert repr(Perceptron(3)) == "Perceptron(3)"
    assert repr(Perceptron(3, averaged=True)) == "Perceptron(3, averaged=True)"


def test_data_are_not_changed():
    X, y = AND[0].copy(), AND[1].copy()
    Perceptron(2).fit(X, y)
    np.testing.assert_array_equal(X, AND[0])
    np.testing.assert_array_equal(y, AND[1])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: Perceptron(0), ValueError, "d, the number of inputs, must be a whole number"),
        (
            lambda: Perceptron(2).predict([[1.0, 2.0, 3.0]]),
            ValueError,
            r"X has 3 features, shape \(1, 3\); expected \(n, 2\)",
        ),
        (
            lambda: Perceptron(2).fit(AND[0], [0, 0, 0, 2]),
            ValueError,
            r"labels must lie in 0 … 1; got 2",
        ),
        (
            lambda: Perceptron(2).fit(AND[0], [0, 0, 1]),
            ValueError,
            r"y must hold one label a row of X, shape \(4,\); got shape \(3,\)",
        ),
        (
            lambda: Perceptron(2).fit(*AND, epochs=0),
            ValueError,
            "epochs must be a whole number of at least 1; got 0",
        ),
        (
            lambda: Perceptron(2).fit(AND[0], ["a", "b", "a", "b"]),
            TypeError,
            "labels must be integers 0 … 1; got dtype <U1",
        ),
    ],
)
def test_bad_input(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
