"""The built pages as one zip that works from a folder: unpack it and open index.html.

    python tools/folder.py      _build/from-neuron-to-network.zip, from _build/html

From a folder a browser loads no modules and lets no script read a file. So the modules of each page
are bundled into a plain script (by esbuild, of `web/live/editor`), and `web/folder/folder.js` hands
out the files that they ask for. Python does not run there, and each page that would offer it says
where it does.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import packing
from checks.home import home

ROOT = Path(__file__).resolve().parent.parent
SITE = Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html"))
ZIP = ROOT / "_build" / "from-neuron-to-network.zip"
TOP = "from-neuron-to-network"
SHIM = ROOT / "web" / "folder" / "folder.js"
ESBUILD = ROOT / "web" / "live" / "editor" / "node_modules" / ".bin" / "esbuild"
# What asks for a server: Python, the page for wrong addresses, the map for search engines.
LEFT_OUT = re.compile(
    r"^(lite|pyodide)/|^_static/(live-\w+/(?!live\.css)|answers-\w+/.*\.mjs$|locales/|widgets/)"
    r"|^(404\.html|sitemap\.xml|offline\.json|service-worker\.js|objects\.inv|tippy_\w+\.json)$"
    r"|\.(mjs|map|cells\.json)$"
)
ASKED_FOR = re.compile(r"^(search-sections\.json|_sources/chapters/.*\.ipynb)$")
MODULE = re.compile(r'<script(?=[^>]*\btype="module")[^>]*\bsrc="([^"?]+)[^"]*"[^>]*></script>')
TOOLS = re.compile(r'<div(?=[^>]*class="live-tools")[^>]*>.*?</div>', re.S)
FREELY = re.compile(r"<button(?=[^>]*\blive-freely\b)[^>]*>.*?</button>", re.S)
INTRO = re.compile(r'(<div class="live-intro">).*?(</div>)', re.S)
PRELOAD = re.compile(r'<link(?=[^>]*rel="preload")[^>]*>')
LITE = re.compile(r'href="(?:\.\./)*(lite/[^"]*)"')
SENTENCE = (
    "<p>This copy of the book stands in a folder, where a browser runs no Python: "
    '<a href="{address}">the same page on the web</a> runs its code.</p>'
)


def for_folder(name: str, page: str, address: str) -> tuple[str, set[str]]:
    """A page as it works from a folder, and the modules that it needs bundled."""
    up = "../" * name.count("/")
    modules: set[str] = set()

    def script(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1]))
        if path.startswith("_static/live-"):
            return ""
        modules.add(path)
        return f'<script defer src="{up}{path.removesuffix(".mjs")}.js"></script>'

    page = MODULE.sub(script, page)
    page = FREELY.sub("", TOOLS.sub("", PRELOAD.sub("", page)))
    page = INTRO.sub(lambda m: m[1] + SENTENCE.format(address=address + name) + m[2], page)
    page = LITE.sub(lambda m: f'href="{address}{m[1]}"', page)
    # A page of a folder is of no origin, so that 'self' may not name it: its files are named too.
    page = page.replace("'self'", "'self' file:")
    first = f'<head>\n<script src="{up}_static/folder.js"></script>'
    return page.replace("<head>", first, 1), modules


def bundle(module: str) -> bytes:
    """A module with all that it imports, as a script."""
    if not ESBUILD.exists():
        raise SystemExit("Modules are bundled by esbuild: run npm ci --prefix web/live/editor.")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.js"
        options = ["--bundle", "--format=iife", "--charset=utf8", "--log-level=warning"]
        subprocess.run([ESBUILD, SITE / module, *options, f"--outfile={made}"], check=True)
        # esbuild names each file as it lies on this machine
        return re.sub(rb"(?m)^\s*// .*\.mjs\n", b"", made.read_bytes())


def files(address: str) -> dict[str, bytes]:
    """All files of the folder by their names."""
    found: dict[str, bytes] = {"_static/folder.js": SHIM.read_bytes()}
    modules: set[str] = set()
    for path in sorted(SITE.rglob("*")):
        name = path.relative_to(SITE).as_posix()
        if not path.is_file() or LEFT_OUT.search(name):
            continue
        content = path.read_bytes()
        if ASKED_FOR.match(name):
            text = json.dumps(content.decode(), ensure_ascii=False)
            told = f"bookFile({json.dumps(name)}, {text});"
            found[f"_static/files/{name}.js"] = told.encode()
        if name.endswith(".html") and not name.startswith("_static/"):
            page, needed = for_folder(name, content.decode(), address)
            content, modules = page.encode(), modules | needed
        found[name] = content
    for module in sorted(modules):
        found[f"{module.removesuffix('.mjs')}.js"] = bundle(module)
    return found


def main() -> None:
    if not (SITE / "index.html").is_file():
        raise SystemExit("There is no built book to pack: run make book first.")
    start = time.monotonic()
    made = files(home().pages)
    stored = [
        f"{TOP}/{name}" for name in made if name.endswith((".woff2", ".woff", ".png", ".webp"))
    ]
    named = sorted((f"{TOP}/{name}", content) for name, content in made.items())
    packing.pack(ZIP, named, packing.changed(), stored)
    size, seconds = ZIP.stat().st_size / 1e6, time.monotonic() - start
    print(f"{ZIP.relative_to(ROOT)}: {len(made)} files, {size:.1f} MB in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
