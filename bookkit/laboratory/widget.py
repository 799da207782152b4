"""The live widget around an experiment; the only module that needs anywidget."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(
        "The laboratory needs anywidget; install it with: pip install 'nnlib[interactive]'"
    ) from error

from .experiment import Experiment

HERE = Path(__file__).parent


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


class LaboratoryWidget(anywidget.AnyWidget):
    """Hands messages to the experiment and its state to the page, one answer for each message."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    fixed = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    @classmethod
    def of(cls, experiment: Experiment) -> LaboratoryWidget:
        widget = cls(
            # A widget's script is one module without imports, so what all share comes first.
            _esm="".join(map(_text, ("common.js", *experiment.scripts))),
            _css=_text("laboratory.css"),
            fixed=experiment.fixed,
            state=experiment.state() | {"turn": 0},
        )
        widget.experiment = experiment
        widget.on_msg(cls._answer)
        return widget

    def _answer(self, message: dict[str, Any], buffers: list[Any]) -> None:
        try:
            state = self.experiment.receive(message)
        except Exception as error:  # whatever it is: the page waits for an answer
            print(error, file=sys.stderr)
            expected = isinstance(error, ValueError | TypeError)
            trouble = f"{error}." if expected else f"That did not work ({type(error).__name__})."
            state = self.experiment.state() | {"trouble": trouble}
        # The turn makes every answer a change, which the page waits for.
        self.state = state | {"turn": self.state["turn"] + 1}
