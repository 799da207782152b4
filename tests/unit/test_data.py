"""The data sets, and the helpers that cut them up."""

import numpy as np
import pytest

from nnlib import data


def test_xor():
    X, y = data.xor()
    assert X.dtype == np.float64
    assert [(*x, t) for x, t in zip(X.tolist(), y.tolist(), strict=True)] == [
        *((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))
    ]


def test_moons_without_noise_lie_on_two_half_circles(rng):
    X, y = data.moons(400, noise=0, rng=rng)
    assert (X.shape, np.bincount(y).tolist()) == ((400, 2), [200, 200])
    upper, lower = X[y == 0], X[y == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1, rtol=1e-12)
    assert upper[:, 1].min() > -1e-9
    assert upper[:, 1].max() > 0.99
    assert lower[:, 1].max() < 0.5 + 1e-9
    assert lower[:, 1].min() < -0.49
    assert upper[:, 0].min() < -0.99
    assert upper[:, 0].max() > 0.99


def test_spirals_without_noise_wind_once(rng):
    X, y = data.spirals(900, classes=3, noise=0, rng=rng)
    assert np.bincount(y).tolist() == [300, 300, 300]
    radius = np.linalg.norm(X, axis=1)
    assert 0.99 < radius.max() <= 1
    assert (radius**2).mean() == pytest.approx(0.5, abs=0.03)  # evenly over the disk
    angle = np.arctan2(X[:, 1], X[:, 0])
    turned = np.exp(1j * (angle - 2 * np.pi * (radius + y / 3)))
    np.testing.assert_allclose(turned, 1, atol=1e-9)
    twice, y = data.spirals(100, turns=2, noise=0, rng=rng)
    radius, angle = np.linalg.norm(twice, axis=1), np.arctan2(twice[:, 1], twice[:, 0])
    np.testing.assert_allclose(
        np.exp(1j * (angle - 2 * np.pi * (2 * radius + y / 2))), 1, atol=1e-9
    )


@pytest.mark.parametrize(
    ("make", "default", "n"), [(data.moons, 0.1, 200), (data.spirals, 0.05, 300)]
)
def test_noise_has_the_stated_spread(make, default, n):
    assert make(rng=np.random.default_rng(0))[0].shape == (n, 2)
    for noise, given in ((default, {}), (0.3, {"noise": 0.3})):
        noisy, clean = (
            make(20_000, rng=np.random.default_rng(0), **kw)[0] for kw in (given, {"noise": 0})
        )
        np.testing.assert_allclose((noisy - clean).std(axis=0), noise, rtol=0.02)
        np.testing.assert_allclose((noisy - clean).mean(axis=0), 0, atol=0.01)


def test_digits():
    X, y = data.digits()
    assert (X.shape, X.dtype, y.dtype) == ((1797, 64), np.float64, np.int_)
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (X.min(), X.max()) == (0.0, 1.0)
    assert X.sum() * 16 == 561718
    assert (X[0, :8] * 16).tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert y[:5].tolist() == [0, 1, 2, 3, 4]


def test_cats_dogs():
    X, y = data.cats_dogs()
    assert (X.shape, X.dtype, y.dtype) == ((1989, 784), np.float64, np.int_)
    assert np.bincount(y).tolist() == [992, 997]
    assert (X.min(), X.max()) == (0.0, 1.0)
    border = np.ones((28, 28), bool)
    border[2:-2, 2:-2] = False
    assert X[:, border.ravel()].mean() < 0.1 < X[:, ~border.ravel()].mean()  # the animal is 1
    assert len(np.unique(X, axis=0)) == 1989


@pytest.mark.parametrize("load", [data.xor, data.digits, data.cats_dogs])
def test_each_call_gives_arrays_of_its_own(load):
    X, y = load()
    X[...], y[...] = -1, -1
    again = load()
    assert again[0].min() >= 0
    assert again[1].min() >= 0


