"""What comes in at the doors of nnlib: whole kinds of input, at every door that takes them."""

import dataclasses
import inspect
from fractions import Fraction

import numpy as np
import pytest

from nnlib import activations, data, gradcheck, losses, network, optimizers, training
from nnlib._checks import lookup, whole
from nnlib.neuron import LIFNeuron, firing_rate
from nnlib.perceptron import Perceptron

X = np.array([[0.0, 1.0], [2.0, 0.5], [1.0, 1.0], [0.2, 3.0]])
Y = np.array([0, 1, 1, 0])
Z = np.array([[0.5, -1.0], [2.0, 0.1], [0.3, 0.3], [1.0, 4.0]])


def small(d_out=2, dtype=np.float64):
    return network.mlp([2, 3, d_out], "tanh", rng=np.random.default_rng(0), dtype=dtype)


def trained(X, y, net=None, optimizer="sgd"):
    net = net or small()
    rng = np.random.default_rng(0)
    training.train(net, "cross_entropy", optimizer, X, y, epochs=2, batch_size=2, rng=rng)
    return net.theta.copy()


def fitted(X, y):
    cell = Perceptron(2)
    return cell.fit(X, y), cell.w.tolist()


# --- labels of any whole type are labels, never masks ---

TAKE_LABELS = {
    "one_hot": lambda y: data.one_hot(y, 2),
    "cross_entropy": lambda y: losses.cross_entropy(Z, y),
    "dcross_entropy": lambda y: losses.dcross_entropy(Z, y),
    "binary_cross_entropy": lambda y: losses.binary_cross_entropy(Z[:, 0], y),
    "dbinary_cross_entropy": lambda y: losses.dbinary_cross_entropy(Z[:, :1], y),
    "Perceptron.fit": lambda y: fitted(X, y),
    "train": lambda y: trained(X, y),
    "check_gradients": lambda y: list(gradcheck.check_gradients(
        small(), "cross_entropy", X, y).values()),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.uint64])
@pytest.mark.parametrize("door", TAKE_LABELS)
def test_labels_of_every_whole_type(door, dtype):
    expected = TAKE_LABELS[door](Y)
    for y in (Y.astype(dtype), Y.astype(dtype).tolist()):
        np.testing.assert_array_equal(TAKE_LABELS[door](y), expected, strict=True)


# --- masked arrays: what is hidden is not used in silence ---

MASKED_X = np.ma.masked_greater(X, 2.5)
MASKED_Y = np.ma.masked_equal(Y, 1)
TAKE_ARRAYS = {
    "train X": lambda: trained(MASKED_X, Y),
    "train y": lambda: trained(X, MASKED_Y),
    "train validation": lambda: training.train(
        small(), "mse", "sgd", X, X, epochs=1, batch_size=2, rng=np.random.default_rng(0),
        validation=(MASKED_X, X)),
    "train targets": lambda: training.train(
        small(), "mse", "sgd", X, MASKED_X, epochs=1, batch_size=2, rng=np.random.default_rng(0)),
    "Perceptron.fit X": lambda: fitted(MASKED_X, Y),
    "Perceptron.fit y": lambda: fitted(X, MASKED_Y),
    "Perceptron.predict": lambda: Perceptron(2).predict(MASKED_X),
    "forward": lambda: small().forward(MASKED_X),
    "predict": lambda: small().predict(MASKED_X),
    "check_gradients": lambda: gradcheck.check_gradients(small(), "cross_entropy", MASKED_X, Y),
    "split X": lambda: data.split(MASKED_X, Y, rng=np.random.default_rng(0)),
    "split y": lambda: data.split(X, MASKED_Y, test=0.5, rng=np.random.default_rng(0)),
    "batches": lambda: data.batches(MASKED_X, Y, 2, np.random.default_rng(0)),
    "one_hot": lambda: data.one_hot(MASKED_Y, 2),
    "cross_entropy": lambda: losses.cross_entropy(Z, MASKED_Y),
    "mse": lambda: losses.mse(X, MASKED_X),
    "firing_rate": lambda: firing_rate(MASKED_X),
    "simulate": lambda: LIFNeuron().simulate(MASKED_X[:, 1]),
    **{f.__name__: (lambda f=f: f(MASKED_X)) for a in activations.ACTIVATIONS.values()
       for f in (a.f, a.df)},
    "softmax": lambda: activations.softmax(MASKED_X),
}  # fmt: skip


@pytest.mark.parametrize("door", TAKE_ARRAYS)
def test_masked_arrays_are_refused(door):
    with pytest.raises(TypeError, match="is a masked array; leave out the hidden entries or fill"):
        TAKE_ARRAYS[door]()


