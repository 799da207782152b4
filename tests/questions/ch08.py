"""The right options of chapter 8's self-checks, computed."""

import numpy as np

from nnlib.data import cats_dogs


def occluded(w, picture, patch, fill=0.0):
    """How much a linear score falls where a square of the picture is filled."""
    side = picture.shape[0]
    drop = np.zeros((side - patch + 1,) * 2)
    for i, j in np.ndindex(drop.shape):
        here = np.s_[i : i + patch, j : j + patch]
        drop[i, j] = (w[here] * (picture[here] - fill)).sum()
    return drop


def brighter_on_the_animal(w, pictures, patch):
    on, off = [], []
    for picture in pictures:
        drop = abs(occluded(w, picture, patch))
        ink = occluded(np.ones_like(w), picture, patch) / patch**2
        on.append(drop[ink > 0.5].mean())
        off.append(drop[ink < 0.05].mean())
    return np.mean(on) > 2 * np.mean(off)


def question_8_1():
    """A unit with weights by chance, which has learned nothing, stands for the control."""
    pictures = cats_dogs()[0][:20].reshape(-1, 28, 28)
    w = np.random.default_rng(0).normal(size=(28, 28))
    control = brighter_on_the_animal(w, pictures, 4)
    return {
        "larger patch": not brighter_on_the_animal(w, pictures, 6),
        "shuffled labels": control,
        "The accuracy": not control,  # the control has none, and its map is as bright
    }


def question_8_2(power):
    w = np.array([3.0, -1.0, 2.0])

    def best(price):
        x = np.zeros(3)
        for _ in range(2000):
            x += 0.01 * (w - price * power * x ** (power - 1))
        return x

    once, twice = best(0.5), best(1.0)
    roughness = [abs(np.diff(x / np.linalg.norm(x))).sum() for x in (once, twice)]
    return {
        "smoother": roughness[1] < 0.99 * roughness[0],
        "another direction": once @ twice < 0.999 * np.linalg.norm(once) * np.linalg.norm(twice),
        "half as large": np.allclose(twice, once / 2),
    }


def question_8_3(paper, ink):
    rng = np.random.default_rng(0)
    w, pictures = rng.normal(size=(6, 6)), rng.uniform(size=(2, 6, 6))
    first, second = (occluded(w, p, 2, paper) - occluded(w, p, 2, ink) for p in pictures)
    weights, under = occluded(w, np.ones((6, 6)), 2), occluded(np.ones((6, 6)), pictures[0], 2)
    return {
        "the sum of the weights": np.allclose(first, weights) and np.allclose(second, weights),
        "Not at all": np.allclose(first, 0),
        "the amount of ink": np.allclose(first, under),
    }


def question_8_4(first, second):
    X = np.random.default_rng(0).normal(size=(200_000, 2)) * np.sqrt([first, second])
    values = np.linalg.eigvalsh(np.cov(X.T))
    share = values[-1] / values.sum()
    return {
        "One half": abs(share - 1 / 2) < 0.02,
        "Four fifths": abs(share - 4 / 5) < 0.02,
        "All of it": share > 0.98,
    }


def question_8_5():
    rng = np.random.default_rng(0)
    row, kernel = np.zeros(20), rng.normal(size=3)
    row[5:9] = rng.uniform(0.5, 1, 4)
    maps = [np.correlate(np.roll(row, shift), kernel, "valid") for shift in (0, 2)]
    dense = rng.normal(size=len(maps[0]))
    same = bool(np.isclose(maps[0] @ dense, maps[1] @ dense))
    assert np.isclose(maps[0].max(), maps[1].max()), "the largest does not mind the shift"
    return {
        "Yes: the same weights": same,
        "No: the maps move along": not same,
        "Yes, if it was trained": same,
    }
