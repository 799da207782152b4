"""The kernel of the pages, in plain Python: what a cell does becomes messages to the page."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib.util
import json
import linecache
import struct
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comm
import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell

KERNEL = Path(__file__).resolve().parents[2] / "web" / "live" / "kernel.py"
OUTPUT = ipywidgets.Output


class Page:
    """What the page's script does: it runs cells and gathers what Python sends."""

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel
        self.streams = sys.stdout, sys.stderr
        self.sent: list[dict[str, Any]] = []
        self.buffers: list[list[bytes]] = []

    def receive(self, text: str, buffers: list[bytes]) -> None:
        assert all(type(part) is bytes for part in buffers)
        self.sent.append(json.loads(text))
        self.buffers.append(buffers)

    def run(self, code: str, label: str = "cell 1") -> list[dict[str, Any]]:
        """The messages of one cell."""
        before = len(self.sent)
        with self.streams_in_place():
            self.ok = asyncio.run(self.kernel.run(code, label))
        return self.sent[before:]

    def deliver(self, widget: str, **state: Any) -> list[dict[str, Any]]:
        """The messages that follow when the page moves the reader's ``widget``."""
        before = len(self.sent)
        model = self.kernel._shell.user_ns[widget].model_id
        data = {"method": "update", "state": state, "buffer_paths": []}
        with self.streams_in_place():
            self.kernel.deliver(json.dumps({"comm_id": model, "data": data}), Buffers())
        return self.sent[before:]

    @contextlib.contextmanager
    def streams_in_place(self) -> Iterator[None]:
        """The kernel's streams; between, pytest puts its own there."""
        others = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self.streams
        yield
        sys.stdout, sys.stderr = others

    def error(self, code: str, label: str = "cell 1") -> str:
        """The text of the one error that ``code`` ends with."""
        (error,) = [m for m in self.run(code, label) if m["type"] == "error"]
        assert not self.ok
        return error["text"]

    def printed(self, code: str, name: str = "stdout") -> str:
        messages = [m for m in self.run(code) if m["type"] == "stream" and m["name"] == name]
        return "".join(m["text"] for m in messages)

    def stored(self, code: str) -> list[dict[str, Any]]:
        """What an Output widget named ``out`` holds after ``code``; nothing else may be shown."""
        shown = {m["type"] for m in self.run("import ipywidgets\nout = ipywidgets.Output()")}
        shown |= {m["type"] for m in self.run(code)}
        assert shown <= {"comm_open", "comm_msg"}, shown
        return list(self.kernel._shell.user_ns["out"].outputs)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """The kernel changes Python for itself; other tests shall not meet that."""
    stubs = ["pyodide", "pyodide.ffi", "IPython.terminal.embed", "sqlite3"]
    modules, filters = {name: sys.modules.get(name) for name in stubs}, warnings.filters[:]
    streams = sys.stdin, sys.stdout, sys.stderr
    makers = comm.create_comm, comm.get_comm_manager
    block = OUTPUT.__enter__, OUTPUT.__exit__
    InteractiveShell.clear_instance()
    yield
    InteractiveShell.clear_instance()
    sys.stdin, sys.stdout, sys.stderr = streams
    comm.create_comm, comm.get_comm_manager = makers
    OUTPUT.__enter__, OUTPUT.__exit__ = block
    if hasattr(OUTPUT, "_captures"):
        del OUTPUT._captures
    warnings.filters[:] = filters
    for name, module in modules.items():
        sys.modules.pop(name, None)
        if module:
            sys.modules[name] = module


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with undone():
        pyodide = types.ModuleType("pyodide")
        pyodide.ffi = types.ModuleType("pyodide.ffi")
        pyodide.ffi.to_js = list
        sys.modules |= {"pyodide": pyodide, "pyodide.ffi": pyodide.ffi}
        spec = importlib.util.spec_from_file_location("book_kernel", KERNEL)
        kernel = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(kernel)
        kernel.quicken_matplotlib = lambda: None  # it takes files away from matplotlib
        kernel.FLUSH_SECONDS = 60  # however slow the machine
        page = Page(kernel)
        kernel.start(page.receive)
        page.streams, page.filters = (sys.stdout, sys.stderr), warnings.filters[:]
        yield page


