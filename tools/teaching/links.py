"""Links that open a chapter on a JupyterHub by nbgitpuller, made from the book's one address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import yaml
from checks.page import ROOT, chapters

OPENED = "lab/tree"


def nbgitpuller(hub: str, path: str, repository: str = "", branch: str = "") -> str:
    """The link that fetches the repository to the student's home and opens the file at `path`."""
    home = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    repository, branch = repository or home["url"], branch or home["branch"]
    folder = repository.rstrip("/").removesuffix(".git").rpartition("/")[2]
    asked = urlencode(
        {"repo": repository, "branch": branch, "urlpath": f"{OPENED}/{folder}/{path}"}
    )
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{asked}"


def notebooks() -> list[str]:
    """Every notebook that a student opens, from the root of the repository."""
    files = [*chapters(), Path(ROOT / "laboratory.ipynb")]
    return [str(path.relative_to(ROOT)) for path in files]
