"""Chapter 6: optimizers, the only code that writes parameters, and in place.

``step(params, grads)`` takes one array and its gradient (as ``network.theta``, ``network.dtheta``),
or two dicts of arrays by name (as ``network.params()``, ``network.grads()``). An optimizer keeps
what it remembers of the gradients by name, so every network needs an optimizer of its own.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ._checks import fraction, lookup, not_negative, positive

Arrays = NDArray | Mapping[str, NDArray]

# Rows updated at a time: so few that they and the temporaries stay in the processor's cache.
BLOCK = 16384


class Optimizer:
    """What optimizers share: ``memory`` arrays of each parameter's shape, which start at zero, and
    a ``work`` array that holds what an update computes on the way, so that no step makes a new one.
    """

    memory = 1

    def __init__(self, learning_rate: float, weight_decay: float) -> None:
        self.learning_rate = positive("learning_rate", learning_rate)
        self.weight_decay = not_negative("weight_decay", weight_decay)
        self.steps = 0
        self._memory: dict[str, list[NDArray]] = {}

    def step(self, params: Arrays, grads: Arrays) -> None:
        """Change ``params`` in place, one step down the gradient."""
        if isinstance(params, np.ndarray):
            params, grads = {"theta": params}, {"theta": grads}
        self.steps += 1
        for name, theta in params.items():
            g, memory = grads[name], self._memory.get(name)
            if memory is None:
                zeros = (np.zeros_like(theta) for _ in range(self.memory))
                memory = self._memory[name] = [*zeros, np.empty_like(theta[:BLOCK])]
            if not theta.shape == g.shape == memory[0].shape:
                raise ValueError(
                    f"{name} has shape {theta.shape}, its gradient {g.shape}, and this optimizer "
                    f"remembers {memory[0].shape}; all must agree (a new network needs a new one)"
                )
            if len(theta) <= BLOCK:
                self._update(theta, g, *memory)
            else:
                *memory, work = memory
                for start in range(0, len(theta), BLOCK):
                    block = [a[start : start + BLOCK] for a in (theta, g, *memory)]
                    self._update(*block, work[: len(block[0])])

    def _update(self, theta: NDArray, g: NDArray, *memory_and_work: NDArray) -> None:
        raise NotImplementedError


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

    def _update(self, theta: NDArray, g: NDArray, v: NDArray, work: NDArray) -> None:  # type: ignore[override]
        if self.weight_decay:
            g = np.add(g, np.multiply(theta, self.weight_decay, out=work), out=work)
        v *= self.momentum
        v += g
        np.multiply(v, self.learning_rate, out=work)
        theta -= work


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

    memory = 2

    def _update(self, theta: NDArray, g: NDArray, m: NDArray, v: NDArray, work: NDArray) -> None:  # type: ignore[override]
        if self.weight_decay:
            theta *= 1 - self.learning_rate * self.weight_decay
        # Here m and v are sums with the weights 1, β, β², …; the sum of these weights, which makes
        # them means, is (1 − βᵗ)/(1 − β). Taken into two numbers, it costs no pass over θ.
        m *= self.beta1
        m += g
        v *= self.beta2
        np.multiply(g, g, out=work)
        v += work
        m_weights = (1 - self.beta1**self.steps) / (1 - self.beta1)
        v_weights = (1 - self.beta2**self.steps) / (1 - self.beta2)
        scale = math.sqrt(v_weights)
        np.sqrt(v, out=work)
        work += scale * self.epsilon
        np.divide(m, work, out=work)
        work *= self.learning_rate * scale / m_weights
        theta -= work


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {"sgd": SGD, "adam": Adam}


def get(optimizer: str | Optimizer) -> Optimizer:
    """An optimizer as an object, or by name with its default settings."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    return lookup("optimizer", optimizer, OPTIMIZERS)()
