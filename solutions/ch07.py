"""Reference solutions of chapter 7. Each block becomes a cell of the chapter."""

import numpy as np

# --- 7.3 ---


def dropout(A, keep, p):
    """Activations in a training step with dropout.

    A: activations, any shape; keep: bools of that shape; p: the share dropped. Returns A's shape.
    """
    return A * keep / (1 - p)


# --- 7.4 ---


def held_out(groups, chosen):
    """The images whose whole group is held out.

    groups: one name an image, shape (n,); chosen: a list of names. Returns bools, shape (n,).
    """
    return np.isin(groups, chosen)
