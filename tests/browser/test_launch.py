"""Each page can be opened elsewhere and taken along: every such link of the built site is made from
the one address of the repository, and leads to a file; what a container starts is JupyterLab."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import urlopen

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from checks.home import Home, home
from checks.page import ROOT
from harness import HTML, built_pages, jupyter
from teaching import links as taught

sys.path.insert(0, str(ROOT / "web" / "extensions"))
import book_launch

NOTEBOOKS = taught.notebooks()
HOSTS = re.compile(
    r"https://(github\.com|mybinder\.org|colab\.|codespaces\.new|[\w-]+\.github\.io/)"
)
FOREIGN = {"https://github.com/jax-ml/jax", "https://udlbook.github.io/udlbook"}  # cited
INSIDE = re.compile(r"(?:lab/tree|/blob/[^/]+|/edit/[^/]+)/([^?&]+)")
ADOPT = "instructors/adopt.html#a-class-on-jupyterhub"


@cache
def header(page: str) -> dict[str, Any]:
    """The links at the head of a page, by what they say."""
    soup = BeautifulSoup((HTML / page).read_text(encoding="utf-8"), "html.parser")
    found = soup.select(".article-header-buttons a")
    return {link.get_text(strip=True): link for link in found}


def test_every_link_of_the_site_to_a_repository_is_made_from_the_setting(site: Any) -> None:
    strangers, found = set(), 0
    for page in built_pages():
        text = (HTML / page).read_text(encoding="utf-8")
        for address in re.findall(r'(?:href|src|content)="([^"]+)"', text):
            if HOSTS.match(address) and not address.startswith(tuple(FOREIGN)):
                found += 1
                if not home().made(address.replace("&amp;", "&")):
                    strangers.add(f"{page}: {address}")
    assert found > len(built_pages())
    assert strangers == set()


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_opens_elsewhere(site: Any, notebook: str) -> None:
    links = header(notebook.replace(".ipynb", ".html"))
    book = home()
    assert links["Binder"]["href"] == book.binder(notebook)
    assert links["Colab"]["href"] == book.colab(notebook)
    assert links["Codespaces"]["href"] == book.codespaces()
    assert links["Repository"]["href"] == book.url
    assert links["Suggest edit"]["href"] == f"{book.url}/edit/{book.branch}/{notebook}"
    assert links["Open issue"]["href"].startswith(f"{book.url}/issues/new?")
    asked = parse_qs(urlsplit(links["JupyterHub"]["data-hub"]).query)
    assert (asked["repo"], asked["branch"]) == ([book.url], [book.branch])
    assert asked["urlpath"] == [f"lab/tree/{book.name}/{notebook}"]
    assert links["JupyterHub"]["href"].endswith(ADOPT)
    page, place = ADOPT.split("#")
    assert f'id="{place}"' in (HTML / page).read_text(encoding="utf-8")
    for link in links.values():  # each of them names files of the repository
        for path in INSIDE.findall(unquote(link["href"])):
            assert (ROOT / path).is_file(), link["href"]


@pytest.mark.parametrize("page", ["reference/notation.html", "intro.html"])
def test_a_page_of_text_can_be_edited_and_asked_about(site: Any, page: str) -> None:
    links, source = header(page), page.replace(".html", ".md")
    assert links["Suggest edit"]["href"] == f"{home().url}/edit/{home().branch}/{source}"
    assert (ROOT / source).is_file()
    assert "Binder" not in links


def test_a_hub_that_is_set_is_reached_by_one_click() -> None:
    place = Home("https://github.com/a/b", "main", "v1")
    buttons = {
        each["text"]: each
        for each in book_launch.launchers(place, "x.ipynb", "https://hub.a.edu/", "help")
    }
    assert buttons["JupyterHub"]["attributes"] == {}
    assert buttons["JupyterHub"]["url"] == place.hub("https://hub.a.edu", "x.ipynb")
    assert buttons["JupyterHub"]["url"].startswith("https://hub.a.edu/hub/user-redirect/git-pull?")


@pytest.mark.parametrize(
    "typed", ["https://hub.example.edu/", " https://hub.example.edu/hub/spawn"]
)
def test_the_page_asks_for_its_readers_hub_and_keeps_it(
    open_page: Callable[..., Any], typed: str
) -> None:
    page = open_page(NOTEBOOKS[0].replace(".ipynb", ".html"))
    page.evaluate("window.open = address => { window.opened = address; }")
    asked = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.default_value)
        dialog.accept(typed)

    page.on("dialog", answer)
    for _ in range(2):
        page.get_by_label("Open this notebook elsewhere").click()
        page.get_by_role("link", name="JupyterHub").click()
    assert page.evaluate("opened") == home().hub("https://hub.example.edu", NOTEBOOKS[0])
    assert asked == ["https://", "https://hub.example.edu"]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_download_is_the_notebook_itself(open_page: Callable[..., Any], notebook: str) -> None:
    page = open_page(notebook.replace(".ipynb", ".html"))
    page.get_by_label("Download this page").click()
    with page.expect_download() as download:
        page.locator(".btn-download-source-button").click()
    assert download.value.suggested_filename == Path(notebook).name
    handed = Path(download.value.path()).read_bytes()
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    if settings["sphinx"]["config"]["book_solutions"] == "folded":
        assert handed == (ROOT / notebook).read_bytes()
    nbformat.validate(nbformat.reads(handed.decode("utf-8"), as_version=4))


def test_the_container_ends_in_jupyterlab_with_the_chapters(tmp_path: Path) -> None:
    """What Codespaces runs at last, here with a free port and this Python's JupyterLab."""
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    command = container["postAttachCommand"]
    assert "--port=8888" in command
    assert command.startswith(".venv/bin/jupyter ")
    command = command.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    command = command.replace("--port=8888", "--port=0") + " --allow-root"
    with jupyter(["bash", "-c", f"exec {command}"], tmp_path) as address:
        with urlopen(address) as answer:
            assert answer.url == f"{address}lab/tree/chapters"
        for notebook in NOTEBOOKS:
            with urlopen(f"{address}api/contents/{notebook}?content=0") as answer:
                assert json.load(answer)["path"] == notebook
