"""Links that open a chapter on a JupyterHub by nbgitpuller, made from the book's one address."""

from __future__ import annotations

from dataclasses import replace

from checks import page
from checks.home import home
from checks.page import ROOT


def nbgitpuller(hub: str, path: str, repository: str = "", branch: str = "") -> str:
    """The link that fetches the repository to the student's home and opens the file at `path`."""
    place = home()
    if repository:
        place = replace(place, url=repository.rstrip("/").removesuffix(".git"))
    return replace(place, branch=branch or place.branch).hub(hub, path)


def notebooks() -> list[str]:
    """Every notebook that a student opens, from the root of the repository."""
    return [path.relative_to(ROOT).as_posix() for path in page.notebooks()]
