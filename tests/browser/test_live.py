"""The code of the pages runs in the reader's browser, and says there what the book says.

Slow: every notebook is run. To run one: pytest tests/browser/test_live.py -k 02-perceptron -n0 -s
"""

from __future__ import annotations

import functools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from checks.live import live_differences, notebooks
from checks.page import VIEW_MIME, output_data
from harness import (
    HTML,
    ROOT,
    PagesHandler,
    Site,
    inaccessible,
    missing,
    serving,
    settle,
    uncover,
    watch,
)

LISTEN = """window.ran = [];
document.addEventListener("live:cell", event => window.ran.push(event.detail));"""
NOTEBOOKS = notebooks()
PATIENCE = 600_000  # ms: a chapter on a busy machine
STATUS = ".live-status"

FIRST = NOTEBOOKS[0]
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def with_python() -> None:
    if not (HTML / "pyodide").is_dir():
        missing("The built book cannot run code: run `make live`, then `make book`.")
    if older := [notebook.name for notebook in NOTEBOOKS if not is_built(notebook)]:
        pytest.fail(f"The built book is older than {', '.join(older)}: run `make book`.")


@functools.cache
def is_built(notebook: Path) -> bool:
    """Whether the page holds the cells that the notebook has now."""
    listed = HTML / Path(page_of(notebook)).with_suffix(".cells.json")
    now = [(cell.id, cell.source) for cell in code_cells(notebook)]
    cells = json.loads(listed.read_text(encoding="utf-8"))["cells"] if listed.is_file() else []
    return now == [(cell["id"], cell["source"]) for cell in cells]


@pytest.fixture
def live_page(open_page: Callable[..., Any]) -> Callable[..., Any]:
    def opener(notebook: Path, **options: Any) -> Any:
        page = open_page(page_of(notebook), **options)
        page.set_default_timeout(PATIENCE)
        page.evaluate(LISTEN)
        return page

    return opener


def page_of(notebook: Path) -> str:
    return notebook.relative_to(ROOT).with_suffix(".html").as_posix()


def code_cells(notebook: Path) -> list[Any]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def source(cell: str) -> str:
    """What the author wrote in a cell of the first chapter."""
    return next(c.source for c in code_cells(FIRST) if f"code-cell-{c.id}" == cell)


def shown_cells(page: Any) -> list[str]:
    """The ids of the cells whose code can be read without opening anything."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".cell[id^=code-cell-] > .cell_input")]
            .map(input => input.parentElement.id)"""
    )


def press(page: Any, cell: str, button: str) -> None:
    page.locator(f"#{cell} > .live-tools").get_by_text(button, exact=True).click()


def wait_for(page: Any, status: str) -> None:
    page.wait_for_function(
        """([where, what]) => document.querySelector(where)?.textContent.includes(what)""",
        arg=[STATUS, status],
    )


def run_code(page: Any, cell: str, code: str) -> None:
    """Type ``code`` into a cell and run it, all by keyboard."""
    before = page.evaluate("window.ran.length")
    press(page, cell, "Edit")
    page.locator(f"#{cell} .cm-content").wait_for()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(  # those above it may have to run first
        "([before, id]) => window.ran.slice(before).some(cell => cell.id === id)",
        arg=[before, cell.removeprefix("code-cell-")],
    )


# --- what is computed is what is printed ------------------------------------------------------


@each_notebook
def test_run_all_says_what_the_notebook_stored(
    notebook: Path, live_page: Any, site: Site, capsys: Any
) -> None:
    before = len(site.served)
    page = live_page(notebook)
    read = sum(size for _, size in site.served[before:])
    page.locator(".live-intro button").click()
    started = time.monotonic()
    page.wait_for_function("window.ran.length > 0")
    first = time.monotonic() - started
    page.wait_for_function(
        f"""() => /^Done|ended with|could not start/.test(
            document.querySelector("{STATUS}").textContent)"""
    )
    total = time.monotonic() - started
    ran = {cell["id"]: cell for cell in page.evaluate("window.ran")}
    problems = []
    for cell in code_cells(notebook):
        if cell.id not in ran:
            problems.append(f"{cell.id} did not run: {page.inner_text(STATUS)}")
            continue
        found = live_differences(notebook.stem, cell, ran[cell.id]["messages"])
        problems += [f"{cell.id}: {difference}" for difference in found]
    ours = re.compile(r"pyodide/|/live-|cells\.json")
    sent = sum(size for path, size in site.served[before:] if ours.search(path))
    with capsys.disabled():
        print(
            f"\n{notebook.stem}: first cell {first:.1f} s, all {len(ran)} cells {total:.1f} s; "
            f"page {read / 1e6:.2f} MB, Python {sent / 1e6:.2f} MB"
        )
    assert not problems, "\n".join(problems)
    assert sent <= 21e6


