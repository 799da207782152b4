"""The right options of chapter 1's self-checks, computed."""

import numpy as np

from nnlib.activations import step
from nnlib.data import cats_dogs
from nnlib.neuron import LIFNeuron, firing_rate, neuron

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def question_1_1(rise, resistance, current):
    cell = LIFNeuron(R=resistance, v_threshold=LIFNeuron.v_rest + rise)
    minute = np.full(60_000, current)
    _, spikes = cell.simulate(minute, dt=1.0)
    return {
        "very slowly": len(spikes) > 1,
        "never fires": len(spikes) == 0,
        "fires once": len(spikes) == 1,
    }


def question_1_2():
    cell = LIFNeuron()
    once, twice = (np.full(10_000, factor * 1.5 * cell.rheobase) for factor in (1, 2))
    (v, spikes), (v_twice, spikes_twice) = cell.simulate(once), cell.simulate(twice)
    above = max(v.max(), v_twice.max()) - cell.v_threshold
    return {
        "Each spike": above > 0,
        "number of spikes per second": len(spikes_twice) > len(spikes) > 1,
        "The threshold": above > 0,
    }


def question_1_3(pause):
    fastest = firing_rate(np.geomspace(1, 1e7, 50), LIFNeuron(t_refractory=pause)).max()
    return {
        "no limit": fastest >= 1000 / pause,
        "50 Hz": fastest < 51,
        "not including, 500 Hz": 499 < fastest < 500,
    }


def question_1_4(w1, w2, before, b):
    w = np.array([w1, w2])
    assert neuron(CORNERS, w, before, step).tolist() == [0, 1, 1, 1], "the question starts at OR"
    gate = neuron(CORNERS, w, b, step).tolist()
    return {
        "AND": gate == [0, 0, 0, 1],
        "NOR": gate == [1, 0, 0, 0],
        "OR still": gate == [0, 1, 1, 1],
    }


def question_1_5():
    X, y = cats_dogs()
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.01, X.shape[1])
    for x in rng.permutation(X):
        output = w @ x
        w += 1e-3 * output * (x - output * w)

    def likeness(picture):
        return abs(w @ picture) / np.linalg.norm(w) / np.linalg.norm(picture)

    mean, difference = likeness(X.mean(axis=0)), likeness(X[y == 1].mean(0) - X[y == 0].mean(0))
    last = likeness(x)
    return {
        "cats from dogs": difference > 0.9,
        "mean of all silhouettes": mean > 0.95,
        "copy of the last": last > mean,
    }


def question_1_6():
    cell, rng = LIFNeuron(), np.random.default_rng(0)
    spikes = {1: 0, 100: 0}
    for volley in spikes:  # so many of a thousand synapses fire together
        volleys = rng.binomial(1000 // volley, 1e-3, 200_000)
        current = 0.95 * cell.rheobase * volley * volleys  # nA; both have the same mean
        spikes[volley] = len(cell.simulate(current)[1])
    alone, together = spikes.values()
    return {
        "The first": alone > together,
        "Both fire alike": abs(alone - together) <= 0.2 * together,
        "The second": together > 2 * alone,
    }
