"""Sphinx extension: serve the vendored web files, and mend what third-party extensions leave."""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sphinx_tippy
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx_codeautolink.extension import block
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from checks.home import home  # noqa: E402
from checks.page import Page, Unreadable, chapters, prose_pages  # noqa: E402

# Nothing but the site itself answers a page: the browser refuses every request to another host.
# Scripts may stand in the page and evaluate text, as the theme, widgets and Python do.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
WEB = ROOT / "web" / "vendor" / "web"


def round_brackets() -> BracketStyle:
    return BracketStyle(left="(", right=")")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """Citations as Rosenblatt (1958) and (Rosenblatt, 1958)."""

    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)
    bracket_textual: BracketStyle = field(default_factory=round_brackets)
    bracket_author: BracketStyle = field(default_factory=round_brackets)
    bracket_label: BracketStyle = field(default_factory=round_brackets)
    bracket_year: BracketStyle = field(default_factory=round_brackets)


def one_address(app: Sphinx, config: Config) -> None:
    """Give the extensions that ask for the site's address the one that follows from the
    repository's."""
    config.html_baseurl = home().pages
    config.ogp_site_url = config.html_baseurl
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path


def read_pages_first(app: Sphinx, config: Config) -> None:
    """Stop with one line for each page that cannot be read, before anything is built."""
    found = []
    for path in [*chapters(), *prose_pages()]:
        try:
            Page.read(path)
        except Unreadable as problem:
            found.append(str(problem))
    if found:
        raise SystemExit("\n".join(found))


def serve_vendored_files(app: Sphinx) -> None:
    """Copy web/vendor/web into the site's _static folder.

    Not through ``html_static_path`` in the settings: Jupyter Book adds every script that it finds
    there to every page.
    """
    app.config.html_static_path.append(str(WEB))


def name_tips_by_content(app: Sphinx, env: BuildEnvironment) -> None:
    """Name the files of tooltips after what all pages say, not at random: a browser still never
    takes an old one, and the same sources give the same site."""
    digest = hashlib.sha256()
    for name in sorted(env.found_docs):
        digest.update(name.encode() + Path(env.doc2path(name)).read_bytes())
    sphinx_tippy.uuid4 = lambda: digest.hexdigest()[:12]


def order_tips(app: Sphinx, exception: Exception | None) -> None:
    """Write a page's tooltips in one order: sphinx-tippy holds them in a set."""
    for page in sphinx_tippy.get_tippy_data(app)["pages"].values():
        page["refs_in_page"] = sorted(page["refs_in_page"], key=str)


def begin_afresh(app: Sphinx) -> None:
    """Build everything (``--all``) into an empty folder.

    Files of earlier builds would stay in the site for ever, and the second build would differ from
    the first: Sphinx gives an address a checksum only where its file is there already, and leaves
    out of the sitemap what it need not write again.
    """
    if not app.env.all_docs:
        shutil.rmtree(app.outdir)
        Path(app.outdir).mkdir()


