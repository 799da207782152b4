"""Chapter 1: a spiking neuron, its firing rate, and the formula that all later chapters keep."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._checks import not_negative, number, numbers, positive


def neuron(x: NDArray, w: NDArray, b: float, f: Callable[[NDArray], NDArray]) -> NDArray:
    """One artificial neuron: output = f(w · x + b).

    Shapes: x (d,) or (n, d), w (d,), b a number; returns a number or (n,).
    Reference: McCulloch & Pitts (1943), with the weights of Rosenblatt (1958).
    """
    return f(np.dot(x, w) + b)


@dataclass(frozen=True)
class LIFNeuron:
    """Leaky integrate-and-fire neuron: τ dv/dt = −(v − v_rest) + R I.

    When v reaches ``v_threshold`` the neuron spikes, v is set to ``v_reset`` and held there for
    ``t_refractory``. Units: times in ms, voltages in mV, R in MΩ, currents in nA (MΩ · nA = mV).
    The default values are round ones: times and voltages are near those of cells in the cortex,
    whose R is 5 to 40 times larger.
    Reference: Lapicque (1907); Gerstner et al. (2014), chapter 1.
    """

    tau: float = 20.0
    R: float = 10.0
    v_rest: float = -65.0
    v_threshold: float = -50.0
    v_reset: float = -65.0
    t_refractory: float = 2.0

    def __post_init__(self) -> None:
        positive("tau (ms)", self.tau)
        positive("R (MΩ)", self.R)
        not_negative("t_refractory (ms)", self.t_refractory)
        for name in ("v_rest", "v_threshold", "v_reset"):
            number(f"{name} (mV)", getattr(self, name))
        if max(self.v_rest, self.v_reset) >= self.v_threshold:
            raise ValueError(
                f"v_rest ({self.v_rest} mV) and v_reset ({self.v_reset} mV) must lie below "
                f"v_threshold ({self.v_threshold} mV)"
            )

    @property
    def rheobase(self) -> float:
        """The largest constant current, in nA, that never makes the neuron fire."""
        return (self.v_threshold - self.v_rest) / self.R

    def simulate(
        self, current: ArrayLike, dt: float = 0.1, v0: float | None = None
    ) -> tuple[NDArray, NDArray]:
        """Voltage and spike times under an input current that is constant within each step.

        Between spikes the equation is linear, so each step is solved exactly:
        v(t + dt) = v∞ + (v(t) − v∞) e^(−dt/τ), with v∞ = v_rest + R I.

        Shapes: current (steps,) in nA. Returns v (steps,) in mV, the voltage at the end of each
        step, and spikes (k,) in ms. Starts from ``v0``, by default v_rest. Raises ValueError for a
        current that is not 1-D and finite, dt ≤ 0, or a v0 that is not below the threshold.
        """
        current = numbers("current", current)
        if current.ndim != 1:
            raise ValueError(f"current must have shape (steps,); got {current.shape}")
        now = self.v_rest if v0 is None else number("v0 (mV)", v0)
        if not now < self.v_threshold:
            raise ValueError(f"v0 must lie below v_threshold, {self.v_threshold} mV; got {v0!r}")
        decay = np.exp(-positive("dt (ms)", dt) / self.tau)
        refractory_steps = round(self.t_refractory / dt)
        v_infinity = self.v_rest + self.R * current
        v, spikes = np.empty(len(current)), []
        rest_until = 0
        for step, target in enumerate(v_infinity):
            if step >= rest_until:
                now = target + (now - target) * decay
                # The first condition keeps rounding from lifting v onto a threshold it only nears.
                if target > self.v_threshold and now >= self.v_threshold:
                    spikes.append((step + 1) * dt)
                    now = self.v_reset
                    rest_until = step + 1 + refractory_steps
            v[step] = now
        return v, np.array(spikes)


def firing_rate(current: ArrayLike, cell: LIFNeuron | None = None) -> NDArray:
    """Firing rate of a LIF neuron under constant current, in closed form.

    r(I) = 1 / (t_ref + τ ln((R I + v_rest − v_reset) / (R I + v_rest − v_threshold))) above the
    rheobase I₀ = (v_threshold − v_rest) / R, and 0 at or below it.

    Shapes: current any shape, in nA; returns the same shape, in Hz. Raises ValueError for NaN or ∞,
    TypeError for anything but numbers.
    Reference: Gerstner et al. (2014), section 1.3.
    """
    cell = cell or LIFNeuron()
    drive = cell.R * numbers("current", current) + cell.v_rest
    rate = np.zeros_like(drive)
    fires = drive > cell.v_threshold
    period = cell.t_refractory + cell.tau * np.log(
        (drive[fires] - cell.v_reset) / (drive[fires] - cell.v_threshold)
    )
    rate[fires] = 1000.0 / period
    return rate
