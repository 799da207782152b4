"""A network worked by hand, its flat vectors, copies, files, and what it refuses."""

import copy
import io
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import zipfile

import numpy as np
import pytest

from nnlib import losses, network
from nnlib.layers import Activate, Dense, Layer
from nnlib.network import Network


@pytest.fixture
def net(rng):
    return network.mlp([3, 4, 2], activation="tanh", rng=rng)


def by_hand(activation="relu"):
    """W₁ = [[1, 2], [3, −1]], b₁ = (−1, 1), W₂ = [[1, 1], [2, −3]], b₂ = (0.5, 0)."""
    net = network.mlp([2, 2, 2], activation=activation, rng=np.random.default_rng(0))
    net.theta[...] = [1, 2, 3, -1, -1, 1, 1, 1, 2, -3, 0.5, 0]
    return net


def test_forward_and_backward_by_hand():
    """x = (2, 1), (−1, 1), loss mse against y = (1, 0), (0, 1).

    z₁ = W₁x + b₁:  (2 + 2 − 1, 6 − 1 + 1) = (3, 6);  (−1 + 2 − 1, −3 − 1 + 1) = (0, −3)
    a = max(z₁, 0): (3, 6);  (0, 0)
    ŷ = W₂a + b₂:   (3 + 6 + 0.5, 6 − 18) = (9.5, −12);  (0.5, 0)
    L = (8.5² + 12² + 0.5² + 1²)/4 = (72.25 + 144 + 0.25 + 1)/4 = 54.375
    dŷ = 2 (ŷ − y)/4 = (4.25, −6);  (0.25, −0.5)
    dW₂ = Σ dŷ aᵀ = [[12.75, 25.5], [−18, −36]],  db₂ = (4.5, −6.5)
    da = W₂ᵀ dŷ = (4.25 − 12, 4.25 + 18) = (−7.75, 22.25);  (0.25 − 1, 0.25 + 1.5), but both its
    z₁ ≤ 0, so dz₁ = (−7.75, 22.25);  (0, 0)
    dW₁ = Σ dz₁ xᵀ = [[−15.5, −7.75], [44.5, 22.25]],  db₁ = (−7.75, 22.25)
    dx = W₁ᵀ dz₁ = (−7.75 + 66.75, −15.5 − 22.25) = (59, −37.75);  (0, 0)
    """
    net, X, Y = by_hand(), [[2.0, 1.0], [-1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]
    Y_hat = net.forward(X)
    assert Y_hat.tolist() == [[9.5, -12.0], [0.5, 0.0]]
    assert losses.mse(Y_hat, Y) == 54.375
    dX = net.backward(losses.dmse(Y_hat, Y))
    assert {name: g.tolist() for name, g in net.grads().items()} == {
        "W1": [[-15.5, -7.75], [44.5, 22.25]],
        "b1": [-7.75, 22.25],
        "W2": [[12.75, 25.5], [-18.0, -36.0]],
        "b2": [4.5, -6.5],
    }
    assert dX.tolist() == [[59.0, -37.75], [0.0, 0.0]]


def test_predictions_by_hand():
    net = by_hand()
    X = [[2.0, 1.0], [-1.0, 1.0]]  # logits (9.5, −12) and (0.5, 0)
    assert net.predict(X).tolist() == [0, 0]
    p = np.exp(0.5) / (np.exp(0.5) + 1)
    np.testing.assert_allclose(net.probabilities(X)[1], [p, 1 - p], rtol=1e-14)
    one = network.mlp([1, 1], rng=np.random.default_rng(0))
    one.theta[...] = [2.0, -1.0]  # logit 2x − 1
    assert one.predict([[0.4], [0.5], [0.6]]).tolist() == [0, 1, 1]
    np.testing.assert_allclose(one.probabilities([[0.5], [1.0]]), [0.5, 1 / (1 + np.exp(-1))])


def test_params_are_views_of_theta_in_order(net):
    assert list(net.params()) == list(net.grads()) == ["W1", "b1", "W2", "b2"]
    assert [p.shape for p in net.params().values()] == [(4, 3), (4,), (2, 4), (2,)]
    net.theta[...] = np.arange(26)
    net.dtheta[...] = -np.arange(26)
    for arrays, sign in ((net.params(), 1), (net.grads(), -1)):
        flat = np.concatenate([a.ravel() for a in arrays.values()])
        np.testing.assert_array_equal(flat, sign * np.arange(26))
    assert net.layers[2].W is net.params()["W2"]


def test_writing_a_parameter_reaches_theta(net):
    net.layers[0].W = np.full((4, 3), 7.0)
    net.params()["b2"][...] = 5
    assert (net.theta[:12] == 7).all()
    assert (net.theta[-2:] == 5).all()


def test_parameters_survive_building_a_network(rng):
    a, b = Dense(3, 4, rng=rng), Dense(4, 2, rng=rng)
    W, V = a.W.copy(), b.W.copy()
    net = Network([a, Activate("relu"), b])
    np.testing.assert_array_equal(net.params()["W1"], W)
    np.testing.assert_array_equal(net.params()["W2"], V)
    assert not net.dtheta.any()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_is_independent_and_whole(net, duplicate, rng):
    X, dY = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    before = net.forward(X)
    other = duplicate(net)
    other.theta += 1.0
    np.testing.assert_array_equal(net.forward(X), before)
    assert (other.forward(X) != before).all()
    other.backward(dY)
    assert other.dtheta.any()
    assert not net.dtheta.any()
    np.testing.assert_array_equal(other.layers[2].W, net.layers[2].W + 1)


def test_a_layer_belongs_to_one_network(net):
    sentence = r"Dense 3 → 4 already belongs to a network, .* give this one a copy.deepcopy"
    with pytest.raises(ValueError, match=sentence):
        Network(net.layers[:2])
    hidden = Network(copy.deepcopy(net.layers[:2]))
    X = np.ones((1, 3))
    np.testing.assert_array_equal(
        hidden.forward(X), net.layers[1].forward(net.layers[0].forward(X))
    )
    net.theta += 1
    assert (hidden.theta != net.theta[:16]).all()


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid"])
def test_mlp_starts_with_the_right_spread(activation):
    net = network.mlp([300, 500, 200], activation=activation, rng=np.random.default_rng(0))
    relu_like = activation in ("relu", "leaky_relu", "gelu", "silu")
    expected = np.sqrt([2 / 300, 2 / 500] if relu_like else [2 / 800, 2 / 700])
    spread = [net.params()["W1"].std(), net.params()["W2"].std()]
    np.testing.assert_allclose(spread, expected, rtol=0.01)
    given = network.mlp([300, 500], activation=activation, rng=np.random.default_rng(0), init=0.5)
    assert given.params()["W1"].std() == pytest.approx(0.5, rel=0.01)


def test_mlp_layers(rng):
    def kinds(net):
        return [repr(layer) for layer in net.layers]

    assert kinds(network.mlp([3, 2], rng=rng)) == ["Dense 3 → 2"]
    assert kinds(network.mlp([3, 4, 2], rng=rng)) == ["Dense 3 → 4", "relu", "Dense 4 → 2"]
    with_dropout = network.mlp([3, 5, 4, 2], "tanh", rng=rng, dropout=0.5)
    assert kinds(with_dropout) == [
        *("Dense 3 → 5", "tanh", "Dropout 0.5", "Dense 5 → 4", "tanh", "Dropout 0.5"),
        "Dense 4 → 2",
    ]
    assert (with_dropout.d_in, with_dropout.d_out) == (3, 2)


def test_same_seed_same_network():
    a, b = (network.mlp([3, 4, 2], rng=np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(a.theta, b.theta)


def test_float32_network_computes_in_float32(rng):
    net = network.mlp([3, 4, 2], rng=rng, dtype=np.float32)
    assert net.theta.dtype == net.dtheta.dtype == net.dtype == np.float32
    Z = net.forward(np.ones((2, 3)))
    assert Z.dtype == np.float32
    assert net.backward(np.ones((2, 2))).dtype == np.float32
    assert net.probabilities(np.ones((2, 3))).dtype == np.float32
    with pytest.raises(ValueError, match="X holds numbers too large for float32"):
        net.forward(np.full((1, 3), 1e300))


def test_repr_is_a_shape_table(rng):
    net = network.mlp([64, 32, 10], rng=rng, dropout=0.1)
    assert repr(net) == "\n".join(
        [
            "layer          output   parameters",
            "input          (n, 64)           0",
            "Dense 64 → 32  (n, 32)       2,080",
            "relu           (n, 32)           0",
            "Dropout 0.1    (n, 32)           0",
            "Dense 32 → 10  (n, 10)         330",
            "total                        2,410",
        ]
    )


class Scale(Layer):
    """y = g x, with one factor: what a reader may write."""

    parameters = ("g",)

    def __init__(self):
        self.g, self.dg = np.ones(1), np.zeros(1)

    def forward(self, X, training=False):
        self.X = X
        return self.g * X

    def backward(self, dY):
        self.dg = (dY * self.X).sum()
        return self.g * dY


def test_a_layer_of_ones_own(rng):
    net = Network([Dense(3, 2, rng=rng), Scale()])
    assert list(net.params()) == ["W1", "b1", "g2"]
    net.theta[-1] = 3.0
    Z = net.forward(np.ones((1, 3)))
    np.testing.assert_allclose(Z, 3 * (net.layers[0].W.sum(axis=1) + net.layers[0].b)[None, :])
    net.backward(np.ones_like(Z))
    assert net.dtheta[-1] == pytest.approx(Z.sum() / 3)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda rng: Network([]), ValueError, "no layer says how many inputs it takes; set d_in"),
        (lambda rng: Network([Activate("relu")]), ValueError, "no layer says how many inputs"),
        (
            lambda rng: Network([Dense(3, 4, rng=rng), Dense(5, 2, rng=rng)]),
            ValueError,
            "Dense 5 → 2 takes 5 inputs, but the layer before gives 4",
        ),
        (
            lambda rng: Network([Dense(3, 3, rng=rng)] * 2),
            ValueError,
            "a layer stands twice in the network; give each place its own layer",
        ),
        (
            lambda rng: Network([Dense(3, 3, rng=rng), Dense(3, 3, rng=rng, dtype=np.float32)]),
            ValueError,
            r"the parameters need one dtype; got \['float32', 'float64'\]",
        ),
        (
            lambda rng: network.mlp([3], rng=rng),
            ValueError,
            r"sizes needs at least an input and an output; got \[3\]",
        ),
        (
            lambda rng: network.mlp([3, 0, 2], rng=rng),
            ValueError,
            "every size must be a whole number of at least 1; got 0",
        ),
        (
            lambda rng: network.mlp([3, 2], "rellu", rng=rng),
            ValueError,
            "unknown activation 'rellu'; did you mean 'relu'",
        ),
        (
            lambda rng: network.mlp([3, 3, 2], rng=rng, dropout=1),
            ValueError,
            r"p, the share dropped, must be a number in \[0, 1\); got 1",
        ),
        (lambda rng: network.mlp([3, 2], rng=42), TypeError, "rng must be a numpy Generator"),
    ],
)
def test_bad_networks(make, error, sentence, rng):
    with pytest.raises(error, match=sentence):
        make(rng)


