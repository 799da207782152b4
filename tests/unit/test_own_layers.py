"""Layers that a reader writes are citizens: first in a network, inside a block, with state."""

import copy
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

from nnlib import network
from nnlib.gradcheck import check_gradients
from nnlib.layers import Activate, Dense, Dropout, Layer
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.training import Validation, train

PAGE = Path(__file__).parents[2] / "reference" / "api.md"


class Convolution(Layer):
    """3 × 3 over pictures of 8 × 8: 64 pixels to k pictures of 6 × 6."""

    parameters = ("W",)
    d_in = 64

    def __init__(self, k, rng):
        self.d_out = 36 * k
        self.W = rng.standard_normal((k, 9)) / 3

    def forward(self, X, training=False):
        windows = np.lib.stride_tricks.sliding_window_view(X.reshape(-1, 8, 8), (3, 3), (1, 2))
        self.patches = windows.reshape(len(X), 36, 9)
        return (self.patches @ self.W.T).reshape(len(X), self.d_out)

    def backward(self, dY):
        dY = dY.reshape(len(dY), 36, -1)
        self.dW = np.einsum("npk,npq->kq", dY, self.patches)
        dX = np.zeros((len(dY), 8, 8))
        for at, patch in enumerate(np.moveaxis((dY @ self.W).reshape(-1, 36, 3, 3), 1, 0)):
            row, column = divmod(at, 6)
            dX[:, row : row + 3, column : column + 3] += patch
        return dX.reshape(len(dX), 64)


class Residual(Layer):
    """x + what the layers inside make of x."""

    def __init__(self, *inside):
        self.inside = inside

    def forward(self, X, training=False):
        Y = X
        for layer in self.inside:
            Y = layer.forward(Y, training)
        return X + Y

    def backward(self, dY):
        dX = dY
        for layer in reversed(self.inside):
            dX = layer.backward(dX)
        return dY + dX


class BatchNorm(Layer):
    """(x − mean)/√(variance + ε), of the batch in training, of the past afterwards."""

    parameters, state = ("gain", "shift"), ("mean", "variance")

    def __init__(self, d, forgets=False):
        self.gain, self.shift, self.mean, self.variance = (
            *(np.ones(d), np.zeros(d)),
            *(np.zeros(d), np.ones(d)),
        )
        self.forgets = forgets

    def forward(self, X, training=False):
        self.training, mean, variance = training, self.mean, self.variance
        if training:
            mean, variance = X.mean(axis=0), X.var(axis=0)
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.variance = 0.9 * self.variance + 0.1 * variance
        self.scale = np.sqrt(variance + 1e-5)
        self.X_hat = (X - mean) / self.scale
        return self.gain * self.X_hat + self.shift

    def backward(self, dY):
        self.dgain, self.dshift = (dY * self.X_hat).sum(axis=0), dY.sum(axis=0)
        dX = dY * self.gain
        if self.training and not self.forgets:
            dX = dX - dX.mean(axis=0) - self.X_hat * (dX * self.X_hat).mean(axis=0)
        return dX / self.scale


class HiddenDice(Dropout):
    """Its generator stands where nobody looks for it."""

    def __init__(self, p, rng):
        super().__init__(p, rng=rng)
        self.box, self.rng = [rng], None

    def forward(self, X, training=False):
        self.mask = self.box[0].random(X.shape) if training else np.ones(())
        return X * self.mask


def normed(rng, forgets=False):
    return Network([Dense(5, 4, rng=rng), BatchNorm(4, forgets), Dense(4, 3, rng=rng)])


def examples(rng, d=5, n=7, classes=3):
    return rng.standard_normal((n, d)), rng.integers(classes, size=n)


def test_a_network_may_begin_with_a_convolution(rng):
    net = Network([Convolution(4, rng), Activate("relu"), Dense(144, 10, rng=rng)])
    assert (net.d_in, net.d_out) == (64, 10)
    assert list(net.params()) == ["W1", "W2", "b2"]
    X, y = examples(rng, 64, 6, 10)
    assert net.forward(X).shape == (6, 10)
    assert max(check_gradients(net, "cross_entropy", X, y).values()) <= 1e-6
    assert re.search(r"Convolution +\(n, 144\) +36\n", repr(net))


