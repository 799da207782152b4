"""The repository as a newcomer meets it: commands that exist, versions that agree, pictures as
their script draws them, web files as their manifest names them, references that are used."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import artwork
import nbformat
import numpy as np
import pytest
import vendor
import yaml
from checks.home import home

import nnlib

ROOT = Path(__file__).resolve().parent.parent
CONTAINER = ".devcontainer/devcontainer.json"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    """The packages of a requirements file with their pinned versions."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", read(name), re.MULTILINE))


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("This is not a git clone, so what belongs to the repository is not known.")
    return listing.stdout.split("\n")[:-1]


def prose() -> dict[str, str]:
    """The text of every page of the book."""
    pages = [ROOT / "intro.md", *(ROOT / "reference").glob("*.md")]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        texts[path.name] = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    return texts


def test_requirements_are_pinned() -> None:
    for name in ("requirements.txt", "constraints.txt", "binder/requirements.txt"):
        lines = [line for line in read(name).splitlines() if line and line[0] not in "#-"]
        assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_binder_has_the_versions_of_the_book() -> None:
    assert pins("binder/requirements.txt").items() <= pins("requirements.txt").items()


def test_no_package_is_pinned_twice() -> None:
    assert not pins("requirements.txt").keys() & pins("constraints.txt").keys()


def test_what_nnlib_needs_allows_what_the_book_installs() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    for line in project["dependencies"]:
        name, least = re.fullmatch(r"([\w-]+)>=([\d.]+)", line).groups()
        installed = pins("requirements.txt")[name]
        assert tuple(map(int, installed.split("."))) >= tuple(map(int, least.split(".")))


def test_version_stands_once() -> None:
    assert "version" in tomllib.loads(read("pyproject.toml"))["project"]["dynamic"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", nnlib.__version__)


def test_readme_and_workflows_name_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    places = ["README.md", "intro.md", ".ci/run", *(f for f in tracked() if ".github/" in f)]
    for place in places:
        named = set(re.findall(r"(?:`|run: |step \w+ |^)make ([a-z]+)", read(place), re.MULTILINE))
        assert named <= targets, place


def test_readme_names_places_that_exist() -> None:
    table = read("README.md").split("## Where things are")[1].split("## License")[0]
    places = re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.:/-])/(?:root|work|mnt)/\w")
    found = []
    for file in tracked():
        path = ROOT / file
        if (
            path.is_file()
            and not file.startswith("web/vendor/")
            and path.stat().st_size < 5_000_000
        ):
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{file}: {text[m.start() : m.end() + 30]!r}" for m in place.finditer(text)]
    assert found == []


def test_vendored_files_are_those_of_the_manifest() -> None:
    assert vendor.check() == []


def test_a_changed_vendored_file_is_noticed(tmp_path: Path, monkeypatch: object) -> None:
    (tmp_path / "a.js").write_text("changed", encoding="utf-8")
    (tmp_path / "stray.js").write_text("", encoding="utf-8")
    entries = '[{"file": "a.js", "sha256": "0"}, {"file": "b.js", "sha256": "0"}]'
    (tmp_path / "manifest.json").write_text(f'{{"p": {{"files": {entries}}}}}', encoding="utf-8")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    monkeypatch.setattr(vendor, "MANIFEST", tmp_path / "manifest.json")
    assert vendor.check() == [
        "web/vendor/a.js is not the file the manifest names",
        "web/vendor/b.js is missing",
        "web/vendor/stray.js is not in the manifest",
    ]


def test_pictures_are_what_their_script_draws() -> None:
    assert artwork.changed() == []


def test_start_page_tells_cats_from_dogs_as_the_data_do() -> None:
    with np.load(ROOT / "nnlib" / "_data" / "cats_dogs.npz") as archive:
        labels = archive["labels"][list(artwork.GUESS)]
    cats, dogs = ({artwork.LETTERS[i] for i in np.flatnonzero(labels == label)} for label in (0, 1))
    answer = re.search(r"([A-Z, and]+) are cats\. ([A-Z, and]+) are dogs\.", read("intro.md"))
    assert [set(re.findall("[A-Z]", group)) for group in answer.groups()] == [cats, dogs]


def test_every_citation_has_a_reference_and_every_reference_is_cited() -> None:
    keys = re.findall(r"^@\w+\{([^,]+),", read("references.bib"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    cited = {
        key.strip()
        for text in prose().values()
        for group in re.findall(r"\{cite:[a-z]+\}`([^`]+)`", text)
        for key in group.split(",")
    }
    assert cited - set(keys) == set()
    if unused := set(keys) - cited:
        warnings.warn(
            f"references.bib has entries that no page cites: {sorted(unused)}", stacklevel=1
        )


def test_glossary_is_in_order_and_what_links_to_it_arrives() -> None:
    glossary = read("reference/glossary.md")
    slugs = set()
    for letter, part in re.findall(r"^## ([A-Z])\n(.*?)(?=^## |\Z)", glossary, re.M | re.S):
        terms = re.findall(r"^### (.+)$", part, re.MULTILINE)
        assert terms == sorted(terms, key=str.lower)
        assert {term[0].upper() for term in terms} == {letter}
        slugs |= {re.sub(r"[^\w\- ]", "", term.lower()).replace(" ", "-") for term in terms}
    for page, text in prose().items():
        assert set(re.findall(r"glossary\.md#([\w-]+)", text)) <= slugs, page
    assert set(re.findall(r"\(#([\w-]+)\)", glossary)) <= slugs


def test_the_python_page_shows_what_python_does() -> None:
    found = doctest.testfile(
        str(ROOT / "reference" / "python.md"), module_relative=False, encoding="utf-8"
    )
    assert found.attempted > 20
    assert found.failed == 0


def test_test_files_have_names_of_their_own() -> None:
    """pytest imports them by name, and refuses a second file of the same name."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_the_citation_is_valid_and_true() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    checked = subprocess.run(
        [*command, "vendor.citation-file-format", str(ROOT / "CITATION.cff")],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == nnlib.__version__
    assert (citation["repository-code"], citation["url"]) == (home().url, home().pages)


def test_the_paper_cites_what_is_there() -> None:
    paper = read("paper/paper.md")
    keys = set(re.findall(r"\[@(\w+)\]", paper))
    assert keys
    assert keys <= set(re.findall(r"^@\w+\{(\w+),", read("references.bib"), re.MULTILINE))


@pytest.mark.parametrize("form", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml")))
def test_issue_forms_are_as_github_reads_them(form: Path) -> None:
    schema = "vendor.github-issue-forms"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(form)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_container_ends_in_what_the_readme_names() -> None:
    container = json.loads(read(CONTAINER))
    assert container["postCreateCommand"] == "make book"
    assert "bin/jupyter lab" in container["postAttachCommand"]
    assert container["forwardPorts"] == [8888]


def test_the_container_is_as_codespaces_reads_it() -> None:
    command = [sys.executable, "-m", "check_jsonschema"]
    checked = subprocess.run(
        [*command, "--schemafile", "tests/schemas/devcontainer.json", CONTAINER],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