@pytest.mark.parametrize("method", ["forward", "predict", "probabilities"])
@pytest.mark.parametrize(
    ("X", "error", "sentence"),
    [
        (np.ones((2, 4)), ValueError, r"X has 4 features, shape \(2, 4\); expected \(n, 3\)"),
        (
            np.ones(3),
            ValueError,
            r"X must have shape \(n, 3\), one row an example; got \(3,\); "
            r"for one example write x\[None, :\]",
        ),
        (np.ones((2, 3, 1)), ValueError, r"one row an example; got \(2, 3, 1\)$"),
        (
            np.ones((0, 3)),
            ValueError,
            r"X is empty: its shape is \(0, 3\), expected \(n, 3\) with n ≥ 1",
        ),
        ([], ValueError, r"X is empty: its shape is \(0,\), expected \(n, 3\)"),
        (
            [[1.0, 2.0, 3.0], [1.0, np.nan, 3.0]],
            ValueError,
            r"X holds NaN or ∞, first at index \(1, 1\); every entry must be finite",
        ),
        ([[1.0, 2.0, -np.inf]], ValueError, r"X holds NaN or ∞, first at index \(0, 2\)"),
        ([["1", "2", "3"]], TypeError, "X must be an array of numbers; got dtype <U1"),
        ([[1, 2, 3], [1, 2]], TypeError, "X must be an array of numbers; its rows differ"),
        ([[1j, 2, 3]], TypeError, "X must be an array of numbers; got dtype complex128"),
        (None, TypeError, "X must be an array of numbers; got dtype object"),
    ],
)
def test_bad_features(net, method, X, error, sentence):
    with pytest.raises(error, match=sentence):
        getattr(net, method)(X)