def test_a_network_may_begin_with_a_layer_for_any_size(rng):
    net = Network([Dropout(0.1, rng=rng), BatchNorm(5), Dense(5, 2, rng=rng)])
    assert (net.d_in, net.d_out) == (5, 2)


def test_layers_inside_layers_are_trained_with_the_others(rng):
    """64 → 32, a block of 32 → 32 → 32, 32 → 10: 2,080 + 2 · 1,056 + 330 parameters."""
    block = Residual(Dense(32, 32, rng=rng), Activate("relu"), Dense(32, 32, rng=rng))
    net = Network([Dense(64, 32, rng=rng), block, Dense(32, 10, rng=rng)])
    assert net.theta.size == 2080 + 2 * 1056 + 330
    assert list(net.params()) == ["W1", "b1", "W2", "b2", "W3", "b3", "W4", "b4"]
    assert list(block.params()) == list(block.grads()) == ["W1", "b1", "W2", "b2"]
    assert re.search(r"Residual +\(n, 32\) +2,112\n", repr(net))
    X, y = examples(rng, 64, 9, 10)
    before = net.theta.copy()
    train(net, "cross_entropy", "sgd", X, y, epochs=1, batch_size=9, rng=rng)
    changed = {name: (p != q).any() for (name, p), q in zip(
        net.params().items(), copy_of(net, before).params().values(), strict=True)}  # fmt: skip
    assert all(changed.values())


def test_a_layers_own_arrays_need_no_number(rng):
    class Scaled(Residual):
        parameters = ("scale",)

        def __init__(self, *inside):
            super().__init__(*inside)
            self.scale, self.dscale = np.ones(3), np.zeros(3)

    block = Scaled(Dense(3, 3, rng=rng), BatchNorm(3))
    assert list(Dense(3, 2, rng=rng).params()) == list(Dense(3, 2, rng=rng).grads()) == ["W", "b"]
    assert list(BatchNorm(3).arrays()) == ["gain", "shift", "mean", "variance"]
    assert list(block.params()) == ["scale", "W1", "b1", "gain2", "shift2"]
    net = Network([block, Dense(3, 1, rng=rng)])
    assert list(net.params()) == ["scale1", "W2", "b2", "gain3", "shift3", "W4", "b4"]
    flat = np.concatenate([p.ravel() for p in net.params().values()])
    np.testing.assert_array_equal(flat, net.theta)


def copy_of(net, theta):
    other = copy.deepcopy(net)
    other.theta = theta
    return other


@pytest.mark.parametrize("hold", [list, tuple, lambda layers: dict(enumerate(layers))])
def test_however_a_layer_holds_layers_they_are_found(hold, rng):
    block = Residual()
    block.inside = hold([Dense(3, 3, rng=rng), Residual(Dense(3, 3, rng=rng))])
    net = Network([block, Dense(3, 1, rng=rng)])
    assert net.theta.size == 12 + 12 + 4
    assert [type(layer) for layer in net.walk()] == [
        *(Network, Residual, Dense, Residual, Dense, Dense)
    ]


def test_a_block_is_checked_by_differences(rng):
    block = Residual(Dense(4, 4, rng=rng), Activate("tanh"), Dropout(0.5, rng=rng))
    net = Network([Dense(5, 4, rng=rng), block, Dense(4, 3, rng=rng)])
    for training in (False, True):
        errors = check_gradients(net, "cross_entropy", *examples(rng), training=training)
        assert list(errors) == ["W1", "b1", "W2", "b2", "W3", "b3"]
        assert max(errors.values()) <= 1e-6