# --- text -----------------------------------------------------------------------------------------


def test_prints_come_in_order_and_by_stream(page: Page) -> None:
    assert page.run("import sys\nprint('a'); print('b'); print('c', file=sys.stderr)") == [
        {"type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"type": "stream", "name": "stderr", "text": "c\n"},
    ]
    assert page.ok


def test_text_gathers_for_a_moment_only(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [m["text"] for m in page.run("print('a'); print('b')")] == ["a\nb\n"]
    monkeypatch.setattr(page.kernel, "FLUSH_SECONDS", -1)
    assert [m["text"] for m in page.run("print('a'); print('b')")] == ["a", "\n", "b", "\n"]


def test_only_text_is_written(page: Page) -> None:
    assert "TypeError: write() argument must be str, not bytes" in page.error(
        "sys.stdout.write(b'x')"
    )
    assert page.printed("print(sys.stdout.write('four'), sys.stdout.isatty())") == "four4 False\n"
    assert page.printed("print(sys.stdout.writable()); sys.stdout.writelines('xy')") == "True\nxy"


def cut(text: str) -> list[str]:
    """``text`` without the run of x in it."""
    return [part for part in text.split("x") if part]


NOTICE = "\n… the rest is not shown: more than 200,000 characters.\n"


@pytest.mark.parametrize(
    ("code", "length", "rest"),
    [
        ("print('x' * 200_001, end='')", 200_000, [NOTICE]),
        ("print('x' * 200_000, end='')", 200_000, []),
        ("print('x' * 199_999)", 199_999, ["\n"]),
        ("print('x' * 200_000, end='', flush=True); print('y', flush=True)", 200_000, [NOTICE]),
        ("for k in range(9): print('x' * 50_000, end='', flush=True)", 200_000, [NOTICE]),
    ],
)
def test_an_endless_print_is_cut_and_says_so_once(
    page: Page, code: str, length: int, rest: list[str]
) -> None:
    text = page.printed(code)
    assert text.count("x") - text.count("xp") == length or text.count("x") == length
    assert cut(text) == rest


def test_each_cell_may_print_anew(page: Page) -> None:
    for stream in ("stdout", "stderr"):
        page.run(f"print('x' * 300_000, file=sys.{stream})")
        assert page.printed(f"print('again', file=sys.{stream})", stream) == "again\n"


@pytest.mark.parametrize(
    "code",
    [
        r"print('\x1b[31mred\x1b[0m')",
        r"print('\x1b[1;31', end='', flush=True); print('mred\x1b[0m')",
        r"print('\x1b', end='', flush=True); print('[31mred\x1b[0m')",
    ],
)
def test_colors_of_a_terminal_are_left_out(page: Page, code: str) -> None:
    assert page.printed(code) == "red\n"


def test_a_question_mark_answers_in_plain_text(page: Page) -> None:
    (answer,) = page.run("len?")
    said = answer["text"] if answer["type"] == "stream" else answer["data"]["text/plain"]
    assert "Return the number of items in a container" in said
    assert "\x1b" not in said


# --- displays -------------------------------------------------------------------------------------


def test_the_last_expression_is_the_result(page: Page) -> None:
    assert page.run("print('first')\n6 * 7")[1] == {
        "type": "display", "data": {"text/plain": "42"}, "metadata": {}, "result": True,
    }  # fmt: skip
    assert page.run("6 * 7;") == []
    assert page.printed("print(_)") == "42\n"


def test_displays_keep_their_metadata_and_bytes_become_text(page: Page) -> None:
    page.run("from IPython.display import display, clear_output, update_display")
    code = "display({'image/png': b'abc', 'text/plain': 'a'}, {'width': 9}, raw=True)"
    (shown,) = page.run(code.replace("{'width': 9}", "metadata={'width': 9}"))
    assert shown["data"] == {"image/png": "YWJj", "text/plain": "a"}
    assert shown["metadata"] == {"width": 9}
    assert (shown["id"], shown["update"]) == (None, False)


def test_a_display_is_updated_where_it_stands(page: Page) -> None:
    first, second = page.run("h = display('a', display_id='one'); h.update('b')")
    assert (first["id"], first["update"]) == ("one", False)
    assert (second["id"], second["update"]) == ("one", True)
    assert second["data"] == {"text/plain": "'b'"}


def test_colors_in_a_display_are_left_out(page: Page) -> None:
    (shown,) = page.run(r"display({'text/plain': '\x1b[31mred\x1b[0m'}, raw=True)")
    assert shown["data"] == {"text/plain": "red"}
    (shown,) = page.run("display({'text/html': '<b>x</b>'}, raw=True)")
    assert shown["data"] == {"text/html": "<b>x</b>"}


@pytest.mark.parametrize("wait", [True, False])
def test_output_is_cleared_after_what_was_printed(page: Page, wait: bool) -> None:
    assert page.run(f"print('a'); clear_output(wait={wait}); print('b')") == [
        {"type": "stream", "name": "stdout", "text": "a\n"},
        {"type": "clear", "wait": wait},
        {"type": "stream", "name": "stdout", "text": "b\n"},
    ]


def test_figures_are_shown_when_the_cell_ends(page: Page) -> None:
    page.run("ended = []; ip = get_ipython()")
    page.run("ip.events.register('post_execute', lambda: ended.append('executed'))")
    page.run("ip.events.register('post_run_cell', lambda result: ended.append(result.success))")
    assert "['executed', False]" in page.printed("ended.clear()") + page.printed("1 / 0") + (
        page.printed("print(ended[-2:])")
    )


DRAW = """import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from IPython.core.pylabtools import select_figure_formats
select_figure_formats(get_ipython(), {"png"})
drawn = []
class Counted(Figure):
    def draw(self, renderer):
        drawn.append(self)
        super().draw(renderer)
"""


@pytest.mark.parametrize(("layout", "times"), [("constrained", 1), ("none", 2)])
def test_a_figure_that_fits_its_frame_is_drawn_once(page: Page, layout: str, times: int) -> None:
    page.run(DRAW)
    figure = f"Counted(figsize=(3, 2), dpi=100, layout='{layout}')"
    (shown,) = page.run(f"figure = {figure}; figure.subplots(); before = figure.canvas\nfigure")
    size = struct.unpack(">2I", base64.b64decode(shown["data"]["image/png"])[16:24])
    assert (size == (300, 200)) == (layout == "constrained")
    assert page.printed("print(len(drawn), figure.canvas is before)") == f"{times} True\n"


def test_an_await_needs_no_wrapping(page: Page) -> None:
    assert page.printed("import asyncio\nawait asyncio.sleep(0)\nprint('later')") == "later\n"


# --- errors ---------------------------------------------------------------------------------------


def test_an_error_shows_the_readers_lines_alone(page: Page) -> None:
    page.run("def f(x):\n    return 1 / x", "cell 3")
    assert page.error("y = 1\nf(0)", "cell 5") == (
        "  cell 5, line 2\n    f(0)\n  cell 3, line 2, in f\n    return 1 / x\n"
        "ZeroDivisionError: division by zero"
    )
    (error,) = page.run("f(0)")
    assert (error["name"], error["message"]) == ("ZeroDivisionError", "division by zero")


def test_an_error_comes_after_what_was_printed_before_it(page: Page) -> None:
    assert [m["type"] for m in page.run("print('a')\n1 / 0")] == ["stream", "error"]


def test_a_recursion_is_told_once(page: Page) -> None:
    page.run("def down(n):\n    return down(n - 1) if n else 1 / 0", "cell 3")
    text = page.error("down(40)")
    assert text.count("in down") == 1
    assert "… and 40 times more" in text
    assert page.error("down(1)", "cell 4").count("in down") == 2
    assert page.error("down(2)", "cell 4").count("in down") == 1


def test_what_was_raised_inside_a_library_says_where(page: Page) -> None:
    text = page.error("import json\njson.loads('{')")
    assert "  cell 1, line 2\n    json.loads('{')\n  … raised inside json" in text
    page.run("def g(x):\n    return 1 / x")
    assert "raised inside" not in page.error("import heapq; heapq.nsmallest(1, [0], key=g)")
    assert "raised inside" not in page.error("1 / 0")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("x = (1,\ny = 2", "cell 1, line 1"),
        ("if True:\n    a b", "  cell 1, line 2\n    a b\n      ^\n"),
        ("x = 1 +* 2", "    x = 1 +* 2\n           ^\n"),
        (") + 1", "    ) + 1\n    ^\n"),
        ("if True:\nx = 1", "IndentationError: expected an indented block"),
    ],
)
def test_the_caret_stands_below_the_fault(page: Page, code: str, shown: str) -> None:
    assert shown in page.error(code) + "\n"


