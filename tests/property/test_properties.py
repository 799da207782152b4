"""Properties that hold for every input, tried on many: the same ones each time, so no luck."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib import activations, data, losses, network
from nnlib.activations import ACTIVATIONS
from nnlib.gradcheck import check_gradients
from nnlib.neuron import LIFNeuron, firing_rate
from nnlib.perceptron import Perceptron

settings.register_profile(
    "same every time",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same every time")

numbers = st.floats(-1e4, 1e4)
rows = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6), elements=numbers
)
seeds = st.integers(0, 2**32)


@given(rows)
def test_softmax_is_a_distribution(Z):
    P = activations.softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
    assert (P >= 0).all()
    np.testing.assert_allclose(np.exp(activations.log_softmax(Z)), P, rtol=1e-9, atol=1e-300)
    assert (np.take_along_axis(P, Z.argmax(axis=1)[:, None], 1) >= 1 / Z.shape[1] - 1e-15).all()


@given(rows, numbers)
def test_softmax_ignores_a_shift(Z, c):
    np.testing.assert_allclose(activations.softmax(Z + c), activations.softmax(Z), atol=1e-11)
    np.testing.assert_allclose(
        activations.logsumexp(Z + c), activations.logsumexp(Z) + c, rtol=1e-12, atol=1e-9
    )


@given(rows)
def test_logsumexp_lies_just_above_the_maximum(Z):
    above = activations.logsumexp(Z) - Z.max(axis=1)
    assert (above >= 0).all()
    assert (above <= np.log(Z.shape[1]) + 1e-9).all()


@given(hnp.arrays(np.float64, 5, elements=st.floats(-1e150, 1e150)))
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_stay_in_range(name, z):
    low, high = {
        "step": (0, 1),
        "sigmoid": (0, 1),
        "tanh": (-1, 1),
        "relu": (0, np.inf),
        "gelu": (-0.17, np.inf),
        "silu": (-0.2785, np.inf),
    }.get(name, (-np.inf, np.inf))
    steepest = {"sigmoid": 0.25, "gelu": 1.13, "silu": 1.1, "step": 0}.get(name, 1)
    out, slope = ACTIVATIONS[name].f(z), ACTIVATIONS[name].df(z)
    assert ((low <= out) & (out <= high)).all()
    assert (np.abs(slope) <= steepest).all()


@given(hnp.arrays(np.float64, 5, elements=st.floats(-700, 700)))
def test_identities_of_sigmoid_and_tanh(z):
    s = activations.sigmoid(z)
    np.testing.assert_allclose(s + activations.sigmoid(-z), 1, rtol=1e-15)
    np.testing.assert_allclose(activations.tanh(z), 2 * activations.sigmoid(2 * z) - 1, atol=1e-15)
    two = activations.softmax(np.stack([z, np.zeros(5)], axis=1))[:, 0]
    np.testing.assert_allclose(s, two, rtol=1e-13)


@given(rows, seeds)
def test_cross_entropy_gradient_rows_sum_to_zero(Z, seed):
    y = np.random.default_rng(seed).integers(Z.shape[1], size=len(Z))
    dZ = losses.dcross_entropy(Z, y)
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=1e-14)
    assert losses.cross_entropy(Z, y) >= 0
    assert (dZ[np.arange(len(Z)), y] <= 0).all()


@given(rows, seeds)
def test_a_loss_is_the_mean_of_the_losses_of_its_rows(Z, seed):
    rng = np.random.default_rng(seed)
    for name, y in {
        "mse": rng.standard_normal(Z.shape),
        "cross_entropy": rng.integers(Z.shape[1], size=len(Z)),
    }.items():
        loss = losses.get(name)
        single = [loss.f(Z[i : i + 1], y[i : i + 1]) for i in range(len(Z))]
        assert np.isclose(loss.f(Z, y), np.mean(single), rtol=1e-9)
        gradient = np.vstack([loss.df(Z[i : i + 1], y[i : i + 1]) for i in range(len(Z))])
        np.testing.assert_allclose(loss.df(Z, y), gradient / len(Z), rtol=1e-12)


@given(st.integers(1, 40), st.integers(1, 50), seeds)
def test_batches_partition_the_data(n, size, seed):
    X = np.arange(2 * n).reshape(n, 2)
    parts = list(data.batches(X, X[:, 0] // 2, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate([y for _, y in parts])) == list(range(n))
    assert all(len(y) == size for _, y in parts[:-1])
    assert 1 <= len(parts[-1][1]) <= size
    assert all((x[:, 0] == 2 * y).all() for x, y in parts)


@given(st.integers(1, 40), st.integers(1, 50), seeds)
def test_an_epoch_of_minibatches_meets_every_row_once(n, size, seed):
    rng = np.random.default_rng(seed)
    for _ in range(2):
        parts = list(data.minibatches(n, size, rng))
        assert sorted(np.concatenate(parts)) == list(range(n))
        assert all(len(part) == size for part in parts[:-1])


@given(seeds)
def test_batches_differ_between_epochs(seed):
    rng, members = np.random.default_rng(seed), []
    for _ in range(2):
        members.append({frozenset(rows.tolist()) for rows in data.minibatches(30, 7, rng)})
    assert members[0] != members[1]  # other members, not the same batches in new order


@given(st.integers(2, 60), st.floats(0.05, 0.95), seeds)
def test_split_partitions_the_data(n, share, seed):
    if not 0 < round(share * n) < n:
        return
    parts = data.split(np.arange(n), np.arange(n), test=share, rng=np.random.default_rng(seed))
    assert sorted(np.concatenate([y for _, y in parts])) == list(range(n))
    assert len(parts[1][1]) == round(share * n)


sizes = st.lists(st.integers(1, 5), min_size=2, max_size=4)


@given(sizes, seeds, st.sampled_from([np.float32, np.float64]))
def test_save_then_load_is_the_identity(sizes, seed, dtype):
    one, other = (
        network.mlp(sizes, rng=np.random.default_rng(k), dtype=dtype) for k in (seed, seed + 1)
    )
    one.theta[...] = np.random.default_rng(seed).standard_normal(one.theta.size) * 1e30
    with tempfile.TemporaryDirectory() as folder:
        one.save(Path(folder) / "net.npz")
        other.load(Path(folder) / "net.npz")
    np.testing.assert_array_equal(one.theta, other.theta)


@given(sizes, st.integers(1, 4), st.sampled_from(["tanh", "sigmoid", "gelu", "silu"]), seeds)
def test_backpropagation_agrees_with_differences(sizes, n, activation, seed):
    rng = np.random.default_rng(seed)
    net = network.mlp(sizes, activation, rng=rng, init=1.0)
    errors = check_gradients(
        net, "mse", rng.standard_normal((n, sizes[0])), 3 + rng.standard_normal((n, sizes[-1]))
    )
    assert max(errors.values()) < 1e-5


@given(sizes, st.integers(1, 6), seeds)
def test_one_example_and_a_batch_are_the_same_line(sizes, n, seed):
    rng = np.random.default_rng(seed)
    net = network.mlp(sizes, rng=rng)
    X = rng.standard_normal((n, sizes[0]))
    alone = np.vstack([net.forward(x[None, :]) for x in X])
    np.testing.assert_allclose(net.forward(X), alone, rtol=1e-10, atol=1e-12)


@given(st.floats(0, 10), st.floats(0, 10))
def test_firing_rate_grows_with_the_current(a, b):
    low, high = firing_rate(sorted([a, b]))
    assert 0 <= low <= high < 1000 / LIFNeuron().t_refractory


@given(hnp.arrays(np.float64, (20, 3), elements=st.floats(-10, 10)), seeds)
def test_perceptron_weights_are_sums_of_examples(X, seed):
    """w and b never leave the lattice of ± examples: w = Σ cᵢ xᵢ, b = Σ cᵢ with whole cᵢ."""
    y = np.random.default_rng(seed).integers(2, size=20)
    p = Perceptron(3)
    mistakes = p.fit(X, y, epochs=3)
    assert float(p.b).is_integer()
    assert abs(p.b) <= sum(mistakes)
    assert np.linalg.norm(p.w) <= sum(mistakes) * np.linalg.norm(X, axis=1).max() + 1e-9
