"""The laboratory: each message is answered with what nnlib computes when it is called directly."""

import base64
import copy
import io
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from checks import hygiene, prose
from checks.page import ROOT, VIEW_MIME, Page, chapters, output_data, prose_pages

from bookkit import laboratory
from bookkit.laboratory import program
from bookkit.laboratory.drawing import Drawing
from bookkit.laboratory.editing import Editing
from bookkit.laboratory.experiment import signed_bytes, square_grid
from bookkit.laboratory.pictures import FEWEST, MOST, Pictures
from bookkit.laboratory.pictures import HIDDEN as WIDTHS
from bookkit.laboratory.plane import FIELD, HIDDEN, MAP, RATE, SETS, Points
from bookkit.laboratory.playground import CHOICES, UNIT_MAP, Playground
from nnlib import data, losses, network, optimizers, training
from nnlib.perceptron import Perceptron

PAGE = Page.read(ROOT / "laboratory.ipynb")


def numbers(sent):
    return np.frombuffer(sent, dtype=np.int8).astype(int)


# --- drawing ----------------------------------------------------------------------------------


@pytest.fixture
def reader():
    """A network of two hidden layers that reads 4 × 4 pixels."""
    return network.mlp([16, 5, 3, 4], activation="relu", rng=np.random.default_rng(3))


@pytest.fixture
def drawing(reader):
    rng = np.random.default_rng(4)
    return Drawing(reader, rng.random((20, 16)), np.arange(20) % 4, list("abcd"), start=5)


def test_a_drawing_is_answered_by_every_layer(drawing, reader):
    x = np.random.default_rng(5).random(16).round(3)
    state = drawing.receive({"do": "draw", "pixels": x.tolist()})
    first = np.maximum(reader.params()["W1"] @ x + reader.params()["b1"], 0)
    second = np.maximum(reader.params()["W2"] @ first + reader.params()["b2"], 0)
    assert state["pixels"] == x.tolist()
    np.testing.assert_allclose(state["hidden"][0]["values"], first, atol=1e-4)
    np.testing.assert_allclose(state["hidden"][1]["values"], second, atol=1e-4)
    np.testing.assert_allclose(state["logits"], reader.forward([x])[0], atol=1e-4)
    p = reader.probabilities([x])[0]
    np.testing.assert_allclose(state["probabilities"], p, atol=1e-6)
    assert state["say"] == f"The network reads: {'abcd'[p.argmax()]}, {p.max():.1%}."


def test_ink_stays_between_paper_and_black(drawing):
    assert drawing.receive({"do": "draw", "pixels": [-1.0, 2.0] * 8})["pixels"] == [0.0, 1.0] * 8


def test_there_are_three_examples_of_each_class(drawing):
    names = [example["name"] for example in drawing.fixed["examples"]]
    assert names == [f"{name}, no. {i}" for name in "abcd" for i in (1, 2, 3)]
    X = np.random.default_rng(4).random((20, 16))
    assert drawing.fixed["examples"][4]["pixels"] == X[5].round(3).tolist()  # the second b
    assert drawing.state()["pixels"] == X[9].round(3).tolist()  # start=5: the third b


def test_templates_are_the_weights_of_the_first_layer(drawing, reader):
    W = reader.params()["W1"]
    sent = numbers(drawing.fixed["templates"]).reshape(W.shape)
    np.testing.assert_allclose(sent / 127, W / np.abs(W).max(axis=1, keepdims=True), atol=0.004)


