"""Numbers in the prose come from the run.

    reaches **97.8%**<!-- {accuracy:.1%} --> of the test digits

The comment names a fact of the notebook (`bookkit.book.facts`) and its format; readers see only the
number, in HTML, JupyterLab and Colab alike. What stands before the comment is a number, or anything
in `**…**`, `*…*`, `` `…` `` or `$…$`. Another chapter's fact is `{02-perceptron:accuracy:.1%}`; the
format `word` writes a whole number below 1,000 as a word. Three things may stand unbound: a number
that defines something (`0.5<!-- const -->`, which the page's code must hold, or `<!-- given -->`),
one in a sentence with a citation, and one inside code, mathematics, an address or an HTML tag.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from checks.page import CODE_BLOCK, Page, first_line

WORDS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
"""Up to ten, and a bare hundred or thousand, a number word is ordinary language; from eleven on it
counts something, and needs a source as digits do."""

_NUMBER_WORD = (
    rf"(?:{'|'.join(WORDS[11:])}|(?:{'|'.join(TENS[2:])})(?:-(?:{'|'.join(WORDS[1:10])}))?)"
)
_NUMBER = r"[-−+]?\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[-−+]?\d+)?(?:\s?%)?"
_MARK = r"<!--\s*\{(?:(?P<page>\d\d-[\w-]+):)?(?P<fact>[A-Za-z_]\w*)(?::(?P<format>[^}]*))?\}\s*-->"
_BOUND = re.compile(
    r"(?:(?P<open>\*\*|\*|`|\$)(?P<inside>[^*`$\n]+)(?P=open)|(?P<bare>"
    + _NUMBER
    + r"|\?|[A-Za-z]+(?:[- ]hundred|-[a-z]+)?))"
    + _MARK
)
_NUMBER_OR_BLANK = re.compile(_NUMBER + r"|\?")
_ANY_MARK = re.compile(r"<!--\s*\{.*?-->", re.S)
_CONST = re.compile(
    r"(?:(?P<open>\*\*|\*|`|\$)(?P<inside>[^*`$\n]*\d[^*`$\n]*)(?P=open)"
    r"|(?P<bare>" + _NUMBER + r")(?:[ \u00a0]?[A-Za-zµ°×]+)?|(?P<word>(?i:" + _NUMBER_WORD + r")))"
    r"<!--\s*(?P<kind>const|given)\s*-->"
)
_LONE_CONST = re.compile(r"<!--\s*(?:const|given)\s*-->")
_LITERAL = re.compile(r"(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.I)
_EXEMPT = re.compile(
    r"<(pre|code|script|style)\b.*?</\1>"
    r"|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)"  # code, and what a role names
    r"|\$\$.*?\$\$|(?<!\\)\$[^$\n]+?(?<!\\)\$"  # mathematics
    r"|\]\([^)]*\)|\]\[[^\]]*\]|^\[[^\]]+\]:.*?$|https?://[^\s)>]+"  # addresses
    r"|<!--.*?-->|</?[a-zA-Z][^>]*>"
    r"|\b(?:Python|[Vv]ersions?|CC BY(?:-SA)?|[Cc]hapters?|[Ss]ections?|Figures?|Parts?|Tables?"
    r"|Exercises?|Questions?|Appendix)[ \u00a0]\d+(?:\.\d+)*"
    r"(?:(?: ?[–,-] ?| and | or | to )\d+(?:\.\d+)*)*",  # labels
    re.S | re.M,
)
_UNBOUND = re.compile(
    r"(?<![\w.])[-−+]?(?:"
    r"\d[\d,]*\.\d+(?:\s?%)?(?!\.?\d)"  # a decimal
    r"|\d[\d,]*\s?(?:%|percent\b|per cent\b)"
    r"|\d{1,3}(?:,\d{3})+"  # a thousand or more
    r"|(?!(?:1[89]|20)\d\d(?!\d))\d{4,}"  # the same, and not a year
    r"|\d+(?:\.\d+)?e[-−+]?\d+"
    r"|(?i:\b" + _NUMBER_WORD + r"\b)"
    r")|\*\*[-−+]?\d+\*\*"  # a number in bold is a result
)
_SENTENCE_END = re.compile(
    r"(?<=[.!?])[*_)\"”’]*\s+(?=[A-Z“\"(*_])|\n\s*\n|\n(?=\s*(?:[-*|]|\d+\.)\s)"
)

Lookup = Callable[[str], "dict[str, Any] | None"]
"""From the name of another chapter to its facts; None where there is no such chapter."""


def no_other_chapters(name: str) -> None:
    return None


def bind(page: Page, facts_of: Lookup = no_other_chapters) -> bool:
    """Write into the prose what the facts say; return whether anything changed."""
    changed = False

    def replace(match: re.Match) -> str:
        value = _value(match, page, facts_of)
        if value is None:
            return match[0]
        shown = _shown(match)
        wanted = _format(value, match["format"] or "", shown)
        if isinstance(wanted, _BadFormat) or _same(shown, wanted):
            return match[0]
        if _NUMBER_OR_BLANK.fullmatch(wanted) and not _NUMBER_OR_BLANK.fullmatch(shown):
            return match[0]  # the mark stands after words: overwriting them would lose text
        mark, opening = match[0][match[0].index("<!--") :], match["open"] or ""
        return f"{opening}{wanted}{opening}{mark}"

    for holder, key, _ in _texts(page):
        text = _outside_code(holder[key], lambda prose: _BOUND.sub(replace, prose))
        changed |= text != holder[key]
        holder[key] = text
    return changed


def problems(page: Page, facts_of: Lookup = no_other_chapters) -> list[str]:
    """Numbers that no run stands behind, and marks that do not hold."""
    found = []
    for holder, key, place in _texts(page):
        text = holder[key]
        found += [f"{place}: {p}" for p in _wrong_marks(text, page, facts_of)]
        found += [f"{place}: {p}" for p in unbound(text)]
    seen: dict[str, int] = {}
    for index, name, _ in page.published():
        if name in seen:
            found.append(
                f"{page.where(index)}: fact {name!r} is published in cell {seen[name]} already;"
                " give one of them another name"
            )
        seen.setdefault(name, index)
    return found


def unused_facts(page: Page, others: Iterable[Page] = ()) -> list[str]:
    """Facts that nobody quotes, here or (by the chapter's name) on another page."""
    used = {m["fact"] for h, k, _ in _texts(page) for m in _BOUND.finditer(h[k]) if not m["page"]}
    for other in others:
        for holder, key, _ in _texts(other):
            used |= {m["fact"] for m in _BOUND.finditer(holder[key]) if m["page"] == page.path.stem}
    return [
        f"{page.where(index)}: fact {name!r} (= {value!r}) is published but no prose quotes it;"
        f" write <!-- {{{name}}} --> after the number, or publish it no longer"
        for index, name, value in page.published()
        if name not in used
    ]


def unbound(text: str) -> list[str]:
    """Sentences of `text` with a measured-looking number that nothing vouches for."""
    found = []
    for sentence in sentences(unmarked(text)):
        if "{cite" not in sentence:
            for match in _UNBOUND.finditer(sentence):
                around = first_line(re.sub(r"\s+", " ", sentence[max(0, match.start() - 30) :]), 70)
                found.append(
                    f"the number {match[0]!r} in {around!r} has no source; bind it to a fact with"
                    " <!-- {name:format} -->, cite one, or mark a definition with <!-- const -->"
                )
    return found


def without_marked_numbers(text: str) -> str:
    """The text without blocks of code, and without numbers that carry a mark."""
    for pattern in (CODE_BLOCK, _BOUND, _CONST):
        text = pattern.sub(_blank, text)
    return text


def unmarked(text: str) -> str:
    """The plain words of the text: no mark and its number, no code, mathematics, address, label."""
    return _EXEMPT.sub(_blank, without_marked_numbers(text))


def sentences(text: str) -> Iterator[str]:
    start = 0
    for end in [m.start() for m in _SENTENCE_END.finditer(text)] + [len(text)]:
        yield text[start:end]
        start = end


def literals(page: Page) -> set[str]:
    """The numbers that the page's code holds, as they are written."""
    return {n for _, cell in page.code_cells for n in _LITERAL.findall(cell.source)}


def without_bound_numbers(text: str) -> str:
    """The text with every number that a fact stands behind left out, and its mark kept."""
    return _outside_code(text, lambda t: _BOUND.sub(lambda m: m[0][m[0].index("<!--") :], t))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to what stands between the code blocks of `text`."""
    out, start = "", 0
    for block in CODE_BLOCK.finditer(text):
        out, start = out + change(text[start : block.start()]) + block[0], block.end()
    return out + change(text[start:])


def _blank(match: re.Match) -> str:
    """Remove a match, keeping paragraphs apart."""
    return "\n\n" if "\n\n" in match[0] else " "


def _wrong_marks(text: str, page: Page, facts_of: Lookup) -> list[str]:
    found = []
    text = CODE_BLOCK.sub(_blank, text)
    for match in _BOUND.finditer(text):
        shown, name = _shown(match), match["fact"]
        facts = facts_of(match["page"]) if match["page"] else page.facts
        if facts is None:
            found.append(f"the mark after {shown!r} names {match['page']!r}, which is no chapter")
            continue
        if name not in facts:
            have = ", ".join(sorted(facts)) or "none"
            found.append(f"the mark after {shown!r} names the fact {name!r}; published are: {have}")
            continue
        wanted = _format(facts[name], match["format"] or "", shown)
        if isinstance(wanted, _BadFormat):
            found.append(f"the mark after {shown!r}: {facts[name]!r} takes no format {wanted}")
        elif not _same(shown, wanted):
            found.append(
                f"the prose says {shown!r}, the run says {wanted!r} ({name} = {facts[name]!r});"
                f" mend with: {page.mend}"
            )
    bound = {m.end() for m in _BOUND.finditer(text)}
    for match in _ANY_MARK.finditer(text):
        if match.end() not in bound:
            found.append(f"the mark {match[0]} has no number right before it, or is not written as"
                         " <!-- {name:format} -->")  # fmt: skip
    constants = {m.end() for m in _CONST.finditer(text)}
    found += _unknown_constants(text, page)
    found += [
        f"a {match[0]} must stand right after its number, as in 0.5<!-- const -->"
        for match in _LONE_CONST.finditer(text)
        if match.end() not in constants
    ]
    return found


def _unknown_constants(text: str, page: Page) -> Iterable[str]:
    """Constants of the prose that no code of the page holds."""
    held = {float(literal.replace("_", "")) for literal in literals(page)}
    for match in _CONST.finditer(text):
        shown = match["bare"] or match["word"] or match["inside"]
        number = match["word"] or re.fullmatch(_NUMBER, shown)
        if match["kind"] == "given" or not number or not page.is_notebook:
            continue
        value = abs(_read(shown))
        if not any(math.isclose(value, literal, rel_tol=1e-9) for literal in held):
            yield (
                f"{shown!r} is marked <!-- const -->, but no code of the page holds it; correct it,"
                " or write <!-- given --> for a number that the text alone sets"
            )


def _read(shown: str) -> float:
    """The value of a number as the prose writes it."""
    if shown[0].isalpha():
        return next(n for n in range(1000) if in_words(n) == shown.lower())
    plain = shown.replace(",", "").replace("−", "-")
    return float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)


def in_words(number: int) -> str:
    """A whole number from 0 to 999 as a word: "seven", "thirty-two", "two hundred and five"."""
    if number >= 100:
        rest = number % 100
        return f"{WORDS[number // 100]} hundred" + (f" and {in_words(rest)}" if rest else "")
    if number < len(WORDS):
        return WORDS[number]
    ten, one = divmod(number, 10)
    return TENS[ten] + (f"-{WORDS[one]}" if one else "")


def _texts(page: Page) -> Iterable[tuple[dict, str, str]]:
    """Every text of the page that may quote a number: where it is kept, and where it stands."""
    for index, cell in page.markdown_cells:
        yield cell, "source", page.where(index)
    for index, cell in page.code_cells:
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        if "caption" in figure:
            yield figure, "caption", f"{page.where(index)}, caption"


def _value(match: re.Match, page: Page, facts_of: Lookup) -> Any:
    facts = facts_of(match["page"]) if match["page"] else page.facts
    return (facts or {}).get(match["fact"])


class _BadFormat(str):
    """A format that the value does not take."""


def _format(value: Any, spec: str, shown: str) -> str:
    if spec == "word" and isinstance(value, int) and 0 <= value < 1000:
        word = in_words(value)
        return word.capitalize() if shown[:1].isupper() else word  # it begins a sentence
    try:
        text = format(value, spec)
    except (TypeError, ValueError):
        return _BadFormat(repr(spec))
    return text if isinstance(value, str) else text.replace("-", "−")


def _shown(match: re.Match) -> str:
    return match["inside"] or match["bare"]


def _same(shown: str, wanted: str) -> bool:
    return shown.replace("−", "-") == wanted.replace("−", "-")
