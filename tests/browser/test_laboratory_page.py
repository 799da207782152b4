"""The laboratory in the built page: pictures first, then widgets that answer as nnlib does.

The live tests share one page, since Python takes its time to start.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import numpy as np
import pytest
from harness import HTML, ROOT, Site, inaccessible, missing, set_theme, settle, watch
from PIL import Image

PAGE = "laboratory.html"
PATIENCE = 120_000  # ms: Python starts and trains on a busy machine
DIGIT, SILHOUETTE, POINTS, PICTURES, BUILD = range(5)

# The ink at the middle of each pixel: the mark of the keyboard's cursor is at its edge.
PIXELS = """paper => {
    const side = paper.width / 20;
    const {data} = paper.getContext("2d").getImageData(0, 0, paper.width, paper.width);
    return Array.from({length: side * side}, (_, i) => {
        const [x, y] = [20 * (i % side) + 10, 20 * Math.floor(i / side) + 10];
        return (253 - data[4 * (y * paper.width + x)]) / (253 - 34);
    });
}"""


def code_cells() -> list[str]:
    cells = nbformat.read(ROOT / "laboratory.ipynb", as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@cache
def networks() -> dict[str, Any]:
    """What the notebook's own code trains, here outside the browser."""
    made: dict[str, Any] = {}
    for code in code_cells():
        if not code.startswith(("laboratory.", "book.facts")):
            exec(code, made)
    return made


# --- as it is stored --------------------------------------------------------------------------


def test_each_experiment_is_a_picture_before_it_runs(open_page: Any, site: Site) -> None:
    before = len(site.served)
    page = open_page(PAGE)
    pictures = page.locator("article figure img").all()
    assert len(pictures) == sum(code.startswith("laboratory.") for code in code_cells()) == 5
    for picture in pictures:
        assert len(picture.get_attribute("alt")) > 80
    served = [path for path, _ in site.served[before:]]
    assert not [path for path in served if "widgets/" in path or "pyodide/" in path]
    assert "press ▶ Run" in page.inner_text("article")


# --- alive ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def laboratory(site: Site, browser: Any) -> Iterator[Any]:
    """The page after Run all; what goes wrong meanwhile fails the module's last test."""
    if not (HTML / "pyodide").is_dir():
        missing("The built book cannot run code: run `make live`, then `make book`.")
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    page.problems = watch(page, site)
    page.set_default_timeout(PATIENCE)
    page.goto(site.url + PAGE)
    settle(page)
    page.locator(".live-intro button").click()
    page.wait_for_function("document.querySelectorAll('.lab').length === 5")
    yield page
    context.close()


def wait(page: Any, condition: str, lab: Any, *more: Any) -> None:
    """Until ``condition``, JavaScript on the widget's element and ``more``, is true."""
    page.wait_for_function(f"([lab, ...more]) => {condition}", arg=[lab.element_handle(), *more])


def probabilities(lab: Any) -> np.ndarray:
    cells = lab.locator("tbody tr td:nth-of-type(2)").all_inner_texts()
    return np.array([float(text.rstrip("%")) / 100 for text in cells])


def reads(page: Any, lab: Any, expected: np.ndarray) -> None:
    """Until the widget shows these probabilities, to two hundredths."""
    near = "Math.abs(parseFloat(td.textContent) / 100 - more[0][k]) < 0.02"
    cells = "[...lab.querySelectorAll('tbody tr td:nth-of-type(2)')]"
    wait(page, f"{cells}.every((td, k) => {near})", lab, expected.tolist())


def answered(page: Any, lab: Any, before: np.ndarray) -> np.ndarray:
    """Wait for another answer than ``before``."""
    texts = [f"{p:.1%}" for p in before]
    now = "[...lab.querySelectorAll('tbody tr td:nth-of-type(2)')].map(td => td.textContent)"
    wait(page, f"{now}.join() !== more[0]", lab, ",".join(texts))
    return probabilities(lab)