def test_split_partitions_the_rows(rng):
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    (X_train, y_train), (X_test, y_test) = data.split(X, y, test=0.3, rng=rng)
    assert (len(y_train), len(y_test)) == (7, 3)
    assert sorted([*y_train, *y_test]) == list(range(10))
    np.testing.assert_array_equal(X_train, np.column_stack([2 * y_train, 2 * y_train + 1]))
    np.testing.assert_array_equal(X_test, np.column_stack([2 * y_test, 2 * y_test + 1]))
    assert y_train.tolist() != sorted(y_train)
    assert len(data.split(X, y, rng=rng)[1][1]) == 2


def test_one_hot():
    Y = data.one_hot([2, 0], 3)
    assert (Y.tolist(), Y.dtype) == ([[0, 0, 1], [1, 0, 0]], np.float64)


def test_batches_partition_and_keep_rows_together(rng):
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    parts = list(data.batches(X, y, 4, rng))
    assert [len(part) for _, part in parts] == [4, 4, 2]
    order = np.concatenate([part for _, part in parts])
    assert sorted(order) == list(range(10))
    for X_part, y_part in parts:
        np.testing.assert_array_equal(X_part, np.column_stack([2 * y_part, 2 * y_part + 1]))
    assert [part.tolist() for _, part in data.batches(X, y, 4, rng)] != [
        part.tolist() for _, part in parts
    ]
    assert y.tolist() == list(range(10))


def test_one_batch_stays_in_its_order_and_asks_for_no_randomness(rng):
    before = rng.bit_generator.state
    for size in (10, 16):
        [order] = data.minibatches(10, size, rng)
        assert order.tolist() == list(range(10))
    assert rng.bit_generator.state == before
    assert [len(order) for order in data.minibatches(10, 9, rng)] == [9, 1]
    assert rng.bit_generator.state != before


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda r: data.split(np.ones((4, 2)), np.ones(3), rng=r),
            ValueError,
            r"X and y must have as many rows; got shapes \(4, 2\) and \(3,\)",
        ),
        (
            lambda r: data.split(np.ones((4, 2)), np.ones(4), test=0.1, rng=r),
            ValueError,
            "test=0.1 of 4 rows leaves a part empty; use 0 < test < 1",
        ),
        (
            lambda r: data.split(np.ones((4, 2)), np.ones(4), test=1, rng=r),
            ValueError,
            "part empty",
        ),
        (
            lambda r: data.split(np.ones((4, 2)), np.ones(4), rng=1),
            TypeError,
            "rng must be a numpy",
        ),
        (
            lambda r: data.batches(np.ones((4, 2)), np.ones(4), 0, r),
            ValueError,
            "batch_size must be a whole number of at least 1; got 0",
        ),
        (
            lambda r: data.batches(np.ones((4, 2)), np.ones(5), 2, r),
            ValueError,
            r"X and y must have as many rows; got shapes \(4, 2\) and \(5,\)",
        ),
        (
            lambda r: data.batches(np.ones((0, 2)), np.ones(0), 2, r),
            ValueError,
            "there are no examples: X and y are empty",
        ),
        (lambda r: data.one_hot([0, 3], 3), ValueError, "labels must lie in 0 … 2; got 3"),
        (lambda r: data.one_hot([0.0], 3), TypeError, "labels must be integers 0 … 2"),
        (lambda r: data.moons(0, rng=r), ValueError, "n must be a whole number of at least 1"),
        (lambda r: data.moons(9, rng=0), TypeError, "rng must be a numpy Generator"),
        (lambda r: data.spirals(9, classes=0, rng=r), ValueError, "classes must be a whole number"),
        (lambda r: data.spirals(9, rng=None), TypeError, "rng must be a numpy Generator"),
    ],
)
def test_bad_input(call, error, sentence, rng):
    with pytest.raises(error, match=sentence):
        call(rng)
