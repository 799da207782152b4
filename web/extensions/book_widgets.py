"""Sphinx extension: interactive figures in the page, with no kernel and no request to another host.

A figure made by ``bookkit.interactive`` is stored as a picture and as widgets. The page shows the
picture; where scripts run, ``book_widgets.js`` puts the widgets in its place, except in print.
Pages without widgets get none of this.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform

HERE = Path(__file__).resolve().parent
PICTURE = "image/png"


class KeepPicture(SphinxPostTransform):
    """In HTML, keep a figure's picture beside its widgets; elsewhere MyST-NB picks it alone."""

    default_priority = 3  # before MyST-NB selects one mime type of each bundle, at 4
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for bundle in list(self.document.findall(nodes.container)):
            if bundle.get("nb_element") != "mime_bundle":
                continue
            by_type = {part["mime_type"]: part for part in bundle.children}
            if WIDGET_VIEW_MIMETYPE in by_type and PICTURE in by_type:
                picture = nodes.container(classes=["figure-picture"])
                picture += by_type[PICTURE].children
                widgets = nodes.container(classes=["figure-widgets"])
                widgets += by_type[WIDGET_VIEW_MIMETYPE].children
                bundle.replace_self(
                    nodes.container("", picture, widgets, classes=["interactive-figure"])
                )


def drop_remote_scripts(app: Sphinx, config: Config) -> None:
    """MyST-NB would load the widgets' scripts from elsewhere."""
    config.nb_ipywidgets_js = {}
    config.suppress_warnings.append("mystnb.unknown_mime_type")  # a figure's layouts, placed here
    config.html_static_path += [str(HERE / f"book_widgets.{kind}") for kind in ("css", "js")]


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add the script and the styles to pages with stored widgets."""
    if "ipywidgets_state" in NbMetadataCollector.get_js_files(app.env, pagename):
        app.add_css_file("book_widgets.css")
        app.add_js_file("book_widgets.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(KeepPicture)
    app.connect("config-inited", drop_remote_scripts)
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
