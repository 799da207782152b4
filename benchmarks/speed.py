"""How fast is nnlib? Side by side with scikit-learn, PyTorch and the bare matrix products.

    pip install -e ".[benchmark]"
    python benchmarks/speed.py             # every case, some minutes on a calm machine
    python benchmarks/speed.py digits tiny # only the cases whose name starts so
    python benchmarks/speed.py --repeats 5 # fewer repeats, for a first look

Every contestant trains the same network on the same data: same sizes, batches, optimizer,
activation (ReLU), loss (softmax or sigmoid cross-entropy) and precision, a new shuffle each epoch,
and no penalty. The *floor* does nothing but the matrix products of those steps, ``np.dot`` into
arrays made beforehand: Z = A Wᵀ forward, dW = dZᵀ A and dA = dZ W backward, without the dA of the
input, which no contestant needs.

Between the two stands the same training written out *by hand*, in ``by_hand.py``, with no objects.
The floor has no target, since not even that loop comes near it.

nnlib prefers lines that read like their equations. What they cost beyond the loop by hand: arrays
made anew in each step, Adam's m̂ and v̂, sums that are no matrix products, and the gradient of X in
the first layer, a third of that layer's work, which only a reader's own experiment asks for.
Together a step takes about half as long again as by hand, in the tiny network two thirds.

One repeat runs each contestant once, in turn, so that a busy minute meets all of them; the table
shows medians over the repeats. Times are CPU time of the process with one thread; beside them
stands the wall time with two. Contestants that are not installed are left out.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from by_hand import train as train_by_hand
from threadpoolctl import threadpool_info, threadpool_limits

from nnlib import data, network, optimizers, training

try:
    import torch
except ImportError:
    torch = None
try:
    from sklearn.neural_network import MLPClassifier
except ImportError:
    MLPClassifier = None


@dataclass(frozen=True)
class Case:
    name: str
    sizes: tuple[int, ...]
    batch_size: int
    adam: bool
    dtype: str
    epochs: int  # in one timed run, so that a run takes some tenths of a second
    targets: dict[str, float]  # by hand: at most this multiple; others: so many times faster

    @property
    def learning_rate(self) -> float:
        return 1e-3 if self.adam else 0.05

    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        if self.sizes[0] == 64:
            X, y = data.digits()
        elif self.sizes[0] == 2:
            X, y = data.moons(200, rng=rng)
        else:
            X, y = rng.random((4096, self.sizes[0])), rng.integers(self.sizes[-1], size=4096)
        return X.astype(self.dtype), y


MNIST = (784, 128, 64, 10)
CASES = [
    Case("digits", (64, 32, 10), 32, False, "float64", 20,
         {"by hand": 1.35, "scikit-learn": 3, "PyTorch": 4}),
    Case("mnist batch 64", MNIST, 64, True, "float64", 1,
         {"by hand": 1.35, "scikit-learn": 1.3, "PyTorch": 1.6}),
    Case("mnist batch 64 float32", MNIST, 64, True, "float32", 2, {}),
    Case("mnist batch 512", MNIST, 512, True, "float64", 2, {}),
    Case("mnist batch 512 float32", MNIST, 512, True, "float32", 3, {}),
    Case("tiny", (2, 8, 1), 200, False, "float64", 1000,
         {"by hand": 1.35, "scikit-learn": 4, "PyTorch": 5}),
]  # fmt: skip
FLOAT32_SHARE = 0.55  # of float64's time, at most
IMPORT_SECONDS = 0.15  # beyond numpy, at most


def floor(case: Case, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    weights = [rng.random((k, d)).astype(case.dtype) for d, k in pairwise(case.sizes)]
    gradients = [np.empty_like(W) for W in weights]
    batches = []
    for start in range(0, len(X), case.batch_size):
        A = [X[start : start + case.batch_size]]
        A += [rng.random((len(A[0]), k)).astype(case.dtype) for k in case.sizes[1:]]
        dA = [rng.random(a.shape).astype(case.dtype) for a in A]
        forward = [(A[i], W.T, A[i + 1]) for i, W in enumerate(weights)]
        backward = []
        for i in reversed(range(len(weights))):
            backward.append((dA[i + 1].T, A[i], gradients[i]))
            if i > 0:
                backward.append((dA[i + 1], weights[i], dA[i]))
        batches.append(forward + backward)

    def run() -> None:
        dot = np.dot
        for _ in range(case.epochs):
            for products in batches:
                for left, right, out in products:
                    dot(left, right, out=out)

    return run


def nnlib_(case: Case, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    loss = "cross_entropy" if case.sizes[-1] > 1 else "binary_cross_entropy"

    def run() -> None:
        net = network.mlp(case.sizes, rng=rng, dtype=case.dtype)
        rate = case.learning_rate
        optimizer = optimizers.Adam(rate) if case.adam else optimizers.SGD(rate, momentum=0.9)
        training.train(
            net, loss, optimizer, X, y, epochs=case.epochs, batch_size=case.batch_size, rng=rng
        )

    return run


def by_hand_(case: Case, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    rng = np.random.default_rng(0)

    def run() -> None:
        theta = network.mlp(case.sizes, rng=rng, dtype=case.dtype).theta
        train_by_hand(
            theta, case.sizes, X, y, adam=case.adam, learning_rate=case.learning_rate,
            epochs=case.epochs, batch_size=case.batch_size, rng=rng,
        )  # fmt: skip

    return run


def sklearn_(case: Case, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    model = MLPClassifier(
        case.sizes[1:-1],
        solver="adam" if case.adam else "sgd",
        learning_rate_init=case.learning_rate,
        momentum=0.9,
        nesterovs_momentum=False,
        batch_size=case.batch_size,
        alpha=0.0,
        max_iter=case.epochs,
        tol=0.0,
        n_iter_no_change=case.epochs + 1,
        random_state=0,
    )
    return lambda: model.fit(X, y)


def pytorch_(case: Case, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    inputs, classes, dtype = torch.from_numpy(X), torch.from_numpy(y), getattr(torch, case.dtype)
    loss = torch.nn.CrossEntropyLoss()
    if case.sizes[-1] == 1:
        loss, classes = torch.nn.BCEWithLogitsLoss(), classes.to(dtype)[:, None]

    def run() -> None:
        layers = []
        for d, k in pairwise(case.sizes):
            layers += [torch.nn.Linear(d, k, dtype=dtype), torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        if case.adam:
            optimizer = torch.optim.Adam(model.parameters(), lr=case.learning_rate)
        else:
            optimizer = torch.optim.SGD(model.parameters(), lr=case.learning_rate, momentum=0.9)
        for _ in range(case.epochs):
            order = torch.randperm(len(inputs))
            parts = zip(
                inputs[order].split(case.batch_size),
                classes[order].split(case.batch_size),
                strict=True,
            )
            for X_batch, y_batch in parts:
                optimizer.zero_grad()
                loss(model(X_batch), y_batch).backward()
                optimizer.step()

    return run


CONTESTANTS = {"floor": floor, "by hand": by_hand_, "nnlib": nnlib_}
if MLPClassifier:
    CONTESTANTS["scikit-learn"] = sklearn_
if torch:
    CONTESTANTS["PyTorch"] = pytorch_


def measure(case: Case, threads: int, repeats: int) -> dict[str, float]:
    """Milliseconds an epoch, by contestant: the median of interleaved runs."""
    clock = time.process_time if threads == 1 else time.perf_counter
    X, y = case.examples()
    if torch:
        torch.set_num_threads(threads)
    with threadpool_limits(threads), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn would have liked to go on
        runs = {name: make(case, X, y) for name, make in CONTESTANTS.items()}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for repeat in range(repeats + 1):
            for name, run in runs.items():
                start = clock()
                run()
                if repeat:  # the first is to warm up
                    times[name].append(1000 * (clock() - start) / case.epochs)
    return {name: statistics.median(values) for name, values in times.items()}


def import_seconds(repeats: int) -> float:
    """CPU seconds for importing all of nnlib's core beyond those for numpy, in fresh processes."""
    code = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"
    modules = "numpy, nnlib.training, nnlib.gradcheck, nnlib.perceptron, nnlib.neuron, nnlib.data"
    extra = []
    for _ in range(repeats):
        both, numpy_only = (
            float(subprocess.check_output([sys.executable, "-c", code.format(what)]))
            for what in (modules, "numpy")
        )
        extra.append(both - numpy_only)
    return statistics.median(extra)


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            cpu = next((x.split(":")[1].strip() for x in file if x.startswith("model name")), cpu)
    blas = ", ".join(
        f"{pool['internal_api']} {pool['version']} ({pool.get('architecture', '?')})"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    )
    versions = [f"Python {platform.python_version()}", f"numpy {np.__version__}", f"BLAS {blas}"]
    if MLPClassifier:
        versions.append("scikit-learn " + sys.modules["sklearn"].__version__)
    if torch:
        versions.append(f"torch {torch.__version__}")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, {load}\n" + ", ".join(versions)