@pytest.mark.parametrize(
    ("sizes", "names", "sentence"),
    [
        ([16, 3], "ab", "names must be one a class, and the network has 3"),
        ([16, 1], "a", "names must be one a class"),
        ([15, 2], "ab", "square pictures; it has 15 inputs"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(sizes, names, sentence):
    net = network.mlp(sizes, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=sentence):
        Drawing(net, np.zeros((2, sizes[0])), [0, 0], list(names))


# --- editing ----------------------------------------------------------------------------------


def test_an_edited_picture_is_answered_by_the_function():
    x = np.random.default_rng(6).random(16).round(3)
    edge = lambda x: np.diff(x.reshape(4, 4), axis=1)  # noqa: E731
    editing = Editing(
        np.zeros((4, 4)), lambda x: (f"ink {x.sum():.1f}", {"edges": edge(x)}), {"an x": x}
    )
    assert editing.fixed["examples"] == [{"name": "an x", "pixels": x.tolist()}]
    state = editing.receive({"do": "edit", "pixels": (2 * x - 0.5).tolist()})
    x = (2 * x - 0.5).clip(0, 1)
    assert state["say"] == f"ink {x.sum():.1f}"
    assert state["panels"] == [
        {"title": "edges", "rows": 4, "columns": 3,
         "range": [f"{edge(x).min():.2f}", f"{edge(x).max():.2f}"]}
    ]  # fmt: skip
    sent = numbers(state["maps"][0]).reshape(4, 3)
    np.testing.assert_allclose(sent / 127, edge(x) / np.abs(edge(x)).max(), atol=0.004)
    figure = editing.still()
    assert [ax.get_title() for ax in figure.axes][1:] == ["edges"]
    plt.close(figure)


@pytest.mark.parametrize(
    ("start", "panels", "sentence"),
    [
        (np.zeros(15), {}, "square picture; it has 15 pixels"),
        (np.zeros(16), {"a": np.zeros((2, 3, 4))}, "panels of up to 64 × 64 values; got 1: a"),
        (np.zeros(16), {"a": np.zeros((65, 3))}, "got 1: a"),
        (np.full(16, np.nan), {}, "NaN"),
    ],
)
def test_what_cannot_be_edited_or_shown_is_refused(start, panels, sentence):
    with pytest.raises(ValueError, match=sentence):
        Editing(start, lambda x: ("", panels))


# --- two folders of pictures ------------------------------------------------------------------


@pytest.fixture
def stripes():
    """Lying and standing stripes, 20 of each, on 8 × 8 noisy pixels."""
    rng = np.random.default_rng(7)
    y = np.arange(40) % 2
    X = 0.3 * rng.random((40, 8, 8))
    X[y == 0, ::2] += 0.6
    X[y == 1, :, ::2] += 0.6
    return X.reshape(40, 64), y


def sent(name, ink):
    content = np.rint(255 * np.asarray(ink)).astype(np.uint8).tobytes()
    return {"name": name, "pictures": base64.b64encode(content).decode()}


def test_pictures_learn_as_the_program_beside_them_does(stripes, tmp_path, monkeypatch):
    X, y = stripes
    pictures = Pictures(X[::-1], y, ["x", "y"])
    pictures.receive(
        {"do": "take", "classes": [sent(" lying ", X[y == 0]), sent("standing", X[y == 1])]}
    )
    for epochs in (3, 4):
        state = pictures.receive({"do": "train", "epochs": epochs})
    assert (state["names"], state["counts"]) == (["lying", "standing"], [20, 20])
    assert (state["epoch"], state["own"], state["file"]) == (7, True, b"")
    saved = pictures.receive({"do": "save"})["file"]
    assert pictures.state()["file"] == b"", "the file is handed out once"
    monkeypatch.chdir(tmp_path)
    Path("pictures.npz").write_bytes(saved)
    made = {}
    exec(state["code"], made)
    assert made["history"].loss == state["loss"]
    assert made["history"].validation_loss == state["test_loss"]
    right = made["history"].validation_accuracy[-1]
    assert f"{right:.0%} of the 10 that it never saw" in state["say"]
    (known, truth), (new, expected) = pictures.train, pictures.new
    nearest = [truth[((known - x) ** 2).sum(axis=1).argmin()] for x in new]
    assert f"the nearest known picture: {np.mean(nearest == expected):.0%}" in state["say"]
    common = max(np.mean(expected == k) for k in (0, 1))
    assert f"always the same class: {common:.0%}" in state["say"]


def test_saved_pictures_come_back_as_they_were(stripes):
    X, y = stripes
    classes = [sent("lying", X[y == 0]), sent("standing", X[y == 1])]
    first = Pictures(X[::-1], y, ["x", "y"])
    first.receive({"do": "take", "classes": classes})
    saved = base64.b64encode(first.receive({"do": "save"})["file"]).decode()
    second = Pictures(X[::-1], y, ["x", "y"])
    assert second.receive({"do": "bring", "file": saved}) == first.state()
    np.testing.assert_array_equal(second.pixels, first.pixels)


def packed(**arrays):
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return base64.b64encode(content.getvalue()).decode()


FILE = {"X": np.arange(20 * 64, dtype=np.uint8).reshape(20, 64) % 251, "y": np.arange(20) % 2,
        "names": np.array(["a", "b"])}  # fmt: skip
NO_FILE, NO_PICTURES = "no file of pictures", "no pictures of two classes"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("%%%", NO_FILE),
        ("", NO_FILE),
        (base64.b64encode(b"PK\x03\x04 cut").decode(), NO_FILE),
        (packed(X=FILE["X"]), NO_FILE),
        (packed(**FILE | {"X": np.zeros((4000, 640), dtype=np.uint8)}), NO_FILE),  # a small bomb
        (packed(**FILE | {"names": np.array([{"a": 1}, "b"], dtype=object)}), NO_FILE),
        (packed(**FILE | {"X": FILE["X"].astype(float)}), NO_PICTURES),
        (packed(**FILE | {"X": FILE["X"][:, :63]}), NO_PICTURES),
        (packed(**FILE | {"y": np.arange(20)}), NO_PICTURES),
        (packed(**FILE | {"y": np.arange(19) % 2}), NO_PICTURES),
        (packed(**FILE | {"names": np.array(["a"])}), NO_PICTURES),
        (packed(**FILE | {"y": np.arange(20) // 19}), "b must have 8 to 500 pictures; it has 1"),
    ],
)
def test_a_file_that_was_not_saved_here_is_met_with_a_sentence(stripes, file, sentence):
    pictures = Pictures(*stripes, ["a", "b"])
    before = pictures.state()
    with pytest.raises(ValueError, match=sentence):
        pictures.receive({"do": "bring", "file": file})
    assert pictures.state() == before


def test_what_is_read_wrong_is_shown_with_the_surest_first(stripes):
    X, y = stripes
    pictures = Pictures(X, np.random.default_rng(3).permutation(y), ["a", "b"])
    state = pictures.receive({"do": "train", "epochs": 60})
    p = pictures.net.probabilities(pictures.new[0])
    wrong = np.flatnonzero(p.argmax(axis=1) != pictures.new[1])
    assert 0 < len(state["taken"]) == min(len(wrong), 12)
    sureness = [int(re.search(r"with (\d+)%", text)[1]) for text in state["taken"]]
    assert sureness == sorted(sureness, reverse=True)
    assert len(state["wrong"]) == 64 * len(state["taken"])


@pytest.mark.parametrize("hidden", WIDTHS)
def test_a_width_is_chosen_and_shown(stripes, hidden):
    state = Pictures(*stripes, ["a", "b"]).receive({"do": "set", "hidden": hidden})
    assert (state["hidden"], state["units"], state["epoch"]) == (hidden, min(hidden or 2, 16), 0)
    assert str([64, *([hidden] if hidden else []), 2]) in state["code"]


GOOD = sent("a", np.random.default_rng(0).random((FEWEST, 64)))


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"do": "take", "classes": [GOOD]}, "two folders are needed"),
        ({"do": "take", "classes": [GOOD, GOOD]}, "both classes are called a"),
        ({"do": "take", "classes": [GOOD, {"name": "b"}]}, "pictures of b did not arrive"),
        ({"do": "take", "classes": [GOOD, {"name": "b", "pictures": "é"}]}, "did not arrive"),
        ({"do": "take", "classes": [GOOD, sent("b", np.ones((3, 64)))]}, "b must have 8 to 500"),
        ({"do": "take", "classes": [GOOD, sent("b", np.ones(700))]}, "b must have 8 to 500"),
        ({"do": "take", "classes": [GOOD, sent("b", np.ones((9, 64)))]}, "are all the same"),
        ({"do": "take", "classes": [GOOD, sent("b", np.ones((MOST + 1, 64)))]}, "it has 501"),
        ({"do": "take", "classes": [GOOD, 3]}, "did not arrive"),
        ({"do": "set", "hidden": 7}, "hidden must be one of"),
        ({"do": "restart", "seed": -1}, "whole number"),
    ],
)
def test_pictures_that_do_not_fit_are_met_with_a_sentence(stripes, message, sentence):
    pictures = Pictures(*stripes, ["a", "b"])
    before = pictures.state()
    with pytest.raises(ValueError, match=sentence):
        pictures.receive(message)
    assert pictures.state() == before, "what was there is still there"


