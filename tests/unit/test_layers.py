"""Layers by hand, and every activation × loss × layer against central differences."""

import copy
import pickle

import numpy as np
import pytest

from nnlib.activations import ACTIVATIONS
from nnlib.gradcheck import numerical_gradient, relative_error
from nnlib.layers import INITIALIZATIONS, Activate, Dense, Dropout, Layer
from nnlib.losses import LOSSES
from nnlib.network import Network


def layer(W, b):
    dense = Dense(len(W[0]), len(W), rng=np.random.default_rng(0))
    dense.W, dense.b = W, b
    return dense


def test_dense_by_hand():
    dense = layer([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]], [0.5, -0.5])
    X = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]])
    assert dense.forward(X).tolist() == [[7.5, 1.5], [1.5, -1.5]]
    dX = dense.backward(np.array([[1.0, 0.0], [2.0, -1.0]]))
    assert dense.dW.tolist() == [[-1.0, 2.0, 2.0], [1.0, -1.0, 0.0]]
    assert dense.db.tolist() == [3.0, -1.0]
    assert dX.tolist() == [[1.0, 2.0, 3.0], [2.0, 5.0, 5.0]]


def test_outputs_are_new_arrays(rng):
    for part in (
        Dense(3, 3, rng=rng),
        *(Activate(name) for name in ACTIVATIONS),
        Dropout(0.5, rng=rng),
    ):
        X = rng.standard_normal((4, 3))
        kept = X.copy()
        first = part.forward(X)
        copy_of_first = first.copy()
        gradient = part.backward(np.ones((4, 3)))
        copy_of_gradient = gradient.copy()
        part.forward(X + 1, training=True)
        part.backward(np.full((4, 3), 7.0))
        np.testing.assert_array_equal(first, copy_of_first)
        np.testing.assert_array_equal(gradient, copy_of_gradient)
        np.testing.assert_array_equal(X, kept)


def test_assignment_writes_in_place():
    dense = layer([[1.0, 2.0]], [0.0])
    W, b, dW = dense.W, dense.b, dense.dW
    dense.W = [[3.0, 4.0]]
    dense.b = 5
    dense.dW = np.array([[6.0, 7.0]])
    dense.W -= 1
    assert dense.W is W
    assert dense.b is b
    assert dense.dW is dW
    assert (W.tolist(), b.tolist(), dW.tolist()) == ([[2.0, 3.0]], [5.0], [[6.0, 7.0]])
    with pytest.raises(ValueError, match=r"shape \(3,\) into shape \(1,2\)"):
        dense.W = [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("init", "spread"),
    [
        ("he", np.sqrt(2 / 400)),
        ("xavier", np.sqrt(2 / 1000)),
        ("zeros", 0.0),
        (0.3, 0.3),
        (0, 0.0),
    ],
)
def test_starting_weights(init, spread):
    dense = Dense(400, 600, rng=np.random.default_rng(0), init=init)
    assert dense.W.std() == pytest.approx(spread, rel=0.01)
    assert abs(dense.W.mean()) <= 4 * spread / np.sqrt(240_000)
    assert not dense.b.any()
    assert not dense.dW.any()
    assert not dense.db.any()
    assert (dense.W.shape, dense.b.shape) == ((600, 400), (600,))
    if spread:  # normal: 68.27 % within one standard deviation
        assert (np.abs(dense.W) < spread).mean() == pytest.approx(0.6827, abs=0.005)


def test_default_start_is_he():
    a, b = (Dense(3, 2, rng=np.random.default_rng(5), **kw) for kw in ({}, {"init": "he"}))
    np.testing.assert_array_equal(a.W, b.W)
    assert set(INITIALIZATIONS) == {"zeros", "xavier", "he"}


def test_activate_takes_the_derivative_of_z():
    tanh = Activate("tanh")
    Z = np.array([[0.0, 1.0], [-2.0, 0.5]])
    np.testing.assert_allclose(tanh.forward(Z), np.tanh(Z))
    dA = np.array([[1.0, 2.0], [3.0, -4.0]])
    np.testing.assert_allclose(tanh.backward(dA), dA / np.cosh(Z) ** 2, rtol=1e-14)


def test_dropout_in_training_and_after():
    X = np.ones((200, 500))
    drop = Dropout(0.3, rng=np.random.default_rng(0))
    Y = drop.forward(X, training=True)
    assert set(np.unique(Y)) == {0.0, 1 / 0.7}
    assert (Y == 0).mean() == pytest.approx(0.3, abs=0.005)
    assert Y.mean() == pytest.approx(1.0, abs=0.01)
    np.testing.assert_array_equal(drop.backward(3 * X), 3 * Y)
    np.testing.assert_array_equal(drop.forward(X), X)
    np.testing.assert_array_equal(drop.backward(3 * X), 3 * X)
    assert (drop.forward(X, training=True) != Y).any()  # a new mask each time


