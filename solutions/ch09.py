"""Reference solutions of chapter 9. Each block becomes a cell of the chapter."""

import numpy as np

# --- 9.1 ---

factors = (0.5**10, 2.0**10, 1.1**10)  # (a), (b), (c)

# --- 9.2 ---

dx = (0.0, 0.0, -0.25, 0.25)  # for the four examples

# --- 9.3 ---


def layer_norm(X, epsilon):
    """Each example over its neurons: mean 0, variance nearly 1.

    X: shape (n, d); epsilon: added to the variance. Returns the same shape.
    """
    m = X.mean(axis=-1, keepdims=True)
    variance = ((X - m) ** 2).mean(axis=-1, keepdims=True)
    return (X - m) / np.sqrt(variance + epsilon)


# --- 9.4 ---


def batch_norm_backward(dY, X_hat, s, gain):
    """The way back through batch normalization, in training.

    dY, X_hat: shape (n, d); s, gain: shape (d,). Returns dX, shape (n, d).
    """
    along = X_hat * (dY * X_hat).mean(axis=0)
    return gain / s * (dY - dY.mean(axis=0) - along)


# --- 9.5 ---


def end_to_end(slopes, skip):
    """The slope of a tower from its input to its output.

    slopes: one number for each block; skip: True or False. Returns a number.
    """
    return np.prod([a + skip for a in slopes])
