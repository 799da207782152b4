"""What `pytest --nbval` adds to nbval: it runs the cells, `checks.outputs` compares what they give.

nbval alone skips pictures, compares the text of figures digit by digit, passes a cell that was
never run, and reads no prose. Here each is checked, and a failure names file, cell, what changed
and what mends it.
"""

import os
import re
import time
from pathlib import Path
from queue import Empty

import pytest
from checks import chapter_facts, needs, outputs, prose
from checks.page import Page, Unreadable
from nbval import plugin
from nbval.kernel import RunningKernel

SHOWN = 5  # differences of one cell; an interactive figure may have one a frame


class OtherMatplotlibWarning(UserWarning):
    """Pictures were stored by another minor version of matplotlib and could not be compared."""


class NotRun(pytest.Item):
    """A notebook that needs what is not installed here: one line, and its prose is checked."""

    def runtest(self):
        pytest.skip(needs.skipped(Page(self.path, self.parent.nb)))

    def reportinfo(self):
        return self.path, None, f"the cells of {self.path.name}"


class KernelDied(Exception):
    """The kernel ended while a cell ran: out of memory, or ended by the cell itself."""


class Prose(pytest.Item):
    """The numbers in the prose of one notebook, beside the runs of its cells."""

    def runtest(self):
        if problems := prose.problems(Page(self.path, self.parent.nb), chapter_facts):
            pytest.fail("\n".join(problems), pytrace=False)

    def reportinfo(self):
        return self.path, None, f"the prose of {self.path.name}"


def collect(self, cells=plugin.IPyNbFile.collect):
    try:
        page = Page.read(self.path)
    except Unreadable as error:
        raise self.CollectError(str(error)) from None
    if needs.skipped(page):
        self.nb = page.notebook
        yield NotRun.from_parent(self, name="Cells")
    else:
        yield from cells(self)
    yield Prose.from_parent(self, name="Prose")


def compare_outputs(self, new, stored, skip_compare=None):
    found = outputs.differences(stored, new)
    more = [f"and {len(found) - SHOWN} more differences"] if len(found) > SHOWN else []
    self.comparison_traceback = found[:SHOWN] + more
    if versions := outputs.other_matplotlib(stored, new):
        self.warn(
            OtherMatplotlibWarning(
                f"pictures of {_page(self).name} not compared (matplotlib {versions}),"
                " only the summaries of their data"
            )
        )
    return not self.comparison_traceback


def runtest(self, run=plugin.IPyNbCell.runtest):
    if self.cell.source.strip() and self.cell.execution_count is None:
        self.raise_cell_error("was never run, so that there is nothing to compare")
    run(self)


def repr_failure(self, excinfo):
    """Say where, what is stored, what came out, and the command that mends it."""
    if isinstance(excinfo.value, KernelDied):
        return f"{_where(self)}: killed its kernel; make it cheaper or find what ends the process"
    if not isinstance(excinfo.value, plugin.NbCellError):
        return f"{_where(self)}: {excinfo.value!r}"
    details = re.sub(r"\x1b\[[\d;]*m", "", excinfo.value.inner_traceback or "")
    lines = [f"{_where(self)}: {excinfo.value}", *("    " + line for line in details.splitlines())]
    if not re.search("caused an exception|Timeout", str(excinfo.value)):  # refresh would stop, too
        lines.append(f"If the new outputs are right, store them with: {_page(self).mend}")
    return "\n".join(lines)


def _page(item):
    return Page(item.path, item.parent.nb)


def _where(item):
    code_cells = [i for i, cell in enumerate(item.parent.nb.cells) if cell.cell_type == "code"]
    return _page(item).where(code_cells[item.cell_num])


def execute_cell_input(self, source, allow_stdin=None):
    """With a history, as everywhere else: without one, IPython ignores a `;` at the end."""
    return self.kc.execute(source, allow_stdin=allow_stdin, stop_on_error=False)


def get_message(self, stream, timeout=None, get=RunningKernel.get_message):
    """Look once a second whether the kernel still lives, instead of waiting in vain."""
    end = time.monotonic() + (timeout or 0)
    while True:
        left = end - time.monotonic()
        try:
            return get(self, stream, timeout=1 if timeout is None else max(0.0, min(1.0, left)))
        except Empty:
            if not self.is_alive():
                raise KernelDied from None
            if timeout is not None and left <= 1:
                raise


os.environ["BOOK_STATIC"] = "1"  # kernels draw interactive figures as the page shows them
# Chapters run side by side, a core each: more threads of BLAS would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
RunningKernel.execute_cell_input = execute_cell_input
RunningKernel.get_message = get_message
plugin.IPyNbFile.collect = collect
plugin.IPyNbCell.compare_outputs = compare_outputs
plugin.IPyNbCell.runtest = runtest
plugin.IPyNbCell.repr_failure = repr_failure


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """None lets xdist count processors; for one file, workers would only cost their start."""
    several = any(Path(argument).is_dir() for argument in config.args)
    return None if config.option.nbval and several else 0


def pytest_terminal_summary(terminalreporter):
    """A notebook that was passed over is named at the end, where it is read."""
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple) and " is not run: it needs " in report.longrepr[2]:
            terminalreporter.write_line(report.longrepr[2].removeprefix("Skipped: "))
