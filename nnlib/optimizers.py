"""Chapter 6: optimizers, the only code that writes parameters, and in place.

``step(theta, dtheta)`` takes a network's parameters and their gradient, one array each. What an
optimizer remembers belongs to that array, so every network needs an optimizer of its own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._checks import fraction, lookup, not_negative, positive

BLOCK = 16384  # entries updated at a time, so few that they stay in the processor's cache


class Optimizer:
    """What optimizers share: a learning rate, the count of steps, and ``memory`` arrays of theta's
    shape, which start at zero and belong to that theta."""

    memory = 1

    def __init__(self, learning_rate: float, weight_decay: float) -> None:
        self.learning_rate = positive("learning_rate", learning_rate)
        self.weight_decay = not_negative("weight_decay", weight_decay)
        self.steps = 0
        self._theta: NDArray | None = None
        self._memory: list[NDArray] = []

    def step(self, theta: NDArray, dtheta: NDArray) -> None:
        """Change ``theta`` in place, one step down its gradient ``dtheta``.

        Raises TypeError for anything but arrays, ValueError for other shapes or another theta.
        """
        if not (isinstance(theta, np.ndarray) and isinstance(dtheta, np.ndarray)):
            raise TypeError(f"step takes two arrays, theta and dtheta; got {theta!r}, {dtheta!r}")
        if theta.shape != dtheta.shape:
            raise ValueError(f"theta has shape {theta.shape}, its gradient {dtheta.shape}")
        if self._theta is None:
            self._theta = theta
            self._memory = self._memory or [np.zeros_like(theta) for _ in range(self.memory)]
        if theta is not self._theta or theta.shape != self._memory[0].shape:
            raise ValueError(
                "this optimizer remembers the gradients of another network; make a new one, "
                f"{type(self).__name__}(…), for each network"
            )
        self.steps += 1
        for start in range(0, len(theta), BLOCK):
            arrays = (theta, dtheta, *self._memory)
            self._update(*(array[start : start + BLOCK] for array in arrays))

    def _update(self, theta: NDArray, g: NDArray, *memory: NDArray) -> None:
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        """A copy is for the copy of the network: for the first array that it is given."""
        return vars(self) | {"_theta": None}


class SGD(Optimizer):
    """Gradient descent with momentum: v ← μ v + g,  θ ← θ − η v, with g = ∂L/∂θ + λ θ.

    η is ``learning_rate``, μ ``momentum`` in [0, 1), λ ``weight_decay``, from a penalty λ/2 ‖θ‖².
    With μ = 0 plain gradient descent: θ ← θ − η g. Polyak (1964); Sutskever et al. (2013).
    """

    def __init__(
        self, learning_rate: float = 0.1, *, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.momentum = fraction("momentum", momentum)

    def _update(self, theta: NDArray, g: NDArray, v: NDArray) -> None:  # type: ignore[override]
        if self.weight_decay:
            g = g + self.weight_decay * theta
        v *= self.momentum
        v += g
        theta -= self.learning_rate * v


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square, corrected for their start:

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ),
    θ ← θ − η m̂ / (√v̂ + ε) − η λ θ.

    η is ``learning_rate``, λ ``weight_decay``, decoupled from the moments. Kingma & Ba (2015);
    decoupled decay: Loshchilov & Hutter (2019).
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.beta1, self.beta2 = fraction("beta1", beta1), fraction("beta2", beta2)
        self.epsilon = positive("epsilon", epsilon)

    memory = 2

    def _update(self, theta: NDArray, g: NDArray, m: NDArray, v: NDArray) -> None:  # type: ignore[override]
        m[:] = self.beta1 * m + (1 - self.beta1) * g
        v[:] = self.beta2 * v + (1 - self.beta2) * g**2
        m_hat = m / (1 - self.beta1**self.steps)
        v_hat = v / (1 - self.beta2**self.steps)
        if self.weight_decay:
            theta -= self.learning_rate * self.weight_decay * theta
        theta -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"sgd": SGD, "adam": Adam}


def get(optimizer: str | Optimizer) -> Optimizer:
    """An optimizer as an object, or by name with its default settings."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    return lookup("optimizer", optimizer, OPTIMIZERS)()
