"""Chapter 6: the training loop. Initialize, forward, loss, backward, update, repeat."""

import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import losses, optimizers
from ._checks import features, generator, whole
from .data import Minibatches
from .losses import Loss
from .network import Network
from .optimizers import Optimizer


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

    def __len__(self) -> int:
        return len(self.loss)


class TrainingDiverged(ArithmeticError):
    """The loss or a gradient is no longer finite; ``history`` holds the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


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
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    patience: int | None = None,
    on_epoch: Callable[[int, Network, History], object] | None = None,
    progress: bool | None = None,
) -> History:
    """Train ``network`` in place, by minibatches reshuffled each epoch; returns the ``History``.

    Shapes: X (n, d_in), y (n,) classes or targets as the loss takes them.
    ``validation`` is an (X, y) pair, measured after each epoch. With ``patience``, the run stops
    after that many epochs without a lower validation loss and takes back the best parameters.
    ``on_epoch(epoch, network, history)`` is called after each epoch; if it returns True the run
    stops. ``progress`` shows a line on stderr; by default where somebody watches, a terminal or a
    notebook, on runs over two seconds, never with ``BOOK_STATIC`` or ``CI`` in the environment.

    Raises ValueError or TypeError for bad input before anything is changed, and
    ``TrainingDiverged`` at the first gradient that is not finite, with the last finite parameters
    left in place. An interrupt (Ctrl-C, Stop) ends the run and keeps what was learned.
    """
    loss, optimizer = losses.get(loss), optimizers.get(optimizer)
    X = features(X, network.d_in, network.dtype)
    targets = _targets(loss, y, len(X), network)
    if validation is not None:
        X_val = features(validation[0], network.d_in, network.dtype)
        validation = X_val, _targets(loss, validation[1], len(X_val), network)
    elif patience is not None:
        raise ValueError("patience needs validation data to watch; pass validation=(X, y)")
    whole("epochs", epochs)
    whole("patience", 1 if patience is None else patience)
    batches = Minibatches(X, targets, batch_size)
    generator(rng)

    history, best = History(), network.theta.copy()
    outputs = np.empty((len(X), network.d_out), network.dtype, order="F")  # quicker to measure
    bar = _ProgressLine(epochs, progress)
    try:
        for epoch in range(epochs):
            for step, (part, X_batch, y_batch) in enumerate(batches.epoch(rng)):
                Z = network._forward(X_batch, training=True)
                network._backward(loss.df(Z, y_batch))
                if not math.isfinite(np.dot(network.dtheta, network.dtheta)):
                    raise _diverged(loss.f(Z, y_batch), epoch, step, optimizer, history)
                optimizer.step(network.theta, network.dtheta)
                outputs[part] = Z
            measured = _measure(loss, outputs, batches.shuffled_y)
            if validation is not None:
                Z = network._forward(validation[0], training=False)
                measured |= {
                    f"validation_{k}": v for k, v in _measure(loss, Z, validation[1]).items()
                }
            for name, value in measured.items():
                getattr(history, name).append(value)
            if patience is not None and history.best_epoch == epoch:
                best[...] = network.theta
            bar.show(epoch, history)
            if on_epoch is not None and _is_true(on_epoch(epoch, network, history)):
                history.stopped = f"on_epoch stopped it after epoch {epoch}"
                break
            if patience is not None and epoch - history.best_epoch >= patience:
                history.stopped = f"no lower validation loss since epoch {history.best_epoch}"
                break
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {len(history)}"
    finally:
        bar.close()
    if patience is not None and len(history):
        network.theta[...] = best
    return history


def _targets(loss: Loss, y: ArrayLike, n: int, network: Network) -> NDArray:
    """y checked and in the form in which the loss takes it, made once for all epochs."""
    return loss.targets(y, np.empty((n, network.d_out), network.dtype))


def _measure(loss: Loss, Z: NDArray, targets: NDArray) -> dict[str, float]:
    """The loss, and the accuracy where the loss classifies."""
    measured = {"loss": loss.f(Z, targets)}
    if loss.classifies:
        if Z.shape[1] == 1:
            right = (Z >= 0) == (targets > 0.5)
        else:
            right = Z.argmax(axis=1) == targets.argmax(axis=1)
        measured["accuracy"] = np.count_nonzero(right) / len(Z)
    return measured


def _is_true(answer: object) -> bool:
    """True itself, Python's or NumPy's, and nothing that happens to be truthy."""
    return isinstance(answer, bool | np.bool_) and bool(answer)


def _diverged(
    value: float, epoch: int, step: int, optimizer: Optimizer, history: History
) -> TrainingDiverged:
    return TrainingDiverged(
        f"training diverged: the loss is {value:.4g} at epoch {epoch}, step {step}, and its "
        "gradient is not finite; the parameters are the last finite ones. "
        f"Try a learning rate below {optimizer.learning_rate:g}",
        history,
    )


class _ProgressLine:
    """One line on stderr, rewritten each epoch; silent unless somebody is there to see it."""

    def __init__(self, epochs: int, wanted: bool | None) -> None:
        self.epochs, self.start = epochs, time.monotonic()
        self.wait = 0.0 if wanted else 2.0
        watched = sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)
        quiet = "CI" in os.environ or os.environ.get("BOOK_STATIC", "0") not in ("", "0")
        self.on = (watched and not quiet) if wanted is None else wanted
        self.shown = False

    def show(self, epoch: int, history: History) -> None:
        elapsed = time.monotonic() - self.start
        if self.on and elapsed >= self.wait:
            left = elapsed / (epoch + 1) * (self.epochs - epoch - 1)
            text = (
                f"epoch {epoch + 1}/{self.epochs}  loss {history.loss[-1]:.4f}  {left:.0f} s left"
            )
            print(f"\r{text} ", end="", file=sys.stderr, flush=True)
            self.shown = True

    def close(self) -> None:
        if self.shown:
            print(file=sys.stderr)