def test_a_syntax_error_of_other_code_has_lines_of_this_cell(page: Page) -> None:
    text = page.error("compile('a b', 'elsewhere', 'exec')")
    assert text.startswith("  cell 1, line 1\n")
    assert "SyntaxError: invalid syntax" in text


HANDLING = "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('v'){}"


def test_the_cause_of_an_error_is_told(page: Page) -> None:
    cause = "  (while handling ZeroDivisionError: division by zero)\n"
    assert page.error(HANDLING.format("")).startswith(cause)
    assert page.error(HANDLING.format(" from e")).startswith(cause)
    assert "handling" not in page.error(HANDLING.format(" from None"))
    assert "handling" not in page.error("raise ValueError from KeyError('not raised here')")


def test_an_error_without_a_message_ends_with_its_name(page: Page) -> None:
    assert page.error("raise KeyError").endswith("\nKeyError")


def test_a_stop_that_comes_late_ends_the_cell_and_nothing_else(page: Page) -> None:
    """The signal of a stop may arrive when the cell has just ended, and Python is the kernel's."""
    code = "import sys; real = sys.stdout.flush\n"
    code += "def late(): sys.stdout.flush = real; raise KeyboardInterrupt\nsys.stdout.flush = late"
    (error,) = page.run(code)
    assert (error["name"], page.ok) == ("KeyboardInterrupt", False)
    assert page.printed("print('alive')") == "alive\n"


