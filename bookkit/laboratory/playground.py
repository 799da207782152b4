"""Build a network, train it, and see what each of its units sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnlib import training
from nnlib._checks import lookup, whole
from nnlib.layers import Dense

from .experiment import Experiment, probability_bytes, signed_bytes, square_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DATA = {
    "two blobs": """\
y = np.arange(200) % 2
X = 0.5 * rng.standard_normal((200, 2)) + np.where(y, 0.7, -0.7)[:, None]""",
    "xor": """\
X, y = data.xor()
X, y = np.tile(2 * X - 1, (50, 1)), np.tile(y, 50)
X = X + 0.3 * rng.standard_normal(X.shape)""",
    "moons": """\
X, y = data.moons(200, noise=0.15, rng=rng)
X = X - X.mean(axis=0)""",
    "spirals": """\
X, y = data.spirals(200, rng=rng)
X = 1.5 * X""",
}
OPTIMIZERS = {
    "SGD": "optimizers.SGD({})",
    "momentum": "optimizers.SGD({}, momentum=0.9)",
    "Adam": "optimizers.Adam({})",
}
ACTIVATIONS = ["tanh", "relu", "sigmoid", "leaky_relu", "gelu", "silu", "identity"]
RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
MAX_LAYERS, MAX_UNITS = 4, 8
FIELD = (-2.0, 2.0, -2.0, 2.0)
UNIT_MAP, MAP = 20, 40
ENOUGH = 2000  # epochs after which training stops by itself
STILL = 200  # epochs before the picture is taken
CURVE = 200  # points of a loss curve that are drawn

CODE = """\
import numpy as np
from nnlib import data, network, optimizers, training

rng = np.random.default_rng({seed})
{data}
train, test = data.split(X, y, test=0.25, rng=rng)