# --- points -----------------------------------------------------------------------------------


def learned_directly(X, y, epochs):
    """What `Points` does, written with nnlib alone."""
    rng = np.random.default_rng(0)
    net = network.mlp([2, HIDDEN, 1], activation="tanh", rng=rng)
    adam, line = optimizers.Adam(RATE), Perceptron(2)
    for part in epochs:
        line.fit(X, y, epochs=part)
        training.train(
            net, "binary_cross_entropy", adam, X, y, epochs=part, batch_size=len(X), rng=rng
        )
    return line, net


def test_points_learn_as_nnlib_does():
    lab = Points("moons")
    lab.receive({"do": "restart"})
    lab.receive({"do": "train", "epochs": 3})
    state = lab.receive({"do": "train", "epochs": 4})
    X, y = SETS["moons"]()
    line, net = learned_directly(X, y, [3, 4])
    assert state["line"] == [*line.w, line.b]
    assert state["loss"] == losses.binary_cross_entropy(net.forward(X), y)
    p = net.probabilities(square_grid(FIELD, MAP))
    np.testing.assert_array_equal(numbers(state["map"]), np.rint(127 * (2 * p - 1)))
    wrong = [(m.predict(X) != y).sum() for m in (line, net)]
    assert state["epoch"] == 7
    assert f"has {wrong[0]} of 32 points wrong and the network {wrong[1]};" in state["say"]


