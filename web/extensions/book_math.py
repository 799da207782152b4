"""Sphinx extension: formulas that read where no scripts run, too.

MathJax typesets the TeX of a formula in the reader's browser. Beside it stands the same formula as
MathML, which the browser itself shows where scripts are off (`layout.html` hides the TeX there).
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from latex2mathml.converter import convert
from sphinx.application import Sphinx

FORMULA = re.compile(r'<(span|div) class="[^"]*\bmath notranslate[^"]*"[^>]*>(.*?)</\1>', re.S)
MARKS = re.compile(r"^\\[\[(]|\\[\])]$")
NUMBER = re.compile(r'<span class="eqno">.*?</span>', re.S)


def mathml(markup: str, display: bool) -> str:
    """What stands between the tags of a formula, as MathML."""
    text = re.sub(r"<[^>]*>", "", NUMBER.sub("", markup))
    return of_tex(MARKS.sub("", unescape(text).strip()), display)


def of_tex(tex: str, display: bool) -> str:
    """A formula as MathML."""
    known = tex.replace("{aligned}", "{align*}")  # what the converter knows by another name
    known = re.sub(r"\\arg(?![a-zA-Z])", r"\\operatorname{arg}", known)
    return convert(known, display="block" if display else "inline")


def beside_each(body: str) -> str:
    """The page's body with each formula's MathML after it."""
    return FORMULA.sub(lambda m: f"{m[0]}<noscript>{mathml(m[2], m[1] == 'div')}</noscript>", body)


def add_mathml(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if "body" in context:
        context["body"] = beside_each(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", add_mathml, priority=900)  # after the tooltips are gathered
    return {"parallel_read_safe": True, "parallel_write_safe": True}