def test_bad_gradient(net):
    with pytest.raises(ValueError, match=r"shape of forward's output, none yet; got \(2, 2\)"):
        net.backward(np.ones((2, 2)))
    net.forward(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"forward's output, \(2, 2\); got \(2,\)"):
        net.backward(np.ones(2))
    for shape in ((2, 3), (3, 2)):
        with pytest.raises(ValueError, match=r"output, \(2, 2\); got"):
            net.backward(np.ones(shape))


# --- files ---


def test_save_then_load_is_the_identity(net, tmp_path):
    path = tmp_path / "net"  # any name, with or without .npz
    net.save(path)
    other = network.mlp([3, 4, 2], activation="tanh", rng=np.random.default_rng(1))
    theta = other.theta
    other.load(str(path))
    assert other.theta is theta
    np.testing.assert_array_equal(other.theta, net.theta)
    assert [p.name for p in tmp_path.iterdir()] == ["net"]


def test_load_takes_a_narrower_dtype_only(tmp_path):
    wide, narrow = (
        network.mlp([3, 2], rng=np.random.default_rng(k), dtype=dtype)
        for k, dtype in enumerate([np.float64, np.float32])
    )
    narrow.save(tmp_path / "narrow.npz")
    wide.load(tmp_path / "narrow.npz")
    np.testing.assert_array_equal(wide.theta, narrow.theta)
    wide.save(tmp_path / "wide.npz")
    before = narrow.theta.copy()
    with pytest.raises(ValueError, match=r"wide.npz holds float64, but this network is float32"):
        narrow.load(tmp_path / "wide.npz")
    np.testing.assert_array_equal(narrow.theta, before)


