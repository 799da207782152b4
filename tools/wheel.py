"""Build nnlib as a wheel and test it where nothing but numpy (and pytest) is installed.

    make wheel

The wheel is left in dist/. Its tests run outside the repository, so that only what the wheel
brought can be imported.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEYOND_NUMPY = ("bookkit", "hypothesis", "matplotlib", "torch", "yaml", "ROOT", "parents[")

ALONE = os.environ | {"PYTHONPATH": ""}  # nothing of the repository can be imported


def main() -> None:
    dist = ROOT / "dist"
    pip("wheel", "--no-deps", "--wheel-dir", str(dist), str(ROOT))
    wheel = max(dist.glob("nnlib-*.whl"), key=lambda path: path.stat().st_mtime)
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        venv.create(here / "env", with_pip=True)
        python = here / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        pins = dict(line.split("==") for line in pinned())
        needed = [f"{name}=={pins[name]}" for name in ("numpy", "pytest")]
        pip(*needed, str(wheel), install=True, python=str(python))
        where = subprocess.check_output(
            [python, "-c", "import nnlib; print(nnlib.__file__)"], cwd=here, env=ALONE, text=True
        )
        if not Path(where.strip()).resolve().is_relative_to(here.resolve()):
            sys.exit(f"nnlib was imported from {where.strip()}, not from the wheel")
        names = tests()
        for name in names:
            shutil.copy(ROOT / "tests/unit" / name, here)
        subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            check=True,
            cwd=here,
            env=ALONE,
        )
    print(f"{wheel.relative_to(ROOT)} works with numpy alone: {len(names) - 1} test files passed.")


def pinned() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.count("==") == 1]


def tests() -> list[str]:
    """The test files of the package that ask for nothing but numpy and nnlib."""
    files = sorted((ROOT / "tests/unit").glob("*.py"))
    return [
        path.name
        for path in files
        if not any(word in path.read_text(encoding="utf-8") for word in BEYOND_NUMPY)
    ]


def pip(*arguments: str, install: bool = False, python: str = sys.executable) -> None:
    command = ["install"] if install else []
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", *command, *arguments, *quiet], check=True, env=ALONE)


if __name__ == "__main__":
    main()