def test_dropout_of_nothing_is_the_identity(rng):
    X = rng.standard_normal((3, 4))
    np.testing.assert_array_equal(Dropout(0, rng=rng).forward(X, training=True), X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype, rng):
    X = rng.standard_normal((4, 3)).astype(dtype)
    layers = [Dense(3, 3, rng=rng, dtype=dtype), Dropout(0.5, rng=rng)]
    layers += [Activate(name) for name in ACTIVATIONS]
    for part in layers:
        for training in (True, False):
            assert part.forward(X, training).dtype == dtype
            assert part.backward(X).dtype == dtype
        assert all(p.dtype == dtype for p in [*part.params().values(), *part.grads().values()])


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(5, 4, 6, 2), (5, 5, 5, 5), (1, 2, 7, 4)])
def test_every_activation_loss_and_layer(shape, activation, loss_name):
    """∂L/∂parameters and ∂L/∂X through Dense, Activate and Dropout, with a mask that stays."""
    n, d_in, hidden, d_out = shape
    if loss_name == "binary_cross_entropy":
        d_out = 1
    rng = np.random.default_rng(7)
    drop = Dropout(0.4, rng=rng)
    net = Network(
        [
            Dense(d_in, hidden, rng=rng),
            Activate(activation),
            drop,
            Dense(hidden, hidden, rng=rng),
            Activate(activation),
            Dense(hidden, d_out, rng=rng),
        ]
    )
    net.theta[...] = rng.standard_normal(net.theta.size)  # biases too
    X = rng.standard_normal((n, d_in))
    loss = LOSSES[loss_name]
    y = (
        rng.standard_normal((n, d_out))
        if loss_name == "mse"
        else rng.integers(max(2, d_out), size=n)
    )

    def loss_of(theta, X):
        net.theta[...] = theta
        drop.rng = np.random.default_rng(3)
        return loss.f(net.forward(X, training=True), y)

    theta = net.theta.copy()
    drop.rng = np.random.default_rng(3)
    dX = net.backward(loss.df(net.forward(X, training=True), y))
    dtheta = net.dtheta.copy()
    assert drop.mask.min() == 0 < drop.mask.max()
    assert relative_error(dtheta, numerical_gradient(lambda t: loss_of(t, X), theta)) < 1e-7
    assert relative_error(dX, numerical_gradient(lambda x: loss_of(theta, x), X)) < 1e-7
    if activation != "step":
        assert np.abs(dX).max() > 0


def test_layers_without_parameters():
    assert Activate("relu").params() == Activate("relu").grads() == {}
    with pytest.raises(NotImplementedError):
        Layer().forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError):
        Layer().backward(np.ones((1, 1)))


def test_repr(rng):
    assert repr(Dense(3, 2, rng=rng)) == "Dense 3 → 2"
    assert repr(Activate("relu")) == "relu"
    assert repr(Dropout(0.25, rng=rng)) == "Dropout 0.25"


def test_layers_copy_and_pickle(rng):
    dense = Dense(3, 2, rng=rng)
    for other in (copy.deepcopy(dense), pickle.loads(pickle.dumps(dense))):
        np.testing.assert_array_equal(other.W, dense.W)
        assert not np.shares_memory(other.W, dense.W)
        Network([other])


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (
            lambda rng: Dense(3, 2, rng=rng, init="xaver"),
            ValueError,
            "unknown initialization 'xaver'; did you mean 'xavier'\\? known are he, xavier, zeros",
        ),
        (
            lambda rng: Dense(3, 2, rng=rng, init=-0.1),
            ValueError,
            "init, the standard deviation of the weights, must be a number of at least 0; got -0.1",
        ),
        (
            lambda rng: Dense(0, 2, rng=rng),
            ValueError,
            "d_in must be a whole number of at least 1; got 0",
        ),
        (lambda rng: Dense(3, 2.5, rng=rng), ValueError, "d_out must be a whole number .* 2.5"),
        (lambda rng: Dense(3, True, rng=rng), ValueError, "d_out must be a whole number .* True"),
        (
            lambda rng: Dense(3, 2, rng=0),
            TypeError,
            r"rng must be a numpy Generator, np.random.default_rng\(seed\); got 0",
        ),
        (
            lambda rng: Dropout(1.0, rng=rng),
            ValueError,
            r"p, the share dropped, must be a number in \[0, 1\); got 1.0",
        ),
        (lambda rng: Dropout(-0.1, rng=rng), ValueError, r"in \[0, 1\); got -0.1"),
        (lambda rng: Dropout("half", rng=rng), ValueError, r"in \[0, 1\); got 'half'"),
        (lambda rng: Dropout(0.5, rng=None), TypeError, "rng must be a numpy Generator"),
    ],
)
def test_bad_input(make, error, sentence, rng):
    with pytest.raises(error, match=sentence):
        make(rng)
