"""Exercises of chapter 10: the cases an answer must pass, and the known mistakes."""

import numpy as np

from bookkit.exercises import Exercise

KERNEL = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]])
PARTS = np.array([[1.0, 0.0], [5.0, 2.0]])


def three_numbers(answer):
    """the three gradients, 18 each time it stands alone"""
    return bool(np.allclose(answer, (18, 36, 18)))


def an_epoch(n, sizes):
    """What must hold of the batches of one epoch over n rows."""

    def holds(batches):
        rows = np.concatenate([np.atleast_1d(batch) for batch in batches]).astype(int)
        once = len(set(rows.tolist())) == len(rows) and set(rows.tolist()) <= set(range(n))
        shuffled = n < 5 or rows.tolist() != sorted(rows.tolist())
        return once and shuffled and [len(batch) for batch in batches] == sizes

    holds.__doc__ = f"batches of the sizes {sizes}, in random order, no row twice"
    return holds


def batches(n, size, rng, drop_last, shuffle=True, keep=None):
    """One epoch, with mistakes to order."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    parts = [order[i : i + size] for i in range(0, n, size)]
    dropped = drop_last if keep is None else keep
    return [p for p in parts if len(p) == size] if dropped else parts


def seeded(seed=0):
    return np.random.default_rng(seed)


EXERCISES = [
    Exercise(
        "10.1",
        "after",
        "check",
        "Twice and thrice",
        cases=[three_numbers],
        mistakes={
            "The second call adds to what is there.": (18, 18, 18),
            "`zero_grad` sets back to zero before the third.": (18, 36, 54),
            "The square has a derivative with a factor of two.": (9, 18, 9),
        },
    ),
    Exercise(
        "10.2",
        "from_keras",
        "apply",
        "From Keras",
        cases=[
            ((SQUARE, np.zeros(2)), (np.array([[1.0, 3.0], [2.0, 4.0]]), np.zeros(2))),
            (
                (KERNEL, np.array([7.0, 8.0, 9.0])),
                (np.array([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]), np.array([7.0, 8.0, 9.0])),
            ),
        ],
        mistakes={
            "Keras keeps a column for each neuron, we a row.": lambda kernel, bias: (kernel, bias),
            "Reshaping keeps the order of the numbers; turn the matrix over.": (
                lambda kernel, bias: (kernel.reshape(kernel.shape[::-1]), bias)
            ),
        },
    ),
    Exercise(
        "10.3",
        "our_epsilon",
        "apply",
        "The other ε",
        cases=[
            ((1.0, 0.75, 1), 2.0),
            ((0.3, 0.84, 1), 0.75),
            ((1e-3, 0.999, 1), 0.03162277660168379),
            ((1.0, 0.5, 2), 1.1547005383792515),
        ],
        mistakes={
            "Divide by the root: multiplying makes it smaller.": (
                lambda e, beta2, t: e * np.sqrt(1 - beta2**t)
            ),
            "The root of the correction, not the correction.": (
                lambda e, beta2, t: e / (1 - beta2**t)
            ),
            "The correction changes with the step t.": lambda e, beta2, t: e / np.sqrt(1 - beta2),
        },
    ),
    Exercise(
        "10.4",
        "whole",
        "apply",
        "A batch in parts",
        cases=[
            ((PARTS, np.array([3, 1])), np.array([2.0, 0.5])),
            ((PARTS, np.array([2, 2])), np.array([3.0, 1.0])),
            ((np.array([[4.0], [1.0], [1.0]]), np.array([1, 2, 3])), np.array([1.5])),
        ],
        mistakes={
            "The parts are not equally large: weight them.": lambda g, sizes: np.mean(g, axis=0),
            "A mean again: divide by the number of examples.": (
                lambda g, sizes: np.tensordot(sizes, g, 1)
            ),
            "Gradients of means do not add up by themselves.": lambda g, sizes: np.sum(g, axis=0),
        },
    ),
    Exercise(
        "10.5",
        "least_loss",
        "check",
        "A softmax too many",
        cases=[(2, 0.31326168751822286), (10, 1.4611501717331942), (1, 0.0)],
        mistakes={
            "The second softmax does not see logits as large as it likes: at most a one.": (
                lambda K: 0.0
            ),
            "That is guessing; a right answer is a little better.": lambda K: np.log(K),
            "One of the K is the one itself.": lambda K: np.log(np.e + K) - 1,
        },
    ),
    Exercise(
        "10.6",
        "epoch_rows",
        "explore",
        "A loader of your own",
        cases=[
            ((10, 4, seeded(), False), an_epoch(10, [4, 4, 2])),
            ((10, 4, seeded(1), True), an_epoch(10, [4, 4])),
            ((12, 4, seeded(2), True), an_epoch(12, [4, 4, 4])),
        ],
        mistakes={
            "The order must be random.": (
                lambda n, size, rng, drop: batches(n, size, rng, drop, shuffle=False)
            ),
            "Without `drop_last` the small batch stays.": (
                lambda n, size, rng, drop: batches(n, size, rng, drop, keep=True)
            ),
            "With `drop_last` the small batch goes.": (
                lambda n, size, rng, drop: batches(n, size, rng, drop, keep=False)
            ),
        },
    ),
]