def test_one_layer_in_two_places_is_refused_wherever_it_hides(rng):
    dense = Dense(3, 3, rng=rng)
    with pytest.raises(ValueError, match="a layer stands twice in the network"):
        Network([dense, Residual(dense)])
    Network([inner := Residual(Dense(3, 3, rng=rng)), Dense(3, 1, rng=rng)])
    with pytest.raises(ValueError, match="Dense 3 → 3 already belongs to a network"):
        Network([inner, Dense(3, 1, rng=rng)])
    with pytest.raises(ValueError, match="already belongs to a network"):  # a network as a layer
        Network([Residual(network.mlp([3, 3], rng=rng)), Dense(3, 1, rng=rng)])


def test_state_is_saved_and_loaded(rng, tmp_path):
    one, other = normed(rng), normed(rng)
    X, y = examples(rng, n=40)
    train(one, "cross_entropy", "adam", X, y, epochs=3, batch_size=10, rng=rng)
    assert list(one.arrays()) == [
        *("W1", "b1", "gain2", "shift2", "W3", "b3", "mean2", "variance2")
    ]
    assert one.theta.size == 24 + 8 + 15  # state is not trained
    one.save(tmp_path / "net.npz")
    other.load(tmp_path / "net.npz")
    assert one.layers[1].mean.any()
    np.testing.assert_array_equal(other.forward(X), one.forward(X))
    for twin in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        np.testing.assert_array_equal(twin.forward(X), one.forward(X))
        twin.layers[1].mean += 1
        assert (twin.layers[1].mean != one.layers[1].mean).all()


def test_early_stopping_takes_back_state_too(rng):
    net, seen = normed(rng), []
    X, y = examples(rng, n=40)
    history = train(
        net, "cross_entropy", SGD(3.0), X, y, epochs=30, batch_size=10, rng=rng,
        validation=Validation(*examples(rng, n=20), patience=2),
        on_epoch=lambda e, n, h: seen.append({k: a.copy() for k, a in n.arrays().items()}),
    )  # fmt: skip
    assert history.best_epoch < len(history) - 1
    for name, array in net.arrays().items():
        np.testing.assert_array_equal(array, seen[history.best_epoch][name])
        assert (array != seen[-1][name]).any()


def test_the_training_pass_is_checked_in_training_mode(rng):
    """Without its mean's and variance's share the backward pass is wrong in training only."""
    X, y = examples(rng)
    for forgets in (False, True):
        net = normed(rng, forgets)
        still = {name: array.copy() for name, array in net.arrays().items()}
        assert max(check_gradients(net, "cross_entropy", X, y).values()) <= 1e-6
        errors = check_gradients(net, "cross_entropy", X, y, training=True)
        assert (errors["W1"] > 1e-3) == forgets
        assert errors["W3"] <= 1e-6
        for name, array in net.arrays().items():
            np.testing.assert_array_equal(array, still[name])


@pytest.mark.parametrize("wrong", [False, True])
def test_the_training_pass_covers_dropout(wrong, rng):
    class Mine(Dropout):
        def backward(self, dY):
            return dY if wrong else super().backward(dY)

    drop = Mine(0.5, rng=np.random.default_rng(3))
    net = Network([Dense(5, 6, rng=rng), drop, Dense(6, 3, rng=rng)])
    X, y = examples(rng)
    before = drop.rng.bit_generator.state
    assert max(check_gradients(net, "cross_entropy", X, y).values()) <= 1e-6
    errors = check_gradients(net, "cross_entropy", X, y, training=True)
    assert 0 < drop.mask.mean() < 2
    assert (errors["W1"] > 1e-2) == wrong
    assert drop.rng.bit_generator.state == before


def test_randomness_is_held_still_wherever_a_layer_keeps_it(rng):
    net = Network([Dense(5, 6, rng=rng), HiddenDice(0.5, rng), Dense(6, 3, rng=rng)])
    errors = check_gradients(net, "cross_entropy", *examples(rng), training=True)
    assert max(errors.values()) <= 1e-6


# --- an assignment reaches the network, or is refused ---