def test_a_digit_drawn_by_keyboard_is_read_as_nnlib_reads_it(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(DIGIT)
    before = probabilities(lab)
    lab.get_by_role("button", name="Clear").press("Enter")
    before = answered(laboratory, lab, before)
    np.testing.assert_allclose(
        before, networks()["reader"].probabilities(np.zeros((1, 64)))[0], atol=6e-4
    )
    lab.locator(".lab-paper").focus()
    for key in (
        ["ArrowUp"] * 4 + ["Space"] + ["Shift+ArrowDown"] * 7 + ["ArrowLeft"] * 9 + ["Space"]
    ):
        laboratory.keyboard.press(key)
    drawn = np.zeros((8, 8))
    drawn[:, 4] = drawn[7, 0] = 1
    expected = networks()["reader"].probabilities(drawn.reshape(1, -1))[0]
    wait(
        laboratory,
        "lab.querySelector('tbody tr.lab-best').rowIndex === more[0] + 1"
        " && lab.querySelector('tbody tr.lab-best td:nth-of-type(2)').textContent === more[1]",
        lab, int(expected.argmax()), f"{expected.max():.1%}",
    )  # fmt: skip
    np.testing.assert_allclose(probabilities(lab), expected, atol=6e-4)
    np.testing.assert_allclose(lab.locator(".lab-paper").evaluate(PIXELS), drawn.ravel(), atol=0.01)
    assert lab.get_by_text("Row 8, column 1: 100% ink").count() == 1


@pytest.mark.parametrize(("number", "name"), [(DIGIT, "reader"), (SILHOUETTE, "watcher")])
def test_a_stroke_of_the_mouse_is_read_as_nnlib_reads_it(
    laboratory: Any, number: int, name: str
) -> None:
    lab = laboratory.locator(".lab").nth(number)
    paper = lab.locator(".lab-paper")
    paper.scroll_into_view_if_needed()
    before, box = probabilities(lab), paper.bounding_box()
    mouse = laboratory.mouse
    mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.25 * box["height"])
    mouse.down()
    for x, y in ((0.8, 0.25), (0.4, 0.9), (0.8, 0.5)):
        mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    mouse.up()
    answered(laboratory, lab, before)
    pixels = paper.evaluate(PIXELS)
    expected = networks()[name].probabilities([pixels])[0]
    reads(laboratory, lab, expected)
    hidden = lab.locator(".lab-units").first.get_attribute("aria-label")
    above = (networks()[name].layers[0].forward(np.array([pixels])) > 0).sum()
    assert abs(int(hidden.split(": ")[1].split(" of ")[0]) - above) <= 1