def test_points_move_turn_come_and_go():
    lab = Points("xor")
    X, y = SETS["xor"]()
    before = lab.state()
    state = lab.receive({"do": "move", "point": 1, "x": 0.5, "y": -7.0})
    assert state["points"][1] == [0.5, -2.0, 1]  # what leaves the field stays at its edge
    assert before["ended"]
    assert not state["ended"]
    assert lab.receive({"do": "turn", "point": 0})["points"][0] == [-1.0, -1.0, 1]
    assert lab.receive({"do": "add", "x": 0, "y": 1, "label": 1})["points"][-1] == [0.0, 1.0, 1]
    assert [p[:2] for p in lab.receive({"do": "remove", "point": 1})["points"]] == [
        [-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [0.0, 1.0],
    ]  # fmt: skip
    assert np.array_equal(SETS["xor"]()[0], X), "the set itself was changed"
    assert np.array_equal(SETS["xor"]()[1], y)
    with pytest.raises(ValueError, match="no point 9; there are 4"):
        lab.receive({"do": "move", "point": 9, "x": 0, "y": 0})


def test_moving_a_point_moves_the_boundary():
    lab = Points("blobs")
    before = lab.state()
    lab.receive({"do": "move", "point": 1, "x": -1.5, "y": -1.5})
    after = lab.receive({"do": "train", "epochs": 50})
    assert after["line"] != before["line"]
    assert after["map"] != before["map"]


def test_no_points_and_one_class_are_no_trouble():
    lab = Points("xor")
    for _ in range(4):
        lab.receive({"do": "remove", "point": 0})
    assert lab.receive({"do": "train", "epochs": 2})["points"] == []
    lab.receive({"do": "add", "x": 0, "y": 0, "label": 1})
    assert "has 0 of 1 points wrong" in lab.receive({"do": "train", "epochs": 20})["say"]


# --- playground -------------------------------------------------------------------------------


def ran(code):
    made = {}
    exec(code, made)
    return made


RUNNABLE = [name for name in CHOICES["data"] if name != program.OWN]
SETTINGS = [
    {
        "data": name,
        "hidden": [4, 3][: k % 3],
        "activation": CHOICES["activation"][k % 7],
        "optimizer": CHOICES["optimizer"][k % 3],
        "noise": CHOICES["noise"][k % 3],
        "test": CHOICES["test"][k % 4],
        "batch": CHOICES["batch"][1 + k % 5],
        "L1": CHOICES["L1"][k % 4],
        "L2": CHOICES["L2"][k % 3],
        "features": list(program.FEATURES)[k % 3 :],
    }
    for k, name in enumerate([*RUNNABLE])
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s["data"])
def test_the_code_shown_does_what_the_widget_did(settings):
    lab = Playground(**settings, learning_rate=0.03, seed=2)
    lab.receive({"do": "train", "epochs": 1})
    state = lab.receive({"do": "train", "epochs": 4})
    shown = ran(state["code"])
    assert shown["history"].loss == lab.history.loss == state["loss"]
    assert shown["history"].validation_loss == state["test_loss"]
    assert np.array_equal(shown["net"].theta, lab.net.theta)
    assert state["epoch"] == 5
    assert f"{len(lab.train[0])}" == f"{round(200 * (1 - settings['test']))}"


def test_all_that_is_offered_is_tried():
    for name in ("data", "activation", "optimizer"):
        tried = {settings[name] for settings in SETTINGS}
        assert tried == set(CHOICES[name]) - {program.OWN}


def test_each_unit_is_seen_as_the_network_computes_it():
    lab = Playground(data="xor", hidden=[3, 2], activation="tanh", features=["x1", "x1²"])
    state = lab.receive({"do": "train", "epochs": 2})
    grid, params = square_grid(FIELD, UNIT_MAP), lab.net.params()
    inputs = np.column_stack([grid[:, 0], grid[:, 0] ** 2])
    first = np.tanh(inputs @ params["W1"].T + params["b1"])
    second = np.tanh(first @ params["W2"].T + params["b2"])
    assert state["units"] == [signed_bytes(A.T) for A in (inputs, first, second)]
    assert [np.shape(W) for W in state["weights"]] == [(3, 2), (2, 3), (1, 2)]
    assert [len(b) for b in state["biases"]] == [3, 2, 1]
    grid = square_grid(FIELD, MAP)
    p = lab.net.probabilities(np.column_stack([grid[:, 0], grid[:, 0] ** 2]))
    np.testing.assert_array_equal(numbers(state["map"]), np.rint(127 * (2 * p - 1)))


def test_l1_sets_parameters_to_exactly_zero():
    lab = Playground(data="two clouds", hidden=[8], L1=0.03, optimizer="SGD", learning_rate=0.1)
    lab.receive({"do": "train", "epochs": 40})
    assert (lab.net.theta == 0).sum() >= 8
    assert lab.history.accuracy[-1] > 0.9


def test_a_weight_set_by_hand_is_set_and_said():
    lab = Playground(data="xor", hidden=[2])
    state = lab.receive({"do": "weight", "layer": 0, "unit": 1, "source": 0, "value": 2.5})
    assert lab.net.params()["W1"][1, 0] == state["weights"][0][1][0] == 2.5
    state = lab.receive({"do": "weight", "layer": 1, "unit": 0, "source": -1, "value": -1})
    assert state["biases"][1] == [-1]
    assert "# You set b2[0] by hand; this program does not." in state["code"]
    for wrong in ({"value": 1e9}, {"unit": 2}, {"source": 2}, {"source": -2}):
        message = {"layer": 0, "unit": 0, "source": 0, "value": 1.0} | wrong
        with pytest.raises(ValueError, match="a weight must be"):
            lab.receive({"do": "weight", **message})


def test_a_watched_step_shows_the_numbers_of_a_step():
    lab = Playground(data="xor", hidden=[2], activation="tanh", learning_rate=0.1)
    W1, b1, W2, b2 = (a.copy() for a in lab.net.params().values())
    step = lab.receive({"do": "watch"})["step"]
    x, y = lab.train[0][0], lab.train[1][0]
    a = np.tanh(W1 @ x + b1)
    z = W2 @ a + b2
    delta = 1 / (1 + np.exp(-z)) - y
    dense, activate, last = step["layers"]
    np.testing.assert_allclose(step["point"], x)
    np.testing.assert_allclose(activate["outputs"], a)
    np.testing.assert_allclose(last["outputs"], z)
    np.testing.assert_allclose(last["delta"], delta)
    np.testing.assert_allclose(last["dW"], delta[:, None] * a)
    hidden = (W2.T @ delta) * (1 - a**2)
    np.testing.assert_allclose(dense["dW"], hidden[:, None] * x)
    np.testing.assert_allclose(dense["new_W"], W1 - 0.1 * hidden[:, None] * x)
    np.testing.assert_allclose(lab.net.params()["W2"], W2 - 0.1 * delta[:, None] * a)
    assert step["loss"][1] < step["loss"][0]
    second = lab.receive({"do": "watch"})["step"]
    np.testing.assert_allclose(second["point"], lab.train[0][1])
    assert lab.receive({"do": "train", "epochs": 1})["step"] is None


def test_a_rival_trains_along_and_is_described():
    lab = Playground(data="moons", hidden=[3])
    lab.receive({"do": "race", "on": True})
    lab.receive({"do": "set", "hidden": [5], "optimizer": "SGD"})
    state = lab.receive({"do": "train", "epochs": 3})
    alone = Playground(data="moons", hidden=[3])
    alone.do_train(3)
    assert state["rival"]["test_loss"] == alone.history.validation_loss
    assert state["rival"]["say"] == "The rival: hidden [3], optimizer Adam."
    assert f"{alone.history.validation_loss[-1]:.4f}" in state["say"]
    assert lab.receive({"do": "restart"})["rival"]["test_loss"] == []
    assert lab.receive({"do": "race", "on": False})["rival"] is None


@pytest.mark.parametrize(
    ("text", "numpy"),
    [
        ("sin(3*x)", "np.sin(3.0 * x)"),
        ("x^2 - 1", "x ** 2.0 - 1.0"),
        ("-abs(x)/pi", "-np.abs(x) / np.pi"),
    ],
)
def test_a_typed_formula_becomes_one_of_numpy(text, numpy):
    assert program.numpy_of(text) == numpy


@pytest.mark.parametrize(
    "text",
    [
        *("", "sin(", "__import__('os')", "x.real", "lambda: 1", "9**9**9", "x if x else 1"),
        *("[x]", "sin", "sin(x, x)", "sin(x=1)", "y", "'a'", "True", "x" * 81, "1e9", "x @ x"),
        *("np.sin(x)", "sin(x)(x)", "(x := 1)", "f'{x}'"),
    ],
)
def test_nothing_but_a_formula_is_taken(text):
    with pytest.raises(ValueError, match=r"f\(x\)"):
        program.numpy_of(text)


def test_points_lie_above_and_below_the_typed_curve():
    lab = Playground(data=program.CURVE, curve="x**2 - 1")
    P = np.vstack([lab.train[0], lab.test[0]])
    y = np.concatenate([lab.train[1], lab.test[1]])
    assert np.array_equal(y, P[:, 1] > P[:, 0] ** 2 - 1)
    with pytest.raises(ValueError, match="too large"):
        lab.receive({"do": "set", "curve": "9 ** 99999"})
    assert lab.settings["curve"] == "x**2 - 1"


ROWS = "width,height,kind\n1,2,cat\n2,3,dog\n3,1,cat\n5,5,dog\n6,1,dog\n"


def test_a_file_of_ones_own_is_read_scaled_and_learned():
    lab = Playground()
    with pytest.raises(ValueError, match="choose a file"):
        lab.receive({"do": "set", "data": program.OWN})
    state = lab.receive({"do": "read", "text": ROWS})
    points = np.array([p[:2] for p in state["points"]])
    assert np.abs(points).max() == pytest.approx(1.6)
    assert sorted(p[2] for p in state["points"]) == [0, 0, 1, 1, 1]
    assert "laboratory.read_csv(" in state["code"]
    for same in (ROWS.replace(",", ";"), ROWS.replace(",", "\t"), "\ufeff" + ROWS,
                 ROWS.partition("\n")[2], ROWS.replace("\n", "\r\n"), ROWS + "\n\n",
                 ROWS.replace("\n", "\r"), ROWS.replace(",", " "), ROWS.replace(",", ", "),
                 "sep=;\n" + ROWS.replace(",", ";"), re.sub(r"(\w+)", r'"\1"', ROWS),
                 ROWS.replace(",", ";").replace("1;2", "1,0;2,00")):  # fmt: skip
        np.testing.assert_array_equal(program.read_csv(same)[0], program.read_csv(ROWS)[0])
    _, y = program.read_csv("1,2,0.5\n2,3,1.5\n3,1,2\n5,5,4.5\n")
    assert (y.min(), y.max()) == (-1, 1)
    assert lab.receive({"do": "read", "text": "1,2,0.5\n2,3,1.5\n3,1,2\n5,5,4.5\n"})["regression"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "4 to 2,000 rows of data; it has 0"),
        ("1,2,a\n2,1,b\n", "it has 2"),
        (ROWS + "7,x,cat\n", "line 7 must be two numbers and a label"),
        (ROWS + "7,8\n", "line 7 must be"),
        (ROWS + "nan,8,cat\n", "line 7 must be"),
        (ROWS.replace("dog", "cat"), "it holds one kind only: cat"),
        (ROWS + "1,1,cow\n", "it holds 3 kinds: cat, cow, dog"),
        ("1,2,a\n1,3,b\n1,4,a\n1,5,b\n", "same number in every row"),
        ("1,2,a\n" * 2001, "it has 2001"),
        ("nan,2,a\n" + ROWS, "line 1 must be two numbers"),
        (ROWS + "7,8,\n", "line 7 must be"),
        ("1" * 200_000 + "," + ROWS, "no table that can be read"),
    ],
)
def test_a_bad_file_is_met_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        program.read_csv(text)
    lab = Playground(data="xor")
    before = lab.state()
    with pytest.raises(ValueError, match=re.escape(sentence)):
        lab.receive({"do": "read", "text": text})
    assert lab.state() == before


