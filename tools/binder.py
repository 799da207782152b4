"""Build Binder's environment on this machine, without Docker.

    make binder

`jupyter-repo2docker --no-build` reads `binder/` and writes the Dockerfile that Binder would build.
Its steps on the book's files are then taken here: on a copy that holds only files of the
repository, in a new virtual environment of the Python that it names. What comes out lies in
`_build/binder/`: `repository/`, `env/`, and `start`, which runs a command as Binder does.
`tests/browser/test_lab.py` opens the chapters there.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "_build" / "binder"
ALONE = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def main() -> None:
    shutil.rmtree(BUILT, ignore_errors=True)
    copy = copied(BUILT / "repository")
    with timed("repo2docker"):
        dockerfile, python = read_by_repo2docker(copy)
    env = BUILT / "env"
    with timed(f"a new environment of Python {python}"):
        run([interpreter(python), "-m", "venv", str(env)])
    settings = ALONE | {
        "HOME": str(copy),
        "REPO_DIR": str(copy),
        "KERNEL_PYTHON_PREFIX": str(env),
        "NB_PYTHON_PREFIX": str(env),
        "PATH": f"{env / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_CACHE_DIR": pip_cache(),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_QUIET": "1",
    }
    own = Path.home() / ".config" / "pip" / "pip.conf"
    if own.is_file():  # which index to ask is this machine's matter
        settings["PIP_CONFIG_FILE"] = str(own)
    for step in steps(dockerfile):
        with timed(step):
            run(["bash", "-ec", step], cwd=copy, env=settings)
    write_start(BUILT / "start", settings, started_by(dockerfile, copy))


def copied(target: Path) -> Path:
    """A copy of the files of the repository as they are now, and of no others."""
    listing = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in filter(None, listing.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def read_by_repo2docker(folder: Path) -> tuple[str, str]:
    """The Dockerfile that Binder would build for a folder, and the version of its Python."""
    tool = BUILT / "repo2docker"
    run([sys.executable, "-m", "venv", str(tool)])
    pip = [str(tool / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--no-deps", "-r", str(ROOT / ".ci" / "repo2docker.txt")])
    command = [tool / "bin" / "jupyter-repo2docker", "--no-build", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=ALONE)
    if done.returncode:
        raise SystemExit(f"repo2docker refuses binder/:\n{done.stderr}")
    if not (python := re.search(r"python=(\d+\.\d+)", done.stderr)):
        raise SystemExit(f"repo2docker does not say which Python it takes:\n{done.stderr}")
    return done.stdout, python[1]


def steps(dockerfile: str) -> list[str]:
    """The commands that a Dockerfile of repo2docker runs once the repository's files are there.

    Without `--no-cache-dir`, which makes an image small and a second run here slow.
    """
    _, copies, after = dockerfile.partition("src/ ${REPO_DIR}/\n")
    if not copies:
        raise SystemExit("The Dockerfile of repo2docker has another form: mend tools/binder.py.")
    lines = after.replace("\\\n", " ").splitlines()
    found = [line.removeprefix("RUN ") for line in lines if line.startswith("RUN ")]
    return [command.replace(" --no-cache-dir", "").strip() for command in found]


def started_by(dockerfile: str, copy: Path) -> str:
    """The script of the repository that starts Binder's server, where it has one."""
    script = re.search(r'^ENV R2D_ENTRYPOINT="?([^"\n]+)', dockerfile, re.MULTILINE)
    return script[1].replace("${REPO_DIR}", str(copy)) if script else ""


def interpreter(version: str) -> str:
    """The Python of this version, on the path or kept by pyenv; else the one that runs here."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *kept.glob(f"{version}.*/bin/python")]
    for program in filter(None, found):
        command = [str(program), "-c", "import ensurepip"]
        if not subprocess.run(command, capture_output=True, env=ALONE).returncode:
            return str(program)
    print(f"There is no Python {version} here, as Binder has: {sys.version.split()[0]} instead.")
    return sys.executable


def pip_cache() -> str:
    """Where pip keeps what it fetched: beside the home of whoever runs this, not in Binder's."""
    command = [sys.executable, "-m", "pip", "cache", "dir"]
    return subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL).strip()


def write_start(path: Path, settings: dict[str, str], script: str) -> None:
    """A script that runs its arguments in the environment, by the repository's own where there
    is one."""
    names = sorted(settings.keys() - ALONE.keys() | {"HOME", "PATH"})
    exports = [f"export {name}={shlex.quote(settings[name])}" for name in names]
    lines = ["#!/usr/bin/env bash", *exports, 'cd "$REPO_DIR"', f'exec {script} "$@"']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)


def run(command: list[str], **settings: object) -> None:
    done = subprocess.run(command, **{"env": ALONE} | settings)
    if done.returncode:
        raise SystemExit(f"Binder's environment cannot be built: {shlex.join(command)}")


class timed:
    """Say how long something took."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.start = time.monotonic()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            print(f"{time.monotonic() - self.start:6.1f} s  {self.what}", flush=True)


if __name__ == "__main__":
    main()
