"""The benchmark's loop by hand trains as nnlib does: else their times mean nothing side by side."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from nnlib import data, network, optimizers, training

PATH = Path(__file__).parents[2] / "benchmarks" / "by_hand.py"


@pytest.mark.parametrize("adam", [False, True])
@pytest.mark.parametrize(
    ("sizes", "batch_size"), [((64, 32, 10), 32), ((2, 8, 1), 200), ((2, 140, 130, 2), 64)]
)
def test_by_hand_is_what_nnlib_does(sizes, batch_size, adam):
    spec = importlib.util.spec_from_file_location("by_hand", PATH)
    by_hand = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(by_hand)
    X, y = data.digits() if sizes[0] == 64 else data.moons(rng=np.random.default_rng(1))
    plan = {"epochs": 3, "batch_size": batch_size}
    net = network.mlp(sizes, rng=np.random.default_rng(0))
    theta = net.theta.copy()
    rate = 0.001 if adam else 0.05
    optimizer = optimizers.Adam(rate) if adam else optimizers.SGD(rate, momentum=0.9)
    loss = "cross_entropy" if sizes[-1] > 1 else "binary_cross_entropy"
    run = training.train(net, loss, optimizer, X, y, rng=np.random.default_rng(2), **plan)
    history = by_hand.train(
        theta, sizes, X, y, adam=adam, learning_rate=rate, rng=np.random.default_rng(2), **plan
    )
    np.testing.assert_allclose(history, list(zip(run.loss, run.accuracy, strict=True)), rtol=1e-9)
    np.testing.assert_allclose(theta, net.theta, rtol=1e-7, atol=1e-9)
