"""The laboratory: widgets to draw on, drag and build with, whose arithmetic is nnlib's.

- `draw`: draw a picture and see every layer of a network respond;
- `points`: drag the points of two classes; a perceptron and a small network learn them;
- `build`: choose layers, data and optimizer, train, and see what every unit sees.

With a reader (JupyterLab, Binder, Python in the page) each gives a live widget; where
``BOOK_STATIC`` is set, and in a plain program, a figure of the same state. An *experiment* does
the computing and knows no widgets: it takes messages such as ``{"do": "train", "epochs": 5}`` and
answers with its state. The scripts beside it only draw that state and send messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from nnlib.network import Network

from ..interactive import _kernel_with_reader
from .drawing import Drawing
from .experiment import Experiment
from .plane import Points
from .playground import Playground
from .program import read_csv

__all__ = ["Drawing", "Experiment", "Playground", "Points", "build", "draw", "points", "read_csv"]


def draw(network: Network, X: ArrayLike, y: ArrayLike, names: Sequence[str], start: int = 0) -> Any:
    """Draw a square picture and see the layers of ``network``, a trained classifier, respond.

    The first three of each class in X (n, side²), y (n,) can be chosen as a start; the one with
    number ``start`` is there at first. ``names`` are those of the classes. Raises ValueError where
    they do not fit.
    """
    return _shown(Drawing(network, X, y, names, start))


def points(data: str = "blobs") -> Any:
    """Drag the points of two classes and watch a perceptron and a small network learn them."""
    return _shown(Points(data))


def build(**settings: Any) -> Any:
    """Build a network of up to six hidden layers, train it, and see what each unit sees.

    ``settings`` are those to start with, such as ``data="xor"``, ``hidden=[4, 3]`` or
    ``optimizer="Adam"``; see `Playground`.
    """
    return _shown(Playground(**settings))


def _shown(experiment: Experiment) -> Any:
    """The live widget where somebody may use it, else the figure."""
    if not _kernel_with_reader():
        import matplotlib.pyplot as plt

        figure = experiment.still()
        plt.close(figure)  # or a notebook would show it twice
        return figure
    from .widget import LaboratoryWidget

    return LaboratoryWidget.of(experiment)
