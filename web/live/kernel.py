"""The Python side of a live page: an IPython shell whose displays become messages to the page.

It is IPython's own shell, so the last expression, rich displays, magics and figures come out as
they do in a notebook. The page receives dictionaries with a ``type``: ``stream``, ``display``,
``clear``, ``error`` or a widget's ``comm_open`` / ``comm_msg`` / ``comm_close``.
"""

import importlib.util
import io
import itertools
import json
import linecache
import logging
import pathlib
import re
import shutil
import sys
import time
import types
import warnings
from base64 import b64encode

# IPython imports its terminal application and a database for its history, which a page never uses:
# half a second and two packages (prompt_toolkit, sqlite3) less to fetch.
_unused = {
    "IPython.terminal.embed": {"embed": None},
    "sqlite3": dict.fromkeys(["Connection", "DatabaseError", "OperationalError"], Exception),
}
for _name, _content in _unused.items():
    sys.modules[_name] = types.ModuleType(_name)
    vars(sys.modules[_name]).update(_content)

import comm  # noqa: E402
from comm.base_comm import BaseComm, CommManager  # noqa: E402
from IPython.core import pylabtools  # noqa: E402
from IPython.core.compilerop import CachingCompiler  # noqa: E402
from IPython.core.displayhook import DisplayHook  # noqa: E402
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.error import UsageError  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402
from pyodide.ffi import to_js  # noqa: E402
from traitlets import Type  # noqa: E402
from traitlets.config import Config  # noqa: E402

del sys.modules["sqlite3"]  # who asks for it shall read that it is not here

# Characters of printed text a cell may send: an endless print must not freeze the page.
OUTPUT_LIMIT = 200_000
FLUSH_SECONDS = 0.05
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # colors of a terminal, which a page has no use for
HALF_ANSI = re.compile(r"\x1b(\[[0-9;]*)?\Z")

_send = None  # (json, buffers) -> None, set by start()
_captures = []  # the Output widgets that are open, innermost last


def emit(message, buffers=()):
    """Hand a message to the page, or to the Output widget that captures it."""
    if _captures and message["type"] in ("stream", "display", "clear", "error"):
        _captures[-1].add(message)
    else:
        _send(json.dumps(message), [bytes(b) for b in buffers])


# Streams ------------------------------------------------------------------------------------


