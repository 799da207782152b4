"""The index of figures holds every figure of the chapters, and gives away no guess."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from checks.page import ROOT
from teaching.chapter import Chapter

sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_figures


def test_every_figure_has_a_short_title_and_no_title_is_left_over() -> None:
    figures = [name for chapter in Chapter.all() for name in chapter.figures]
    titles = book_figures.titles()
    assert list(titles) == figures, "reference/figures.yml: one line a figure, in their order"
    assert len(set(titles.values())) == len(titles)
    assert [title for title in titles.values() if not 10 <= len(title) <= 70] == []
    assert [title for title in titles.values() if title.endswith((".", ":", " "))] == []


def test_the_index_shows_each_figure_with_its_number_title_and_picture(tmp_path: Path) -> None:
    text = book_figures.index(tmp_path)
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    named = [re.search(r"\{numref\}`([\w-]+)`", line)[1] for line in lines]
    chapters = Chapter.all()
    assert named == [name for chapter in chapters for name in chapter.figures]
    behind = set().union(*map(book_figures.covered, chapters))
    moving = {f.name for chapter in chapters for f in chapter.figures.values() if f.interactive}
    for name, line in zip(named, lines, strict=True):
        picture = tmp_path / f"{name}-small.webp"
        assert picture.is_file() == ("<img" in line) == (name not in behind), name
        assert (book_figures.MOVES in line) == (name in moving), name
        assert not picture.is_file() or picture.stat().st_size < 15_000, name
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 500_000


def test_what_a_guess_covers_is_known() -> None:
    covered = {name for chapter in Chapter.all() for name in book_figures.covered(chapter)}
    assert {"fig-neuron-traces", "fig-hidden-weights"} <= covered
    assert not {"fig-neuron-anatomy", "fig-hidden-shift", "fig-hidden-activations"} & covered
