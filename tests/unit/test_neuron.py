"""The spiking neuron against its closed forms, and the artificial one against hand arithmetic."""

import math

import numpy as np
import pytest

from nnlib.neuron import LIFNeuron, firing_rate, neuron

CELL = LIFNeuron()


def test_artificial_neuron_by_hand():
    # 2·1 + (−1)·3 + 0.5 = −0.5, doubled −1; second row: 2·0 + (−1)·(−2) + 0.5 = 2.5, doubled 5
    w = np.array([2.0, -1.0])
    assert neuron(np.array([1.0, 3.0]), w, 0.5, lambda z: 2 * z) == -1.0
    both = neuron(np.array([[1.0, 3.0], [0.0, -2.0]]), w, 0.5, lambda z: 2 * z)
    assert both.tolist() == [-1.0, 5.0]


def test_default_cell_is_the_documented_one():
    assert LIFNeuron(20.0, 10.0, -65.0, -50.0, -65.0, 2.0) == CELL
    assert CELL.rheobase == 1.5  # (−50 + 65) mV / 10 MΩ


def test_voltage_relaxes_exponentially_and_exactly():
    # Below the threshold v(t) = v∞ + (v₀ − v∞) e^(−t/τ), whatever the step.
    for dt in (0.1, 1.0, 7.0):
        v, spikes = CELL.simulate(np.full(10, 1.0), dt=dt, v0=-70.0)
        t = dt * np.arange(1, 11)
        np.testing.assert_allclose(v, -55 + (-70 + 55) * np.exp(-t / 20), rtol=1e-13)
        assert len(spikes) == 0


def test_default_step_and_start():
    v, _ = CELL.simulate([1.0])
    assert v[0] == pytest.approx(-55 - 10 * math.exp(-0.1 / 20), rel=1e-14)


def test_spike_reset_and_refractory_time():
    # 2 nA: v∞ = −45 mV. From −65 mV the threshold is crossed after 20 ln(20/5) = 27.73 ms, in the
    # step that ends at 27.8 ms. Then 2 ms (20 steps) at reset, and the same climb again: 57.6 ms.
    v, spikes = CELL.simulate(np.full(600, 2.0), dt=0.1)
    np.testing.assert_allclose(spikes, [27.8, 57.6], rtol=1e-12)
    np.testing.assert_array_equal(v[277:298], -65.0)
    assert v[276] > -50.1
    assert v[298] == pytest.approx(-45 - 20 * math.exp(-0.1 / 20))


def test_reset_differs_from_rest():
    v, _ = LIFNeuron(v_reset=-70.0, t_refractory=0.0).simulate(np.full(300, 2.0))
    assert v[277] == -70.0
    assert v[278] == pytest.approx(-45 - 25 * math.exp(-0.1 / 20))


@pytest.mark.parametrize("current", [1.6, 2.0, 3.5])
@pytest.mark.parametrize("v_reset", [-65.0, -72.0])
def test_rate_is_the_closed_form(current, v_reset):
    cell = LIFNeuron(tau=15.0, R=12.0, v_rest=-66.0, v_reset=v_reset, t_refractory=3.0)
    _, spikes = cell.simulate(np.full(400_000, current), dt=0.005)
    measured = 1000 / np.diff(spikes).mean()
    assert measured == pytest.approx(float(firing_rate(current, cell)), rel=1e-3)


def test_rate_by_hand():
    # I = 2 nA: period 2 + 20 ln(20/5) = 29.7259 ms, so 33.64 Hz
    assert firing_rate([2.0])[0] == pytest.approx(1000 / (2 + 20 * math.log(4)), rel=1e-14)
    assert firing_rate(1e9) == pytest.approx(500.0)  # at most one spike in each refractory time


def test_no_spike_at_or_below_the_rheobase():
    with np.errstate(all="raise"):
        assert firing_rate([-5.0, 0.0, 1.0, 1.5]).tolist() == [0, 0, 0, 0]
    assert firing_rate(1.5 + 1e-9) > 0
    # In floating point v reaches −50 mV after a while: that is rounding, not a spike.
    v, spikes = CELL.simulate(np.full(100, CELL.rheobase), dt=20.0)
    assert len(spikes) == 0
    assert v[-1] == -50.0


def test_input_is_not_changed():
    current = np.full(5, 2.0)
    CELL.simulate(current)
    firing_rate(current)
    assert current.tolist() == [2.0] * 5


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: LIFNeuron(tau=0.0), r"tau \(ms\) must be a positive number; got 0.0"),
        (lambda: LIFNeuron(R=-1.0), r"R \(MΩ\) must be a positive number; got -1.0"),
        (
            lambda: LIFNeuron(t_refractory=-1.0),
            r"t_refractory \(ms\) must be a number of at least 0; got -1.0",
        ),
        (
            lambda: LIFNeuron(v_reset=-50.0),
            r"v_rest \(-65.0 mV\) and v_reset \(-50.0 mV\) must lie below v_threshold \(-50.0 mV\)",
        ),
        (lambda: LIFNeuron(v_rest=-40.0), "must lie below v_threshold"),
        (lambda: CELL.simulate(2.0), r"current must have shape \(steps,\); got \(\)"),
        (lambda: CELL.simulate([1.0, np.nan]), r"current holds NaN or ∞, first at index \(1\)"),
        (lambda: CELL.simulate([1.0], dt=0), r"dt \(ms\) must be a positive number; got 0"),
        (
            lambda: CELL.simulate([1.0], v0=-50.0),
            "v0 must lie below v_threshold, -50.0 mV; got -50.0",
        ),
    ],
)
def test_bad_input(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
