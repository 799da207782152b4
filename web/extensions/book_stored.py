"""The figures that a notebook stores, put in place of their pictures, in pages and the EPUB."""

from __future__ import annotations

import base64
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tools"))
from checks.page import STATE_MIME
from teaching.figures import size

INCH = 110  # CSS pixels of an inch of a figure, where there is room


class StoredFigures(SphinxPostTransform):
    """Finds each picture of a figure, and what its notebook stores of it."""

    default_priority = 3  # before MyST-NB selects one mime type of each bundle, at 4

    def notebook(self, source: Path) -> nbformat.NotebookNode:
        """The notebook, with its cells as they were counted."""
        return nbformat.read(source, as_version=4)

    def put(
        self, name: str, cell: Any, data: Any, place: nodes.container, widgets: Mapping[str, Any]
    ) -> None:
        """Put what belongs there in a picture's place; ``data`` is its output, by mime types."""
        raise NotImplementedError

    def run(self, **kwargs: Any) -> None:
        source = Path(self.env.doc2path(self.env.docname))
        if source.suffix != ".ipynb":
            return
        notebook = self.notebook(source)
        widgets = notebook["metadata"].get("widgets", {}).get(STATE_MIME, {}).get("state", {})
        for node in list(self.document.findall(nodes.container)):
            if node.get("nb_element") != "cell_code":
                continue
            cell = notebook["cells"][node["cell_index"]]
            named = cell["metadata"].get("mystnb", {}).get("figure", {})
            bundles = [o["data"] for o in cell["outputs"] if "image/png" in o.get("data", {})]
            places = [
                part
                for part in node.findall(nodes.container)
                if part.get("nb_element") == "mime_bundle"
                and any(form["mime_type"] == "image/png" for form in part.children)
            ]
            for data, place in zip(bundles, places, strict=True):
                self.put(named.get("name", cell["id"]), cell, data, place, widgets)

    def beneath(self, place: nodes.container, markup: str) -> None:
        """Put something under a picture, or under the figure that it stands in."""
        shown = place.parent if isinstance(place.parent, nodes.figure) else place
        shown.parent.insert(shown.parent.index(shown) + 1, nodes.raw("", markup, format="html"))

    def written(self, drawing: str) -> str:
        """A drawing as it is written into its file."""
        return drawing

    def files(self, name: str, layouts: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
        """Write the layouts as files; of each the address from the page, width and height."""
        folder = Path(self.app.outdir) / "_images"
        folder.mkdir(parents=True, exist_ok=True)
        up = "../" * self.env.docname.count("/")
        found = {}
        for layout, drawing in layouts.items():
            if drawing.startswith("<svg"):
                kind, content = "svg", self.written(drawing).encode()
                points = size(drawing)
            else:
                kind, content = "png", base64.b64decode(drawing.partition(",")[2])
                points = [int.from_bytes(content[i : i + 4]) * 72 / 240 for i in (16, 20)]
            (folder / f"{name}-{layout}.{kind}").write_bytes(content)
            width, height = (f"{side * INCH / 72:.0f}" for side in points)
            found[layout] = f"{up}_images/{name}-{layout}.{kind}", width, height
        return found


def own_scripts(config: Config) -> None:
    """The site serves its own; MyST-NB would load the widgets' from elsewhere."""
    config.nb_ipywidgets_js = {}
    config.suppress_warnings.append("mystnb.unknown_mime_type")  # a figure's layouts, placed here
