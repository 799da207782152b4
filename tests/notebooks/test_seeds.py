"""`tools/seeds.py` finds the claims that hold for the stored seeds alone, and only those."""

import pytest
import seeds
from checks import claims
from samples import code, markdown, notebook, save

FIRST = """
import numpy as np
luck = np.random.default_rng(0).random()
print(f"{luck:.3f}")
"""


@pytest.fixture
def chapter(tmp_path):
    def write(*cells):
        return save(notebook(code(FIRST), *cells), tmp_path / "chapters" / "01-luck.ipynb")

    (tmp_path / "chapters").mkdir()
    return write


def found(path, capsys, *options):
    failed = seeds.main([str(path), *(options or ("--shift", "1"))])
    return failed, capsys.readouterr().out


def test_a_claim_that_holds_under_every_seed_is_not_listed(chapter, capsys):
    failed, said = found(chapter(code("assert 0 <= luck < 1")), capsys)
    assert not failed
    assert "claims that fail: 0" in said


def test_a_claim_true_of_one_draw_is_listed_with_its_cell_and_line(chapter, capsys):
    claim = "assert round(luck, 3) == 0.637  # np.random.default_rng(0).random()"
    path = chapter(code(f"{claim}\nassert luck == luck"), code("assert luck < 2"))
    failed, said = found(path, capsys)
    assert failed
    assert "01-luck.ipynb, cell 1" in said
    assert "fails under 1 of 1 shifts" in said
    assert "assert round(luck, 3) == 0.637" in said
    assert "luck == luck" not in said
    assert "luck < 2" not in said


def test_no_shift_is_the_chapter_itself(chapter, capsys):
    failed, _ = found(chapter(code("assert round(luck, 3) == 0.637")), capsys, "--shift", "0")
    assert not failed


def test_a_tagged_claim_may_fail_and_one_that_never_does_is_named(chapter, capsys):
    tagged = code("assert round(luck, 3) == 0.637", tags=["one-seed"])
    idle = code("assert luck < 1", tags=["one-seed"])
    failed, said = found(chapter(tagged, idle), capsys)
    assert not failed
    assert "cell 1" not in said
    assert "cell 2" in said
    assert "held under all 1 shifts" in said


def test_an_accident_is_listed_once_and_a_wrong_answer_too(chapter, capsys):
    path = chapter(
        code("lucky = [7][round(luck, 3) != 0.637]"),
        code("print(lucky)"),
        code('print("✓ right" if round(luck, 3) == 0.637 else "✗ luck is wrong")'),
    )
    _, said = found(path, capsys, "--shift", "2")
    assert "stops with IndexError" in said
    assert "NameError" not in said
    assert "✗ luck is wrong" in said


def test_cells_that_only_draw_and_cells_removed_are_no_claims(chapter, capsys):
    drawing = code("assert luck == 0", tags=["hide-input"], figure={"name": "fig-one"})
    failed, _ = found(chapter(drawing, code("assert luck == 0", tags=["remove-cell"])), capsys)
    assert not failed


@pytest.mark.parametrize(
    ("text", "said"),
    [("In this run it reads 8 of 9.", True), ("It reads 8 of 9.", False)],
)
def test_a_tagged_cell_stands_beside_words_that_say_so(chapter, text, said):
    path = chapter(markdown(text), code("assert luck > 0.6", tags=["one-seed"]))
    problems = claims.problems(claims.Page.read(path))
    assert bool(problems) != said
