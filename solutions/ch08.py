"""Reference solutions of chapter 8. Each block becomes a cell of the chapter."""

import numpy as np

# --- 8.3 ---


def occluded(s, x, f, fill):
    """The occlusion map of one picture.

    s: a function from a picture to a number; x: the picture, shape (h, h); f: side of the patch;
    fill: the number that the patch is filled with. Returns an array of (h − f + 1, h − f + 1).
    """
    places = len(x) - f + 1
    found = np.empty((places, places))
    for i, j in np.ndindex(places, places):
        covered = np.array(x, dtype=float)
        covered[i : i + f, j : j + f] = fill
        found[i, j] = s(x) - s(covered)
    return found


# --- 8.4 ---


def shares(A):
    """The share of the variance that each principal component holds.

    A: rows of examples, shape (n, d). Returns d numbers, largest first, that sum to 1.
    """
    centered = A - np.mean(A, axis=0)
    values = np.linalg.eigvalsh(centered.T @ centered)[::-1]
    return values / values.sum()


# --- 8.5 ---


def spread(dP, side, f):
    """The blame of the windows, brought back to the pixels.

    dP: one row for each window, row by row, shape ((side − f + 1)², f²). Returns (side, side).
    """
    places = side - f + 1
    dX = np.zeros((side, side))
    for row, window in enumerate(np.asarray(dP)):
        i, j = divmod(row, places)
        dX[i : i + f, j : j + f] += window.reshape(f, f)
    return dX
