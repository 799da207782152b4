"""The laboratory: widgets to draw on, drag and build with, whose arithmetic is nnlib's.

- `draw`: draw a picture and see every layer of a network respond;
- `edit`: draw on a picture and see what any function of it answers;
- `points`: drag the points of two classes; a perceptron and a small network learn them;
- `pictures`: two folders of pictures, and a network that learns to tell them apart;
- `build`: choose layers, data and optimizer, train, and see what every unit sees.

With a reader (JupyterLab, Binder, Python in the page) each gives a live widget; where
``BOOK_STATIC`` is set, and in a plain program, a figure of the same state. An *experiment* does
the computing and knows no widgets: it takes messages such as ``{"do": "train", "epochs": 5}`` and
answers with its state. The scripts beside it only draw that state and send messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import ArrayLike

from nnlib.network import Network

from ..frozen import as_it_is
from ..interactive import _kernel_with_reader
from .drawing import Drawing
from .editing import Editing, Look
from .experiment import Experiment
from .pictures import Pictures
from .plane import Points
from .playground import Playground
from .program import read_csv

__all__ = [
    "Drawing",
    "Editing",
    "Experiment",
    "Pictures",
    "Playground",
    "Points",
    "build",
    "draw",
    "edit",
    "pictures",
    "points",
    "read_csv",
]


def draw(network: Network, X: ArrayLike, y: ArrayLike, names: Sequence[str], start: int = 0) -> Any:
    """Draw a square picture and see the layers of ``network``, a trained classifier, respond.

    The first three of each class in X (n, side²), y (n,) can be chosen as a start; the one with
    number ``start`` is there at first. ``names`` are those of the classes. Raises ValueError where
    they do not fit.
    """
    return _shown(Drawing(network, X, y, names, start))


def edit(start: ArrayLike, look: Look, examples: Mapping[str, ArrayLike] | None = None) -> Any:
    """Draw on a square picture and see at once what ``look`` makes of it.

    ``start`` holds side² numbers from 0 (paper) to 1 (ink), flat or square; so do ``examples``,
    which are named and can be chosen as a start. ``look`` gets the picture as (side²,) and returns
    a sentence and panels, ``{title: array}`` of two dimensions, drawn with blue above zero and
    orange below, each up to its largest absolute value::

        def look(x):
            p = net.probabilities(x[None])[0]
            return f"cat: {p[0]:.0%}", {"occlusion": occlusion(net, x)}

        laboratory.edit(X[0], look, examples={"a cat": X[0], "a dog": X[1]})

    Raises ValueError where the pictures are not square or the panels are too many or too large.
    """
    return _shown(Editing(start, as_it_is(look), examples))


def points(data: str = "blobs") -> Any:
    """Drag the points of two classes and watch a perceptron and a small network learn them."""
    return _shown(Points(data))


def pictures(X: ArrayLike, y: ArrayLike, names: Sequence[str]) -> Any:
    """Train on two folders of pictures, read in the browser and made small and gray.

    Pictures ``X`` (n, side²) of the two classes ``y`` (n,), called ``names``, are there at first,
    up to 500 of each, and say how small the others are made. Raises ValueError where they do not
    fit.
    """
    return _shown(Pictures(X, y, names))


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