def signature_as_written(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """Show a function's types as its source has them: NDArray, not what that stands for."""
    if what not in ("class", "function", "method"):
        return None
    try:
        source = inspect.getsource(obj.__init__ if what == "class" else obj)
    except (AttributeError, OSError, TypeError):
        return None  # a method that Python wrote, such as a dataclass's
    function = ast.parse(textwrap.dedent(source)).body[0]
    if not isinstance(function, ast.FunctionDef):
        return None
    if what in ("class", "method") and function.args.args:
        del function.args.args[0]  # self
    result = ast.unparse(function.returns) if function.returns and what != "class" else ""
    return f"({ast.unparse(function.args)})", result


def indented_is_code(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Take an indented block in a docstring as code, as a reader of the source does."""
    for i in range(len(lines) - 1, 0, -1):
        above = next((line for line in reversed(lines[:i]) if line.strip()), "")
        marked = above.startswith("    ") or above.endswith("::")
        if lines[i].startswith("    ") and not lines[i - 1] and not marked:
            lines[i:i] = ["::", ""]


def unlink_unwritten(app: Sphinx, docname: str, source: list[str]) -> None:
    """Show chapters that are not written yet by their title alone, without a link."""
    folder = Path(app.srcdir, docname).parent
    note = " (in preparation)" if docname == app.config.root_doc else ""

    def link(match: re.Match[str]) -> str:
        return match[0] if (folder / match["path"]).is_file() else match["title"] + note

    title, path = r"(?P<title>[^]\n\"\[]*)", r"(?P<path>(\.\./)?(chapters/)?\d\d-[a-z-]+\.ipynb)"
    chapter = rf"\[{title}\]\({path}\)"
    source[0] = re.sub(chapter, link, source[0])


def drop_thebe(app: Sphinx) -> None:
    """Jupyter Book loads sphinx-thebe always, whose script names an outside host and fails."""
    for listeners in app.events.listeners.values():
        listeners[:] = [x for x in listeners if not x.handler.__module__.startswith("sphinx_thebe")]


def mend_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Start in the reader's own color theme; mark right and wrong answers for the style sheet;
    strip roles that ARIA forbids where docutils puts them."""
    context["default_mode"] = "auto"
    context["content_security_policy"] = POLICY
    if body := context.get("body"):
        body = body.replace('role="list" class="citation-list"', 'class="citation-list"')
        body = re.sub(r' role="doc-(biblioentry|backlink|footnote)"', "", body)
        body = body.replace(' aria-label="Toggle hidden content"', "")  # its text says more
        for sign, name in (("✓", "right"), ("✗", "wrong")):
            body = body.replace(
                f"<p>{sign} ", f'<p class="{name}"><span class="mark">{sign}</span> '
            )
        if pagename == "_modules/index":  # viewcode puts lists into a list, not into its items
            before, _, rest = body.partition("<ul>")
            items, _, after = rest.rpartition("</ul>")
            items = re.sub(r"</?ul>", "", items)
            body = f"{before}<ul>{items}</ul>{after}"
        context["body"] = body


RULE = re.compile(r"[^{}]*\{[^{}]*\}")
KEYFRAMES = re.compile(r"@(?:-webkit-)?keyframes fa-[\w-]+\{(?:[^{}]*\{[^{}]*\})*\}")


def without_icon_font(css: str) -> str:
    """The theme's style sheet without Font Awesome, in whose place ``icons.css`` draws."""

    def of_icons(rule: str) -> bool:
        selectors, _, content = re.sub(r"/\*.*?\*/", "", rule, flags=re.S).strip().partition("{")
        if selectors in ("@font-face", ":host,:root"):
            return "Font Awesome" in content
        return all(part.strip().startswith(".fa") for part in selectors.split(","))

    return RULE.sub(lambda m: "" if of_icons(m[0]) else m[0], KEYFRAMES.sub("", css))


def finish_site(app: Sphinx, exception: Exception | None) -> None:
    """Serve the start page itself at the site's address, not a page that redirects to it; leave out
    Sphinx's note to itself, which depends on the folder that was built in, and the icon font."""
    if exception is None and app.builder.name == "html":
        static = Path(app.outdir) / "_static"
        style = static / "styles" / "pydata-sphinx-theme.css"
        style.write_text(without_icon_font(style.read_text("utf-8")), encoding="utf-8")
        shutil.rmtree(static / "vendor" / "fontawesome")
        for script in (static / "scripts").glob("fontawesome.js*"):
            script.unlink()
        (Path(app.outdir) / ".buildinfo").unlink(missing_ok=True)
        start = Path(app.outdir) / f"{app.config.root_doc}.html"
        shutil.copyfile(start, start.with_name("index.html"))


def depart_section(self: Any, node: Any) -> None:
    """Leave a section for which codeautolink saw no title (it pops an empty list otherwise)."""
    if self.title_stack:
        self.title_stack.pop()


def setup(app: Sphinx) -> dict[str, bool]:
    group = "sphinxcontrib.bibtex.style.referencing"
    register_plugin(group, "author_year_round", RoundAuthorYear)
    app.connect("config-inited", read_pages_first)
    app.connect("config-inited", one_address)
    app.connect("builder-inited", serve_vendored_files)
    app.connect("builder-inited", drop_thebe)
    app.connect("builder-inited", begin_afresh, priority=1)
    app.connect("env-updated", name_tips_by_content)
    app.connect("build-finished", order_tips, priority=1)  # before they are written
    app.connect("autodoc-process-signature", signature_as_written)
    app.connect("autodoc-process-docstring", indented_is_code)
    app.connect("source-read", unlink_unwritten)
    app.connect("html-page-context", mend_page)
    app.connect("build-finished", finish_site, priority=100)  # before a redirect is written
    block.CodeBlockAnalyser.depart_section = depart_section
    return {"parallel_read_safe": True, "parallel_write_safe": True}