net = network.mlp({sizes}, activation="{activation}", rng=rng)
optimizer = {optimizer}
"""
TRAIN = """\
history = training.train(
    net, "binary_cross_entropy", optimizer, *train,
    epochs={epochs}, batch_size=16, rng=rng, validation=test,
)
"""


class Playground(Experiment):
    """A network on points of the plane, made by the code that is shown: `make` runs it."""

    script = "playground.js"

    def __init__(self, **settings: Any) -> None:
        self.fixed = {
            "choices": {
                "data": list(DATA),
                "activation": ACTIVATIONS,
                "optimizer": list(OPTIMIZERS),
                "learning_rate": RATES,
            },
            "layers": MAX_LAYERS,
            "units": MAX_UNITS,
            "unit_map": UNIT_MAP,
            "map": MAP,
            "field": list(FIELD),
        }
        self.settings = {
            "data": "spirals",
            "hidden": [8, 8],
            "activation": "tanh",
            "optimizer": "Adam",
            "learning_rate": 0.03,
            "seed": 0,
        }
        self.do_set(**settings)

    def do_set(self, **changed: Any) -> None:
        """Change settings and begin anew. Raises ValueError for one that is not offered."""
        settings = self.settings | changed
        if unknown := settings.keys() - self.settings.keys():
            raise ValueError(f"there is no setting {', '.join(sorted(unknown))}")
        for name, choices in self.fixed["choices"].items():
            if settings[name] not in choices:
                raise ValueError(f"{name} must be one of {choices}; got {settings[name]!r}")
            settings[name] = choices[choices.index(settings[name])]  # 1 from a page is 1.0 here
        hidden = [whole("a layer's number of units", n) for n in settings["hidden"]]
        if len(hidden) > MAX_LAYERS or max(hidden, default=1) > MAX_UNITS:
            raise ValueError(
                f"hidden must be up to {MAX_LAYERS} layers of up to {MAX_UNITS} units; got {hidden}"
            )
        whole("seed + 1", settings["seed"] + 1)
        self.settings = settings | {"hidden": hidden}
        self.make()

    def make(self) -> None:
        """Run the code that is shown, up to the training, which comes in parts."""
        made: dict[str, Any] = {}
        exec(self.setup_code(), made)
        self.net, self.optimizer, self.rng = made["net"], made["optimizer"], made["rng"]
        self.train, self.test = made["train"], made["test"]
        self.history, self.trouble = training.History(), ""

    def setup_code(self) -> str:
        s = self.settings
        return CODE.format(
            seed=s["seed"],
            data=lookup("data", s["data"], DATA),
            sizes=[2, *s["hidden"], 1],
            activation=s["activation"],
            optimizer=OPTIMIZERS[s["optimizer"]].format(s["learning_rate"]),
        )

    def code(self) -> str:
        """The program that does what this experiment has done so far."""
        return self.setup_code() + TRAIN.format(epochs=len(self.history) or 100)

    def do_train(self, epochs: int) -> None:
        """Train on: two times ten epochs are twenty, since all goes on where it stopped."""
        try:
            part = training.train(
                self.net,
                "binary_cross_entropy",
                self.optimizer,
                *self.train,
                epochs=epochs,
                batch_size=16,
                rng=self.rng,
                validation=self.test,
            )
        except training.TrainingDiverged as error:
            part, self.trouble = error.history, f"{error}."
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            getattr(self.history, name).extend(getattr(part, name))

    def do_restart(self) -> None:
        """Begin anew with the same settings."""
        self.make()

    def units(self, n: int = UNIT_MAP) -> list[NDArray[np.float64]]:
        """For the inputs and each hidden layer, what its units say at n × n places; (units, n²)."""
        A = square_grid(FIELD, n)
        seen = [A.T]
        for layer in self.net.layers[:-1]:
            A = layer.forward(A)
            if not isinstance(layer, Dense):
                seen.append(A.T)
        return seen

    def probabilities(self) -> NDArray[np.float64]:
        return self.net.probabilities(square_grid(FIELD, MAP))

    @np.errstate(over="ignore", invalid="ignore")  # a network that diverged is shown as it is
    def state(self) -> dict[str, Any]:
        h, weights = self.history, [p for k, p in self.net.params().items() if k[0] == "W"]
        every = max(1, -(-len(h) // CURVE))
        said = self.trouble
        if not said and len(h):
            said = (
                f"After {len(h)} epochs the loss is {h.loss[-1]:.4f} in training and "
                f"{h.validation_loss[-1]:.4f} on the test points; "
                f"{h.validation_accuracy[-1]:.0%} of these are right."
            )
        return {
            "settings": self.settings,
            "code": self.code(),
            "epoch": len(h),
            "ended": bool(self.trouble) or len(h) >= ENOUGH,
            "loss": h.loss[::every],
            "test_loss": h.validation_loss[::every],
            "every": every,
            "points": [
                [*x, k, t]
                for t, (X, y) in enumerate((self.train, self.test))
                for x, k in zip(X.round(3).tolist(), y.tolist(), strict=True)
            ],
            "units": [signed_bytes(values) for values in self.units()],
            "weights": [W.round(3).tolist() for W in weights],
            "map": probability_bytes(self.probabilities()),
            "say": said or "A new network. It has learned nothing yet.",
        }

    def still(self) -> Figure:
        import matplotlib.pyplot as plt

        from .. import plotting

        trained = Playground(**self.settings)  # this one starts untrained, for the reader to train
        trained.do_train(STILL)
        layers = trained.units()[1:]
        fig, axes = plt.subplots(1, 3, figsize=(10, 3.6))
        pictures = np.vstack(layers or trained.units())
        pictures = pictures / np.maximum(np.abs(pictures).max(axis=1, keepdims=True), 1e-12)
        plotting.image_grid(axes[0], pictures, columns=4, signed=True)
        axes[0].set_title("What each hidden unit sees")
        plotting.boundary(axes[1], lambda X: trained.net.forward(X)[:, 0], FIELD, resolution=80)
        plotting.points(axes[1], *trained.train, size=14)
        axes[1].set(title="What the network says", aspect="equal")
        plotting.history(axes[2], trained.history)
        axes[2].set_title(f"Loss in {STILL} epochs")
        return fig
