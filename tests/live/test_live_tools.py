"""Getting Pyodide, the wheel of nnlib, the editor's bundle, the list of cells, the scripts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import live
import nbformat
import pytest
from needs import missing

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_live  # noqa: E402


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- the page's scripts ---------------------------------------------------------------------------


def test_scripts_of_the_page() -> None:
    if (node := shutil.which("node")) is None:
        missing("The page's scripts are tested where Node is installed: see https://nodejs.org.")
    tests = sorted(map(str, Path(__file__).parent.glob("*.test.mjs")))
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]


def test_editor_is_the_one_the_lock_file_builds(tmp_path: Path) -> None:
    kept = (ROOT / "web/live/vendor/editor.mjs").read_bytes()
    assert digest(kept) == live.PINS["editor"]
    program = ROOT / "web/live/editor/node_modules/.bin/esbuild"
    if not program.exists():
        pytest.skip("To build the editor anew, run `npm ci` in web/live/editor.")
    command = json.loads((ROOT / "web/live/editor/package.json").read_text())["scripts"][
        "build"
    ].split()
    command[0], command[-1] = str(program), f"--outfile={tmp_path / 'editor.mjs'}"
    subprocess.run(command, cwd=ROOT / "web/live/editor", check=True, capture_output=True)
    assert (tmp_path / "editor.mjs").read_bytes() == kept


def test_lock_file_of_the_editor_names_no_registry() -> None:
    assert "resolved" not in (ROOT / "web/live/editor/package-lock.json").read_text()


# --- the list of cells ----------------------------------------------------------------------------


def test_cells_that_the_page_hides_are_listed(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    for i, tag in enumerate(["remove-cell", "remove-input", "hide-input"]):
        cell = nbformat.v4.new_code_cell(f"x = {i}", id=f"c{i}", metadata={"tags": [tag]})
        notebook.cells += [nbformat.v4.new_markdown_cell("Words."), cell]
    notebook.cells.append(nbformat.v4.new_code_cell("  "))
    nbformat.write(notebook, tmp_path / "a.ipynb")
    assert book_live.list_cells(str(tmp_path / "a.ipynb"), "folded") == [
        {"id": "c0", "source": "x = 0", "tags": ["remove-cell"]},
        {"id": "c1", "source": "x = 1", "tags": ["remove-input"]},
        {"id": "c2", "source": "x = 2", "tags": ["hide-input"]},
    ]


# --- the wheel ------------------------------------------------------------------------------------


def test_wheel_is_the_same_every_time_and_holds_the_data(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = live.nnlib_wheel(tmp_path), live.nnlib_wheel(tmp_path / "again")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert {"nnlib/network.py", "nnlib/_data/digits.npz", "nnlib/_data/cats_dogs.npz"} <= set(names)
    assert not [name for name in names if "pycache" in name]


# --- getting Pyodide ------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for a distribution of two files."""
    lock = json.dumps(
        {"packages": {"a": {"depends": [], "file_name": "a.whl", "sha256": digest(b"A")}}}
    )
    pins = {
        "lock": digest(lock.encode()),
        "core": {"core.wasm": digest(b"core")},
        "packages": ["a"],
        "left out": {},
        "wheels": {},
    }
    monkeypatch.setattr(live, "PINS", live.PINS | pins)
    monkeypatch.setattr(live, "CACHE", tmp_path / "cache")
    Server.files = {live.LOCK: lock.encode(), "core.wasm": b"core", "a.whl": b"A"}
    return tmp_path / "cache"


class Server(BaseHTTPRequestHandler):
    files: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        name, wanted = self.path.strip("/"), self.headers.get("Range")
        self.asked.append((name, wanted))
        body = self.files.get(name)
        if body is None:
            return self.send_error(404)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:])
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def cdn(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    Server.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(live, "CDN", f"http://127.0.0.1:{server.server_port}/")
    yield Server
    server.shutdown()
    server.server_close()


def quiet(_: str) -> None:
    """Say nothing."""


def test_everything_is_fetched_once(cache: Path, cdn: type[Server]) -> None:
    live.get(["cdn"], quiet)
    assert {path.name for path in cache.iterdir()} == {live.LOCK, "core.wasm", "a.whl"}
    cdn.asked.clear()
    live.get(["cdn"], quiet)
    assert cdn.asked == []


def test_an_interrupted_fetch_goes_on(cache: Path, cdn: type[Server]) -> None:
    cache.mkdir()
    (cache / "core.wasm.part").write_bytes(b"co")
    live.get(["cdn"], quiet)
    assert ("core.wasm", "bytes=2-") in cdn.asked
    assert (cache / "core.wasm").read_bytes() == b"core"


def test_a_file_with_another_sum_is_refused(cache: Path, cdn: type[Server]) -> None:
    cdn.files["core.wasm"] = b"evil"
    with pytest.raises(live.Missing, match=r"core\.wasm from cdn has another SHA-256"):
        live.get(["cdn"], quiet)
    assert not (cache / "core.wasm").exists()
    assert not (cache / "core.wasm.part").exists()


def test_the_next_source_brings_what_one_lacks(
    cache: Path, cdn: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    del cdn.files["a.whl"]

    def other(files: dict[str, str]) -> Iterator[tuple[Path, str]]:
        assert list(files) == ["a.whl"]
        (cache / "copy").write_bytes(b"A")
        yield cache / "copy", "a.whl"

    monkeypatch.setitem(live.SOURCES, "other", ("another place", other))
    live.get(["cdn", "other"], quiet)
    assert (cache / "a.whl").read_bytes() == b"A"


def test_without_a_network_it_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CDN", "http://127.0.0.1:9/")
    with pytest.raises(live.Missing, match=r"cdn: .*The book builds without them.*live\.py get"):
        live.get(["cdn"], quiet)


def test_a_changed_cache_is_not_served(cache: Path, cdn: type[Server], tmp_path: Path) -> None:
    live.get(["cdn"], quiet)
    (cache / "core.wasm").write_bytes(b"rot")
    with pytest.raises(live.Missing, match="has changed"):
        live.assemble(tmp_path / "site")


def test_what_is_left_out_is_not_fetched() -> None:
    packages = {"a": {"depends": ["B_c", "d"]}, "b-c": {"depends": []}, "d": {"depends": []}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "PINS", live.PINS | {"left out": {"a": ["b-c"]}})
        assert live.closure(packages, ["a"]) == {"a": {"depends": ["d"]}, "d": {"depends": []}}


@pytest.mark.skipif(os.name == "nt", reason="the cache's place is tested where it can be named")
def test_the_cache_is_outside_the_repository() -> None:
    assert ROOT not in live.CACHE.parents
