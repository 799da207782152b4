"""One setting, `repository` in _config.yml, makes every address of the book; an adopter changes it
there, runs one command, and every link follows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import address
import pytest
from checks.home import Home, home, read
from test_repository import ROOT, tracked

HOSTS = r"github\.com|mybinder\.org/v2/gh|colab\.research\.google\.com/github|codespaces\.new"
PLACE = re.compile(
    rf"https?://(?:(?:{HOSTS})/[\w.-]+/[\w.-]+|[\w-]+\.github\.io/[\w-]+)[^\s)\"'>\\]*"
)
CONFIG = "_config.yml"
OTHER = "https://github.com/Ada-University/networks101"
WHERE = [
    *("README.md", "intro.md", "CONTRIBUTING.md", "CITATION.cff"),
    "chapters/02-perceptron.ipynb",
    "laboratory.ipynb",
]


def links(root: Path, files: list[str]) -> Iterator[tuple[str, str]]:
    """(file, address) of everything that leads to a repository or to pages on GitHub."""
    for name in files:
        path = root / name
        if path.suffix in address.KINDS and name != CONFIG and "vendor/" not in name:
            for match in PLACE.finditer(path.read_text(encoding="utf-8")):
                yield name, match[0].rstrip(".,;")


def strangers(root: Path, files: list[str], place: Home) -> set[str]:
    """The files that hold an address which this home does not make."""
    return {name for name, link in links(root, files) if not place.made(link)}


def test_every_address_is_made_from_the_one_setting() -> None:
    found = list(links(ROOT, tracked()))
    assert {name for name, _ in found} >= set(WHERE)
    assert strangers(ROOT, tracked(), home()) == set()


def test_links_lead_to_files_of_the_repository() -> None:
    files, checked = set(tracked()), 0
    folders = {str(parent) for name in files for parent in Path(name).parents}
    for name, link in links(ROOT, sorted(files)):
        asked = parse_qs(urlparse(link).query)
        inside = re.search(r"/(?:blob|tree|edit|raw)/[^/]+/(.+)", urlparse(link).path)
        for path in [*(asked.get("urlpath") or []), *([inside[1]] if inside else [])]:
            path = path.removeprefix("lab/tree/")
            assert path in files | folders, f"{name}: {link}"
            checked += 1
    assert checked


def test_what_colab_opens_is_in_the_release_that_it_installs() -> None:
    """Where the clone has the tag (CI's has none): each notebook is there, and names that tag."""
    tag = home().tag
    there = subprocess.run(["git", "ls-tree", "-r", "--name-only", tag], cwd=ROOT,
                           capture_output=True, text=True)  # fmt: skip
    if there.returncode:
        pytest.skip(f"This clone has no tag {tag}.")
    notebooks = [n for n in tracked() if re.match(r"(chapters/.*|laboratory)\.ipynb$", n)]
    assert set(notebooks) <= set(there.stdout.splitlines())
    for name in notebooks:
        text = subprocess.check_output(["git", "show", f"{tag}:{name}"], cwd=ROOT, text=True)
        assert f"@{tag}" in text, name


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository whose setting names another home."""
    copy = tmp_path_factory.mktemp("edition")
    for name in tracked():
        if not name.startswith("web/vendor/") and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    config = (copy / CONFIG).read_text(encoding="utf-8")
    config = config.replace(f"url: {home().url}\n", f"url: {OTHER}\n")
    config = config.replace(f"branch: {home().branch}\n", "branch: autumn\n")
    (copy / CONFIG).write_text(config, encoding="utf-8")
    return copy


def call(edition: Path, *command: str) -> str:
    """The book's own command, in the edition, with the edition's own code."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=edition,
        env={**os.environ, "PYTHONPATH": str(edition)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_another_setting_and_one_command_move_every_link(edition: Path) -> None:
    files, there = tracked(), read(edition / CONFIG)
    assert there.slug == "Ada-University/networks101"
    assert there.pages == "https://ada-university.github.io/networks101/"
    before = strangers(edition, files, there)
    assert before >= set(WHERE)
    said = {line.replace("\\", "/") for line in call(edition, "tools/address.py").splitlines()}
    assert said == before
    assert strangers(edition, files, there) == set()
    assert home().slug not in "".join(link for _, link in links(edition, files))
    assert "/networks101/autumn?urlpath=" in (edition / "intro.md").read_text(encoding="utf-8")
    # The register knows the new words, the first cell is the one that the checks ask for.
    checked = call(
        edition, "tools/notebooks.py", "check", "chapters/02-perceptron.ipynb", "intro.md"
    )
    assert "problems: 0" in checked
    assert call(edition, "tools/address.py") == ""


def test_a_new_version_moves_what_colab_installs(edition: Path) -> None:
    text = f'package = "{home().package}"\n[it]({home().colab("laboratory.ipynb")})'
    now = Home(home().url, home().branch, "v99.1.0")
    assert address.moved(text, home(), now).count("v99.1.0") == 2


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("https://github.com/example/neuron-to-network", True),
        ("https://github.com/example/neuron-to-network.", True),
        ("https://github.com/example/neuron-to-network/releases", True),
        ("https://github.com/example/neuron-to-network-slides", False),
        ("https://github.com/example/neuron-to-network.wiki", False),
        ("https://codespaces.new/example/neuron-to-network/tree/main", True),
        ("https://mybinder.org/v2/gh/example/neuron-to-network/v1?urlpath=lab", True),
        (
            "https://colab.research.google.com/github/example/neuron-to-network/blob/v1/a",
            True,
        ),
        ("https://github.com/another/neuron-to-network", False),
    ],
)
def test_only_the_books_own_addresses_move(text: str, moves: bool) -> None:
    then = Home("https://github.com/example/neuron-to-network", "main", "v1")
    now = Home(OTHER, "autumn", "v2")
    new = address.moved(text, then, now)
    assert (new != text) is moves
    assert ("networks101" in new) is moves


@pytest.mark.parametrize("url", ["http://github.com/a/b", "https://github.com/a", "git@x:a/b"])
def test_a_setting_that_is_no_repository_is_refused(tmp_path: Path, url: str) -> None:
    (tmp_path / CONFIG).write_text(f"repository: {{url: '{url}', branch: main}}", encoding="utf-8")
    with pytest.raises(ValueError, match="but should be"):
        read(tmp_path / CONFIG)


def test_an_address_of_ones_own_for_the_pages(tmp_path: Path) -> None:
    text = "repository: {url: https://github.com/a/b.git, branch: main}\nhtml: {baseurl: https://b.org}"
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    assert read(tmp_path / CONFIG).pages == "https://b.org/"
    assert read(tmp_path / CONFIG).url == "https://github.com/a/b"
