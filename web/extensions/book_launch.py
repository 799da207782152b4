"""Sphinx extension: where else a page can be opened, and what it hands over.

The rocket of a page made from a notebook offers Binder, Colab, Codespaces and a JupyterHub, all by
links made from the one address of the repository (``tools/checks/home.py``). A page's download is a
file of its own name, never a tab that shows its text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from checks.home import Home, home  # noqa: E402

ICONS = "_static/images/logo_"


def launchers(home: Home, path: str, hub: str, help_with_hubs: str) -> list[dict[str, Any]]:
    """The buttons that open the notebook at ``path`` elsewhere.

    ``hub`` is the address of a JupyterHub; where there is none, the page asks its reader for one,
    and the button leads to ``help_with_hubs`` where scripts do not run.
    """
    asks = {"data-hub": home.hub("", path)}
    places = [
        ("Binder", "on a server of its own, for a while", f"{ICONS}binder.svg", home.binder(path)),
        ("Colab", "with Google's account", f"{ICONS}colab.png", home.colab(path)),
        ("Codespaces", "the whole book in a container", "fas fa-code", home.codespaces()),
        (
            "JupyterHub",
            "on the hub of your school" if not hub else "on our hub",
            f"{ICONS}jupyterhub.svg",
            home.hub(hub, path) if hub else help_with_hubs,
        ),
    ]
    return [
        {
            "type": "link",
            "text": name,
            "tooltip": f"Open in {name}: {what}",
            "icon": icon,
            "url": url,
            "attributes": asks if name == "JupyterHub" and not hub else {},
        }
        for name, what, icon, url in places
    ]


def add_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    source = app.env.doc2path(pagename) if pagename in app.env.found_docs else ""
    if doctree is not None and source.endswith(".ipynb"):
        path = Path(source).relative_to(app.srcdir).as_posix()
        adopt = context["pathto"]("instructors/adopt") + "#a-class-on-jupyterhub"
        context["header_buttons"].insert(
            0,
            {
                "type": "group",
                "tooltip": "Open this notebook elsewhere",
                "icon": "fas fa-rocket",
                "buttons": launchers(home(), path, app.config.book_hub, adopt),
                "label": "launch-buttons",
            },
        )


def name_downloads(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    for group in context["header_buttons"]:
        for button in group.get("buttons", ()):
            if button.get("label") == "download-source-button":
                button["attributes"] = {"download": Path(button["url"]).name}
                button["tooltip"] = "Download this page's source"
                if button["url"].endswith(".ipynb"):
                    button["tooltip"] = "Download this page as a notebook"
                    button["text"] = "Notebook (.ipynb)"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("book_hub", "", "html", types=(str,))
    app.connect("html-page-context", add_buttons, priority=501)
    app.connect("html-page-context", name_downloads, priority=502)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