def test_a_widget_that_was_left_open_swallows_nothing(page: Page) -> None:
    page.run("import ipywidgets\nipywidgets.Output().__enter__()")
    assert page.printed("print('seen')") == "seen\n"


def test_a_message_that_cannot_be_made_is_no_trouble(page: Page) -> None:
    page.run("class Mute(Exception):\n    def __str__(self):\n        raise ValueError('no')")
    text = page.error("raise Mute()")
    assert text.endswith("Mute: (its message cannot be made: ValueError)")
    page.run("class Deep(Exception):\n    def __str__(self):\n        return str(self)")
    assert "(its message cannot be made: RecursionError)" in page.error("raise Deep()")
    assert "Mute: (its" in page.error("try:\n    raise Mute()\nexcept Mute:\n    1 / 0")
    assert page.printed("print('alive')") == "alive\n"


# --- what a page cannot do ------------------------------------------------------------------------

SENTENCES = {
    "input('name? ')": "RuntimeError: input() cannot ask in this page",
    "sys.stdin.readline()": "RuntimeError: input() cannot ask in this page",
    "[*sys.stdin]": "RuntimeError: input() cannot ask in this page",
    "!ls": "Python in a page starts no other programs",
    "files = !ls": "Python in a page starts no other programs",
    "%%bash\nls": "Python in a page starts no other programs",
    "%sx ls": "Python in a page starts no other programs",
    "%pip install torch": "Nothing can be installed here",
    "!pip install torch": "Nothing can be installed here",
    "%conda install torch": "Nothing can be installed here",
    "exit": "A page has nothing to leave",
    "quit()": "A page has nothing to leave",
    "import sys; sys.exit()": "A page has nothing to leave: the cell ended here",
    "%matplotlib widget": "Figures are drawn below their cell",
    "%matplotlib qt": "Figures are drawn below their cell",
    "%nosuchmagic": "%nosuchmagic",
    "import pandas": "This page has numpy, matplotlib, ipywidgets and nnlib, and no more.",
    'raise RuntimeError("can\'t start new thread")': "one thread",
    "raise OSError(138, 'emscripten does not support processes.')": "starts no other programs",
    "raise MemoryError": "try smaller arrays",
    "import urllib.error; raise urllib.error.URLError('x')": "ask no other site",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_what_a_page_cannot_do_gets_a_sentence(page: Page, code: str) -> None:
    text = page.error(code)
    assert SENTENCES[code] in text
    assert len(text) < 250
    assert page.printed("print('alive')", "stderr") == ""


def test_nobody_is_told_of_keys_that_a_page_has_not(page: Page) -> None:
    said = "To exit: use 'exit', 'quit', or Ctrl-D."
    first = next(f for f in page.filters if f[1] is None or f[1].match(said))
    assert first[0] == "ignore"


def test_an_error_of_the_readers_own_gets_no_hint(page: Page) -> None:
    for code in ("raise RuntimeError('x')", "raise OSError('x')", "raise ValueError('x')"):
        assert page.error(code).endswith("Error: x")


def test_the_page_has_no_event_loop_to_hook(page: Page) -> None:
    assert page.run("get_ipython().enable_gui('qt')") == []
    assert page.printed("%matplotlib --list").startswith("Available matplotlib backends")


# --- inside an Output widget ----------------------------------------------------------------------


def stream(text: str, name: str = "stdout") -> dict[str, str]:
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize(
    ("block", "stored"),
    [
        ("print('a'); sys.stdout.flush(); print('b')", [stream("a\nb\n")]),
        (
            "print('a'); print('e', file=sys.stderr); print('b', flush=True)",
            [stream("a\nb\n"), stream("e\n", "stderr")],
        ),
        (
            "print('a', flush=True); print('e', file=sys.stderr, flush=True); print('b')",
            [stream("a\n"), stream("e\n", "stderr"), stream("b\n")],
        ),
        ("print('a'); clear_output(); print('b')", [stream("b\n")]),
        ("print('a'); clear_output(wait=True); print('b')", [stream("b\n")]),
        ("print('a'); clear_output(wait=True)", [stream("a\n")]),
        ("print('a'); clear_output(wait=True); print('b', flush=True); print('c')",
         [stream("b\nc\n")]),
    ],
)  # fmt: skip
def test_an_output_widget_takes_what_is_shown_inside(
    page: Page, block: str, stored: list[dict[str, str]]
) -> None:
    page.run("from IPython.display import clear_output, display")
    assert page.stored(f"with out:\n    {block}") == stored


def test_an_output_widget_takes_displays_with_their_metadata(page: Page) -> None:
    block = "display({'text/plain': 'x'}, metadata={'a': 1}, raw=True)"
    shown = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {"a": 1}}
    assert page.stored(f"with out:\n    print('p'); {block}") == [stream("p\n"), shown]