def test_reading_fetches_no_python_and_no_editor(live_page: Any, site: Site) -> None:
    before = len(site.served)
    live_page(FIRST)
    own = {path: size for path, size in site.served[before:] if "/live-" in path}
    assert own, "the page has no live cells"
    assert not [
        p for p, _ in site.served[before:] if re.search(r"pyodide|editor\.mjs|cells\.json", p)
    ]
    assert sum(own.values()) <= 200_000


def test_a_cell_brings_along_what_it_needs(live_page: Any) -> None:
    page = live_page(FIRST)
    cell = shown_cells(page)[2]
    press(page, cell, "▶ Run")
    wait_for(page, "Done.")
    ran = page.evaluate("window.ran")
    position = [c.id for c in code_cells(FIRST)].index(cell.removeprefix("code-cell-"))
    assert len(ran) == position + 1
    assert all(entry["ok"] for entry in ran)


# --- what a reader does -----------------------------------------------------------------------


def test_edit_run_reload_reset(live_page: Any, capsys: Any) -> None:
    page = live_page(FIRST)
    cell = shown_cells(page)[0]
    code = page.locator(f"#{cell} > .cell_input")
    output = page.locator(f"#{cell} > .cell_output")
    author, stored = code.inner_text().strip(), [o.inner_html() for o in output.all()]
    run_code(page, cell, "print('mine'); 6 * 7")
    assert output.inner_text().split() == ["mine", "42"]
    assert page.locator(f"#{cell} .live-state").inner_text().startswith("✓ done in ")
    waits = "from IPython.display import clear_output\nprint('mine'); clear_output(wait=True)"
    run_code(page, cell, waits)
    assert output.inner_text().split() == ["mine"], "it waits for what comes next"
    run_code(page, cell, "1 / 0")
    with capsys.disabled():
        print(f"\nan edited cell again: {page.evaluate('window.ran.at(-1).seconds'):.3f} s")
    assert "cell 1, line 1" in output.inner_text()
    assert "ZeroDivisionError: division by zero" in output.inner_text()
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.cm-editor')"), "Tab stays inside"

    page.reload()
    settle(page)
    assert code.inner_text().strip() == "1 / 0"
    assert code.locator("span.mi").count() == 2, "the reader's version has lost its colors"
    press(page, cell, "Reset")
    assert code.inner_text().strip() == author
    page.reload()
    settle(page)
    assert code.inner_text().strip() == author
    assert [o.inner_html() for o in output.all()] == stored


def test_reset_brings_the_stored_output_back(live_page: Any) -> None:
    page = live_page(FIRST)
    figure = page.locator("figure:has(img)").first
    cell = figure.locator("xpath=ancestor::div[starts-with(@id,'code-cell-')]").get_attribute("id")
    name = figure.get_attribute("id")
    before = page.locator(f"#{cell}").inner_text()
    page.locator(f"#{cell} > details > summary").click()
    page.locator(f"#{cell} .live-tools").get_by_text("▶ Run", exact=True).click()
    wait_for(page, "Done.")
    drawn = page.locator(f"figure#{name}")  # links to the figure still find it
    picture = drawn.locator("img:visible")
    assert picture.get_attribute("src").startswith("data:image/png")
    assert drawn.locator("figcaption").inner_text() in before
    page.locator(f"#{cell} .live-tools").get_by_text("Reset", exact=True).click()
    assert not picture.get_attribute("src").startswith("data:")