def test_every_assignment_reaches_the_network(rng):
    net = normed(rng)
    theta, dtheta, mean = net.theta, net.dtheta, net.layers[1].mean
    net.theta = np.arange(theta.size)
    net.dtheta = -1
    net.layers[1].mean = [1, 2, 3, 4]
    net.layers[1].dgain = 5
    assert (net.theta is theta, net.dtheta is dtheta, net.layers[1].mean is mean) == (True,) * 3
    assert net.layers[0].W[0].tolist() == [0, 1, 2, 3, 4]
    assert net.grads()["gain2"].tolist() == [5] * 4
    assert (dtheta == 5).sum() == 4
    net.theta -= 1  # and in place
    assert net.layers[0].W[0].tolist() == [-1, 0, 1, 2, 3]
    with pytest.raises(ValueError, match="could not broadcast"):
        net.theta = np.ones(3)


def test_a_step_written_by_hand_trains(rng):
    net = network.mlp([3, 2], rng=rng)
    before = net.theta.copy()
    net.forward(np.ones((1, 3)))
    net.backward(np.ones((1, 2)))
    net.theta = net.theta - 0.5 * net.dtheta
    np.testing.assert_allclose(net.params()["W1"], before[:6].reshape(2, 3) - 0.5)


def exchange(net):
    net.layers[1].inside = (Dense(3, 3, rng=np.random.default_rng(0)),)


def add(net):
    net.layers[1].inside += (Dense(3, 3, rng=np.random.default_rng(0)),)


def replace_all(net):
    net.layers = network.mlp([3, 3, 1], rng=np.random.default_rng(0)).layers


@pytest.mark.parametrize("change", [exchange, add, replace_all])
def test_another_layer_in_a_finished_network_is_refused(change, rng, tmp_path):
    net = Network([Dense(3, 3, rng=rng), Residual(Dense(3, 3, rng=rng)), Dense(3, 1, rng=rng)])
    change(net)
    for use in (
        net.params,
        net.grads,
        lambda: net.save(tmp_path / "net"),
        lambda: check_gradients(net, "mse", np.ones((1, 3)), [1.0]),
        lambda: train(net, "mse", "sgd", np.ones((2, 3)), [1.0, 1.0], epochs=1, batch_size=1,
                      rng=rng),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="a layer was exchanged; make a new Network"):
            use()


def test_layers_cannot_be_appended(rng):
    with pytest.raises(AttributeError, match="append"):
        network.mlp([3, 2], rng=rng).layers.append(Activate("relu"))


def test_a_layer_made_of_reshaped_arrays_is_no_networks_layer(rng):
    """What numpy calls a view may well be the layer's own: only a network's views are refused."""

    class Mine(Dense):
        def __init__(self):
            super().__init__(2, 3, rng=rng)
            self.W, self.dW = np.arange(6.0).reshape(3, 2), np.zeros(6).reshape(3, 2)

    own = Mine()
    own.forward(np.ones((1, 2)))
    own.backward(np.ones((1, 3)))
    assert Network([own]).params()["W1"].tolist() == [[0, 1], [2, 3], [4, 5]]


def test_whole_numbers_are_no_parameters(rng):
    class Gain(Layer):
        parameters = ("g",)

        def __init__(self):
            self.g = np.ones(3, int)

    with pytest.raises(ValueError, match=r"one dtype; got \['float64', 'int64'\]"):
        Network([Dense(3, 3, rng=rng), Gain()])
    for dtype in (int, complex, object, np.float16):
        with pytest.raises(TypeError, match="dtype must be float32 or float64; got"):
            Dense(3, 2, rng=rng, dtype=dtype)


# --- the page that shows how ---


def test_the_layer_of_the_page_works(rng):
    code = re.search(r"```python\n(.*?class .*?)```", PAGE.read_text("utf-8"), re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line.strip()]) <= 13
    names = {}
    exec(code, names)
    (make,) = [
        c for c in names.values() if isinstance(c, type) and c.__module__ != Layer.__module__
    ]
    net = Network([make(5), Dense(5, 3, rng=rng)])
    for training in (False, True):
        errors = check_gradients(net, "cross_entropy", *examples(rng), training=training)
        assert list(errors) == ["g1", "W2", "b2"]
        assert max(errors.values()) <= 1e-6
