"""Chapter 6: optimizers, the only code that writes parameters, and in place.

``step(params, grads)`` takes one array and its gradient (as ``network.theta``, ``network.dtheta``),
or two dicts of arrays by name (as ``network.params()``, ``network.grads()``).
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ._checks import fraction, lookup, positive

Arrays = NDArray | Mapping[str, NDArray]


class Optimizer:
    """What optimizers share: one small state a parameter array, kept by name."""

    learning_rate: float

    def __init__(self, learning_rate: float, weight_decay: float) -> None:
        self.learning_rate = positive("learning_rate", learning_rate)
        if not weight_decay >= 0:
            raise ValueError(f"weight_decay must not be negative; got {weight_decay!r}")
        self.weight_decay = weight_decay
        self._state: dict[str, dict[str, NDArray]] = {}
        self.steps = 0

    def step(self, params: Arrays, grads: Arrays) -> None:
        """Change ``params`` in place, one step down the gradient."""
        self.steps += 1
        if not isinstance(params, Mapping):
            params, grads = {"theta": params}, {"theta": grads}
        for name, theta in params.items():
            if theta.shape != grads[name].shape:
                raise ValueError(
                    f"{name} has shape {theta.shape}, but its gradient {grads[name].shape}"
                )
            self._update(theta, grads[name], self._state.setdefault(name, {}))

    def _update(self, theta: NDArray, g: NDArray, state: dict[str, NDArray]) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent with momentum: v ← μ v + g,  θ ← θ − η v, with g = ∂L/∂θ + λ θ.

    η is ``learning_rate``, μ ``momentum`` in [0, 1), λ ``weight_decay``, the gradient of the penalty
    λ/2 ‖θ‖². With μ = 0 plain gradient descent: θ ← θ − η g. Polyak (1964); Sutskever et al. (2013).
    """

    def __init__(
        self, learning_rate: float = 0.1, *, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate, weight_decay)
        self.momentum = fraction("momentum", momentum)

    def _update(self, theta: NDArray, g: NDArray, state: dict[str, NDArray]) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * theta
        if self.momentum:
            v = state.setdefault("v", np.zeros_like(theta))
            v *= self.momentum
            v += g
            g = v
        theta -= self.learning_rate * g


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square, corrected for their start:

    m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
    θ ← θ − η [m / (1 − β₁ᵗ)] / (√(v / (1 − β₂ᵗ)) + ε) − η λ θ.

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

    def _update(self, theta: NDArray, g: NDArray, state: dict[str, NDArray]) -> None:
        m = state.setdefault("m", np.zeros_like(theta))
        v = state.setdefault("v", np.zeros_like(theta))
        if self.weight_decay:
            theta -= self.learning_rate * self.weight_decay * theta
        m += (1 - self.beta1) * (g - m)
        v += (1 - self.beta2) * (g * g - v)
        m_scale = self.learning_rate / (1 - self.beta1**self.steps)
        v_scale = math.sqrt(1 - self.beta2**self.steps)
        theta -= m_scale * m / (np.sqrt(v) / v_scale + self.epsilon)


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam}


def get(optimizer: str | Optimizer) -> Optimizer:
    """An optimizer as an object, or by name with its default settings."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    return lookup("optimizer", optimizer, OPTIMIZERS)()
