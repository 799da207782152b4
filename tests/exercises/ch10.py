"""Answers to exercises of chapter 10 that readers might give: wrong ones, and right ones that are
not the reference's."""

import numpy as np


def with_repeats(n, batch_size, rng, drop_last):
    return [rng.integers(n, size=batch_size) for _ in range(n // batch_size)]


def drops_a_full_one(n, batch_size, rng, drop_last):
    order = rng.permutation(n)
    parts = [order[i : i + batch_size] for i in range(0, n, batch_size)]
    return parts[:-1] if drop_last else parts


def in_equal_parts(n, batch_size, rng, drop_last):
    return np.array_split(rng.permutation(n), n // batch_size)


def one_batch(n, batch_size, rng, drop_last):
    return [rng.permutation(n)[:batch_size]]


def shuffled_batches(n, batch_size, rng, drop_last):
    starts = rng.permutation(range(0, n, batch_size))
    return [np.arange(i, min(i + batch_size, n)) for i in starts][: n // batch_size]


def as_lists(n, batch_size, rng, drop_last):
    rows = list(rng.permutation(n))
    parts = []
    while rows:
        parts.append(np.array(rows[:batch_size]))
        rows = rows[batch_size:]
    if drop_last and len(parts[-1]) < batch_size:
        parts.pop()
    return parts


WRONG = {
    "10.1": [(18, 36, 36), (18, 36, 0), (6, 12, 6), (-18, -36, -18), (18, 36), (36, 72, 36)],
    "10.2": [
        lambda K, b: (K.T, -b),
        lambda K, b: (K.T, np.zeros_like(b)),
        lambda K, b: K.T,
        lambda K, b: (b, K.T),
        lambda K, b: (K[::-1], b),
        lambda K, b: (-K.T, b),
    ],
    "10.3": [
        lambda e, beta2, t: e,
        lambda e, beta2, t: e / np.sqrt(beta2**t),
        lambda e, beta2, t: e / np.sqrt(1 - beta2 * t) if beta2 * t < 1 else e,
        lambda e, beta2, t: e / np.sqrt(1 + beta2**t),
        lambda e, beta2, t: np.sqrt(e / (1 - beta2**t)),
        lambda e, beta2, t: e / np.sqrt(1 - beta2 ** (t + 1)),
    ],
    "10.4": [
        lambda g, sizes: g[0],
        lambda g, sizes: np.average(g, axis=0, weights=1 / np.asarray(sizes)),
        lambda g, sizes: np.tensordot(sizes, g, 1) / len(sizes),
        lambda g, sizes: np.average(g, axis=0, weights=np.square(sizes)),
        lambda g, sizes: -np.average(g, axis=0, weights=sizes),
        lambda g, sizes: np.average(g, axis=0, weights=sizes[::-1]),
    ],
    "10.5": [
        lambda K: np.log(np.e + K - 1),
        lambda K: 1 - np.log(np.e + K - 1),
        lambda K: 1 / (np.e + K - 1),
        lambda K: np.log(K) - 1,
        lambda K: -np.log(1 / K) / 2,
        lambda K: np.e / (np.e + K - 1),
    ],
    "10.6": [with_repeats, drops_a_full_one, in_equal_parts, one_batch, shuffled_batches],
}

ALSO_RIGHT = {
    "10.1": [[18.0, 36.0, 18.0]],
    "10.2": [lambda K, b: (np.swapaxes(K, 0, 1), np.array(b))],
    "10.3": [lambda e, beta2, t: e * (1 - beta2**t) ** -0.5],
    "10.4": [lambda g, sizes: sum(s * row for s, row in zip(sizes, g, strict=True)) / sum(sizes)],
    "10.5": [lambda K: -np.log(np.e / (np.e + K - 1))],
    "10.6": [as_lists],
}
