"""Build JupyterLite for the book's site: its notebooks in Jupyter's own editor, in the browser.

It stands beside the pages as ``lite/`` and uses the same Pyodide, the same wheels and the same lock
file as the code cells in the pages (see ``tools/live.py``), so ``import nnlib`` works at once.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
import subprocess
import sys
from pathlib import Path

import exercises
import nbformat

# It asks for these by name when it starts; the book's lock file knows no others.
PACKAGES = [
    *("numpy", "matplotlib", "ipython", "prompt-toolkit", "ssl", "sqlite3", "ipywidgets"),
    *("comm", "anywidget", "nnlib"),
]
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
HEARTBEAT = "service-worker-heartbeat"
EXTENSIONS = {
    "@jupyterlite/pyodide-kernel-extension",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
}


def available() -> bool:
    try:
        return bool(importlib.metadata.version("jupyterlite-core"))
    except importlib.metadata.PackageNotFoundError:
        return False


def settings(python: str) -> dict:
    """``python``: where Pyodide's files are, seen from the site's root."""
    kernel = {
        "pyodideUrl": f"../../{python}pyodide.js",  # seen from lite/notebooks/
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": PACKAGES},
    }
    plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    config = {
        "appName": "Notebooks of the book",
        "exposeAppInBrowser": True,  # the browser tests read the notebook through it
        "litePluginSettings": plugins,
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}


def build(
    work: Path,
    output: Path,
    notebooks: list[Path],
    root: Path,
    python: str,
    policy: str,
    solutions: str = "folded",
) -> None:
    """Build into ``output``; nothing is done where what it was built from has not changed.

    ``policy`` is the Content-Security-Policy of its pages, ``solutions`` the setting of the book.
    """
    lite = settings(python)
    version = importlib.metadata.version("jupyterlite-core")
    digest = hashlib.sha256(
        json.dumps([lite, version, KERNEL, sorted(EXTENSIONS), policy, solutions]).encode()
    )
    for path in notebooks:
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    done = work / "done"
    if output.is_dir() and done.is_file() and done.read_text() == digest.hexdigest():
        return
    shutil.rmtree(work, ignore_errors=True)  # its stale database would silently drop settings
    shutil.rmtree(output, ignore_errors=True)
    copy_notebooks(notebooks, root, work / "contents", solutions)
    (work / "jupyter-lite.json").write_text(json.dumps(lite))
    options = {
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "apps": ["notebooks"],
        "contents": ["contents"],
        "lite_dir": str(work),
        "output_dir": str(output),
        "source_date_epoch": 315532800,  # 1980: or every build would carry its own time
    }
    (work / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": options}))
    ask = [
        sys.executable,
        "-m",
        "jupyterlite_core",
        "build",
        "--config",
        "jupyter_lite_config.json",
    ]
    ran = subprocess.run(ask, cwd=work, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"JupyterLite could not be built:\n{ran.stderr[-2000:]}")
    drop_other_extensions(output)
    keep_heartbeat(output)
    page = output / "notebooks" / "index.html"  # names no icon, so browsers ask the host's root
    icon = '<link rel="icon" href="../icon-120x120.png">'
    page.write_text(page.read_text("utf-8").replace("<head>", f"<head>{icon}", 1), "utf-8")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    for page in output.rglob("*.html"):
        page.write_text(page.read_text("utf-8").replace("<head>", f"<head>{meta}", 1), "utf-8")
    done.write_text(digest.hexdigest())


def copy_notebooks(notebooks: list[Path], root: Path, folder: Path, solutions: str) -> None:
    """The notebooks as the site shows them, each with the kernel to take, or it asks the reader."""
    for path in notebooks:
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        notebook = exercises.shown(nbformat.read(path, as_version=4), solutions)
        notebook["metadata"]["kernelspec"] = KERNEL
        nbformat.write(notebook, copy)


def keep_heartbeat(output: Path) -> None:
    """JupyterLite asks for a file at the host's root, where below a path nothing answers: an error
    in every console. Let it ask within its own folder, and find something there."""
    asks, instead = f'fetch("/api/{HEARTBEAT}")', f'fetch("../api/{HEARTBEAT}")'
    scripts = [path for path in output.glob("build/*.js") if asks in path.read_text("utf-8")]
    if not scripts:
        raise RuntimeError("JupyterLite's heartbeat is not where it was: see tools/live_lite.py.")
    for path in scripts:
        path.write_text(path.read_text("utf-8").replace(asks, instead), "utf-8")
    (output / "api" / HEARTBEAT).write_text("one is enough")


def drop_other_extensions(output: Path) -> None:
    """JupyterLite takes every extension of JupyterLab that this Python has; keep what is used."""
    for path in (output / "jupyter-lite.json", *output.glob("*/jupyter-lite.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        data = content.get("jupyter-config-data", {})
        if "federated_extensions" in data:
            kept = [e for e in data["federated_extensions"] if e["name"] in EXTENSIONS]
            data["federated_extensions"] = kept
            path.write_text(json.dumps(content), encoding="utf-8")
    for folder in (output / "extensions").iterdir():
        names = [folder.name] if (folder / "package.json").is_file() else []
        names += [f"{folder.name}/{sub.name}" for sub in folder.iterdir() if sub.is_dir()]
        if not EXTENSIONS.intersection(names):
            shutil.rmtree(folder)