def test_a_masked_array_that_hides_nothing_is_an_array():
    for mask in (np.ma.nomask, False):
        open_X = np.ma.array(X, mask=mask)
        np.testing.assert_array_equal(trained(open_X, Y), trained(X, Y))


# --- one optimizer, one network ---


@pytest.mark.parametrize("make", [optimizers.SGD, optimizers.Adam])
def test_an_optimizer_belongs_to_one_network(make):
    optimizer, first = make(0.1), small()
    trained(X, Y, first, optimizer)
    trained(X, Y, first, optimizer)  # goes on
    for other in (small(), small(3)):
        before = other.theta.copy()
        with pytest.raises(ValueError, match=rf"another network; make a new one, {make.__name__}"):
            trained(X, Y, other, optimizer)
        np.testing.assert_array_equal(other.theta, before)


def test_a_copied_optimizer_goes_on_with_a_copied_network():
    import copy
    import pickle

    for twin in (copy.deepcopy, lambda a: pickle.loads(pickle.dumps(a))):
        net, optimizer = small(), optimizers.Adam(0.1)
        trained(X, Y, net, optimizer)
        other, memory = twin(net), twin(optimizer)
        np.testing.assert_array_equal(trained(X, Y, net, optimizer), trained(X, Y, other, memory))
        with pytest.raises(ValueError, match="another network"):
            trained(X, Y, small(), memory)


def test_step_takes_arrays_only():
    net = small()
    for arguments in ((net.params(), net.grads()), ([1.0], [1.0]), (net.theta, 1.0)):
        with pytest.raises(TypeError, match="step takes two arrays, theta and dtheta; got"):
            optimizers.SGD().step(*arguments)


def test_many_parameters_are_one_step():
    """Updated in blocks, as if in one."""
    rng, ends = np.random.default_rng(0), []
    theta, gradients = rng.standard_normal(3 * optimizers.BLOCK + 5), rng.standard_normal((3, 1))
    for part in (slice(None), slice(-7, None)):
        for make in (lambda: optimizers.SGD(0.1, momentum=0.9), optimizers.Adam):
            here, optimizer = theta[part].copy(), make()
            for g in gradients:
                optimizer.step(here, g * here)
            ends.append(here[-7:])
    np.testing.assert_array_equal(ends[:2], ends[2:])


# --- numbers that overflow ---


def test_large_is_not_infinite():
    """A gradient of 10²⁰⁰ is finite: its square is not, but nobody asks for that."""
    net, seen = network.mlp([2, 2], rng=np.random.default_rng(0)), []

    class Watched(optimizers.SGD):
        def step(self, theta, dtheta):
            seen.append(np.abs(dtheta).max())

    trained(X * 1e200, Y, net, Watched(0.1))
    assert max(seen) > 1e160


def test_divergence_before_any_step_blames_the_data():
    net = network.mlp([2, 2], rng=np.random.default_rng(0))
    with pytest.raises(training.TrainingDiverged) as caught:
        training.train(net, "mse", "sgd", X * 1e160, X, epochs=1, batch_size=4,
                       rng=np.random.default_rng(0))  # fmt: skip
    assert "at epoch 0, step 0" in str(caught.value)
    assert str(caught.value).endswith("no learning rate can help: scale the features down")


def test_numbers_too_large_for_float32_are_named():
    with pytest.raises(ValueError, match="X holds numbers too large for float32"):
        small(dtype=np.float32).predict(X * 1e39)
    with pytest.raises(ValueError, match="X holds NaN or ∞, first at index"):
        small(dtype=np.float32).predict(np.full((1, 2), np.inf))


def test_activations_at_infinity():
    ends = np.array([-np.inf, np.inf])
    for name, function in activations.ACTIVATIONS.items():
        values, slopes = function.f(ends), function.df(ends)
        assert not np.isnan(values).any(), name
        assert not np.isnan(slopes).any(), name
    for name in ("gelu", "silu"):
        assert activations.ACTIVATIONS[name].f(ends).tolist() == [0, np.inf]
        assert activations.ACTIVATIONS[name].df(ends).tolist() == [0, 1]


@pytest.mark.parametrize("f", [activations.sigmoid, activations.relu, activations.softmax])
def test_what_is_no_number_is_refused(f):
    for z in (None, "1", [1j], [None, 1.0]):
        with pytest.raises(TypeError, match="z must be an array of numbers; got dtype"):
            f(z)
    for z in (3.0, [], np.ones((2, 0))):
        if f is activations.softmax:
            with pytest.raises(ValueError, match="softmax works on rows of at least one number"):
                f(z)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (1, 5)])