def other_shape(path):
    network.mlp([3, 5, 2], rng=np.random.default_rng(0)).save(path)


def other_depth(path):
    network.mlp([3, 2], rng=np.random.default_rng(0)).save(path)


def not_finite(path):
    net = network.mlp([3, 4, 2], rng=np.random.default_rng(0))
    net.params()["b2"][1] = np.inf
    net.save(path)


def pickled(path):
    path.write_bytes(pickle.dumps({"W1": np.zeros((4, 3))}))


def object_array(path):
    with open(path, "wb") as file:
        np.savez(file, W1=np.array([{"a": 1}], dtype=object))


def single_array(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(26))


def empty(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("not a network")


def zip_of_something_else(path):
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("W1", "b1", "W2", "b2"):
            archive.writestr(name, "text")


def truncated(path):
    network.mlp([3, 4, 2], rng=np.random.default_rng(0)).save(path)
    path.write_bytes(path.read_bytes()[:-40])


def flipped_bit(path):
    network.mlp([3, 4, 2], rng=np.random.default_rng(0)).save(path)
    content = bytearray(path.read_bytes())
    content[200] ^= 1  # inside the numbers of W1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            other_shape,
            r"holds W1 \(5, 3\), b1 \(5,\), W2 \(2, 5\), b2 \(2,\), but this network has "
            r"W1 \(4, 3\), b1 \(4,\), W2 \(2, 4\), b2 \(2,\)",
        ),
        (other_depth, r"holds W1 \(2, 3\), b1 \(2,\), but this network has W1 \(4, 3\)"),
        (not_finite, r"b2 in .*file.npz holds NaN or ∞, first at index \(1\)"),
        *(
            (spoil, r"file.npz is not a file that Network.save wrote")
            for spoil in (
                *(pickled, object_array, single_array, empty, text),
                *(zip_of_something_else, truncated, flipped_bit),
            )
        ),
    ],
)
def test_load_refuses_other_files_and_changes_nothing(net, tmp_path, spoil, sentence):
    path, before = tmp_path / "file.npz", net.theta.copy()
    spoil(path)
    with pytest.raises(ValueError, match=sentence):
        net.load(path)
    np.testing.assert_array_equal(net.theta, before)


