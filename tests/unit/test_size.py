"""nnlib is read in one sitting: its size, counted without docstrings and comments."""

import ast
import io
import statistics
import tokenize
from pathlib import Path

import nnlib

FILES = sorted(Path(nnlib.__file__).parent.glob("*.py"))
INTRO = Path(nnlib.__file__).parents[1] / "intro.md"
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}
Documented = ast.Module | ast.ClassDef | ast.FunctionDef


def code(text: str) -> set[int]:
    """The numbers of the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Documented) and ast.get_docstring(node) is not None:
            lines -= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def functions() -> list[tuple[str, int, int]]:
    """Name, lines of the body and number of arguments of every function."""
    found = []
    for path in FILES:
        lines = code(text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                body = range(node.body[0].lineno, node.end_lineno + 1)
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
                found.append((f"{path.stem}.{node.name}", len(lines & set(body)), len(names)))
    return found


def total() -> int:
    return sum(len(code(path.read_text("utf-8"))) for path in FILES)


def test_the_count_itself():
    text = (
        '"""Title."""\n\nx = """a\nb"""  # two\n# none\ndef f(y):\n    """Doc."""\n    return y\n'
    )
    assert code(text) == {3, 4, 6, 8}


def test_the_package_is_small():
    assert total() < 950


def test_functions_are_short():
    sizes = functions()
    assert statistics.median(body for _, body, _ in sizes) <= 2
    assert [name for name, body, _ in sizes if body > 30] == []
    assert [name for name, _, arguments in sizes if arguments > 10] == []


def test_the_first_page_says_so():
    """In fifties."""
    assert f"in about {50 * round(total() / 50)} lines of Python" in INTRO.read_text("utf-8")
