"""Chapter 6: the training loop. Initialize, forward, loss, backward, update, repeat."""

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import losses, optimizers
from ._checks import features, generator, whole
from .data import minibatches
from .losses import Loss
from .network import Network
from .optimizers import Optimizer

Examples = tuple[NDArray, NDArray]
Rows = Iterable[NDArray[np.int_]]


@dataclass
class History:
    """What a run leaves behind: one entry an epoch in each list.

    ``loss`` and ``accuracy`` are those of the epoch's minibatches, each as it was met, before the
    step that learned from it; the validation lists stay empty without validation data, and the
    accuracies where the loss does not classify. ``stopped`` says why the run ended.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    stopped: str = "all epochs done"

    @property
    def best_epoch(self) -> int:
        """The epoch, counted from 0, with the lowest validation (or else training) loss."""
        return int(np.argmin(self.validation_loss or self.loss))

    def add(self, measured: dict[str, float]) -> None:
        """Append one epoch's numbers, by the names of the lists."""
        for name, value in measured.items():
            getattr(self, name).append(value)

    def __len__(self) -> int:
        return len(self.loss)


class TrainingDiverged(ArithmeticError):
    """The loss or a gradient is no longer finite; ``history`` holds the epochs before."""

    def __init__(self, loss: float, step: int, learning_rate: float, history: History) -> None:
        advice = f"Try a learning rate below {learning_rate:g}"
        if step == len(history) == 0:
            advice = "No step was taken yet, so no learning rate can help: scale the features down"
        super().__init__(
            f"training diverged: the loss is {loss:.4g} at epoch {len(history)}, step {step}, and "
            f"its gradient is not finite; the parameters are the last finite ones. {advice}"
        )
        self.history = history


class Validation(NamedTuple):
    """Examples to measure after each epoch. With ``patience``, the run stops after that many epochs
    without a lower validation loss and takes back the parameters and state of the best epoch."""

    X: ArrayLike
    y: ArrayLike
    patience: int | None = None


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges says so itself
def train(
    network: Network,
    loss: str | Loss,
    optimizer: str | Optimizer,
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    validation: Validation | tuple[ArrayLike, ArrayLike] | None = None,
    on_epoch: Callable[[int, Network, History], object] | None = None,
) -> History:
    """Train ``network`` in place, by minibatches reshuffled each epoch; returns the ``History``.

    Shapes: X (n, d_in), y (n,) classes or targets as the loss takes them.
    ``validation`` is an (X, y) pair, measured after each epoch, or a ``Validation``, which can also
    stop the run early. ``on_epoch(epoch, network, history)`` is called after each epoch; if it
    returns True the run stops. Where tqdm is installed and somebody watches, a terminal or a
    notebook, runs over two seconds show their progress; never with ``BOOK_STATIC`` or ``CI`` in
    the environment.

    Raises ValueError or TypeError for bad input before anything is changed, and
    ``TrainingDiverged`` at the first gradient that is not finite, with the last finite parameters
    left in place. An interrupt (Ctrl-C, Stop) ends the run and keeps what was learned.
    """
    loss, optimizer = losses.get(loss), optimizers.get(optimizer)
    examples = _examples(network, loss, X, y)
    held_out, patience = _held_out(network, loss, validation)
    whole("epochs", epochs), whole("batch_size", batch_size), generator(rng)
    history, best = History(), _copies(network)
    try:
        with _shown(range(epochs)) as shown:
            for epoch in shown:
                batches = minibatches(len(examples[0]), batch_size, rng)
                history.add(_epoch(network, loss, optimizer, examples, batches, history))
                if held_out:
                    Z = network.forward(held_out[0])
                    history.add(_measured(loss, Z, held_out[1], "validation_"))
                if patience and history.best_epoch == epoch:
                    best = _copies(network)
                if on_epoch and _is_true(on_epoch(epoch, network, history)):
                    history.stopped = f"on_epoch stopped it after epoch {epoch}"
                    break
                if patience and epoch - history.best_epoch >= patience:
                    history.stopped = f"no lower validation loss since epoch {history.best_epoch}"
                    break
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {len(history)}"
    if patience and len(history):
        for name, array in network.arrays().items():
            array[...] = best[name]
    return history


def _epoch(
    network: Network, loss: Loss, optimizer: Optimizer, data: Examples, batches: Rows, past: History
) -> dict[str, float]:
    """One pass through the examples; returns the loss and the accuracy of its minibatches."""
    X, targets = data
    outputs = np.empty(targets.shape, network.dtype, order="F")  # quicker to measure
    for step, batch in enumerate(batches):
        X_batch, y_batch = X.take(batch, axis=0), targets.take(batch, axis=0)
        Z = network.forward(X_batch, training=True)
        network.backward(loss.df(Z, y_batch))
        if not np.isfinite(network.dtheta).all():
            value, rate = loss.f(Z, y_batch), optimizer.learning_rate
            raise TrainingDiverged(value, step, rate, past)
        optimizer.step(network.theta, network.dtheta)
        outputs[batch] = Z
    return _measured(loss, outputs, targets)


def _examples(network: Network, loss: Loss, X: ArrayLike, y: ArrayLike) -> Examples:
    """X and y checked and in the form in which network and loss take them, once for all epochs."""
    X = features(X, network.d_in, network.dtype)
    return X, loss.targets(y, np.empty((len(X), network.d_out), network.dtype))


def _held_out(
    network: Network, loss: Loss, validation: Validation | Examples | None
) -> tuple[Examples | None, int | None]:
    """The validation examples, ready to measure, and the patience."""
    if validation is None:
        return None, None
    if not isinstance(validation, tuple | list) or len(validation) not in (2, 3):
        wanted = "a pair (X, y), as data.split makes it, or Validation(X, y, patience=…)"
        raise TypeError(f"validation must be {wanted}; got {validation!r}")
    X, y, patience = Validation(*validation)
    patience = None if patience is None else whole("patience", patience)
    return _examples(network, loss, X, y), patience


def _copies(network: Network) -> dict[str, NDArray]:
    return {name: array.copy() for name, array in network.arrays().items()}


def _measured(loss: Loss, Z: NDArray, targets: NDArray, prefix: str = "") -> dict[str, float]:
    """The loss, and the accuracy where the loss classifies."""
    measured = {f"{prefix}loss": loss.f(Z, targets)}
    if loss.classifies:
        if Z.shape[1] == 1:
            right = (Z >= 0) == (targets > 0.5)
        else:
            right = Z.argmax(axis=1) == targets.argmax(axis=1)
        measured[f"{prefix}accuracy"] = np.count_nonzero(right) / len(Z)
    return measured


def _is_true(answer: object) -> bool:
    """True itself, Python's or NumPy's, and nothing that happens to be truthy."""
    return isinstance(answer, bool | np.bool_) and bool(answer)


def _shown(epochs: range) -> AbstractContextManager:
    """The epochs, with a progress bar where tqdm is installed and somebody is there to see it."""
    watched = sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)
    quiet = "CI" in os.environ or os.environ.get("BOOK_STATIC", "0") not in ("", "0")
    if watched and not quiet:
        try:
            from tqdm import tqdm
        except ImportError:
            return nullcontext(epochs)
        return tqdm(epochs, "training", unit=" epochs", delay=2, leave=False)
    return nullcontext(epochs)