def test_load_names_a_missing_file(net, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        net.load(tmp_path / "nowhere.npz")


class Bomb:
    def __reduce__(self):
        return os.abort, ()  # the test run would end here


def test_load_never_unpickles(net, tmp_path):
    for name, content in {
        "bare.npz": pickle.dumps(Bomb()),
        "inside.npz": None,
    }.items():
        path = tmp_path / name
        if content is None:
            member = io.BytesIO()
            np.save(member, np.array([Bomb()], dtype=object), allow_pickle=True)
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("W1.npy", member.getvalue())
        else:
            path.write_bytes(content)
        with pytest.raises(ValueError, match=r"is not a file that Network\.save wrote"):
            net.load(path)


def test_a_failing_save_leaves_the_old_file_and_no_other(net, tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    net.save(path)
    old = path.read_bytes()

    def full_disk(*_):
        raise OSError("no space left on device")

    for function in ("fsync", "replace"):
        net.theta += 1
        with monkeypatch.context() as patched:
            patched.setattr(os, function, full_disk)
            with pytest.raises(OSError, match="no space left"):
                net.save(path)
        assert path.read_bytes() == old
        assert list(tmp_path.iterdir()) == [path]


def test_the_new_file_is_whole_before_it_takes_the_old_ones_place(net, tmp_path, monkeypatch):
    seen = []

    def look(*_):
        (path,) = tmp_path.iterdir()
        with np.load(path) as file:
            seen.append(sorted(file.files))

    monkeypatch.setattr(os, "fsync", look)
    net.save(tmp_path / "net.npz")
    assert seen == [["W1", "W2", "b1", "b2"]]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize("moment", ["os.fsync", "os.replace", "np.lib.format.write_array"])
def test_a_kill_during_save_leaves_the_old_file_whole(net, tmp_path, moment):
    """A process that saves other numbers over the file is killed by signal 9 in the middle of
    writing, before the bytes reach the disk, and before the new file takes the old one's place."""
    path = tmp_path / "net.npz"
    net.save(path)
    old = path.read_bytes()
    program = f"""
        import os, signal
        import numpy as np
        from nnlib import network

        net = network.mlp([3, 4, 2], rng=np.random.default_rng(1))
        calls = []
        def then_die(*arguments, real={moment}, **keywords):
            calls.append(arguments)
            if {moment!r}.startswith("np") and len(calls) < 3:
                return real(*arguments, **keywords)  # two of four arrays are written
            os.kill(os.getpid(), signal.SIGKILL)
        {moment} = then_die
        net.save({str(path)!r})
        """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == old
    left = [p.name for p in tmp_path.iterdir() if p != path]
    assert len(left) == 1  # the new file was under way
    assert left[0].endswith(".tmp")
    other = network.mlp([3, 4, 2], rng=np.random.default_rng(2))
    other.load(path)
    np.testing.assert_array_equal(other.theta, net.theta)
    other.save(path)
    net.load(path)


def test_a_finished_save_replaces_the_file(net, tmp_path):
    path = tmp_path / "net.npz"
    net.save(path)
    net.theta += 1
    net.save(path)
    other = network.mlp([3, 4, 2], rng=np.random.default_rng(2))
    other.load(path)
    np.testing.assert_array_equal(other.theta, net.theta)