def test_an_example_can_be_chosen_erased_and_flipped(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(DIGIT)
    before = probabilities(lab)
    lab.get_by_label("Start from").select_option("7, no. 1")
    before = answered(laboratory, lab, before)
    assert before.argmax() == 7
    picture = np.reshape(lab.locator(".lab-paper").evaluate(PIXELS), (8, 8))
    lab.get_by_role("button", name="Flip").click()
    flipped = np.reshape(lab.locator(".lab-paper").evaluate(PIXELS), (8, 8))
    np.testing.assert_array_equal(flipped, picture[:, ::-1])
    lab.get_by_role("button", name="Erase").click()
    lab.locator(".lab-paper").click()
    assert np.sum(lab.locator(".lab-paper").evaluate(PIXELS)) < picture.sum()
    lab.get_by_role("button", name="Erase").click()


BOUNDARY = (
    """lab => [lab.querySelector(".lab-line").outerHTML, lab.querySelector("canvas").toDataURL()]"""
)


def settled(page: Any, lab: Any) -> list[str]:
    """The boundaries, once both have learned all they are given time for."""
    lab.get_by_role("button", name="Learn", exact=True).wait_for()
    return lab.evaluate(BOUNDARY)


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_moved_point_moves_both_boundaries(laboratory: Any, how: str) -> None:
    lab = laboratory.locator(".lab").nth(POINTS)
    lab.scroll_into_view_if_needed()
    before = settled(laboratory, lab)
    point = lab.get_by_role("button", name="Point 2,")
    said = point.get_attribute("aria-label")
    if how == "keyboard":
        point.focus()
        for _ in range(4):
            laboratory.keyboard.press("Shift+ArrowUp")
    else:
        box = point.bounding_box()
        laboratory.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        laboratory.mouse.down()
        laboratory.mouse.move(box["x"] - 60, box["y"] + 90, steps=5)
        laboratory.mouse.up()
    laboratory.wait_for_function(
        "([point, said]) => point.ariaLabel !== said", arg=[point.element_handle(), said]
    )
    after = settled(laboratory, lab)
    assert after[0] != before[0], "the perceptron's line is where it was"
    assert after[1] != before[1], "the network's map is the same"


def test_points_come_turn_and_go_by_keyboard(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(POINTS)
    number = lab.locator(".lab-dot").count()
    lab.get_by_role("button", name="Add a point").press("Enter")
    new = lab.get_by_role("button", name=f"Point {number + 1}, orange circle, at 0.0, 0.0")
    wait(
        laboratory,
        "document.activeElement.ariaLabel?.startsWith(more[0])",
        lab,
        f"Point {number + 1}",
    )
    assert new.count() == 1
    laboratory.keyboard.press("c")
    lab.get_by_role("button", name=f"Point {number + 1}, blue square").wait_for()
    laboratory.keyboard.press("Delete")
    wait(laboratory, "lab.querySelectorAll('.lab-dot').length === more[0]", lab, number)
    wait(
        laboratory, "document.activeElement.ariaLabel?.startsWith(more[0])", lab, f"Point {number},"
    )


def drag(page: Any, places: list[tuple[float, float]]) -> None:
    """A finger that goes from place to place."""
    finger = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * 99], places, strict=False):
        touch = [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touch})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_draws_on_the_paper(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(DIGIT)
    paper = lab.locator(".lab-paper")
    lab.get_by_role("button", name="Clear").tap()
    paper.scroll_into_view_if_needed()
    box, scrolled = paper.bounding_box(), laboratory.evaluate("scrollY")
    x = box["x"] + 0.56 * box["width"]
    drag(laboratory, [(x, box["y"] + k / 10 * box["height"]) for k in range(1, 10)])
    drawn = np.reshape(paper.evaluate(PIXELS), (8, 8))
    assert laboratory.evaluate("scrollY") == scrolled, "the page moved instead of the pen"
    assert drawn[1:7, 4].min() > 0.9, "no stroke down the fifth column"
    assert drawn[:, :3].max() < 0.1
    expected = networks()["reader"].probabilities([drawn.ravel()])[0]
    reads(laboratory, lab, expected)


def test_a_point_is_dragged_by_a_finger(laboratory: Any) -> None:
    lab = laboratory.locator(".lab").nth(POINTS)
    lab.locator(".lab-field").scroll_into_view_if_needed()
    settled(laboratory, lab)
    point = lab.get_by_role("button", name="Point 3,")
    said, box = point.get_attribute("aria-label"), point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    scrolled = laboratory.evaluate("scrollY")
    drag(laboratory, [(x, y - 10 * step) for step in range(9)])
    plane = lab.locator(".lab-field").bounding_box()
    height = float(said.rpartition(", ")[2])
    wanted = min(2.0, height + 80 / plane["height"] * 4)
    wait(
        laboratory,
        "Math.abs(more[0] - lab.querySelectorAll('.lab-dot')[2].ariaLabel.split(', ').pop())"
        " < 0.15",
        lab, wanted,
    )  # fmt: skip
    assert laboratory.evaluate("scrollY") == scrolled, "the page moved instead of the point"


# --- two folders of pictures ------------------------------------------------------------------


@pytest.fixture(scope="module")
def folders(tmp_path_factory: Any) -> Path:
    """Real files: disks and frames, wide and tall, PNG, JPEG, GIF; and some that are none."""
    root = tmp_path_factory.mktemp("own")
    rng = np.random.default_rng(0)
    kinds = ("png", "jpg", "gif")
    for folder in ("disks", "frames"):
        (root / folder).mkdir()
        for n in range(12):
            wide, tall = 120 + 10 * (n % 3), 90 + 20 * (n % 2)
            y, x = np.mgrid[:tall, :wide]
            off = rng.integers(-6, 7, 2)
            from_middle = np.stack([x - wide / 2 + off[0], y - tall / 2 + off[1]])
            if folder == "disks":
                ink = np.hypot(*from_middle) < 20 + n
            else:
                ink = np.abs(from_middle).max(axis=0) > 30 + n / 2
            image = Image.fromarray(np.where(ink, 40, 230).astype(np.uint8)).convert("RGB")
            image.save(root / folder / f"{n}.{kinds[n % 3]}")
    (root / "disks" / "notes.txt").write_text("no picture")
    (root / "disks" / ".hidden.png").write_bytes(b"")
    whole = (root / "disks" / "0.png").read_bytes()
    (root / "disks" / "cut.png").write_bytes(whole[: len(whole) // 3])
    (root / "few").mkdir()
    for n in range(3):
        (root / "few" / f"{n}.png").write_bytes(whole)
    return root


def reduced(path: Path, side: int = 28) -> np.ndarray:
    """The middle square of a picture, small and gray, as another library makes it; 1 is ink."""
    image = Image.open(path).convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) / 2, (image.height - edge) / 2
    square = image.crop((left, top, left + edge, top + edge)).convert("L")
    return 1 - np.asarray(square.resize((side, side), Image.Resampling.BOX)) / 255


def test_two_folders_are_read_and_learned_here(
    laboratory: Any, site: Site, folders: Path, tmp_path: Path
) -> None:
    lab = laboratory.locator(".lab").nth(PICTURES)
    choose = lab.locator("input[webkitdirectory]")
    learn = lab.get_by_role("button", name="Learn these")
    assert learn.is_disabled()
    before = len(site.served)
    choose.nth(0).set_input_files(folders / "disks")
    first = lab.locator(".lab-drop").nth(0)
    first.get_by_text(
        "12 pictures; 2 files are no pictures that this browser reads: cut.png, notes.txt."
    ).wait_for()
    assert first.get_by_label("Name of the first class").input_value() == "disks"
    choose.nth(1).set_input_files(folders / "few")
    second = lab.locator(".lab-drop").nth(1)
    second.get_by_text("3 pictures; at least 8 are needed.").wait_for()
    assert learn.is_disabled()
    choose.nth(1).set_input_files(folders / "frames")
    second.get_by_text("12 pictures.", exact=True).wait_for()
    learn.press("Enter")
    lab.get_by_text("Your pictures: 12 of disks, 12 of frames").wait_for()
    with laboratory.expect_download() as download:
        lab.get_by_text("The same in Python").click()
        lab.get_by_role("button", name="Save the pictures").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    with np.load(saved) as file:
        X, names = file["X"] / 255, file["names"].tolist()
    assert names == ["disks", "frames"]
    paths = [folders / name / f"{n}.{('png', 'jpg', 'gif')[n % 3]}"
             for name in names for n in range(12)]  # fmt: skip
    ours = np.array([reduced(path).ravel() for path in paths])
    assert np.abs(X - ours).mean() < 0.05, "not these pictures, or not in this order"
    lab.get_by_role("button", name="Train", exact=True).click()
    wait(laboratory, "Number(lab.dataset.epoch) >= 20", lab)
    lab.get_by_role("button", name="Stop", exact=True).click()
    laboratory.wait_for_timeout(500)
    program, made = lab.get_by_label("The same in Python").text_content(), {}
    exec(program.replace('"pictures.npz"', repr(str(saved))), made)
    right = made["history"].validation_accuracy[-1]
    assert f"and {right:.0%} of the 6 that it never saw" in lab.locator(".lab-says").inner_text()
    assert right > 0.8, "disks and frames are easily told apart"
    chosen = lab.locator("input[accept='.npz']")
    chosen.set_input_files({"name": "x.npz", "mimeType": "", "buffer": b"PK no"})
    lab.get_by_text("this is no file of pictures that the laboratory saved").first.wait_for()
    np.savez(saved, X=np.rint(255 * X[:, ::-1]).astype(np.uint8), y=np.repeat([0, 1], 12),
             names=["turned disks", "turned frames"])  # fmt: skip
    chosen.set_input_files(saved)
    lab.get_by_text("Your pictures: 12 of turned disks, 12 of turned frames").wait_for()
    assert site.served[before:] == [], "nothing leaves the browser, nothing is fetched"
    lab.get_by_text("The same in Python").click()


def test_single_pictures_are_chosen_as_on_a_phone(laboratory: Any, folders: Path) -> None:
    lab = laboratory.locator(".lab").nth(PICTURES)
    files = sorted((folders / "frames").iterdir())[:9]
    lab.locator("input[type=file]:not([webkitdirectory])").nth(0).set_input_files(files)
    first = lab.locator(".lab-drop").nth(0)
    first.get_by_text("9 pictures.", exact=True).wait_for()
    name = first.get_by_label("Name of the first class")
    name.fill("frames")
    lab.get_by_role("button", name="Learn these").click()
    lab.get_by_text("both classes are called frames").first.wait_for()
    name.fill("more frames")
    lab.get_by_role("button", name="Learn these").click()
    lab.get_by_text("Your pictures: 9 of more frames, 12 of frames").wait_for()


DROP = """([zone, files]) => {
    const data = new DataTransfer();
    for (const [name, base64] of files) {
        const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
        data.items.add(new File([bytes], name, {type: "image/png"}));
    }
    for (const type of ["dragover", "drop"]) {
        const event = {dataTransfer: data, bubbles: true, cancelable: true};
        zone.dispatchEvent(new DragEvent(type, event));
    }
}"""


def test_pictures_are_dropped(laboratory: Any, folders: Path) -> None:
    lab = laboratory.locator(".lab").nth(PICTURES)
    zone = lab.locator(".lab-drop").nth(0)
    chosen = sorted((folders / "disks").glob("[0-9]*"))[:10]
    files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in chosen]
    files.append(["broken.png", base64.b64encode(b"no picture").decode()])
    laboratory.evaluate(DROP, [zone.element_handle(), files])
    zone.get_by_text(
        "10 pictures; one file is no picture that this browser reads: broken.png."
    ).wait_for()


def test_two_folders_are_dropped_at_once(laboratory: Any, folders: Path) -> None:
    """As the file manager drops them: real folders, each with its name."""
    (folders / "frames" / "below").mkdir()
    deep = (folders / "frames" / "0.png").read_bytes()
    (folders / "frames" / "below" / "13.png").write_bytes(deep)
    lab = laboratory.locator(".lab").nth(PICTURES)
    zone = lab.locator(".lab-drop").nth(1)
    zone.scroll_into_view_if_needed()
    box = zone.bounding_box()
    hand = laboratory.context.new_cdp_session(laboratory)
    carried = {
        "items": [],
        "files": [str(folders / "disks"), str(folders / "frames")],
        "dragOperationsMask": 1,
    }
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send(
            "Input.dispatchDragEvent",
            {"type": kind, "x": box["x"] + 30, "y": box["y"] + 120, "data": carried},
        )
    for k, name in enumerate(("disks", "frames")):
        card = lab.locator(".lab-drop").nth(k)
        card.get_by_text(f"{12 + k} pictures").wait_for()
        assert card.locator(".lab-input").input_value() == name


def build(page: Any) -> Any:
    lab = page.locator(".lab").nth(BUILD)
    lab.get_by_role("button", name="Begin anew").scroll_into_view_if_needed()
    return lab


CODE = "lab.querySelector('[aria-label=\"The same in Python\"]').textContent"


def test_training_lowers_the_loss_stops_and_equals_the_code_shown(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_label("Data", exact=True).select_option("moons")
    wait(laboratory, f"{CODE}.includes('data.moons')", lab)
    lab.get_by_label("Pace").select_option("at full speed")
    lab.get_by_role("button", name="One epoch").press("Enter")
    wait(laboratory, "lab.dataset.epoch === '1'", lab)
    first = float(lab.get_attribute("data-loss"))
    unit = lab.locator(".lab-tile canvas").nth(3)
    before = unit.evaluate("canvas => canvas.toDataURL()")
    train = lab.get_by_role("button", name="Train", exact=True)
    train.press("Enter")
    wait(laboratory, "Number(lab.dataset.epoch) > 30", lab)
    lab.get_by_role("button", name="Stop", exact=True).press("Enter")
    assert train.count() == 1
    laboratory.wait_for_timeout(1000)  # the last answer
    assert float(lab.get_attribute("data-loss")) < 0.8 * first
    assert unit.evaluate("canvas => canvas.toDataURL()") != before
    code, made = lab.get_by_label("The same in Python").text_content(), {}
    exec(code, made)
    assert len(made["history"]) == int(lab.get_attribute("data-epoch"))
    assert made["history"].loss[-1] == pytest.approx(
        float(lab.get_attribute("data-loss")), rel=1e-3
    )


def test_a_watchable_pace_makes_few_epochs(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_label("Pace").select_option("4 a second")
    lab.get_by_role("button", name="Begin anew").click()
    wait(laboratory, "lab.dataset.epoch === '0'", lab)
    lab.get_by_role("button", name="Train", exact=True).click()
    laboratory.wait_for_timeout(1500)
    lab.get_by_role("button", name="Stop", exact=True).click()
    assert 1 <= int(lab.get_attribute("data-epoch")) <= 7


def test_layers_units_inputs_and_rates_reach_the_code_and_the_address(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_role("button", name="One hidden layer more").press("Enter")
    wait(laboratory, f"{CODE}.includes('[2, 8, 8, 8, 1]')", lab)
    lab.get_by_role("button", name="One unit less in layer 3").click()
    wait(laboratory, f"{CODE}.includes('[2, 8, 8, 7, 1]')", lab)
    lab.get_by_role("button", name="sin x1", exact=True).click()
    wait(laboratory, f"{CODE}.includes('[3, 8, 8, 7, 1]')", lab)
    lab.get_by_label("Learning rate").select_option("0.1")
    lab.get_by_label("L1").select_option("0.001")
    wait(laboratory, f"{CODE}.includes('Adam(0.1)') && {CODE}.includes('def shrink')", lab)
    assert lab.get_attribute("data-epoch") == "0"
    assert laboratory.evaluate(
        "JSON.parse(new URL(location.href).searchParams.get('lab')).hidden"
    ) == [8, 8, 7]
    for name, value in (("Learning rate", "0.03"), ("L1", "0")):
        lab.get_by_label(name).select_option(value)
    lab.get_by_role("button", name="sin x1", exact=True).click()
    lab.get_by_role("button", name="One hidden layer less").click()
    wait(laboratory, f"{CODE}.includes('[2, 8, 8, 1]') && {CODE}.includes('Adam(0.03)')", lab)


def test_the_learning_rate_and_the_points_change_under_a_trained_network(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_role("button", name="One epoch").click()
    wait(laboratory, "Number(lab.dataset.epoch) > 0", lab)
    epochs = lab.get_attribute("data-epoch")
    lab.get_by_label("Learning rate").select_option("0.3")
    wait(laboratory, f"{CODE}.includes('learning rate to 0.3 after epoch {epochs} by hand')", lab)
    dots = "lab.querySelector('.lab-plane').innerHTML"
    before = lab.evaluate(f"lab => {dots}")
    lab.get_by_role("button", name="New points").click()
    wait(laboratory, f"{dots} !== more[0]", lab, before)
    assert lab.get_attribute("data-epoch") == epochs
    test = lab.locator(".lab-test").first
    assert test.is_visible()
    lab.get_by_label("test points (hollow)").press("Space")
    assert not test.is_visible()
    lab.get_by_label("test points (hollow)").check()
    colors = """lab => {
        const map = lab.querySelector(".lab-map");
        return new Set(map.getContext("2d").getImageData(0, 0, map.width, map.height).data).size;
    }"""
    many = lab.evaluate(colors)
    lab.get_by_label("two colors only").check()
    assert lab.evaluate(colors) <= 7 < many
    lab.get_by_label("two colors only").uncheck()
    lab.get_by_role("button", name="Begin anew").click()
    lab.get_by_label("Learning rate").select_option("0.03")
    wait(laboratory, f"!{CODE}.includes('by hand') && {CODE}.includes('Adam(0.03)')", lab)


def test_a_line_shows_its_weight_and_waits_for_another(laboratory: Any) -> None:
    lab = build(laboratory)
    line = lab.locator(".lab-links line").nth(3)  # from x2 to the second unit
    ends = line.evaluate(
        "e => { const m = e.getScreenCTM(), at = k => new DOMPoint(e.x1.baseVal.value * (1 - k)"
        " + e.x2.baseVal.value * k, e.y1.baseVal.value * (1 - k) + e.y2.baseVal.value * k)"
        ".matrixTransform(m); return Array.from({length: 40}, (_, i) => [at(i / 40).x,"
        " at(i / 40).y]).filter(([x, y]) => document.elementFromPoint(x, y) === e); }"
    )
    assert ends, "no place of the line can be pointed at"
    x, y = ends[len(ends) // 2]
    laboratory.mouse.move(x, y)
    pointed = lab.locator(".lab-pointed")
    pointed.wait_for()
    assert pointed.inner_text().startswith("x2 ")
    laboratory.mouse.click(x, y)
    wait(laboratory, "document.activeElement.closest('.lab-panel') !== null", lab)
    laboratory.keyboard.type("-1.5")
    laboratory.keyboard.press("Enter")
    wait(laboratory, f"{CODE}.includes('You set W1[1, 1] by hand')", lab)
    lab.get_by_role("button", name="Unit 2 of layer 1").click()  # no longer to be edited
    lab.get_by_role("button", name="Begin anew").click()
    wait(laboratory, f"!{CODE}.includes('by hand')", lab)


def test_a_unit_is_seen_large_and_its_weight_edited_by_keyboard(laboratory: Any) -> None:
    lab = build(laboratory)
    unit = lab.get_by_role("button", name="Unit 2 of layer 1: show and edit its weights")
    unit.focus()
    lab.get_by_text("what unit 2 of layer 1 sees").wait_for()
    unit.press("Enter")
    weight = lab.locator(".lab-panel").get_by_label("x1")
    weight.fill("2.5")
    weight.press("Enter")
    wait(laboratory, f"{CODE}.includes('You set W1[1, 0] by hand')", lab)
    unit.press("Enter")
    lab.get_by_role("button", name="Begin anew").click()
    wait(laboratory, f"!{CODE}.includes('by hand')", lab)


def test_a_finger_builds_trains_and_edits(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_role("button", name="One hidden layer more").tap()
    wait(laboratory, f"{CODE}.includes('[2, 8, 8, 8, 1]')", lab)
    lab.get_by_role("button", name="x1·x2", exact=True).tap()
    wait(laboratory, f"{CODE}.includes('[3, 8, 8, 8, 1]')", lab)
    lab.get_by_role("button", name="One epoch").tap()
    wait(laboratory, "lab.dataset.epoch === '1'", lab)
    unit = lab.get_by_role("button", name="Unit 3 of layer 1: show and edit its weights")
    unit.tap()
    weight = lab.locator(".lab-panel").get_by_label("x1·x2")
    weight.tap()
    weight.fill("-4")
    weight.press("Enter")
    wait(laboratory, f"{CODE}.includes('You set W1[2, 2] by hand')", lab)
    unit.tap()
    lab.get_by_role("button", name="x1·x2", exact=True).tap()
    lab.get_by_role("button", name="One hidden layer less").tap()
    wait(laboratory, f"{CODE}.includes('[2, 8, 8, 1]')", lab)


def test_a_step_is_written_out_and_a_rival_runs_along(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_text("One step, number by number").click()
    lab.get_by_role("button", name="Take one step on one point").click()
    numbers = lab.get_by_label("One step in numbers")
    wait(laboratory, "lab.textContent.includes('UPDATE')", lab)
    for part in ("FORWARD", "LOSS", "BACKWARD", "UPDATE", "The loss on this point was"):
        assert part in numbers.text_content()
    lab.get_by_text("One step, number by number").click()
    lab.get_by_role("button", name="Race").click()
    lab.get_by_text("The rival is the same network so far.").first.wait_for()
    lab.get_by_label("Optimizer", exact=True).select_option("SGD")
    lab.get_by_text("The rival: optimizer Adam.").first.wait_for()
    ours, theirs = lab.locator(".lab-map").all()
    one, other = ours.bounding_box(), theirs.bounding_box()
    assert (one["y"], one["width"]) == (other["y"], other["width"]), "not side by side"
    assert one["x"] + one["width"] < other["x"]
    for _ in range(3):
        lab.get_by_role("button", name="One epoch").click()
    wait(laboratory, "Number(lab.dataset.epoch) === 3", lab)
    pixels = "canvas => canvas.toDataURL()"
    assert ours.evaluate(pixels) != theirs.evaluate(pixels), "two optimizers, one picture"
    lab.get_by_role("button", name="Race").click()
    lab.get_by_label("Optimizer", exact=True).select_option("Adam")
    wait(laboratory, f"{CODE}.includes('Adam(0.03)')", lab)


def test_a_typed_curve_and_a_file_become_data_and_bad_ones_a_sentence(laboratory: Any) -> None:
    lab = build(laboratory)
    lab.get_by_label("Data", exact=True).select_option("above a curve")
    formula = lab.get_by_label("class 1 lies above f(x) =")
    formula.fill("x**2 - 1")
    formula.press("Enter")
    wait(laboratory, f"{CODE}.includes('x ** 2.0 - 1.0')", lab)
    formula.fill("open('x')")
    formula.press("Enter")
    lab.get_by_text("f(x) may hold").first.wait_for()
    lab.get_by_text("Your own data").click()
    choose = lab.get_by_label("CSV file")
    for name, body, said in (
        ("a.csv", b"1,2,a\n1,3\n1,4,a\n2,5,b\n", "line 2 must be two numbers and a label"),
        ("a.png", b"\x89PNG\0\xff", "is no text in UTF-8"),
    ):
        choose.set_input_files({"name": name, "mimeType": "text/csv", "buffer": body})
        lab.get_by_text(said).first.wait_for()
    good = b"w,h,kind\n1,2,cat\n2,3,dog\n3,1,cat\n5,5,dog\n6,1,dog\n"
    choose.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": good})
    wait(laboratory, f"{CODE}.includes('laboratory.read_csv')", lab)
    lab.get_by_text("Your own data").click()
    lab.get_by_label("Data", exact=True).select_option("spirals")
    wait(laboratory, f"{CODE}.includes('data.spirals')", lab)


def from_address(browser: Any, site: Site, wanted: dict[str, Any]) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site.url}{PAGE}?lab={quote(json.dumps(wanted))}")
    settle(page)
    page.locator(".live-intro button").click()
    page.wait_for_function("document.querySelectorAll('.lab').length === 5")
    return page


def test_an_address_brings_its_settings(browser: Any, site: Site, laboratory: Any) -> None:
    page = from_address(browser, site, {"data": "xor", "hidden": [3], "activation": "relu"})
    lab = page.locator(".lab").nth(BUILD)
    wait(page, f"{CODE}.includes('network.mlp([2, 3, 1], activation=\"relu\"')", lab)
    page.context.close()


def test_an_address_from_elsewhere_is_met_with_a_sentence(
    browser: Any, site: Site, laboratory: Any
) -> None:
    hostile = {"do": "weight", "data": "above a curve", "curve": "__import__('os')"}
    page = from_address(browser, site, hostile)
    lab = page.locator(".lab").nth(BUILD)
    lab.get_by_text("f(x) may hold").first.wait_for()
    assert "spirals" in lab.get_by_label("The same in Python").text_content()
    page.context.close()


def test_the_playground_fits_one_screen(laboratory: Any) -> None:
    """At 1280 × 800 all of it stands between the page's header and the bar of the live page."""
    laboratory.set_viewport_size({"width": 1280, "height": 800})
    lab = build(laboratory)
    header = laboratory.locator(".bd-header-article").bounding_box()
    bar = laboratory.locator(".live-bar").bounding_box()
    room = bar["y"] - (header["y"] + header["height"])
    assert lab.bounding_box()["height"] <= room


LETTERS = """() => [...document.querySelectorAll(".lab *")].filter(e => e.checkVisibility()
    && [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.textContent.trim()))
    .map(e => [e.textContent.trim().slice(0, 30), parseFloat(getComputedStyle(e).fontSize)])
    .concat([...document.querySelectorAll(".lab-curve")].map(canvas => ["letters of a curve",
        parseFloat(canvas.getContext("2d").font) * canvas.clientWidth / canvas.width]))
    .filter(([, size]) => size < 9)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_letter_is_smaller_than_nine_pixels(laboratory: Any, width: int) -> None:
    laboratory.set_viewport_size({"width": width, "height": 844})
    laboratory.wait_for_timeout(500)
    assert laboratory.evaluate(LETTERS) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_widgets_are_accessible_and_fit(laboratory: Any, width: int, theme: str) -> None:
    laboratory.set_viewport_size({"width": width, "height": 900})
    set_theme(laboratory, theme)
    assert inaccessible(laboratory, ".lab") == []
    assert laboratory.evaluate("document.documentElement.scrollWidth") <= width
    for target in laboratory.locator(".lab :is(button, select), .lab-dot").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24, "too small for a finger"


def test_nothing_went_wrong_meanwhile(laboratory: Any) -> None:
    assert laboratory.problems == []
