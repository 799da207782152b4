"""The shared package of the book *From Neuron to Network*.

Each module belongs to a chapter and is small enough to read in one sitting; later modules import
earlier ones, never the other way round:

``neuron`` → ``perceptron`` → ``activations`` → ``losses`` → ``layers`` → ``network`` →
``gradcheck`` → ``optimizers`` → ``training``. Beside them stand ``data`` (the data sets),
``storage`` (networks in files) and ``_checks`` (bad input is met at the door). It needs numpy
alone; the book's figures, widgets and exercises are another package, ``bookkit``.
"""

__version__ = "2.0.0"
