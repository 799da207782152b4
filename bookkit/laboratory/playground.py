"""Build a network, train it, and see what each of its units sees."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnlib import losses, training
from nnlib._checks import whole
from nnlib.data import Examples
from nnlib.layers import Activate, Dense

from . import program
from .experiment import Experiment, probability_bytes, signed_bytes, square_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
PENALTIES = [0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
CHOICES: dict[str, list[Any]] = {
    "data": [*program.TWO_CLASSES, *program.REGRESSIONS, program.CURVE, program.OWN],
    "noise": [round(0.05 * k, 2) for k in range(11)],
    "test": [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    "batch": [1, 2, 4, 8, 10, 16, 20, 30, 32, 64],
    "activation": ["tanh", "relu", "sigmoid", "leaky_relu", "gelu", "silu", "identity"],
    "optimizer": list(program.OPTIMIZERS),
    "learning_rate": RATES,
    "L1": PENALTIES,
    "L2": PENALTIES,
}
MAX_LAYERS, MAX_UNITS = 6, 8
FIELD = (-2.0, 2.0, -2.0, 2.0)
UNIT_MAP, MAP = 20, 40
ENOUGH = 2000  # epochs after which training stops by itself
STILL = 200  # epochs before the picture is taken
CURVE_POINTS = 200  # points of a loss curve that are drawn
LARGEST = 100.0  # a weight that a reader may set


class Playground(Experiment):
    """A network on points of the plane, made by the code that is shown: `make` runs it."""

    scripts = ("playground.js",)

    def __init__(self, **settings: Any) -> None:
        self.fixed = {
            "choices": CHOICES,
            "features": list(program.FEATURES),
            "layers": MAX_LAYERS,
            "units": MAX_UNITS,
            "unit_map": UNIT_MAP,
            "map": MAP,
            "field": list(FIELD),
            "curve": program.CURVE,
            "own": program.OWN,
        }
        self.settings: dict[str, Any] = {
            "data": "spirals",
            "noise": 0.0,
            "test": 0.25,
            "batch": 16,
            "features": ["x1", "x2"],
            "hidden": [8, 8],
            "activation": "tanh",
            "optimizer": "Adam",
            "learning_rate": 0.03,
            "L1": 0.0,
            "L2": 0.0,
            "curve": "sin(3*x)",
            "seed": 0,
        }
        self.own: Examples | None = None
        self.rival: Playground | None = None
        self.do_set(**settings)

    def do_set(self, **changed: Any) -> None:
        """Change settings and begin anew. Raises ValueError for one that is not offered."""
        settings = self.settings | changed
        if unknown := settings.keys() - self.settings.keys():
            raise ValueError(f"there is no setting {', '.join(sorted(unknown))}")
        for name, choices in CHOICES.items():
            if settings[name] not in choices:
                raise ValueError(f"{name} must be one of {choices}; got {settings[name]!r}")
            settings[name] = choices[choices.index(settings[name])]  # 1 from a page is 1.0 here
        hidden = [whole("a layer's number of units", n) for n in settings["hidden"]]
        if len(hidden) > MAX_LAYERS or max(hidden, default=1) > MAX_UNITS:
            raise ValueError(
                f"hidden must be up to {MAX_LAYERS} layers of up to {MAX_UNITS} units; got {hidden}"
            )
        features = [name for name in program.FEATURES if name in settings["features"]]
        if not features or len(features) != len(settings["features"]):
            raise ValueError(f"features must be some of {list(program.FEATURES)}")
        if settings["data"] == program.OWN and self.own is None:
            raise ValueError("choose a file of your own first")
        program.numpy_of(settings["curve"])
        whole("seed + 1", settings["seed"] + 1)
        before = self.settings
        self.settings = settings | {"hidden": hidden, "features": features}
        try:
            self.make()
        except ArithmeticError:
            self.settings = before
            raise ValueError(f"f(x) = {settings['curve']} is too large to compute") from None
        except ValueError:
            self.settings = before
            raise

    def do_read(self, text: str) -> None:
        """Take the reader's own file; it stays where Python is, in the browser."""
        before, self.own = self.own, program.read_csv(text)
        try:
            self.do_set(data=program.OWN)
        except ValueError:
            self.own = before
            raise

    def make(self) -> None:
        """Run the code that is shown, up to the training, which comes in parts."""
        self.regression = program.is_regression(self.settings, self.own)
        made: dict[str, Any] = {"own": self.own}
        exec(program.setup(self.settings, self.regression), made)
        self.net, self.optimizer, self.rng = made["net"], made["optimizer"], made["rng"]
        self.features, self.shrink = made["features"], made.get("shrink")
        self.train = made["P_train"], self._targets(made["y_train"])
        self.test = made["P_test"], self._targets(made["y_test"])
        self.history, self.trouble = training.History(), ""
        self.by_hand: list[str] = []
        self.watched = self.drawn = 0
        self.step: dict[str, Any] | None = None

    def _targets(self, y: NDArray) -> NDArray:
        return y[:, None] if self.regression else y

    def code(self) -> str:
        """The program that does what this experiment has done so far."""
        return (
            "".join(map(program.BY_HAND.format, self.by_hand))
            + program.setup(self.settings, self.regression).replace("P, y = own", program.READ)
            + program.training(self.settings, self.regression, len(self.history) or 100)
        )

    def do_train(self, epochs: int) -> None:
        """Train on: two times ten epochs are twenty, since all goes on where it stopped."""
        (P, y), (P_test, y_test) = self.train, self.test
        try:
            part = training.train(
                self.net,
                self.loss,
                self.optimizer,
                self.features(P),
                y,
                epochs=epochs,
                batch_size=self.settings["batch"],
                rng=self.rng,
                validation=(self.features(P_test), y_test),
                on_epoch=self.shrink,
            )
        except training.TrainingDiverged as error:
            part, self.trouble = error.history, f"{error}."
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            getattr(self.history, name).extend(getattr(part, name))
        self.step = None
        if self.rival:
            self.rival.do_train(epochs)

    @property
    def loss(self) -> str:
        return "mse" if self.regression else "binary_cross_entropy"

    def do_restart(self) -> None:
        """Begin anew with the same settings; a rival does, too."""
        self.make()
        if self.rival:
            self.rival.make()

    def do_rate(self, value: float) -> None:
        """Another learning rate; a network that has learned something goes on from there."""
        if value not in RATES:
            raise ValueError(f"learning_rate must be one of {RATES}; got {value!r}")
        if not len(self.history):
            return self.do_set(learning_rate=value)
        self.settings = self.settings | {"learning_rate": RATES[RATES.index(value)]}
        self.optimizer.learning_rate = self.settings["learning_rate"]
        made: dict[str, Any] = {"np": np}
        if self.shrink:
            exec(program.SHRINK.format(amount=program.shrinkage(self.settings)), made)
            self.shrink = made["shrink"]
        self.by_hand.append(f"the learning rate to {value:g} after epoch {len(self.history)}")

    def do_data(self) -> None:
        """Draw other points from the same source; the network stays as it is."""
        if self.settings["data"] == program.OWN:
            raise ValueError("your own file has no other points to draw")
        self.drawn += 1
        made: dict[str, Any] = {}
        other = self.settings | {"seed": self.settings["seed"] + 1000 * self.drawn}
        exec(program.setup(other, self.regression), made)
        for playground in filter(None, (self, self.rival)):
            playground.train = made["P_train"], self._targets(made["y_train"])
            playground.test = made["P_test"], self._targets(made["y_test"])
        self.step = None
        self.by_hand.append(f"other points in after epoch {len(self.history)}")

    def do_race(self, on: bool) -> None:
        """Keep the network of now as the rival of whatever is built next; both begin anew."""
        self.rival = None
        if on:
            self.rival = copy.deepcopy(self)
            self.do_restart()

    def do_weight(self, layer: int, unit: int, source: int, value: float) -> None:
        """Set one weight by hand, or the unit's bias where ``source`` is −1."""
        dense = self._dense()[layer]
        W, b = dense.W, dense.b
        if not (0 <= unit < W.shape[0] and -1 <= source < W.shape[1] and abs(value) <= LARGEST):
            raise ValueError(f"a weight must be between −{LARGEST:g} and {LARGEST:g}; got {value}")
        (b if source < 0 else W)[(unit,) if source < 0 else (unit, source)] = value
        name = f"W{layer + 1}[{unit}, {source}]" if source >= 0 else f"b{layer + 1}[{unit}]"
        self.by_hand = [*(n for n in self.by_hand if n != name), name]
        self.step = None

    def _dense(self) -> list[Dense]:
        return [layer for layer in self.net.layers if isinstance(layer, Dense)]

    def do_watch(self) -> None:
        """Take one step of plain gradient descent on one point, and keep each of its numbers."""
        P, y = self.train
        i = self.watched % len(P)
        X, target = self.features(P[i : i + 1]), y[i : i + 1]
        loss = losses.get(self.loss)
        rows: list[dict[str, Any]] = []
        A = X
        for layer in self.net.layers:
            before, A = A, layer.forward(A, training=True)
            rows.append({"inputs": before[0].tolist(), "outputs": A[0].tolist()})
        before_loss = loss.f(A, target)
        delta = loss.df(A, loss.targets(target, A))
        for layer, row in zip(reversed(self.net.layers), reversed(rows), strict=True):
            row["delta"] = delta[0].tolist()
            delta = layer.backward(delta)
            if isinstance(layer, Dense):
                row |= {"name": "weights", "W": layer.W.tolist(), "b": layer.b.tolist()}
                row |= {"dW": layer.dW.tolist(), "db": layer.db.tolist()}
            else:
                activation = self.settings["activation"] if isinstance(layer, Activate) else ""
                row["name"] = activation
        self.net.theta -= self.settings["learning_rate"] * self.net.dtheta
        for layer, row in zip(self.net.layers, rows, strict=True):
            if isinstance(layer, Dense):
                row |= {"new_W": layer.W.tolist(), "new_b": layer.b.tolist()}
        after = loss.f(self.net.forward(X), target)
        self.step = {
            "point": P[i].tolist(),
            "target": float(np.ravel(target)[0]),
            "output": float(A[0, 0]),
            "layers": rows,
            "rate": self.settings["learning_rate"],
            "loss": [float(before_loss), float(after)],
        }
        self.watched += 1
        self.by_hand = [*(n for n in self.by_hand if n != "single steps"), "single steps"]

    def units(self, n: int = UNIT_MAP) -> list[NDArray[np.float64]]:
        """For the inputs and each hidden layer, what its units say at n × n places; (units, n²)."""
        A = self.features(square_grid(FIELD, n))
        seen = [A.T]
        for layer in self.net.layers[:-1]:
            A = layer.forward(A)
            if not isinstance(layer, Dense):
                seen.append(A.T)
        return seen

    def answers(self) -> NDArray[np.float64]:
        """What the network says over the plane, 0 to 1: a probability, or a target's place."""
        X = self.features(square_grid(FIELD, MAP))
        if self.regression:
            return (self.net.forward(X)[:, 0].clip(-1, 1) + 1) / 2
        return self.net.probabilities(X)

    def says(self) -> str:
        h = self.history
        if self.trouble or not len(h):
            return self.trouble or "A new network. It has learned nothing yet."
        right = "" if self.regression else f"; {h.validation_accuracy[-1]:.0%} of these are right"
        return (
            f"After {len(h)} epochs the loss is {h.loss[-1]:.4f} in training and "
            f"{h.validation_loss[-1]:.4f} on the test points{right}."
        )

    @np.errstate(over="ignore", invalid="ignore")  # a network that diverged is shown as it is
    def state(self) -> dict[str, Any]:
        h = self.history
        every = max(1, -(-len(h) // CURVE_POINTS))
        said, rival = self.says(), None
        if self.rival:
            theirs = self.rival.history.validation_loss[::every]
            rival = {"test_loss": theirs, "map": probability_bytes(self.rival.answers())}
            rival["say"] = described(self.rival.settings, self.settings)
            if theirs and len(h):
                said += f" The rival has {self.rival.history.validation_loss[-1]:.4f}."
        ended = bool(self.trouble) or len(h) >= ENOUGH
        if len(h) >= ENOUGH:
            said += f" Training stops by itself after {ENOUGH:,} epochs."
        return {
            "settings": self.settings,
            "code": self.code(),
            "epoch": len(h),
            "ended": ended,
            "loss": h.loss[::every],
            "test_loss": h.validation_loss[::every],
            "points": [
                [*x, k, t]
                for t, (P, y) in enumerate((self.train, self.test))
                for x, k in zip(P.round(3).tolist(), np.ravel(y).round(3).tolist(), strict=True)
            ],
            "regression": self.regression,
            "units": [signed_bytes(values) for values in self.units()],
            "weights": [dense.W.round(4).tolist() for dense in self._dense()],
            "biases": [dense.b.round(4).tolist() for dense in self._dense()],
            "map": probability_bytes(self.answers()),
            "rival": rival,
            "step": self.step,
            "own": self.own is not None,
            "say": said,
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
        plotting.boundary(
            axes[1],
            lambda P: trained.net.forward(trained.features(P))[:, 0],
            FIELD,
            resolution=80,
        )
        if not trained.regression:
            plotting.points(axes[1], *trained.train, size=14)
        axes[1].set(title="What the network says", aspect="equal")
        plotting.history(axes[2], trained.history)
        axes[2].set_title(f"Loss in {STILL} epochs")
        return fig


def described(rival: dict[str, Any], ours: dict[str, Any]) -> str:
    """In what a rival's settings differ from ours."""
    other = [f"{name} {value}" for name, value in rival.items() if value != ours[name]]
    return f"The rival: {', '.join(other)}." if other else "The rival is the same network so far."
