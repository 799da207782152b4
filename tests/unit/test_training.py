"""The training loop against one written out, and everything that may stop it."""

import contextlib
import functools
import io
import sys
import types

import numpy as np
import pytest

from nnlib import data, losses, network, optimizers, training
from nnlib.layers import Activate, Dense, Dropout
from nnlib.network import Network
from nnlib.training import History, TrainingDiverged, Validation, train


@pytest.fixture
def moons():
    return data.moons(50, rng=np.random.default_rng(1))


def small(d_out=1, seed=0, **options):
    return network.mlp([2, 8, d_out], "tanh", rng=np.random.default_rng(seed), **options)


def written_out(net, loss, optimizer, X, targets, epochs, size, rng):
    """The loop once more, with public functions only. Returns loss and accuracy by epoch."""
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        outputs = []
        for start in range(0, len(X), size):
            batch = order[start : start + size]
            Z = net.forward(X[batch], training=True)
            net.backward(loss.df(Z, targets[batch]))
            optimizer.step(net.theta, net.dtheta)
            outputs.append(Z)
        Z, Y = np.vstack(outputs), targets[order]
        predicted = Z.argmax(axis=1) if Y.ndim == 1 and Z.shape[1] > 1 else (Z >= 0)[:, 0]
        history.append((loss.f(Z, Y), np.mean(predicted == Y)))
    return np.array(history).T


@pytest.mark.parametrize("loss_name", ["cross_entropy", "binary_cross_entropy"])
@pytest.mark.parametrize("size", [7, 50, 80])  # with a smaller last batch; all; more than all
@pytest.mark.parametrize(
    "make",
    [
        lambda: optimizers.SGD(0.3, momentum=0.8, weight_decay=0.01),
        lambda: optimizers.Adam(0.02, weight_decay=0.01),
    ],
)
def test_the_loop_written_out_gives_the_same(loss_name, size, make, moons):
    X, y = moons
    loss = losses.get(loss_name)
    one, other = (small(2 if loss_name == "cross_entropy" else 1) for _ in range(2))
    history = train(
        one, loss_name, make(), X, y, epochs=3, batch_size=size, rng=np.random.default_rng(5)
    )
    expected = written_out(other, loss, make(), X, y, 3, size, np.random.default_rng(5))
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([history.loss, history.accuracy], expected, rtol=1e-9)
    assert history.stopped == "all epochs done"
    assert len(history) == 3


def test_dropout_acts_in_training_only(moons):
    X, y = moons
    nets = []
    for _ in range(2):
        rng = np.random.default_rng(0)
        nets.append(
            Network(
                [
                    Dense(2, 8, rng=rng),
                    Activate("relu"),
                    Dropout(0.5, rng=rng),
                    Dense(8, 1, rng=rng),
                ]
            )
        )
    options = {"epochs": 2, "batch_size": 10}
    rngs = [np.random.default_rng(2) for _ in nets]
    history = train(
        nets[0], "binary_cross_entropy", "sgd", X, y, rng=rngs[0], validation=(X, y), **options
    )
    loss = losses.get("binary_cross_entropy")
    expected = written_out(nets[1], loss, optimizers.SGD(), X, y, 2, 10, rngs[1])
    np.testing.assert_allclose(nets[0].theta, nets[1].theta, rtol=1e-9)
    np.testing.assert_allclose(history.loss, expected[0], rtol=1e-9)
    assert history.validation_loss[-1] == pytest.approx(loss.f(nets[0].forward(X), y), rel=1e-12)