def test_an_output_widget_takes_an_error_and_the_cell_goes_on(page: Page) -> None:
    (stored,) = page.stored("with out:\n    1 / 0\nwent_on = True")
    assert page.ok
    assert stored["name"] == "stderr"
    assert stored["text"].endswith("ZeroDivisionError: division by zero\n")
    assert page.printed("print(went_on)") == "True\n"


def test_an_output_widget_can_be_named_where_it_opens(page: Page) -> None:
    page.stored("with ipywidgets.Output() as named:\n    print('x')")
    assert page.kernel._shell.user_ns["named"].outputs == (stream("x\n"),)


def test_an_output_widget_grows_and_the_innermost_one_takes(page: Page) -> None:
    code = "with out:\n    print('a')\nwith out:\n    print('b')"
    assert page.stored(code) == [stream("a\nb\n")]
    page.run("mid = ipywidgets.Output(); inner = ipywidgets.Output()")
    nested = (
        "with out:\n  print(1)\n  with mid:\n    print(2)\n"
        "    with inner:\n      print(3)\n  print(4)"
    )
    assert page.stored(nested) == [stream("1\n4\n")]
    made = page.kernel._shell.user_ns
    assert made["mid"].outputs == (stream("2\n"),)
    assert made["inner"].outputs == (stream("3\n"),)


