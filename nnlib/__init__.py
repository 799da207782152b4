"""The shared package of the book *From Neuron to Network*.

Each module belongs to a chapter and is small enough to read in one sitting; later modules import
earlier ones, never the other way round:

``neuron`` → ``perceptron`` → ``activations`` → ``losses`` → ``layers`` → ``network`` →
``gradcheck`` → ``optimizers`` → ``training``. Beside them stand ``data`` (the data sets),
``plotting`` (the book's figures), ``interactive`` (its live figures) and ``book`` (what keeps
prose and figures true).
"""

__version__ = "1.0.0"
