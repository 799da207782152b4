# Everything the book can do, from a machine with Python 3.11 or newer and make.
#
#   make book      build the book (installs what it needs into .venv first)
#   make live      fetch Python for the code cells in the pages, once; the book builds without it, too
#   make test      re-run every chapter, compare every output, number and figure; test nnlib
#   make seeds     re-run every chapter with other seeds, list each claim that then fails (slow)
#   make pyodide   run every chapter in the Python of the pages, without a browser (needs Node)
#   make browser   build, then look at every page and move every figure in a real browser (needs Chromium)
#   make live-check  run every chapter in the pages (slow)
#   make binder    build Binder's environment without Docker, run every notebook in its JupyterLab (needs Chromium)
#   make address   write the repository's address, as _config.yml has it, to every file that holds it
#   make assignments   notebooks to hand out, and what grades them: pytest, Gradescope, nbgrader
#   make questions     the self-checks and cards for Moodle, Canvas, Anki, and on paper (needs Chromium)
#   make slides        a deck for each chapter, HTML and PDF (needs Chromium and Node)
#   make figures       every figure as SVG and PDF, with caption and alt text (needs Chromium)
#   make pdf       build, then print the whole book as one PDF (needs Chromium)
#   make epub      the book for e-readers, checked by EPUBCheck (needs Java)
#   make zip       build, then pack the pages so that they work from a folder (needs Node)
#   make wheel     build nnlib as a wheel and test it where nothing but numpy is installed
#   make lab       open the chapters in JupyterLab
#   make refresh   re-run the chapters and write what comes out into them
#   make approve   show which words changed, and register them as read
#   make lint      style of code and notebooks, and the hashes of third-party web files
#   make clean     remove what was built (not .venv)
#
# Another Python: make PYTHON=python3.12 book

PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/ready
NODE := tests/browser/test_node.py
LIVE := tests/browser/test_live.py
LAB := tests/browser/test_lab.py

.PHONY: help book pdf live test seeds pyodide browser live-check binder address assignments questions slides \
	figures epub zip wheel lab refresh approve lint clean
help:
	@sed -n 's/^#   //p' Makefile

book: $(READY)
	$(BIN)/jupyter-book build . -W -n --all
	@echo "Open _build/html/index.html in your browser."

pdf: book
	$(BIN)/python tools/book_pdf.py

live: $(READY)
	$(BIN)/python tools/live.py get

TESTS ?= # a part of them, as in: make test TESTS=tests/unit
test: $(READY)
	$(BIN)/python -m pytest --nbval --ignore=tests/browser $(TESTS)

SHIFTS ?= 20
seeds: $(READY)
	$(BIN)/python tools/seeds.py --shifts $(SHIFTS)

pyodide: live
	$(BIN)/python -m pytest $(NODE) --numprocesses=2 --dist=worksteal

browser: book
	$(BIN)/python -m pytest tests/browser $(NODE:%=--ignore=%) $(LIVE:%=--ignore=%) $(LAB:%=--ignore=%) --numprocesses=2 --dist=loadfile

live-check: live book
	$(BIN)/python -m pytest $(LIVE) --numprocesses=0

NOTEBOOKS ?= # some of them, as in: make binder NOTEBOOKS="01 or laboratory"
binder: $(READY)
	$(BIN)/python tools/binder.py
	$(BIN)/python -m pytest $(LAB) -k "$(NOTEBOOKS)" --numprocesses=2 --dist=worksteal

address: $(READY)
	$(BIN)/python tools/address.py

assignments: $(READY)
	$(BIN)/python tools/instructors.py assignments

questions: $(READY)
	$(BIN)/python tools/instructors.py questions

figures: $(READY)
	$(BIN)/python tools/instructors.py figures

slides: $(READY)
	npm ci --prefix instructors --no-audit --no-fund --loglevel=error
	$(BIN)/python tools/instructors.py slides

epub: $(READY)
	$(BIN)/python tools/epub.py

zip: book
	npm ci --prefix web/live/editor --no-audit --no-fund --loglevel=error
	$(BIN)/python tools/folder.py

wheel: $(READY)
	$(BIN)/python tools/wheel.py

lab: $(READY)
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/chapters

refresh: $(READY)
	$(BIN)/python tools/notebooks.py refresh

approve: $(READY)
	$(BIN)/python tools/notebooks.py approve

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/vendor.py check

clean:
	rm -rf _build build dist .pytest_cache .ruff_cache .hypothesis

# "ready" is written last, so an installation that was cut short is done again.
$(READY): requirements.txt constraints.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name yours, as in: make PYTHON=python3.12 book"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("The book needs Python 3.11 or newer, but $(PYTHON) is %d.%d: name another, as in: make PYTHON=python3.12 book" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(PYTHON) -c 'open("$(READY)", "w").close()'
