"""What the notebooks of *From Neuron to Network* call so that they can be looked at and checked.

``book`` (style, facts, summaries of figures), ``plotting`` (the figures), ``interactive`` (figures
that move), ``exercises`` (answers checked), ``laboratory`` (experiments in the page). It stands on
``nnlib``, the package that the chapters build, which knows nothing of it.
"""