def test_regression(rng):
    X = rng.standard_normal((60, 2))
    y = X @ [2.0, -1.0] + 0.5
    net = network.mlp([2, 1], rng=rng)
    history = train(
        net, "mse", optimizers.SGD(0.1), X, y, epochs=200, batch_size=20, rng=rng, validation=(X, y)
    )
    np.testing.assert_allclose(net.theta, [2, -1, 0.5], atol=1e-6)
    assert history.loss[-1] < 1e-10
    assert history.accuracy == history.validation_accuracy == []
    assert history.validation_loss[-1] < history.validation_loss[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_learns_the_moons_in_its_dtype(dtype):
    rng = np.random.default_rng(0)
    parts = data.split(*data.moons(400, rng=rng), rng=rng)
    net = network.mlp([2, 16, 2], rng=rng, dtype=dtype)
    seen = set()

    class Watched(optimizers.Adam):
        def step(self, params, grads):
            seen.update([params.dtype, grads.dtype])
            super().step(params, grads)
            seen.update(memory.dtype for memory in self._memory)

    history = train(
        net,
        "cross_entropy",
        Watched(0.01),
        *parts[0],
        epochs=60,
        batch_size=32,
        rng=rng,
        validation=parts[1],
    )
    assert history.validation_accuracy[-1] > 0.95
    assert history.loss[-1] < 0.2 < history.loss[0]
    assert seen == {np.dtype(dtype)}
    assert net.layers[0].W.base is net.theta


def test_learns_xor():
    rng = np.random.default_rng(0)
    net = network.mlp([2, 8, 1], "tanh", rng=rng)
    X, y = data.xor()
    history = train(
        net, "binary_cross_entropy", optimizers.Adam(0.05), X, y, epochs=200, batch_size=4, rng=rng
    )
    assert net.predict(X).tolist() == [0, 1, 1, 0]
    assert history.accuracy[-1] == 1.0


def test_validation_is_measured_after_the_epoch(moons, rng):
    X, y = moons
    net, seen = small(2), []
    history = train(
        net,
        "cross_entropy",
        "adam",
        X,
        y,
        epochs=3,
        batch_size=16,
        rng=rng,
        validation=(X[:20], y[:20]),
        on_epoch=lambda epoch, n, h: seen.append(
            (epoch, n is net, len(h), losses.cross_entropy(n.forward(X[:20]), y[:20]))
        ),
    )
    assert [entry[:3] for entry in seen] == [(0, True, 1), (1, True, 2), (2, True, 3)]
    np.testing.assert_allclose(history.validation_loss, [entry[3] for entry in seen], rtol=1e-12)
    expected = (net.predict(X[:20]) == y[:20]).mean()
    assert history.validation_accuracy[-1] == pytest.approx(expected)
    assert len(history.validation_accuracy) == 3


def test_same_seed_same_run_and_data_untouched(moons):
    X, y = moons
    kept = X.copy(), y.copy()
    ends = []
    for _ in range(2):
        net = small()
        rng = np.random.default_rng(3)
        train(net, "binary_cross_entropy", "sgd", X, y, epochs=2, batch_size=8, rng=rng)
        ends.append(net.theta.copy())
    np.testing.assert_array_equal(*ends)
    np.testing.assert_array_equal(X, kept[0])
    np.testing.assert_array_equal(y, kept[1])


@pytest.mark.parametrize(("size", "shuffled"), [(49, True), (50, False)])
def test_one_batch_of_all_is_not_shuffled(size, shuffled, moons, rng):
    before = rng.bit_generator.state
    options = {"epochs": 1, "batch_size": size, "rng": rng}
    train(small(), "binary_cross_entropy", "sgd", *moons, **options)
    assert (rng.bit_generator.state != before) == shuffled


class Scripted:
    """A validation loss that follows a script, one value each time it is asked."""

    def __init__(self, values):
        real = losses.get("mse")
        self.values, self.n = list(values), 5
        self.loss = losses.Loss(self.f, real.df, real.targets, classifies=False)

    def f(self, Y_hat, Y):
        return self.values.pop(0) if len(Y_hat) == self.n else 0.0


def scripted_run(values, patience, **options):
    script = Scripted(values)
    net, at_epoch = network.mlp([2, 1], rng=np.random.default_rng(0)), []
    X, y = np.ones((8, 2)), np.full(8, 100.0)
    history = train(
        net,
        script.loss,
        optimizers.SGD(1e-3),
        X,
        y,
        epochs=len(values),
        batch_size=8,
        rng=np.random.default_rng(0),
        validation=Validation(X[:5], y[:5], patience),
        on_epoch=lambda epoch, n, h: at_epoch.append(n.theta.copy()),
        **options,
    )
    return net, history, at_epoch


def test_patience_takes_back_the_best():
    net, history, at_epoch = scripted_run([5, 3, 4, 3, 3.5, 2, 1], patience=3)
    assert history.validation_loss == [5, 3, 4, 3, 3.5]  # 3 again is not lower
    assert history.best_epoch == 1
    assert history.stopped == "no lower validation loss since epoch 1"
    np.testing.assert_array_equal(net.theta, at_epoch[1])
    assert (at_epoch[1] != at_epoch[-1]).any()


def test_patience_takes_back_the_best_at_the_end_too():
    net, history, at_epoch = scripted_run([5, 3, 4], patience=3)
    assert history.stopped == "all epochs done"
    np.testing.assert_array_equal(net.theta, at_epoch[1])


def test_without_patience_the_last_stays():
    net, history, at_epoch = scripted_run([5, 3, 4], patience=None)
    assert history.best_epoch == 1
    np.testing.assert_array_equal(net.theta, at_epoch[-1])


def test_best_epoch_without_validation():
    assert History(loss=[3.0, 1.0, 2.0]).best_epoch == 1


@pytest.mark.parametrize(
    ("answer", "epochs"), [(True, 3), (np.True_, 3), (None, 5), (False, 5), (1, 5), ("yes", 5)]
)
def test_on_epoch_may_stop_the_run(answer, epochs, moons, rng):
    history = train(
        small(),
        "binary_cross_entropy",
        "sgd",
        *moons,
        epochs=5,
        batch_size=50,
        rng=rng,
        on_epoch=lambda epoch, n, h: answer if epoch == 2 else None,
    )
    assert len(history) == epochs
    assert (history.stopped == "on_epoch stopped it after epoch 2") == (epochs == 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", [optimizers.SGD(1e6), optimizers.SGD(1e3, momentum=0.9)])
def test_divergence_says_so_and_keeps_the_last_finite_parameters(dtype, optimizer, moons, recwarn):
    X, y = moons
    net = network.mlp([2, 8, 1], rng=np.random.default_rng(0), dtype=dtype)
    last = []

    class Watched(optimizers.SGD):
        def step(self, params, grads):
            assert np.isfinite(grads).all()
            super().step(params, grads)
            last[:] = [params.copy()]

    watched = Watched(optimizer.learning_rate, momentum=optimizer.momentum)
    with pytest.raises(TrainingDiverged) as caught:
        train(
            net, "mse", watched, X, y.astype(float), epochs=500, batch_size=10,
            rng=np.random.default_rng(0),
        )  # fmt: skip
    assert np.isfinite(net.theta).all()
    np.testing.assert_array_equal(net.theta, last[0])
    epoch, step = divmod(watched.steps, 5)
    assert f"at epoch {epoch}, step {step}, and its gradient is not finite" in str(caught.value)
    assert str(caught.value).startswith("training diverged: the loss is ")
    assert str(caught.value).endswith(f"Try a learning rate below {optimizer.learning_rate:g}")
    assert len(caught.value.history) == epoch
    assert isinstance(caught.value, ArithmeticError)
    assert not recwarn.list


class Interrupts(optimizers.SGD):
    """Ctrl-C in the middle of a step."""

    def __init__(self, at):
        super().__init__(0.1)
        self.at = at

    def step(self, params, grads):
        if self.steps == self.at:
            raise KeyboardInterrupt
        super().step(params, grads)


def test_an_interrupt_keeps_what_was_learned(moons):
    X, y = moons
    nets, histories = [], []
    for optimizer, epochs in ((Interrupts(at=13), 9), (optimizers.SGD(0.1), 2)):
        nets.append(small())
        histories.append(
            train(
                nets[-1],
                "binary_cross_entropy",
                optimizer,
                X,
                y,
                epochs=epochs,
                batch_size=10,
                rng=np.random.default_rng(0),
                validation=(X, y),
            )
        )
    cut, whole = histories
    assert cut.stopped == "interrupted in epoch 2"
    assert cut.loss == whole.loss
    assert len(cut.loss) == len(cut.validation_loss) == len(cut.validation_accuracy) == 2
    assert (nets[0].theta != nets[1].theta).any()  # three steps further
    assert np.isfinite(nets[0].theta).all()


def test_an_interrupt_with_patience_takes_back_the_best(moons):
    at_epoch, net = [], small()
    history = train(
        net,
        "binary_cross_entropy",
        Interrupts(at=13),
        *moons,
        epochs=9,
        batch_size=10,
        rng=np.random.default_rng(0),
        validation=Validation(*moons, patience=5),
        on_epoch=lambda e, n, h: at_epoch.append(n.theta.copy()),
    )
    np.testing.assert_array_equal(net.theta, at_epoch[history.best_epoch])


def test_an_interrupt_in_the_first_epoch_keeps_its_steps(moons):
    net = small()
    start = net.theta.copy()
    history = train(
        net,
        "binary_cross_entropy",
        Interrupts(at=2),
        *moons,
        epochs=9,
        batch_size=10,
        rng=np.random.default_rng(0),
        validation=Validation(*moons, patience=5),
    )
    assert len(history) == 0
    assert history.stopped == "interrupted in epoch 0"
    assert (net.theta != start).any()


def test_other_errors_pass_through(moons, rng):
    def fails(*_):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        train(small(), "binary_cross_entropy", "sgd", *moons, epochs=2, batch_size=9, rng=rng,
              on_epoch=fails)  # fmt: skip


# --- the progress bar ---


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


def shown(monkeypatch, moons, *, terminal=True, environment=(), notebook=False):
    """What a run with a pause in each of four epochs makes of tqdm: None, or its arguments."""
    bars = []

    class Bar(contextlib.nullcontext):
        def __init__(self, epochs, *arguments, **keywords):
            super().__init__(epochs)
            bars.append((epochs, arguments, keywords))

    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    for name in ("CI", "BOOK_STATIC"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment:
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    if notebook:
        monkeypatch.setitem(sys.modules, "ipykernel", io)
    monkeypatch.setattr(sys, "stderr", Stream(terminal))
    rng = np.random.default_rng(0)
    history = train(
        small(), "binary_cross_entropy", "sgd", *moons, epochs=4, batch_size=50, rng=rng
    )
    assert len(history) == 4
    return bars[0] if bars else None


@pytest.mark.parametrize(
    ("options", "speaks"),
    [
        ({}, True),
        ({"terminal": False}, False),
        ({"terminal": False, "notebook": True}, True),
        ({"environment": [("CI", "true")]}, False),
        ({"environment": [("BOOK_STATIC", "1")]}, False),
        ({"environment": [("BOOK_STATIC", "0")]}, True),
        ({"environment": [("BOOK_STATIC", "")]}, True),
        ({"notebook": True, "environment": [("BOOK_STATIC", "1")]}, False),
    ],
)
def test_a_bar_shows_where_somebody_watches(options, speaks, monkeypatch, moons):
    bar = shown(monkeypatch, moons, **options)
    assert (bar is not None) == speaks
    if speaks:
        epochs, _, keywords = bar
        assert epochs == range(4)
        assert keywords["delay"] == 2  # seconds: a short run stays silent


def test_without_tqdm_training_is_silent(monkeypatch, moons, capsys, rng):
    monkeypatch.setitem(sys.modules, "tqdm", None)  # importing it fails
    monkeypatch.setattr(sys, "stderr", stream := Stream(terminal=True))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BOOK_STATIC", raising=False)
    history = train(small(), "binary_cross_entropy", "sgd", *moons, epochs=2, batch_size=9, rng=rng)
    assert (len(history), stream.getvalue()) == (2, "")


@pytest.mark.parametrize("stops", [True, False])
def test_tqdm_itself_takes_the_bar(stops, monkeypatch, moons, rng):
    """The real tqdm counts the epochs, and leaves nothing behind, stopped early or not."""
    tqdm = pytest.importorskip("tqdm")
    monkeypatch.setattr(sys, "stderr", stream := Stream(terminal=True))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BOOK_STATIC", raising=False)
    monkeypatch.setattr(tqdm, "tqdm", functools.partial(tqdm.tqdm, mininterval=0, miniters=1))
    with training._shown(range(3)) as epochs:
        epochs.delay = 0
        for epoch in epochs:
            if stops and epoch == 1:
                break
    assert "training" in stream.getvalue()
    assert not tqdm.std.tqdm._instances


def test_no_stderr_at_all(monkeypatch, moons, rng):
    monkeypatch.setattr(sys, "stderr", None)
    train(small(), "binary_cross_entropy", "sgd", *moons, epochs=1, batch_size=50, rng=rng)


# --- bad input ---


def call(**changes):
    options = {
        "network": small(2),
        "loss": "cross_entropy",
        "optimizer": "sgd",
        "X": np.ones((4, 2)),
        "y": [0, 1, 0, 1],
        "epochs": 1,
        "batch_size": 2,
        "rng": np.random.default_rng(0),
    }
    options |= changes
    before = options["network"].theta.copy()
    try:
        train(**options)
    finally:
        np.testing.assert_array_equal(options["network"].theta, before)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"X": np.ones((4, 3))}, ValueError, r"X has 3 features, .* expected \(n, 2\)"),
        ({"X": np.full((4, 2), np.nan)}, ValueError, r"X holds NaN or ∞, first at index \(0, 0\)"),
        ({"X": np.ones((0, 2)), "y": []}, ValueError, r"X is empty: its shape is \(0, 2\)"),
        ({"X": "data"}, TypeError, "X must be an array of numbers; got dtype <U4"),
        ({"y": [0, 1, 0, 2]}, ValueError, "labels must lie in 0 … 1; got 2"),
        ({"y": [0, 1, 0, -1]}, ValueError, "labels must lie in 0 … 1; got -1"),
        ({"y": [0.0, 1.0, 0.0, 1.0]}, TypeError, "labels must be integers 0 … 1; got .* float64"),
        ({"y": ["a", "b", "a", "b"]}, TypeError, "labels must be integers 0 … 1; got dtype <U1"),
        ({"y": [0, 1, 0]}, ValueError, r"y must hold one label a row of X, .*; got shape \(3,\)"),
        ({"y": np.full((4, 2), np.nan)}, ValueError, r"y holds NaN or ∞, first at index \(0, 0\)"),
        ({"y": np.full((4, 2), 0.7)}, ValueError, "not negative and with sum 1"),
        ({"loss": "binary_cross_entropy"}, ValueError, r"needs one logit a row, .* got \(4, 2\)"),
        ({"loss": "mse"}, ValueError, r"targets have shape \(4,\); expected that of Ŷ, \(4, 2\)"),
        ({"loss": "mse", "y": np.full((4, 2), np.inf)}, ValueError, "Y holds NaN or ∞"),
        ({"loss": "msee"}, ValueError, "unknown loss 'msee'; did you mean 'mse'"),
        ({"optimizer": "Adam"}, ValueError, "unknown optimizer 'Adam'; did you mean 'adam'"),
        (
            {"optimizer": optimizers.SGD},
            ValueError,
            "unknown optimizer <class .*SGD'>; write SGD\\(…\\), an object",
        ),
        ({"optimizer": None}, ValueError, "unknown optimizer None; known are adam, sgd"),
        ({"epochs": 0}, ValueError, "epochs must be a whole number of at least 1; got 0"),
        ({"epochs": 1.5}, ValueError, "epochs must be a whole number of at least 1; got 1.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number of at least 1; got 0"),
        ({"batch_size": -1}, ValueError, "batch_size must be a whole number of at least 1; got -1"),
        ({"rng": 0}, TypeError, r"must be a numpy Generator, np.random.default_rng\(seed\); got 0"),
        ({"validation": 0.2}, TypeError, r"must be a pair \(X, y\), .* Validation\(.*; got 0.2"),
        (
            {"validation": Validation(np.ones((1, 2)), [0], patience=0)},
            ValueError,
            "patience must be a whole number of at least 1; got 0",
        ),
        ({"validation": (np.ones((1, 3)), [0])}, ValueError, r"X has 3 features, shape \(1, 3\)"),
        ({"validation": (np.ones((1, 2)), [5])}, ValueError, "labels must lie in 0 … 1; got 5"),
    ],
)  # fmt: skip
def test_bad_input_is_met_before_anything_changes(changes, error, sentence):
    with pytest.raises(error, match=sentence):
        call(**changes)
