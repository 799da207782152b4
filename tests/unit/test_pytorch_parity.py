"""Same weights in, same numbers out: PyTorch as an independent witness, where it is installed."""

from itertools import pairwise

import numpy as np
import pytest

from nnlib import losses, network, optimizers

torch = pytest.importorskip("torch")

ACTIVATIONS = {
    "identity": torch.nn.Identity,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "gelu": torch.nn.GELU,
    "silu": torch.nn.SiLU,
}
LOSSES = {
    "mse": torch.nn.MSELoss,
    "binary_cross_entropy": torch.nn.BCEWithLogitsLoss,
    "cross_entropy": torch.nn.CrossEntropyLoss,
}
OPTIMIZERS = {
    "SGD": (lambda: optimizers.SGD(0.1), lambda p: torch.optim.SGD(p, 0.1)),
    "momentum": (
        lambda: optimizers.SGD(0.05, momentum=0.9),
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.9),
    ),
    "SGD with weight decay": (
        lambda: optimizers.SGD(0.05, momentum=0.9, weight_decay=0.1),
        lambda p: torch.optim.SGD(p, 0.05, momentum=0.9, weight_decay=0.1),
    ),
    "Adam": (lambda: optimizers.Adam(0.01), lambda p: torch.optim.Adam(p, 0.01)),
    "Adam, other settings": (
        lambda: optimizers.Adam(0.01, beta1=0.8, beta2=0.95, epsilon=1e-3),
        lambda p: torch.optim.Adam(p, 0.01, betas=(0.8, 0.95), eps=1e-3),
    ),
    "AdamW": (
        lambda: optimizers.Adam(0.01, weight_decay=0.1),
        lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1),
    ),
}
TOLERANCE = {np.float64: {"rtol": 1e-10, "atol": 1e-12}, np.float32: {"rtol": 2e-4, "atol": 2e-6}}


def twins(sizes, activation, dtype):
    """The same network twice: PyTorch's nn.Linear takes our weights unchanged."""
    ours = network.mlp(sizes, activation, rng=np.random.default_rng(0), dtype=dtype)
    layers = []
    for k, (d_in, d_out) in enumerate(pairwise(sizes), start=1):
        linear = torch.nn.Linear(d_in, d_out, dtype=getattr(torch, np.dtype(dtype).name))
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(ours.params()[f"W{k}"]))
            linear.bias.copy_(torch.from_numpy(ours.params()[f"b{k}"]))
        layers += [linear, ACTIVATIONS[activation]()]
    return ours, torch.nn.Sequential(*layers[:-1])


def examples(loss, d_in, d_out, dtype):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((12, d_in)).astype(dtype)
    if loss == "cross_entropy":
        y = rng.integers(d_out, size=12)
        return X, y, torch.from_numpy(y)
    if loss == "binary_cross_entropy":
        y = rng.integers(2, size=12)
        return X, y, torch.from_numpy(y.astype(dtype)[:, None])
    y = rng.standard_normal((12, d_out)).astype(dtype)
    return X, y, torch.from_numpy(y)


def flat(tensors):
    return np.concatenate([t.detach().numpy().ravel() for t in tensors])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_loss_and_gradients(activation, loss, dtype):
    d_out = 1 if loss == "binary_cross_entropy" else 3
    ours, theirs = twins([4, 6, 5, d_out], activation, dtype)
    X, y, their_y = examples(loss, 4, d_out, dtype)
    Z = ours.forward(X)
    their_X = torch.from_numpy(X).requires_grad_()
    their_Z = theirs(their_X)
    their_loss = LOSSES[loss]()(their_Z, their_y)
    their_loss.backward()
    dX = ours.backward(losses.get(loss).df(Z, y))
    close = TOLERANCE[dtype]
    np.testing.assert_allclose(Z, their_Z.detach().numpy(), **close)
    np.testing.assert_allclose(losses.get(loss).f(Z, y), their_loss.item(), **close)
    np.testing.assert_allclose(ours.dtheta, flat(p.grad for p in theirs.parameters()), **close)
    np.testing.assert_allclose(dX, their_X.grad.numpy(), **close)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_parameters_after_ten_steps(optimizer, dtype):
    ours, theirs = twins([4, 6, 3], "tanh", dtype)
    X, y, their_y = examples("cross_entropy", 4, 3, dtype)
    ours_opt = OPTIMIZERS[optimizer][0]()
    their_opt = OPTIMIZERS[optimizer][1](theirs.parameters())
    start = ours.theta.copy()
    for _ in range(10):
        ours.backward(losses.dcross_entropy(ours.forward(X), y))
        ours_opt.step(ours.theta, ours.dtheta)
        their_opt.zero_grad()
        torch.nn.functional.cross_entropy(theirs(torch.from_numpy(X)), their_y).backward()
        their_opt.step()
    np.testing.assert_allclose(ours.theta, flat(theirs.parameters()), **TOLERANCE[dtype])
    assert np.abs(ours.theta - start).max() > 0.01
