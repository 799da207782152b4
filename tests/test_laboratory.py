"""The laboratory: each message is answered with what nnlib computes when it is called directly."""

import base64
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
                 ROWS.partition("\n")[2], ROWS.replace("\n", "\r\n"), ROWS + "\n\n"):  # fmt: skip
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
        (ROWS.replace("dog", "cat"), "it holds 1 kinds: cat"),
        (ROWS + "1,1,cow\n", "it holds 3 kinds: cat, cow, dog"),
        ("1,2,a\n1,3,b\n1,4,a\n1,5,b\n", "same number in every row"),
        ("1,2,a\n" * 2001, "it has 2001"),
    ],
)
def test_a_bad_file_is_met_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        program.read_csv(text)


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
        {"noise": 0.15},
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
    assert len(shown) == len(cells) == 4
    for stored in shown:
        assert stored["text/plain"].startswith("Figure ")
        assert base64.b64decode(stored["image/png"]).startswith(b"\x89PNG")
        assert VIEW_MIME not in stored
    assert "widgets" not in nbformat.read(PAGE.path, as_version=4).metadata
