"""Reference solutions of chapter 4. Each block becomes a cell of the chapter."""

import numpy as np

from nnlib import activations

# --- 4.2 ---


def parameters(sizes):
    """The number of weights and biases of a network.

    sizes: a list of the numbers of inputs, of each layer's neurons, and of outputs.
    Returns a whole number.
    """
    count = 0
    for k in range(len(sizes) - 1):
        count += (sizes[k] + 1) * sizes[k + 1]
    return count


# --- 4.3 ---


def dense(X, W, b):
    """One dense layer, without activation, for a batch.

    X: shape (n, d_in); W: shape (d_out, d_in); b: shape (d_out,).
    Returns an array of shape (n, d_out).
    """
    return X @ W.T + b


# --- 4.4 ---


def triangle(x):
    """A triangle from 0 to 2 with its top, 1, at 1, made of three ReLUs.

    x: an array of any shape. Returns an array of the same shape.
    """
    relu = activations.relu
    return relu(x) - 2 * relu(x - 1) + relu(x - 2)


# --- 4.5 ---


def my_cross_entropy(Z, y):
    """The mean cross-entropy of scores, also of very large ones.

    Z: scores, shape (n, K); y: the right classes, shape (n,). Returns a number.
    """
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_sum - shifted[np.arange(len(y)), y])


# --- 4.6 ---


def swap(W1, b1, W2, i, j):
    """The same network with its hidden neurons i and j exchanged.

    W1: shape (m, d_in); b1: shape (m,); W2: shape (d_out, m).
    Returns new W1, b1 and W2, and leaves the given ones as they are.
    """
    order = np.arange(len(b1))
    order[[i, j]] = j, i
    return W1[order], b1[order], W2[:, order]
