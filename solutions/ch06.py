"""Reference solutions of chapter 6. Each block becomes a cell of the chapter."""

import numpy as np

# --- 6.3 ---

by_hand = (2.0, 3.0, 0.5, 0.991)  # momentum 1, momentum 2, Adam 1, Adam 2

# --- 6.4 ---


def leaky_std(d, alpha):
    """The spread of the starting weights that suits leaky ReLU.

    d: number of inputs; alpha: the slope below zero. Returns a standard deviation.
    """
    return np.sqrt(2 / ((1 + alpha**2) * d))


# --- 6.5 ---


def stop(losses, patience):
    """Early stopping, on a list of validation losses.

    losses: one number for each epoch, counted from 0; patience: a number of epochs.
    Returns (last, best), two epochs.
    """
    best = 0
    for epoch, value in enumerate(losses):
        if value < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best


# --- 6.6 ---


def noise_floor(eta, lam, sigma):
    """The mean of θ² after very many noisy steps on a bowl.

    eta: learning rate; lam: curvature; sigma: spread of the noise. Returns a number.
    """
    return eta * sigma**2 / (lam * (2 - eta * lam))


# --- 6.7 ---


def paired(one, other):
    """Two methods on the same test sets.

    one, other: accuracies, shape (n,), the same cuts in the same order.
    Returns the mean of one less other, and the standard error of that mean.
    """
    less = np.subtract(one, other)
    return less.mean(), less.std(ddof=1) / np.sqrt(len(less))


# --- 6.8 ---

best_rates = (0.2, 0.5, 0.8)  # for B = 8, 32, 128
