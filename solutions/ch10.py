"""Reference solutions of chapter 10. Each block becomes a cell of the chapter."""

import numpy as np

# --- 10.1 ---

after = (18, 36, 18)  # w.grad after one call, after two, after zero_grad and one more

# --- 10.2 ---


def from_keras(kernel, bias):
    """Weights and bias in the layout of nnlib and PyTorch.

    kernel: shape (d_in, d_out); bias: shape (d_out,). Returns W, of shape (d_out, d_in), and b.
    """
    return kernel.T, bias


# --- 10.3 ---


def our_epsilon(epsilon_hat, beta2, t):
    """The constant that makes the two forms of Adam take the same step t.

    epsilon_hat: the constant of the second form; beta2: the share kept; t: 1, 2, …
    Returns a number.
    """
    return epsilon_hat / np.sqrt(1 - beta2**t)


# --- 10.4 ---


def whole(gradients, sizes):
    """The gradient of the mean over a batch, from those of its parts.

    gradients: one row a part, shape (parts, p); sizes: examples in each part, shape (parts,).
    Returns an array of shape (p,).
    """
    return np.average(gradients, axis=0, weights=sizes)


# --- 10.5 ---


def least_loss(K):
    """The least cross-entropy behind a softmax too many.

    K: the number of classes. Returns a number.
    """
    return np.log(np.e + K - 1) - 1


# --- 10.6 ---


def epoch_rows(n, batch_size, rng, drop_last):
    """The rows of one epoch, in random order.

    n: number of examples; rng: a numpy Generator; drop_last: whether a smaller last batch is left
    out. Returns a list of arrays of whole numbers.
    """
    order = rng.permutation(n)
    end = n - n % batch_size if drop_last else n
    return [order[i : min(i + batch_size, end)] for i in range(0, end, batch_size)]
