"""What the browser tests stand on: where the book is, a server for it, and a watch on a page."""

from __future__ import annotations

import functools
import gzip
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from checks.home import home

ROOT = Path(__file__).resolve().parents[2]
HTML = Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html"))
PREFIX = urlsplit(home().pages).path
AXE = (ROOT / "web" / "vendor" / "tests" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async within => {
    const place = within ? {include: [[within]]} : document;
    const found = (await axe.run(place, {resultTypes: ["violations"]})).violations;
    return found.flatMap(v => v.nodes.map(
        n => `${v.id}: ${n.target.join(" ")}: ${n.failureSummary}`));
}"""
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".wasm", ".xml"}
CHROMIUM_OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def missing(sentence: str) -> NoReturn:
    """Skip on a contributor's machine; fail in CI, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def built_pages(folder: str = "") -> list[str]:
    """Every built page below ``folder``, as a path within the site."""
    found = sorted(p.relative_to(HTML).as_posix() for p in (HTML / folder).rglob("*.html"))
    return [p for p in found if not p.startswith(("_static/", "lite/"))]


@dataclass
class Site:
    """The built book on loopback; ``served`` lists (path, bytes sent) of every answer."""

    url: str
    root: Path
    served: list[tuple[str, int]] = field(default_factory=list)


@functools.cache
def compressed(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6)


class PagesHandler(SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does: below a path, text compressed, 404.html where nothing is."""

    protocol_version = "HTTP/1.1"
    cache = "max-age=600"
    site: Site

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = HTML / path.removeprefix(PREFIX)
        if file.is_dir():
            file /= "index.html"
        status = 200 if path.startswith(PREFIX) and file.is_file() else 404
        if status == 404:
            file = HTML / "404.html"
        squeeze = file.suffix in COMPRESSED
        body = compressed(str(file)) if squeeze else file.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", self.cache)
        if squeeze:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        self.site.served.append((path.removeprefix(PREFIX), len(body)))

    def log_message(self, *args: Any) -> None:
        """Say nothing: ``served`` has it."""


@contextmanager
def serving(handler: type[PagesHandler], **settings: Any) -> Iterator[type[PagesHandler]]:
    """A server of the built book on this machine, with its own class of ``handler``, whose ``site``
    says where."""
    own = type("Handler", (handler,), settings)
    server = ThreadingHTTPServer(("127.0.0.1", 0), own)
    server.daemon_threads = True
    own.site = Site(f"http://127.0.0.1:{server.server_port}{PREFIX}", HTML)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield own
    server.shutdown()
    server.server_close()


@contextmanager
def jupyter(command: list[str], folder: Path) -> Iterator[str]:
    """A Jupyter server that a command starts, its address; ``folder`` is for what it writes."""
    environment = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "OPENBLAS_NUM_THREADS": "1",
    }
    for name in ("BOOK_STATIC", "PYTHONPATH"):  # a reader's Jupyter knows neither
        environment.pop(name, None)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield _address(server, folder)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _address(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Where the server answers, as soon as it does."""
    while server.poll() is None:
        for file in folder.glob("jpserver-*.json"):
            try:
                address = json.loads(file.read_text(encoding="utf-8"))["url"]
                address = address.replace("localhost", "127.0.0.1")  # no names: CHROMIUM_OPTIONS
                with urlopen(f"{address}api/status"):
                    return address
            except (ValueError, URLError):
                pass  # the file is being written, or the server does not answer yet
        time.sleep(0.05)
    pytest.fail((folder / "log").read_text(encoding="utf-8"), pytrace=False)


def watch(page: Any, site: Site) -> list[str]:
    """Collect one sentence for each thing that must not happen on ``page``."""
    problems: list[str] = []

    def request(sent: Any) -> None:
        if not sent.url.startswith((site.url, "data:", "blob:", "about:")):
            problems.append(f"asked another host: {sent.url}")

    def response(got: Any) -> None:
        if got.status >= 400 and not got.request.is_navigation_request():
            problems.append(f"answer {got.status}: {got.url}")

    def console(message: Any) -> None:
        # A wrong address that a test goes to on purpose is announced here, too.
        if message.type == "error" and message.location["url"] != page.url:
            problems.append(f"console: {message.text}")

    page.on("request", request)
    page.on("response", response)
    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    return problems


def inaccessible(page: Any, within: str | None = None) -> list[str]:
    """Each violation that axe finds on the page as it is now, or in what a selector names."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(RUN_AXE, within)


def uncover(page: Any) -> bool:
    """Show without a guess whatever predictions cover, as a reader can; whether there was any."""
    boxes = page.locator(".predict").get_by_role("button", name="Show without a guess")
    covered = boxes.count() > 0
    while boxes.count():
        boxes.first.click()
    return covered


def set_theme(page: Any, theme: str) -> None:
    """Switch the page as the theme's own button does."""
    page.evaluate(
        "theme => Object.assign(document.documentElement.dataset, {theme, mode: theme})", theme
    )


def settle(page: Any) -> None:
    """Wait until fonts, images and mathematics have their final place."""
    page.wait_for_load_state("load")
    page.evaluate(
        """async () => {
            if (window.MathJax?.startup) await MathJax.startup.promise;
            for (const image of document.images) image.loading = "eager";
            await Promise.allSettled([...document.images].map(image => image.decode()));
            await document.fonts.ready;
        }"""
    )