TINY = ROWS.rpartition("6,1")[0]


@pytest.mark.parametrize("test", CHOICES["test"][1:-1])
def test_the_smallest_file_is_learned(test):
    lab = Playground(data="xor", test=test)
    assert lab.receive({"do": "read", "text": TINY})["own"]
    assert lab.receive({"do": "train", "epochs": 1})["epoch"] == 1


@pytest.mark.parametrize("test", [CHOICES["test"][0], CHOICES["test"][-1]])
def test_a_file_that_cannot_be_cut_changes_nothing(test):
    lab = Playground(data="xor", test=test)
    before = lab.state()
    with pytest.raises(ValueError, match="leaves a part empty"):
        lab.receive({"do": "read", "text": TINY})
    assert lab.state() == before


def test_numbers_as_large_as_they_come_are_read():
    P, _ = program.read_csv("1e308,1,a\n-1e308,3,b\n1e308,2,a\n0,4,b\n")
    assert np.isfinite(P).all()


def test_training_lowers_the_loss_and_a_new_setting_begins_anew():
    lab = Playground()
    state = lab.receive({"do": "train", "epochs": 60})
    assert state["loss"][-1] < 0.5 * state["loss"][0]
    state = lab.receive({"do": "set", "optimizer": "SGD", "hidden": []})
    assert state["epoch"] == 0
    assert "network.mlp([2, 1]" in state["code"]
    assert "optimizers.SGD(0.03)" in state["code"]