def verdict(name: str, ratio: float, target: float | None) -> str:
    if target is None:
        return f"{ratio:.2f}"
    at_most = name in ("by hand", "share", "import")
    reached = ratio <= target if at_most else ratio >= target
    return f"{ratio:.2f} ({'≤' if at_most else '≥'} {target:g}{'' if reached else ' MISSED'})"


def table(rows: list[list[str]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cases", nargs="*", help="only cases whose name starts with one of these")
    parser.add_argument("--threads", type=int, choices=(1, 2), help="only with so many threads")
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    cases = [c for c in CASES if not options.cases or c.name.startswith(tuple(options.cases))]
    print(machine())
    kinds = {1: "CPU time, one thread", 2: "wall time, two threads"}
    for threads in [options.threads] if options.threads else kinds:
        others = [name for name in CONTESTANTS if name not in ("floor", "by hand", "nnlib")]
        head = [
            "case",
            "nnlib",
            "× floor",
            "× by hand",
            *(f"faster than {name}" for name in others),
        ]
        rows, nnlib_time = [head], {}
        for case in cases:
            ms = measure(case, threads, options.repeats)
            nnlib_time[case.name] = ms["nnlib"]
            targets = case.targets if threads == 1 else {}
            ratios = [ms["nnlib"] / ms[name] for name in ("floor", "by hand")]
            rows.append([case.name, f"{ms['nnlib']:.3g} ms", f"{ratios[0]:.2f}"])
            rows[-1].append(verdict("by hand", ratios[1], targets.get("by hand")))
            rows[-1] += [verdict(n, ms[n] / ms["nnlib"], targets.get(n)) for n in others]
        print(f"\n{kinds[threads]}; ms an epoch\n{table(rows)}")
        for name, whole in nnlib_time.items():
            if name + " float32" in nnlib_time:
                share = nnlib_time[name + " float32"] / whole
                target = FLOAT32_SHARE if threads == 1 else None
                print(f"{name}: float32 takes {verdict('share', share, target)} of float64's time")
    beyond = verdict("import", import_seconds(options.repeats), IMPORT_SECONDS)
    print(f"\nimport of nnlib beyond numpy: {beyond} s of CPU time")


if __name__ == "__main__":
    main()