# --- widgets --------------------------------------------------------------------------------------


def test_a_widget_speaks_and_listens(page: Page) -> None:
    opened = page.run("import ipywidgets\ns = ipywidgets.IntSlider(3)\nlabel = ipywidgets.Label()")
    assert {m["type"] for m in opened} == {"comm_open"}
    state = next(m["data"]["state"] for m in opened if m["data"]["state"].get("value") == 3)
    assert state["_model_name"] == "IntSliderModel"
    page.run("s.observe(lambda change: print('now', change.new), 'value')")
    model = page.kernel._shell.user_ns["s"].model_id
    said = page.deliver("s", value=5)
    assert {"type": "stream", "name": "stdout", "text": "now 5\n"} in said
    assert page.printed("print(s.value)") == "5\n"
    (moved,) = [m for m in page.run("s.value = 6") if m["type"] != "stream"]
    assert (moved["type"], moved["comm_id"]) == ("comm_msg", model)
    assert moved["data"]["state"] == {"value": 6}


def test_a_widget_opens_with_its_protocol(page: Page) -> None:
    (opened,) = page.run("layout = ipywidgets.Layout()")
    assert opened["metadata"]["version"].startswith("2.")
    assert opened["target_name"] == "jupyter.widget"


def test_a_callback_may_print_anew_and_an_open_block_ends_with_its_cell(page: Page) -> None:
    page.run("print('x' * 300_000); print('x' * 300_000, file=sys.stderr)")
    said = "".join(m["text"] for m in page.deliver("s", value=8) if m["type"] == "stream")
    assert "now 8" in said
    page.run("left_open = ipywidgets.Output(); left_open.__enter__()")
    assert page.printed("print('to the page')") == "to the page\n"


def test_bytes_of_a_widget_travel_beside_its_words(page: Page) -> None:
    page.run("picture = ipywidgets.Image(value=b'PNG', format='png')")
    assert [b"PNG"] in page.buffers


def test_an_error_in_a_callback_is_shown(page: Page) -> None:
    page.run("s.observe(lambda change: 1 / 0, 'value')")
    shown = [m for m in page.deliver("s", value=9) if m["type"] in ("error", "stream")]
    assert any("division by zero" in m["text"] for m in shown)


class Buffers(list):
    """As they come from JavaScript."""

    def to_py(self) -> list[bytes]:
        return list(self)


def test_source_lines_are_those_of_the_last_version(page: Page) -> None:
    page.run("def h():\n    return missing_name", "cell 7")
    page.run("def h():\n    # moved\n    return missing_name", "cell 7")
    text = page.error("h()", "cell 8")
    assert "cell 7, line 3, in h\n    return missing_name" in text
    assert linecache.getline("<cell 7>", 2).strip() == "# moved"
