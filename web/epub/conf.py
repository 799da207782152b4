"""Sphinx's settings for the EPUB: those of `_config.yml`, without what serves the web alone.

    sphinx-build -b epub -c web/epub . _build/epub/pages

`make epub` does it, then checks what came out.
"""

import sys
from pathlib import Path

import yaml
from jupyter_book.config import get_final_config

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "web" / "extensions"), str(ROOT / "tools")]

# What these add works in a browser alone.
FOR_THE_WEB = {
    "sphinx_togglebutton", "sphinx_copybutton", "sphinx_thebe", "sphinx_comments",
    "sphinx_book_theme", "sphinx_jupyterbook_latex", "sphinx.ext.viewcode",
    "sphinx_codeautolink", "sphinx_tippy",
    "sphinxext.opengraph", "sphinx_sitemap", "notfound.extension", "book_widgets", "book_answers",
    "book_launch", "book_live", "book_math", "book_search",
}  # fmt: skip
book_left_out = "instructors/"  # parts of the book that hold nothing else, and links to them

_settings, _ = get_final_config(
    user_yaml=ROOT / "_config.yml", cli_config={"latex_individualpages": False}
)
_contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
_contents["parts"] = [
    part
    for part in _contents["parts"]
    if not all(next(iter(entry.values())).startswith(book_left_out) for entry in part["chapters"])
]
external_toc_path = str(ROOT / "_build" / "epub" / "toc.yml")
Path(external_toc_path).parent.mkdir(parents=True, exist_ok=True)
Path(external_toc_path).write_text(yaml.safe_dump(_contents, sort_keys=False), encoding="utf-8")

_cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

globals().update(_settings | {"external_toc_path": external_toc_path})
project = html_title = _settings["html_title"]
version = release = str(_cited["version"])
extensions = [name for name in _settings["extensions"] if name not in FOR_THE_WEB]
extensions.append("book_epub")
bibtex_bibfiles = [str(ROOT / name) for name in _settings["bibtex_bibfiles"]]
html_math_renderer = "book_mathml"
html_use_index = html_domain_indices = html_copy_source = False
html_static_path, html_css_files, templates_path, html_logo, html_favicon = [], [], [], None, None
pygments_style = "a11y-high-contrast-light"
epub_show_urls = "no"