def test_an_endless_loop_is_stopped_and_explained(live_page: Any) -> None:
    """A first visit cannot ask a cell to end: Python starts anew, and what waits is dropped."""
    page = live_page(FIRST)
    cell, below = shown_cells(page)[:2]
    run_code(page, cell, f"{source(cell)}\nx = 1")
    run_code(page, below, "print(x)")
    run_code_unwaited(page, cell, "while True: pass")
    page.locator(f"#{cell}[data-live=running]").wait_for()
    press(page, below, "▶ Run")
    page.locator(f"#{below}[data-live=waiting]").wait_for()
    assert not page.evaluate("crossOriginIsolated"), "a first visit is not isolated yet"
    before = page.evaluate("window.ran.length")
    page.locator(".live-bar").get_by_text("■ Stop", exact=True).click()
    wait_for(page, "Stopped. Python was started anew")
    assert "You stopped this cell" in page.locator(f"#{cell} > .cell_output").inner_text()
    assert page.evaluate("window.ran.length") == before, "what waited behind it was run"
    type_code(page, cell, f"{source(cell)}\nx = 3")
    press(page, below, "▶ Run")  # runs what stands above it first, since Python is new
    page.locator(f"#{below}[data-live=done]").wait_for()
    assert page.locator(f"#{below} > .cell_output").inner_text().strip() == "3"


def test_from_the_second_page_on_a_stop_keeps_the_variables(live_page: Any) -> None:
    page = live_page(FIRST)
    cell = shown_cells(page)[0]
    run_code(page, cell, "kept = 7")
    page.reload()
    settle(page)
    page.evaluate(LISTEN)
    assert page.evaluate("crossOriginIsolated")
    run_code(page, cell, "kept = 8")
    run_code_unwaited(page, cell, "while True: pass")
    page.locator(f"#{cell}[data-live=running]").wait_for()
    page.locator(".live-bar").get_by_text("■ Stop", exact=True).click()
    wait_for(page, "Stopped in code cell 1. All variables are kept.")
    run_code(page, cell, "print(kept)")
    assert page.locator(f"#{cell} > .cell_output").inner_text().strip() == "8"


def type_code(page: Any, cell: str, code: str) -> None:
    press(page, cell, "Edit")
    page.locator(f"#{cell} .cm-content").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(code)


def run_code_unwaited(page: Any, cell: str, code: str) -> None:
    type_code(page, cell, code)
    page.keyboard.press("Shift+Enter")


def test_an_exercise_is_answered_in_the_page(live_page: Any) -> None:
    """Exercise 7.3 untouched, wrong in a known way, right, and as a loop without an end."""
    notebook = next((ROOT / "chapters").glob("07-*.ipynb"))
    cells = code_cells(notebook)
    exercise = next(c for c in cells if 'check("7.3"' in c.source)
    page, cell = live_page(notebook), f"code-cell-{exercise.id}"

    def says(body: str) -> str:
        run_code(page, cell, exercise.source.replace("    ...\n", f"    {body}\n"))
        return page.locator(f"#{cell} .live-results").inner_text()

    assert "not answered yet" in says("...")
    assert "✗" in says("return A * keep")
    assert "✓ Exercise 7.3 is right: 3 of 3 cases." in says("return A * keep / (1 - p)")
    assert "can its loop ever stop?" in says("while True: p = p")


DEATHS = {
    "import functools, sys; sys.setrecursionlimit(10**6)\n"
    "def f(): return functools.partial(f)()\nf()": "a recursion went too deep",
    "import os; os._exit(1)": "the code ended it",
    "import os; os.abort()": "it crashed",
}


SAID = f"""window.said = [];
new MutationObserver(() => window.said.push(document.querySelector("{STATUS}").textContent))
    .observe(document.querySelector("{STATUS}"), {{subtree: true, childList: true}});"""


