"""How fast is Python in the pages? Chapters of the built book, run whole in a real browser.

    make live book                          # once: the built book with Python in its pages
    python benchmarks/pages.py              # every notebook that runs in its page
    python benchmarks/pages.py 06 08        # only those whose name starts so
    python benchmarks/pages.py 06 --repeats 5 --cells 20

Each repeat is a new reader. The columns, in seconds, are the least of the repeats, since whatever
else the machine does only adds to them; the load is the average of the last minute.

- *cold*: from the click on Run at the first cell until it is done, with nothing of Python kept;
- *warm*: the same on a second visit, when the browser has kept Python and what it compiled;
- *whole*: Run all on that second visit, from the click to "Done.";
- *MB*: what the browser's processes share out among them (PSS), before the visit, when Python has
  started, and after the whole chapter.

The server is on this machine, so no time goes to the network. Below the table stand the cells that
took longest in the last repeat.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "browser")]
import nbformat  # noqa: E402
from checks.live import notebooks  # noqa: E402
from harness import CHROMIUM_OPTIONS, HTML, PagesHandler, serving, settle  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from teaching.pages import chromium  # noqa: E402

PATIENCE = 600_000  # ms: a chapter on a busy machine
LISTEN = """window.ran = [];
document.addEventListener("live:cell", ({detail: {id, ok, seconds}}) => {
    window.ran.push({id, ok, seconds});
});"""
FIRST = ".cell[id^=code-cell-] > .live-tools"
KEPT = """async () => {
    const name = (await caches.keys()).find(name => name.startsWith("live-compiled-"));
    return name && (await (await caches.open(name)).keys()).length === 2;
}"""


@dataclass
class Figures:
    """What was measured of one notebook: each list holds one number a repeat."""

    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    cells: list[tuple[float, str]] = field(default_factory=list)


def descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from descendants(child)


def megabytes() -> float:
    """What the browser's processes take, shared pages counted once; 0 where no /proc says so."""
    total = 0
    for pid in descendants(os.getpid()):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def visit(context: Any, url: str) -> Any:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    settle(page)
    page.evaluate(LISTEN)
    return page


def first_result(page: Any) -> float:
    """Seconds from the click on the first cell's Run until it is done."""
    cell = page.locator(FIRST).first
    since = time.perf_counter()
    cell.get_by_text("▶ Run", exact=True).click()
    cell.get_by_text("✓ done in").wait_for()
    return time.perf_counter() - since


def measure(browser: Any, url: str, figures: Figures) -> None:
    """Two visits of a new reader."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    before = megabytes()
    page = visit(context, url)
    figures.cold.append(first_result(page))
    page.wait_for_function(KEPT, polling=200)
    page.close()
    page = visit(context, url)
    figures.warm.append(first_result(page))
    started = megabytes()
    since = time.perf_counter()
    page.evaluate("window.ran.length = 0")
    page.locator(".live-intro button").click()
    page.get_by_text("Running cell").wait_for()
    page.wait_for_function(
        "/^Done|ended with|could not/.test(document.querySelector('.live-status').textContent)"
    )
    figures.whole.append(time.perf_counter() - since)
    figures.memory.append((before, started, megabytes()))
    ran = page.evaluate("window.ran")
    figures.cells = sorted(((cell["seconds"], cell["id"]) for cell in ran), reverse=True)
    context.close()
    if said := [cell["id"] for cell in ran if not cell["ok"]]:
        print(f"{url} ended at cell {said[-1]}")


def first_lines(notebook: Path) -> dict[str, str]:
    """What each cell begins with, past its imports."""
    cells = nbformat.read(notebook, as_version=4).cells
    return {cell.id: cell.source.strip().partition("\n")[0][:70] for cell in cells}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="how the names of the notebooks start")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--cells", type=int, default=5, help="how many of the slowest cells to name"
    )
    options = parser.parse_args()
    if not (HTML / "pyodide").is_dir():
        raise SystemExit("The built book cannot run code: run `make live`, then `make book`.")
    chosen = [p for p in notebooks() if p.stem.startswith(tuple(options.names or [""]))]
    print(f"{'notebook':26}{'cold':>7}{'warm':>7}{'whole':>8}   {'MB':18}load")
    slowest = []
    with sync_playwright() as playwright, serving(PagesHandler) as handler:
        for notebook in chosen:
            place = notebook.relative_to(ROOT).with_suffix(".html").as_posix()
            figures = Figures()
            for _ in range(options.repeats):
                browser = playwright.chromium.launch(
                    executable_path=chromium(), args=CHROMIUM_OPTIONS
                )
                measure(browser, handler.site.url + place, figures)
                browser.close()
            times = min(figures.cold), min(figures.warm), min(figures.whole)
            memory = " → ".join(f"{value:.0f}" for value in min(figures.memory))
            print(
                f"{notebook.stem:26}{times[0]:7.1f}{times[1]:7.1f}{times[2]:8.1f}   "
                f"{memory:18}{os.getloadavg()[0]:.1f}",
                flush=True,
            )
            lines = first_lines(notebook)
            slowest += [f"\n{notebook.stem}, {sum(s for s, _ in figures.cells):.1f} s in cells"]
            slowest += [
                f"{s:7.2f}  {id_}: {lines[id_]}" for s, id_ in figures.cells[: options.cells]
            ]
    print("\n".join(slowest))


if __name__ == "__main__":
    main()