def test_a_run_that_diverges_says_so_and_stops():
    lab = Playground(data="two clouds", hidden=[8] * 4, activation="identity", optimizer="momentum")
    lab.receive({"do": "set", "learning_rate": 3})
    state = lab.receive({"do": "train", "epochs": 50})
    assert state["ended"]
    assert "diverged" in state["say"]
    assert np.isfinite(lab.net.theta).all()


def test_another_learning_rate_goes_on_from_what_was_learned():
    lab = Playground(data="xor", hidden=[4], optimizer="SGD", learning_rate=0.1, L1=0.001)
    fresh = lab.receive({"do": "rate", "value": 1})
    assert (fresh["settings"]["learning_rate"], fresh["epoch"]) == (1, 0)
    assert "by hand" not in fresh["code"], "nothing was learned yet, so this is a setting"
    lab.receive({"do": "set", "learning_rate": 0.1})
    lab.receive({"do": "train", "epochs": 3})
    theta, rng = lab.net.theta.copy(), copy.deepcopy(lab.rng)
    state = lab.receive({"do": "rate", "value": 0.3})
    assert (state["epoch"], state["settings"]["learning_rate"]) == (3, 0.3)
    assert "# You set the learning rate to 0.3 after epoch 3 by hand" in state["code"]
    np.testing.assert_array_equal(lab.net.theta, theta)
    (P, y), steps = lab.train, -(-len(lab.train[0]) // 16)
    own = network.mlp([2, 4, 1], activation="tanh", rng=np.random.default_rng(0))
    own.theta = theta
    training.train(
        own, "binary_cross_entropy", optimizers.SGD(0.3), P, y, epochs=1, batch_size=16, rng=rng
    )
    lab.receive({"do": "train", "epochs": 1})
    smaller = np.maximum(np.abs(own.theta) - 0.3 * 0.001 * steps, 0)
    np.testing.assert_allclose(np.abs(lab.net.theta), smaller, atol=1e-12)
    with pytest.raises(ValueError, match="learning_rate must be one of"):
        lab.receive({"do": "rate", "value": 0.02})


def test_other_points_meet_the_network_as_it_is():
    lab = Playground(data="moons", hidden=[4])
    lab.receive({"do": "race", "on": True})
    lab.receive({"do": "train", "epochs": 5})
    theta, before = lab.net.theta.copy(), lab.train[0].copy()
    state = lab.receive({"do": "data"})
    assert "# You set other points in after epoch 5 by hand" in state["code"]
    assert not np.array_equal(lab.train[0], before)
    np.testing.assert_array_equal(lab.net.theta, theta)
    np.testing.assert_array_equal(lab.rival.train[0], lab.train[0])
    again = lab.train[0].copy()
    lab.receive({"do": "data"})
    assert not np.array_equal(lab.train[0], again)
    state = lab.receive({"do": "restart"})
    np.testing.assert_array_equal(lab.train[0], before)
    assert "by hand" not in state["code"]
    lab.receive({"do": "read", "text": "1,2,a\n2,1,b\n3,3,a\n4,1,b\n5,6,a\n"})
    with pytest.raises(ValueError, match="no other points"):
        lab.receive({"do": "data"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": "moon"},
        {"activation": '", rng=rng); print("'},
        {"learning_rate": 0.02},
        {"hidden": [1] * 7},
        {"features": []},
        {"features": ["x3"]},
        {"curve": "x; x"},
        {"noise": 0.33},
        {"hidden": [9]},
        {"hidden": [0]},
        {"seed": "0"},
        {"seed": -1},
        {"depth": 2},
    ],
)
def test_only_what_is_offered_reaches_the_code(wrong):
    lab = Playground()
    code = lab.code()
    with pytest.raises((ValueError, TypeError)):
        lab.receive({"do": "set", **wrong})
    assert lab.code() == code


# --- what they share --------------------------------------------------------------------------


def test_the_grid_has_its_first_pixel_at_the_top_left():
    grid = square_grid((-1, 1, 0, 4), 2)
    assert grid.tolist() == [[-0.5, 3], [0.5, 3], [-0.5, 1], [0.5, 1]]


def test_a_message_that_asks_for_nothing_known_says_what_there_is():
    with pytest.raises(ValueError, match="add, load, move, remove, restart, train, turn"):
        Points().receive({"do": "dance"})


EXPERIMENTS = {
    "drawing.js": lambda: Drawing(
        network.mlp([64, 4, 10], rng=np.random.default_rng(0)), *data.digits(), list("0123456789")
    ),
    "editing.js": lambda: Editing(np.zeros(64), lambda x: (f"{x.sum():.1f}", {"x": x[None]})),
    "pictures.js": lambda: Pictures(
        np.random.default_rng(0).random((40, 64)), np.arange(40) % 2, ["a", "b"]
    ),
    "plane.js": Points,
    "playground.js": lambda: Playground(data="xor", hidden=[2]),
}


@pytest.mark.parametrize("script", EXPERIMENTS)
def test_a_widget_answers_each_message_once(script, capsys):
    from bookkit.laboratory.widget import LaboratoryWidget

    experiment = EXPERIMENTS[script]()
    widget = LaboratoryWidget.of(experiment)
    assert widget._esm.startswith("// What the widgets of the laboratory share")
    assert "export default { render }" in widget._esm
    assert widget._esm.count("import ") == 0, "it would have to be fetched from somewhere"
    turns = []
    widget.observe(lambda change: turns.append(change.new["turn"]), "state")
    pixels = {"drawing.js": "draw", "editing.js": "edit"}.get(script)
    action = {"do": pixels, "pixels": [0.5] * 64} if pixels else {"do": "restart"}
    widget._handle_custom_msg(action, [])
    widget._handle_custom_msg(action, [])
    widget._handle_custom_msg({"do": "dance"}, [])  # refused, and answered all the same
    assert turns == [1, 2, 3]
    assert "asks for nothing" in capsys.readouterr().err
    refused = widget.state["trouble"]
    assert "asks for nothing" in refused
    assert widget.state == experiment.state() | {"turn": 3, "trouble": refused}
    parts = [v for s in (widget.fixed, widget.state) for v in s.values() if type(v) is not bytes]
    lists = [v for v in parts if not (isinstance(v, list) and v and type(v[0]) is bytes)]
    json.dumps(lists, allow_nan=False)


def test_a_failure_that_nobody_foresaw_is_answered_too(capsys):
    from bookkit.laboratory.widget import LaboratoryWidget

    experiment = Points()
    widget = LaboratoryWidget.of(experiment)
    experiment.do_break = lambda: 1 / 0
    widget._handle_custom_msg({"do": "break"}, [])
    assert widget.state["turn"] == 1
    assert widget.state["trouble"] == "That did not work (ZeroDivisionError)."
    assert "division" in capsys.readouterr().err


def test_where_nobody_watches_there_is_a_figure(monkeypatch):
    monkeypatch.setenv("BOOK_STATIC", "1")
    shown = laboratory.build(data="xor", hidden=[2])
    assert [ax.get_title(loc="left") or ax.get_title() for ax in shown.axes][1:] == [
        "What the network says",
        "Loss in 200 epochs",
    ]
    assert plt.get_fignums() == [], "a notebook would show it a second time"


def test_with_a_reader_there_is_a_widget(monkeypatch):
    monkeypatch.setattr(laboratory, "_kernel_with_reader", lambda: True)
    assert laboratory.points("xor")._model_module == "anywidget"


def test_no_two_modules_need_each_other():
    """Also not by an import inside a function."""
    needs = {
        path.stem: set(re.findall(r"^\s*from \.(\w+) import", path.read_text("utf-8"), re.M))
        for path in Path(laboratory.__file__).parent.glob("*.py")
    }
    while free := {name for name, needed in needs.items() if not needed & needs.keys()}:
        needs = {name: needed for name, needed in needs.items() if name not in free}
    assert not needs, "each of these waits for another of them"


# --- the page ---------------------------------------------------------------------------------


def test_the_page_keeps_the_rules_of_all_notebooks():
    others = [Page.read(path) for path in [*chapters(), *prose_pages()] if path != PAGE.path]
    found = hygiene.problems(PAGE) + prose.unused_facts(PAGE, others)
    found += hygiene.repeated_figures([PAGE, *others])
    assert found == []


def test_the_page_stores_pictures_and_no_widgets():
    cells = [cell for cell in PAGE.cells if "laboratory." in cell.source and "outputs" in cell]
    shown = [data for cell in cells for data in output_data(cell)]
    assert len(shown) == len(cells) == 5
    for stored in shown:
        assert stored["text/plain"].startswith("Figure ")
        assert base64.b64decode(stored["image/png"]).startswith(b"\x89PNG")
        assert VIEW_MIME not in stored
    assert "widgets" not in nbformat.read(PAGE.path, as_version=4).metadata
