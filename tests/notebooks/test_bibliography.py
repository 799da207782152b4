"""Every entry of references.bib is complete, can be found, and is cited. Needs no network."""

from __future__ import annotations

import re

import pytest
from checks import links
from checks.page import ROOT, Page, chapters, prose_pages
from pybtex.database import Entry, parse_file

ENTRIES = parse_file(str(ROOT / "references.bib"), bib_format="bibtex").entries
NEEDED = {
    "article": ("author", "title", "journal", "pages", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "incollection": ("author", "title", "booktitle", "editor|series", "publisher", "pages", "year"),
    "book": ("author", "title", "publisher", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "mastersthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "number", "year"),
    "misc": ("author", "title", "year"),
}
FIRST, LAST = 1800, 2026


def has(entry: Entry, field: str) -> bool:
    return any(entry.persons.get(name) or entry.fields.get(name) for name in field.split("|"))


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_complete_and_can_be_found(key: str) -> None:
    entry = ENTRIES[key]
    assert [field for field in NEEDED[entry.type] if not has(entry, field)] == []
    assert has(entry, "volume|note") or entry.type != "article"
    assert has(entry, "doi|url|access"), "give a DOI or an address, or say in `access` why not"
    fields = entry.fields
    assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none"))
    assert re.fullmatch(r"https?://[\w.-]+(?:/\S*)?", fields.get("url", "https://none"))
    assert re.fullmatch(r"e?\d+(?:--\d+)?", fields.get("pages", "1"))
    first, *last = map(int, re.findall(r"\d+", fields.get("pages", "1")))
    assert last == [] or first < last[0]
    assert FIRST <= int(fields["year"]) <= LAST
    if year := re.search(r"(\d{4})$", key):
        assert year[1] == fields["year"]


def test_no_two_entries_are_the_same_work() -> None:
    for field in ("title", "doi", "url"):
        values = [e.fields[field].lower() for e in ENTRIES.values() if field in e.fields]
        assert sorted(values) == sorted(set(values))


def test_every_entry_is_cited() -> None:
    text = "\n".join(
        cell.source
        for path in [*chapters(), *prose_pages(), ROOT / "paper" / "paper.md"]
        for _, cell in Page.read(path).markdown_cells
    )
    groups = re.findall(r"\{cite:[pt]\}`([^`]+)`", text)
    cited = {key.strip() for group in groups for key in group.split(",")}
    cited |= set(re.findall(r"\[?@(\w+)", text))
    assert links.works() == set(ENTRIES)
    assert set(ENTRIES) - cited == set()
