"""Where the book is at home: one setting, ``repository`` in ``_config.yml``, makes every address.

`python tools/address.py` writes it to the files that cannot ask: notebooks, Markdown, the citation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml

import nnlib

ROOT = Path(__file__).resolve().parents[2]
BINDER = "https://mybinder.org/v2/gh"
CODESPACES = "https://codespaces.new"
COLAB = "https://colab.research.google.com/github"
OPENED = "lab/tree"


@dataclass(frozen=True)
class Home:
    """The repository on GitHub, its branch, and what the released package is called there."""

    url: str
    branch: str
    tag: str
    published: str = ""  # where the pages stand, if not where GitHub puts them

    @property
    def slug(self) -> str:
        """``owner/name``"""
        return self.url.removeprefix("https://github.com/")

    @property
    def name(self) -> str:
        return self.slug.rpartition("/")[2]

    @property
    def pages(self) -> str:
        """The address of the published book."""
        owner, _, name = self.slug.partition("/")
        return self.published or f"https://{owner.lower()}.github.io/{name}/"

    @property
    def package(self) -> str:
        """What pip installs: the package as released, with what the notebooks use."""
        return f"nnlib[interactive] @ git+{self.url}@{self.tag}"

    def binder(self, path: str) -> str:
        return f"{BINDER}/{self.slug}/{quote(self.branch)}?urlpath={OPENED}/{path}"

    def colab(self, path: str) -> str:
        """The notebook as released: its first cell installs the package of the same release."""
        return f"{COLAB}/{self.slug}/blob/{self.tag}/{path}"

    def codespaces(self) -> str:
        return f"{CODESPACES}/{self.slug}/tree/{quote(self.branch)}"

    def hub(self, address: str, path: str) -> str:
        """The link of nbgitpuller: it brings the repository to a home on a JupyterHub, and opens
        the file at ``path``."""
        opened = f"{OPENED}/{self.name}/{path}"
        asked = urlencode({"repo": self.url, "branch": self.branch, "urlpath": opened})
        return f"{address.rstrip('/')}/hub/user-redirect/git-pull?{asked}"

    def made(self, address: str) -> bool:
        """Whether an address begins as those do that are made here."""
        starts = [
            re.escape(self.url) + rf"(@{re.escape(self.tag)}$|(?![@.\w-]))",
            re.escape(self.pages.rstrip("/")) + r"(?=/|$)",
            re.escape(self.binder("").partition("?")[0]) + r"(?=\?|$)",
            re.escape(self.colab("")),
            re.escape(self.codespaces()) + "$",
        ]
        return re.match("|".join(starts), address) is not None


def read(config: Path) -> Home:
    """Raise ValueError where the setting is no repository on GitHub."""
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))
    url = settings["repository"]["url"].rstrip("/").removesuffix(".git")
    if url.count("/") != 4 or not url.startswith("https://github.com/"):
        raise ValueError(
            f"{config.name}: repository: url is {url}, but should be https://github.com/owner/name"
        )
    published = settings.get("html", {}).get("baseurl") or ""
    published = published.rstrip("/") + "/" if published else ""
    return Home(url, settings["repository"]["branch"], f"v{nnlib.__version__}", published)


@cache
def home() -> Home:
    return read(ROOT / "_config.yml")