def test_python_that_dies_says_so_and_starts_again(browser: Any, site: Site) -> None:
    """Its errors go to the console, too, so this page has no watch."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(site.url + page_of(FIRST))
    settle(page)
    page.evaluate(LISTEN)
    cell = shown_cells(page)[0]
    run_code(page, cell, "x = 1")
    page.evaluate(SAID)
    for code, why in DEATHS.items():
        page.evaluate("window.said.length = 0")
        run_code_unwaited(page, cell, code)
        press(page, cell, "▶ Run")  # waits behind it, and must not wait for ever
        said = f"Python stopped in code cell 1: {why}."
        page.wait_for_function(
            "said => window.said.some(text => text.startsWith(said))"
            " && window.said.some(text => text.includes('It has started again'))",
            arg=said,
        )
        page.wait_for_function("!document.querySelector('[data-live=waiting]')")
        run_code(page, cell, "x = 2")
        wait_for(page, "Done.")
    context.close()


def test_each_cell_says_how_it_stands_and_the_bar_leads_to_it(live_page: Any) -> None:
    page = live_page(FIRST)
    assert re.search(r"fetches Python: \d+ MB, once", page.inner_text(".live-intro"))
    cells = shown_cells(page)
    states = f"""() => {{
        window.states = new Set();
        const note = () => document.querySelectorAll(".live-state").forEach(
            state => window.states.add(state.textContent.split(/ [0-9]|…/)[0]));
        new MutationObserver(note).observe(document.getElementById("{cells[0]}"),
            {{subtree: true, childList: true, characterData: true, attributes: true}});
    }}"""
    page.evaluate(states)
    numbers = page.locator(".live-count").all_text_contents()
    assert numbers == [f"[{n}]" for n in range(1, len(numbers) + 1)]
    run_code(page, cells[0], "import time\nfor k in range(25): time.sleep(0.1)")
    said = page.evaluate("[...window.states]")
    assert {"starts Python", "runs", "✓ done in"} <= set(said), said
    run_code(page, cells[0], "no_such_name")
    page.locator(".live-bar").get_by_text("▶ Run all", exact=True).click()
    wait_for(page, "Code cell 1 ended with NameError. The cells after it were not run.")
    alert = page.locator(f"#{cells[0]} [role=alert]")
    assert alert.locator("strong").inner_text().startswith("NameError:")
    look = "e => getComputedStyle(e.querySelector('pre')).borderLeftWidth"
    assert alert.evaluate(look) == "4px"
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".live-status a").click()
    page.wait_for_function(
        """id => { const {top, bottom} = document.getElementById(id).getBoundingClientRect();
                   return bottom > 0 && top < innerHeight; }""",
        arg=cells[0],
    )
    assert page.evaluate("document.activeElement.ariaLabel") == "Run code cell 1"


def test_two_tabs_see_what_the_other_does(live_page: Any) -> None:
    page = live_page(FIRST)
    other = page.context.new_page()
    other.goto(page.url)
    settle(other)
    cell = shown_cells(page)[0]
    press(page, cell, "Edit")
    page.locator(f"#{cell} .cm-content").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text("theirs = 1")
    wait_for(other, "Another tab of this page changed code cell 1.")
    assert other.locator(f"#{cell} pre").first.inner_text().strip() == "theirs = 1"
    press(page, cell, "Reset")
    other.wait_for_function(
        "id => !document.getElementById(id).dataset.edited && !document.getElementById(id)"
        ".querySelector('pre').textContent.includes('theirs')",
        arg=cell,
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_the_page_comes_alive(browser: Any, site: Site, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(e => ({
            value: e.value, what: e.sources.map(s => s.node?.className ?? s.node?.nodeName)}))))
            .observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(site.url + page_of(FIRST))
    settle(page)
    page.wait_for_timeout(1000)
    shifts = page.evaluate("window.shifts")
    context.close()
    assert sum(shift["value"] for shift in shifts) <= 0.02, shifts


def test_the_bar_of_a_phone_is_one_line(live_page: Any) -> None:
    page = live_page(FIRST, width=390)
    cell = shown_cells(page)[0]
    press(page, cell, "▶ Run")
    wait_for(page, "Done.")
    bar = page.locator(".live-bar")
    assert bar.bounding_box()["height"] <= 48
    more = bar.get_by_role("button", name="More of Python in this page")
    more.click()
    assert more.get_attribute("aria-expanded") == "true"
    bar.get_by_text("Restart", exact=True).click()
    wait_for(page, "Python was started anew")


def test_a_figure_moves_freely(live_page: Any) -> None:
    """By keyboard, to the lower ends of its sliders, for which the chapter stored the words."""
    found = [
        (notebook, cell, data["text/plain"])
        for notebook in NOTEBOOKS
        for cell in code_cells(notebook)
        for data in output_data(cell)
        if VIEW_MIME in data and re.search(r"^ slider ", data["text/plain"], re.M)
    ]
    if not found:
        pytest.skip("No chapter has an interactive figure with a slider yet.")
    notebook, cell, summary = found[0]
    page = live_page(notebook)
    uncover(page)
    freely = page.locator(f"#code-cell-{cell.id} .live-freely")
    freely.click()
    wait_for(page, "Done.")
    assert not freely.is_visible()
    results = page.locator(f"#code-cell-{cell.id} .live-results")
    picture = results.locator(".nnlib-frames svg[role=img]")
    picture.wait_for()
    handles = results.locator(".noUi-handle")
    for i in range(handles.count()):
        handles.nth(i).focus()
        page.keyboard.press("Home")
    lows = dict(re.findall(r"^ (?:slider|play) (\w+) .*?: ([^,\n]+),", summary, re.M))
    line = next(
        line
        for line in summary.splitlines()
        if all(re.search(rf"\b{k}={re.escape(v)}[ :]", line) for k, v in lows.items())
    )
    said = re.fullmatch(r" .*?: (.*?) [0-9a-f]{6} ±.*", line)[1]
    page.wait_for_function(
        "([node, said]) => node.querySelector('.nnlib-frames svg[role=img]')?.ariaLabel === said",
        arg=[results.element_handle(), said],
    )
    stored = page.locator(f"#code-cell-{cell.id} .figure-control").count()
    assert handles.count() == stored, "the live figure has other controls than the stored one"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_with_editors_open(live_page: Any, theme: str, width: int) -> None:
    page = live_page(FIRST, theme=theme, width=width)
    first, second = shown_cells(page)[:2]
    press(page, second, "Edit")
    page.locator(f"#{second} .cm-content").wait_for()
    run_code(page, first, "print('text')\n1 / 0")
    violations = inaccessible(page)
    assert violations == [], "\n".join(violations)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


class MoodyHandler(PagesHandler):
    """Gives no answer where ``broken`` says so: at once, or, where it is ``silent``, never."""

    cache = "no-store"  # only what the service worker keeps
    broken: str | None = None
    silent = False
    closing: threading.Event

    def do_GET(self) -> None:
        if self.broken is None or not re.search(self.broken, self.path):
            return super().do_GET()
        self.close_connection = True
        if self.silent:
            self.closing.wait()
        return None


@pytest.fixture
def moody() -> Iterator[type[MoodyHandler]]:
    """The handler of a server of its own, whose answers a test can withhold."""
    with serving(MoodyHandler, closing=threading.Event()) as handler:
        yield handler
        handler.closing.set()


@pytest.fixture
def visit(browser: Any, moody: type[MoodyHandler]) -> Iterator[Callable[[], Any]]:
    """Opens the first chapter on the moody server, always for the same reader."""
    context = browser.new_context()

    def opener() -> Any:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.problems = watch(page, moody.site)
        page.goto(moody.site.url + page_of(FIRST))
        settle(page)
        page.evaluate(LISTEN)
        return page

    yield opener
    context.close()


# What Python compiled is kept when the reader pauses: two archives.
WATCH_COMPILED = """() => setInterval(async () => {
    const name = (await caches.keys()).find(name => name.startsWith("live-compiled-"));
    window.kept = name && (await (await caches.open(name)).keys()).length === 2;
}, 100)"""


def test_the_second_visit_needs_no_network(visit: Any, moody: type[MoodyHandler]) -> None:
    for number, compiled in (("first", "py"), ("second", "pyc")):
        page = visit()
        code = "import asyncio; print(asyncio.__file__.rpartition('.')[-1])"
        run_code(page, shown_cells(page)[0], code)
        assert page.evaluate("window.ran.at(-1).messages[0].text") == f"{compiled}\n"
        page.get_by_text("This page works offline.").wait_for()
        page.evaluate(WATCH_COMPILED)
        page.wait_for_function("window.kept")
        assert page.problems == []
        if number == "first":
            page.close()
            moody.broken, served = "", len(moody.site.served)
    assert len(moody.site.served) == served


def test_the_whole_book_is_kept_when_the_reader_asks(visit: Any, moody: type[MoodyHandler]) -> None:
    page = visit()
    run_code(page, shown_cells(page)[0], "1")
    page.get_by_role("button", name="Keep the whole book").click()
    page.get_by_text("The whole book works offline.").wait_for()
    moody.broken, served = "", len(moody.site.served)
    for path in ("index.html", *(page_of(notebook) for notebook in NOTEBOOKS)):
        page.goto(moody.site.url + path)
        settle(page)
        broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
        assert broken == [], path
    page.evaluate(LISTEN)  # the last page is the laboratory, which asks for more of Python
    run_code(page, shown_cells(page)[0], "from bookkit import laboratory; laboratory.points()")
    page.locator(".live-results .lab-tools").first.wait_for()
    assert page.problems == []
    assert len(moody.site.served) == served


START = ("cells.json", "worker.mjs", "kernel.py", "pyodide.mjs", "lock.json", "asm.js", "asm.wasm")


@pytest.mark.parametrize("file", [*START, "stdlib.zip", "numpy"])
def test_a_start_that_fails_says_so(file: str, visit: Any, moody: type[MoodyHandler]) -> None:
    moody.broken = file
    page = visit()
    press(page, shown_cells(page)[0], "▶ Run")
    wait_for(page, "Run a cell to try again.")
    assert "Python could not start" in page.inner_text(STATUS)


def test_a_start_that_failed_can_be_tried_again(visit: Any, moody: type[MoodyHandler]) -> None:
    page = visit()
    for file in ("cells.json", "worker.mjs", "asm.wasm"):
        moody.broken = file
        press(page, shown_cells(page)[0], "▶ Run")
        wait_for(page, "Run a cell to try again.")
    moody.broken = None
    press(page, shown_cells(page)[0], "▶ Run")
    wait_for(page, "Done.")


def test_a_network_that_falls_silent_is_told_of(visit: Any, moody: type[MoodyHandler]) -> None:
    page = visit()
    cell = shown_cells(page)[0]
    page.clock.install()
    moody.broken, moody.silent = "asm.wasm", True
    press(page, cell, "▶ Run")
    wait_for(page, "Fetching Python…")
    page.clock.fast_forward(30_000)
    wait_for(page, "This takes long.")
    page.locator(".live-bar").get_by_text("■ Stop", exact=True).click()
    wait_for(page, "Stopped before Python was ready.")
    moody.broken = None
    press(page, cell, "▶ Run")
    wait_for(page, "Done.")


# --- JupyterLite ------------------------------------------------------------------------------


def test_jupyterlite_says_what_the_chapter_stored(browser: Any, site: Site) -> None:
    if not (HTML / "lite").is_dir():
        missing("The built book has no JupyterLite: run `pip install -r requirements.txt`.")
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    problems = watch(page, site)
    page.goto(site.url + page_of(FIRST))
    link = page.locator("a[href*='lite/notebooks/']").first.get_attribute("href")
    page.goto(f"{site.url}chapters/{link}")
    page.locator(".jp-CodeCell").first.wait_for()
    page.wait_for_function(
        """cells => {
            const {content, sessionContext} = jupyterapp.shell.currentWidget;
            const there = content.model.toJSON().cells.filter(cell => cell.cell_type === "code");
            return there.length >= cells && sessionContext.session?.kernel?.status === "idle";
        }""",
        arg=len(code_cells(FIRST)),
    )
    page.evaluate(
        """async () => {
            const {commands} = jupyterapp;
            await commands.execute("notebook:clear-all-cell-outputs");
            await commands.execute("notebook:run-all-cells");
        }"""
    )
    notebook = page.evaluate("jupyterapp.shell.currentWidget.content.model.toJSON()")
    cells = {cell["id"]: cell for cell in json.loads(json.dumps(notebook))["cells"]}
    found = []
    for cell in code_cells(FIRST):
        messages = list(map(as_message, cells[cell.id]["outputs"]))
        differences = live_differences(FIRST.stem, cell, messages)
        found += [f"{cell.id}: {difference}" for difference in differences]
    context.close()
    assert not found, "\n".join(found)
    assert problems == []


def as_message(output: dict[str, Any]) -> dict[str, Any]:
    """An output of a notebook as a message of the pages' kernel."""
    if output["output_type"] == "stream":
        return {"type": "stream", "name": output["name"], "text": "".join(output["text"])}
    if output["output_type"] == "error":
        return {"type": "error", "name": output["ename"], "message": output["evalue"]}
    data = {m: "".join(v) if isinstance(v, list) else v for m, v in output["data"].items()}
    return {"type": "display", "data": data, "metadata": output.get("metadata", {})}
