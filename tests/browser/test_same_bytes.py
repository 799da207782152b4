"""The same sources give the same site, byte for byte."""

from __future__ import annotations

import filecmp
import subprocess
import sys
from pathlib import Path

from harness import HTML, ROOT, missing

JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
BUILD = [*("-c", JUPYTER_BOOK, "build", "."), *("-W", "-n", "--all"), "--path-output"]


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_second_build_gives_the_same_bytes(tmp_path: Path) -> None:
    if not (HTML / "index.html").is_file():
        missing("There is no built book to compare with: run `make book` first.")
    built = subprocess.run([sys.executable, *BUILD, tmp_path], cwd=ROOT, capture_output=True)
    assert built.returncode == 0, built.stderr.decode(errors="replace")[-2000:]
    again = tmp_path / "_build" / "html"
    assert files(HTML) == files(again)
    _, differ, unreadable = filecmp.cmpfiles(HTML, again, sorted(files(HTML)), shallow=False)
    assert [*differ, *unreadable] == []