class PageStream:
    """``sys.stdout`` or ``sys.stderr``: text gathers, so that many prints stay cheap."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name):
        self.name = name
        self.begin()

    def begin(self):
        self.waiting, self.sent, self.last = [], 0, time.monotonic()

    def isatty(self):
        return False

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.waiting.append(text)
        if time.monotonic() - self.last > FLUSH_SECONDS:
            self.flush()
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        text = "".join(self.waiting)
        half = HALF_ANSI.search(text)  # its end may come with the next text
        self.waiting = [half[0]] if half else []
        self.last = time.monotonic()
        self.send(ANSI.sub("", text[: half.start()] if half else text))

    def send(self, text):
        room = OUTPUT_LIMIT - self.sent
        self.sent += len(text)
        if not text or room < 0:
            return
        if len(text) > room:
            notice = f"\n… the rest is not shown: more than {OUTPUT_LIMIT:,} characters.\n"
            text = text[:room] + notice
        emit({"type": "stream", "name": self.name, "text": text})


def flush_streams():
    sys.stdout.flush()
    sys.stderr.flush()


# Displays -----------------------------------------------------------------------------------


def show(data, metadata=None, **keys):
    flush_streams()
    data = {k: b64encode(v).decode() if isinstance(v, bytes) else v for k, v in data.items()}
    if "text/plain" in data:
        data["text/plain"] = ANSI.sub("", data["text/plain"])
    emit({"type": "display", "data": data, "metadata": metadata or {}, **keys})


class PagePublisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        show(data, metadata, id=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait=False):
        flush_streams()
        emit({"type": "clear", "wait": wait})


class PageDisplayHook(DisplayHook):
    """The last expression of a cell."""

    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        show(format_dict, md_dict, result=True)

    def finish_displayhook(self):
        pass


# Errors -------------------------------------------------------------------------------------


class CellCompiler(CachingCompiler):
    """Names the code of a cell ``cell 3``, so that a traceback can say where it was."""

    label = "cell"

    def get_code_name(self, raw_code, transformed_code, number):
        return f"<{self.label}>"


def is_cell(filename):
    return filename.startswith("<cell")


def readable(kind, error, tb):
    """A traceback with the reader's own lines; frames inside libraries are counted, not listed."""
    lines, inside = [], 0
    if isinstance(error, SyntaxError) and is_cell(error.filename or ""):
        where = f"{error.filename.strip('<>')}, line {error.lineno}"
        lines.append(f"  {where}\n    {(error.text or '').strip()}")
        if error.offset and error.text:
            indent = len(error.text) - len(error.text.lstrip())
            lines.append("    " + " " * max(error.offset - 1 - indent, 0) + "^")
        return "\n".join([*lines, f"{kind.__name__}: {error.msg}"])
    module = ""
    while tb is not None:
        code = tb.tb_frame.f_code
        if is_cell(code.co_filename):
            name = "" if code.co_name == "<module>" else f", in {code.co_name}"
            text = linecache.getline(code.co_filename, tb.tb_lineno).strip()
            lines.append(f"  {code.co_filename.strip('<>')}, line {tb.tb_lineno}{name}\n    {text}")
            inside = 0
        elif lines:
            inside += 1
            module = tb.tb_frame.f_globals.get("__name__", "a library")
        tb = tb.tb_next
    if inside:
        lines.append(f"  … raised inside {module}")
    if isinstance(error, UsageError):
        return message_of(error)  # a magic's own sentence
    message = message_of(error)
    lines.append(f"{kind.__name__}: {message}" if message else kind.__name__)
    lines += [f"({sentence})" for sentence in hints(error)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and any(is_cell(f) for f in _files(cause.__traceback__)):
        lines.insert(0, f"  (while handling {type(cause).__name__}: {message_of(cause)})")
    return "\n".join(once(lines))


def once(lines):
    """A recursion's lines stand once, with how often they came."""
    for line, same in itertools.groupby(lines):
        times = len([*same])
        yield from [line] * times if times < 3 else [f"{line}\n    … and {times - 1} times more"]


def message_of(error):
    """What an error says, also where its own words cannot be made."""
    try:
        return str(error)
    except BaseException as trouble:  # the reader wrote __str__: anything may come out of it
        return f"(its message cannot be made: {type(trouble).__name__})"


def hints(error):
    """What a reader should know of an error that comes from the page and not from the code."""
    message = message_of(error)
    if isinstance(error, ModuleNotFoundError):
        yield "This page has numpy, matplotlib, ipywidgets and nnlib, and no more."
    elif isinstance(error, SystemExit):
        yield "A page has nothing to leave: the cell ended here, and its variables are kept."
    elif isinstance(error, RuntimeError) and "can't start new thread" in message:
        yield "Python in a page has one thread: call the function itself."
    elif isinstance(error, OSError) and "does not support processes" in message:
        yield NO_PROGRAMS
    elif type(error).__name__ == "URLError":
        yield "The pages of this book ask no other site: there is no network for your code."
    elif isinstance(error, MemoryError):
        yield "A page gets less memory than a program: try smaller arrays, or Restart."


def _files(tb):
    while tb is not None:
        yield tb.tb_frame.f_code.co_filename
        tb = tb.tb_next


class PageShell(InteractiveShell):
    compiler_class = Type(CellCompiler)
    display_pub_class = Type(PagePublisher)
    displayhook_class = Type(PageDisplayHook)

    def showtraceback(self, exc_tuple=None, *_, **__):
        kind, error, tb = exc_tuple or sys.exc_info()
        flush_streams()
        text = readable(kind, error, tb)
        self.told = True
        emit({"type": "error", "name": kind.__name__, "message": message_of(error), "text": text})

    def showsyntaxerror(self, *_, **__):
        self.showtraceback()

    showindentationerror = showsyntaxerror

    def show_usage_error(self, error):
        self.showtraceback((type(error), error, None))

    def system(self, command):
        wants_packages = set(REFUSED[NO_PACKAGES].split()) & set(command.split())
        raise UsageError(NO_PACKAGES if wants_packages else NO_PROGRAMS)

    getoutput = system_raw = system_piped = system

    def ask_exit(self):
        raise UsageError("A page has nothing to leave. Restart, below, starts Python anew.")

    def enable_gui(self, gui=None):
        pass  # matplotlib asks; a page has no event loop of its own to hook


# What a page cannot do: one sentence each, instead of an error from deep inside ---------------

NO_PROGRAMS = "Python in a page starts no other programs, so there is no !, %%bash or subprocess."
NO_PACKAGES = (
    "Nothing can be installed here: this page has numpy, matplotlib, ipywidgets and nnlib. "
    "Binder and JupyterLab take any package."
)
NO_INPUT = 'input() cannot ask in this page: write the answer into the cell, as in name = "Ada".'
INLINE = "Figures are drawn below their cell: this page has no other way to show them."
REFUSED = {
    NO_PROGRAMS: "bash sh script perl ruby cmd pypy python2 python3 system sx",
    NO_PACKAGES: "pip conda mamba micromamba uv",
}


class PageInput:
    """``sys.stdin``: nobody is there to answer."""

    def read(self, *_):
        raise RuntimeError(NO_INPUT)

    readline = readlines = __next__ = read

    def __iter__(self):
        return self


def refuse(sentence):
    def magic(line="", cell=None):
        raise UsageError(sentence)

    return magic


def refuse_what_cannot_be(shell):
    for sentence, names in REFUSED.items():
        for name in names.split():
            shell.register_magic_function(refuse(sentence), "line_cell", name)
    usual = shell.find_line_magic("matplotlib")

    def matplotlib(line):
        if line.strip() in ("", "inline", "--list", "-l"):
            return usual(line)
        raise UsageError(INLINE)

    shell.register_magic_function(matplotlib, "line", "matplotlib")
    sys.stdin = PageInput()
    warnings.filterwarnings("ignore", "To exit: use")  # there is no Ctrl-D here


# Widgets ------------------------------------------------------------------------------------


class PageComm(BaseComm):
    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        emit(
            {
                "type": msg_type,
                "comm_id": self.comm_id,
                "data": data or {},
                "metadata": metadata or {},
                **keys,
            },
            buffers or (),
        )


_comms = CommManager()


def _create_comm(*args, **keys):
    _teach_output_widget()
    return PageComm(*args, **keys)


comm.create_comm, comm.get_comm_manager = _create_comm, lambda: _comms


class Capture:
    """What is shown inside ``with output:``; it reaches the widget when the block ends."""

    def __init__(self, widget):
        self.widget, self.clear_first = widget, False
        self.outputs = list(widget.outputs)

    def add(self, message):
        kind = message["type"]
        if kind == "clear":
            if message["wait"]:
                self.clear_first = True
            else:
                self.outputs = []
            return
        if self.clear_first:
            self.outputs, self.clear_first = [], False
        last = self.outputs[-1] if self.outputs else {}
        if kind == "stream" and last.get("name") == message["name"]:
            self.outputs[-1] = {**last, "text": last["text"] + message["text"]}
        elif kind == "stream":
            self.outputs.append(
                {"output_type": "stream", "name": message["name"], "text": message["text"]}
            )
        elif kind == "error":
            self.outputs.append(
                {"output_type": "stream", "name": "stderr", "text": message["text"] + "\n"}
            )
        else:
            self.outputs.append(
                {
                    "output_type": "display_data",
                    "data": message["data"],
                    "metadata": message["metadata"],
                }
            )


def _teach_output_widget():
    """Without a Jupyter front end nobody diverts output into an Output widget: do it here."""
    output = sys.modules["ipywidgets.widgets.widget_output"].Output
    if hasattr(output, "_captures"):
        return

    def enter(self):
        flush_streams()
        _captures.append(Capture(self))
        return self

    def leave(self, kind, error, tb):
        if kind is not None:
            _shell.showtraceback((kind, error, tb))
        flush_streams()
        capture = _captures.pop()
        self.outputs = tuple(capture.outputs)
        return kind is not None and issubclass(kind, Exception)

    output._captures, output.__enter__, output.__exit__ = _captures, enter, leave


def deliver(message, buffers):
    """A message from a widget on the page."""
    content = json.loads(message)
    sys.stdout.begin()
    sys.stderr.begin()
    try:
        _comms.comm_msg(
            None, None, {"content": content, "buffers": [memoryview(b) for b in buffers.to_py()]}
        )
    except Exception:
        _shell.showtraceback()
    finally:
        flush_streams()


# Running ------------------------------------------------------------------------------------

_shell = None


def start(send):
    """Make the shell; ``send`` takes a JSON text and a list of byte buffers."""
    global _send, _shell
    _send = lambda message, buffers: send(message, to_js(buffers))  # noqa: E731
    main = sys.modules["__main__"]
    config = Config({"HistoryManager": {"enabled": False}, "PageShell": {"colors": "nocolor"}})
    _shell = PageShell.instance(config=config, user_module=main, user_ns=main.__dict__)
    sys.stdout, sys.stderr = PageStream("stdout"), PageStream("stderr")
    refuse_what_cannot_be(_shell)
    pylabtools.print_figure = drawn_once(pylabtools.print_figure)
    quicken_matplotlib()


def drawn_once(usual):
    """IPython lays a figure out and draws it twice, and measures it, to cut its margins: a tenth of
    a chapter's time. Where a layout engine has fitted everything in, once is enough."""

    def print_figure(figure, fmt="png", bbox_inches="tight", base64=False, **keys):
        if fmt != "png" or not figure.axes or figure.get_layout_engine() is None:
            return usual(figure, fmt=fmt, bbox_inches=bbox_inches, base64=base64, **keys)
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        before, file = figure.canvas, io.BytesIO()
        FigureCanvasAgg(figure).print_png(file, pil_kwargs={"compress_level": 1})
        figure.set_canvas(before)
        return b64encode(file.getvalue()).decode() if base64 else file.getvalue()

    return print_figure


def quicken_matplotlib():
    """A page starts without matplotlib's font cache: it need not say so every time, and is spared
    the reading of fonts that only PostScript and PDF files use, which takes ten times as long."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    (matplotlib,) = importlib.util.find_spec("matplotlib").submodule_search_locations
    for unused in ("afm", "pdfcorefonts"):
        shutil.rmtree(pathlib.Path(matplotlib, "mpl-data", "fonts", unused))


async def run(code, label):
    """Run one cell; True when it ended without an error."""
    _shell.compile.label = label
    sys.stdout.begin()
    sys.stderr.begin()
    _captures.clear()
    _shell.told = False
    try:
        plain = _shell.transform_cell(code)
        result = await _shell.run_cell_async(code, store_history=True, transformed_cell=plain)
        _shell.events.trigger("post_execute")
        _shell.events.trigger("post_run_cell", result)
        flush_streams()
        ok = result.success
    except (Exception, KeyboardInterrupt):
        # IPython itself tripped, over an error whose message cannot be made; or a stop came late
        ok = False
        if not _shell.told:
            _shell.showtraceback()
    flush_streams()
    return bool(ok)