def test_jacobians_of_every_shape_against_differences(shape):
    z = np.random.default_rng(0).standard_normal(shape)
    for f, jacobian in (
        (activations.softmax, activations.dsoftmax),
        (activations.log_softmax, activations.dlog_softmax),
    ):
        J = jacobian(z)
        assert J.shape == (*shape, shape[-1])
        for j in range(shape[-1]):
            e = 1e-6 * np.eye(shape[-1])[j]
            np.testing.assert_allclose(J[..., j], (f(z + e) - f(z - e)) / 2e-6, atol=1e-9)


# --- the neuron ---


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(LIFNeuron)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, "1", None])
def test_every_constant_of_a_neuron_is_finite(name, value):
    with pytest.raises(ValueError, match=rf"{name} .* must be a .*number.*; got {value!r}"):
        LIFNeuron(**{name: value})
    with pytest.raises(ValueError, match=r"v0 \(mV\) must be a finite number"):
        LIFNeuron().simulate([1.0], v0=np.nan if value is None else value)


@pytest.mark.parametrize("current", [np.nan, np.inf, [1.0, -np.inf]])
def test_currents_are_finite(current):
    with pytest.raises(ValueError, match="current holds NaN or ∞"):
        firing_rate(current)
    with pytest.raises(TypeError, match="current must be an array of numbers"):
        firing_rate(["2"])


def test_rates_are_float64_whatever_the_currents():
    for dtype in (np.float32, int, np.float64):
        assert firing_rate(np.array([1, 2, 3], dtype)).dtype == np.float64


# --- small promises ---


def test_defaults_that_the_book_names():
    parameters = inspect.signature(gradcheck.numerical_gradient).parameters
    assert parameters["epsilon"].default == 1e-5


def test_names_half_right_are_proposed():
    with pytest.raises(ValueError, match="did you mean 'sigmoid'"):
        lookup("activation", "sgmd", activations.ACTIVATIONS)  # a likeness of 0.73
    with pytest.raises(ValueError, match="did you mean 'cross_entropy'"):
        lookup("loss", "crossent", {"cross_entropy": 1})
    with pytest.raises(ValueError, match="did you mean 'silu'"):
        lookup("activation", "swilux", {"silu": 1, "mse": 2})
    with pytest.raises(ValueError, match="did you mean 'he'"):
        lookup("initialization", "hxyye", {"he": 1})  # 0.57
    with pytest.raises(ValueError, match="unknown thing 'abcd'; known are axyz"):
        lookup("thing", "abcd", {"axyz": 1})  # 0.25


def test_registered_objects_do_not_change():
    for thing in (losses.LOSSES["mse"], activations.ACTIVATIONS["relu"], LIFNeuron()):
        name = dataclasses.fields(thing)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, None)


@pytest.mark.parametrize("classes", [0, 2.5, -1, True])
def test_one_hot_names_bad_classes(classes):
    with pytest.raises(ValueError, match="classes must be a whole number of at least 1; got"):
        data.one_hot([0], classes)
    with pytest.raises(ValueError, match="y is empty"):
        data.one_hot([], 2)


def test_numbers_of_other_types_become_pythons():
    assert type(whole("n", np.int64(2))) is int
    assert type(Perceptron(np.int64(2)).d) is int
    assert type(training.History(loss=[2.0, 1.0]).best_epoch) is int
    for rate in (Fraction(1, 10), np.float64(0.1), np.float32(0.1)):
        optimizer = optimizers.SGD(rate, momentum=np.float64(0.5), weight_decay=Fraction(1, 3))
        assert {type(v) for v in (optimizer.learning_rate, optimizer.momentum)} == {float}
        theta = trained(X, Y, small(dtype=np.float32), optimizer)
        assert theta.dtype == np.float32
        np.testing.assert_allclose(theta, trained(X, Y, small(), optimizers.SGD(
            0.1, momentum=0.5, weight_decay=1 / 3)), rtol=1e-5)  # fmt: skip


def test_a_column_of_labels_is_told_from_a_row():
    for loss in ("cross_entropy",):
        with pytest.raises(ValueError, match=r"got shape \(4, 1\); for labels write y.ravel\(\)"):
            losses.LOSSES[loss].targets(Y[:, None], Z)
    with pytest.raises(ValueError, match=r"got shape \(4, 1\); for a column write y.ravel\(\)"):
        fitted(X, Y[:, None])


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere to save net.npz in"):
        small().save(tmp_path / "nowhere" / "net.npz")
