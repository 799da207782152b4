"""Binder as a reader meets it: every notebook in JupyterLab, run to its end, its figures moved.

`make binder` builds the environment as Binder would (`tools/binder.py`) and runs these tests there.
One notebook: pytest tests/browser/test_lab.py -k 02-perceptron -n0 -s
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from checks import needs
from checks.page import ROOT, Page, notebooks
from harness import jupyter, missing

from binder import BUILT
from bookkit.book import EXTRAS

LABORATORY = ROOT / "laboratory.ipynb"
NOTEBOOKS = notebooks()
PATIENCE = 600_000  # ms: a notebook on a busy machine

# JavaScript on JupyterLab's own objects. Of each code cell: its place, whether it ran, its errors.
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets
  .map((cell, place) => ({place, model: cell.model}))
  .filter(({model}) => model.type === "code" && model.sharedModel.source.trim())
  .map(({place, model}) => ({
    place,
    id: model.id,
    tags: model.getMetadata("tags") ?? [],
    ran: model.executionCount !== null && model.executionState !== "running",
    errors: model.outputs.toJSON().filter(output => output.output_type === "error")
      .map(({ename, evalue}) => `${ename}: ${evalue}`),
  }))"""
READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.content?.model?.cells.length > 0 && panel.context.isReady
    && panel.sessionContext.isReady && panel.sessionContext.session?.kernel?.status === "idle";
}"""
IDLE = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
CLEARED = f"() => ({CELLS})().every(cell => !cell.ran)"
# All cells ran; or one shows an error, after which JupyterLab runs no other.
ENDED = f"""() => {{
  const cells = ({CELLS})();
  return ({IDLE})()
    && (cells.every(cell => cell.ran) || cells.some(cell => cell.errors.length > 0));
}}"""
RAN = f"place => ({IDLE})() && ({CELLS})().find(cell => cell.place === place).ran"
SHOW = """async place => {
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = place;
  await notebook.scrollToItem(place, "start");
}"""
CHANGED = "([now, before]) => now.innerHTML !== before"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab as Binder starts it: the address that the path of a notebook follows."""
    if not (BUILT / "start").is_file():
        missing("There is no environment like Binder's: run `make binder`.")
    folder = tmp_path_factory.mktemp("lab")
    command = [
        *(str(BUILT / "start"), "jupyter", "lab", "--no-browser", "--allow-root", "--port=0"),
        *("--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"),
        f"--LabApp.workspaces_dir={folder / 'spaces'}",
    ]
    with jupyter(command, folder) as address:
        yield f"{address}lab/tree/"


@pytest.fixture
def opened(lab: str, browser: Any) -> Iterator[Callable[[Path], Any]]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def opener(notebook: Path) -> Any:
        # JupyterLab would open what was open before, beside it.
        page.goto(f"{lab}{notebook.relative_to(ROOT).as_posix()}?reset")
        page.wait_for_function(READY)
        return page

    yield opener
    page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
    context.close()


def choose(page: Any, menu: str, item: str) -> None:
    page.get_by_role("menubar").get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


def run_all(page: Any) -> list[dict[str, Any]]:
    """Run the whole notebook by JupyterLab's own menu; its code cells when all has ended."""
    choose(page, "Edit", "Clear Outputs of All Cells")
    page.wait_for_function(CLEARED)
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ENDED)
    return page.evaluate(CELLS)


def show(page: Any, place: int) -> Any:
    """Bring a cell into view; JupyterLab keeps no others in the page."""
    page.evaluate(SHOW, place)
    return page.locator(".jp-Notebook .jp-Cell.jp-mod-active")


def move(control: Any) -> None:
    """Move a control: a slider to its end, or from there to its start; a choice to another."""
    if handle := control.locator(".noUi-handle").all():
        now, most = (float(handle[0].get_attribute(f"aria-value{name}")) for name in ("now", "max"))
        handle[0].press("Home" if now == most else "End")
    else:
        control.locator(".widget-toggle-button:not(.mod-active)").first.click()


def is_seen_to_change(page: Any, picture: Any, act: Callable[[], None]) -> bool:
    """Do something, wait until the picture is another one, and compare what is seen."""
    before, seen = picture.inner_html(), picture.screenshot()
    act()
    page.wait_for_function(CHANGED, arg=[picture.element_handle(), before])
    return picture.screenshot() != seen


def figures_move(page: Any, cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        if "interactive" in cell["tags"]:
            figure = show(page, cell["place"]).locator(".nnlib-figure")
            figure.wait_for()
            controls = figure.locator(".widget-hslider, .widget-toggle-buttons").all()
            assert controls
            for control in controls:
                picture = figure.locator(".nnlib-frames")
                assert is_seen_to_change(page, picture, lambda c=control: move(c)), cell["id"]


def answers_of_the_laboratory_change(page: Any, cells: list[dict[str, Any]]) -> None:
    """Python answers each widget on which one draws, as it answers the figures."""
    drawn = 0
    for cell in cells:
        output = show(page, cell["place"])
        widget = output.locator(".lab")
        if "laboratory.draw(" in output.locator(".jp-InputArea").inner_text():
            widget.wait_for()
            clear = widget.get_by_role("button", name="Clear")
            assert is_seen_to_change(page, widget.locator("tbody"), clear.click)
            drawn += 1
    assert drawn


def says_what_it_needs(page: Any, notebook: Path, cells: list[dict[str, Any]]) -> None:
    """Binder does not have what the notebook needs: one cell says so, and the exercises run."""
    page_of = Page.read(BUILT / "repository" / notebook.relative_to(ROOT))
    [error] = [error for cell in cells for error in cell["errors"]]
    assert error.startswith("Missing: This chapter needs ")
    assert all(EXTRAS[name] in error for name in needs.needed(page_of.notebook))
    without = needs.runs_without(page_of.notebook)
    for cell in cells:
        if cell["place"] in without:
            show(page, cell["place"])
            choose(page, "Run", "Run Selected Cell and Do not Advance")
            page.wait_for_function(RAN, arg=cell["place"])
    after = [cell for cell in page.evaluate(CELLS) if cell["place"] in without]
    assert len(after) > 5
    assert [cell["errors"] for cell in after if cell["errors"]] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_and_its_figures_move(
    notebook: Path, opened: Callable[[Path], Any]
) -> None:
    page = opened(notebook)
    cells = run_all(page)
    if needs.needed(Page.read(notebook).notebook):
        says_what_it_needs(page, notebook, cells)
        return
    assert [(cell["id"], cell["errors"]) for cell in cells if cell["errors"]] == []
    figures_move(page, cells)
    if notebook == LABORATORY:
        answers_of_the_laboratory_change(page, cells)
