"""Pack the pages of the EPUB: what it is and who made it, what it holds, and its contents."""

from __future__ import annotations

import posixpath
import re
import sys
import uuid
import xml.etree.ElementTree as ET
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import yaml
from book_epub_page import Page, document
from sphinx.config import Config
from sphinx.highlighting import PygmentsBridge

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import packing  # noqa: E402

NAME = "from-neuron-to-network.epub"
COVER, STYLE = ROOT / "web" / "epub" / "cover.png", ROOT / "web" / "epub" / "epub.css"
COVER_ALT = "A cat and a dog made of pixels, between them a small network; below, the book's title."
ACCESS = [
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessModeSufficient", "textual,visual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "MathML"),
    ("accessibilityFeature", "readingOrder"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityFeature", "displayTransformability"),
    ("accessibilityHazard", "none"),
    (
        "accessibilitySummary",
        "Each figure has a text that says what is to be seen, and formulas are MathML. Sections, "
        "exercises and answers have headings. There is no sound, and nothing moves.",
    ),
]
CONTAINER = b"""<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""
IBOOKS = "ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/"
KINDS = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
IMAGE = re.compile(r'(?:src|srcset)="(?:\.\./)*(_images/[^"]+)"')


def licence(config: Config) -> str:
    """The first sentence of the pages' footer."""
    words = re.sub(r"<[^>]*>", "", config.html_theme_options["extra_footer"])
    return re.match(r".*?\.(?=\s|$)", words.strip(), re.S)[0]


def write(builder: Any, pages: dict[str, Page], parts: list[tuple[str, list[str]]]) -> Path:
    """Write the EPUB beside the pages, which stay as files to look at."""
    folder = Path(builder.outdir)
    made: dict[str, bytes] = {}
    marked: dict[str, str] = {"cover.xhtml": "", "nav.xhtml": "nav"}
    made["cover.xhtml"] = _cover(builder.config.html_title)
    made["nav.xhtml"] = _contents(builder.config, pages, parts)
    for name, page in pages.items():
        marked[f"{name}.xhtml"] = page.properties()
        made[f"{name}.xhtml"] = page.written(
            posixpath.relpath("epub.css", posixpath.dirname(name) or ".")
        )
    spine = list(made)
    made["epub.css"] = STYLE.read_bytes() + _colors_of_code(builder.config.pygments_style)
    made["cover.png"] = COVER.read_bytes()
    for image in sorted({found for name in spine for found in IMAGE.findall(made[name].decode())}):
        made[image] = (folder / image).read_bytes()
    when = packing.changed()
    made["content.opf"] = _package(builder.config, made, spine, marked, when)
    for name, content in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    files = [("mimetype", b"application/epub+zip"), ("META-INF/container.xml", CONTAINER)]
    pngs = [name for name in made if name.endswith((".png", ".webp"))]
    return packing.pack(folder.parent / NAME, [*files, *made.items()], when, ["mimetype", *pngs])


def _colors_of_code(style: str) -> bytes:
    rules = PygmentsBridge("html", style).get_stylesheet().splitlines()
    return "\n".join(rule for rule in rules if rule.startswith(".highlight .")).encode()


def _package(
    config: Config, made: dict[str, bytes], spine: list[str], marked: dict[str, str], when: datetime
) -> bytes:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    site, language = config.html_baseurl, config.language
    facts = [
        ("dc:title", config.html_title),
        ("dc:language", language),
        *(("dc:creator", author["name"]) for author in cited["authors"]),
        ("dc:publisher", config.author),
        ("dc:description", " ".join(cited["abstract"].split())),
        *(("dc:subject", word) for word in cited["keywords"]),
        ("dc:rights", licence(config)),
        ("dc:source", site),
        ("dc:date", f"{when:%Y-%m-%d}"),
    ]
    rows = [
        f'<dc:identifier id="book">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, site)}</dc:identifier>'
    ]
    rows += [f"<{name}>{escape(value)}</{name}>" for name, value in facts]
    rows += [f'<meta property="dcterms:modified">{when:%Y-%m-%dT%H:%M:%SZ}</meta>']
    rows += [f'<meta property="ibooks:version">{config.version}</meta>']
    rows += [f'<meta property="schema:{name}">{escape(value)}</meta>' for name, value in ACCESS]
    rows += ['<meta name="cover" content="cover.png"/>']  # where readers of EPUB 2 look for it
    items = []
    for name in made:
        kind = KINDS[Path(name).suffix]
        marks = "cover-image" if name == "cover.png" else marked.get(name, "")
        marks = f' properties="{marks}"' if marks else ""
        items.append(f'<item id="{_id(name)}" href="{name}" media-type="{kind}"{marks}/>')
    order = [f'<itemref idref="{_id(name)}"/>' for name in spine]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="{language}"'
        f' unique-identifier="book" prefix="{IBOOKS}">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        + "\n".join(rows)
        + "\n</metadata>\n<manifest>\n"
        + "\n".join(items)
        + "\n</manifest>\n<spine>\n"
        + "\n".join(order)
        + "\n</spine>\n</package>\n"
    ).encode()


def _id(name: str) -> str:
    return "f-" + re.sub(r"[^\w.-]", "-", name) if name != "cover.png" else name


def _cover(title: str) -> bytes:
    body = ET.Element("body", {"epub:type": "cover", "class": "cover"})
    ET.SubElement(body, "img", {"src": "cover.png", "alt": f"{title}. {COVER_ALT}"})
    return document(title, body, "epub.css")


def _contents(config: Config, pages: dict[str, Page], parts: list[tuple[str, list[str]]]) -> bytes:
    body = ET.Element("body")
    nav = ET.SubElement(body, "nav", {"epub:type": "toc", "role": "doc-toc", "id": "toc"})
    ET.SubElement(nav, "h1").text = "Contents"
    top = ET.SubElement(nav, "ol")
    _entry(top, config.root_doc, pages[config.root_doc])
    for caption, names in parts:
        part = ET.SubElement(top, "li")
        ET.SubElement(part, "span").text = caption
        inside = ET.SubElement(part, "ol")
        for name in names:
            _entry(inside, name, pages[name])
    marks = ET.SubElement(body, "nav", {"epub:type": "landmarks", "hidden": "hidden"})
    ET.SubElement(marks, "h2").text = "Landmarks"
    listed = ET.SubElement(marks, "ol")
    first = next(name for _, names in parts for name in names)
    places = {
        "cover": ("cover.xhtml", "Cover"),
        "toc": ("nav.xhtml#toc", "Contents"),
        "bodymatter": (f"{first}.xhtml", "Begin reading"),
    }
    for kind, (href, title) in places.items():
        link = ET.SubElement(ET.SubElement(listed, "li"), "a", {"epub:type": kind, "href": href})
        link.text = title
    return document("Contents", body, "epub.css")


def _entry(above: ET.Element, name: str, page: Page) -> None:
    item = ET.SubElement(above, "li")
    ET.SubElement(item, "a", {"href": f"{name}.xhtml"}).text = page.title
    if page.sections:
        inside = ET.SubElement(item, "ol")
        for anchor, title in page.sections:
            link = ET.SubElement(
                ET.SubElement(inside, "li"), "a", {"href": f"{name}.xhtml#{anchor}"}
            )
            link.text = title
