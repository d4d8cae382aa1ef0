# Two commands do everything, set-up included, on a machine with Python 3.11 or newer and make:
#     make book    builds the book          make test    tests everything
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
WORKERS ?= auto

.PHONY: help book test test-fast lab pdf verify bench experiments widgets browser javascript clean distclean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

book: $(READY) ## execute the notebooks and build the site (only what has changed)
	@$(BIN)/python book/press/build.py

test: $(READY) browser javascript ## run all tests: core, doctests, notebooks, the built site in Chromium
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --doctest-modules lstm_tutor tests

test-fast: $(READY) ## run the tests that need neither a notebook nor a browser
	@$(BIN)/python -m pytest -n $(WORKERS) --doctest-modules lstm_tutor tests --ignore tests/site --ignore tests/widgets --ignore tests/book/test_notebooks.py

lab: $(READY) ## open JupyterLab among the chapters
	@$(BIN)/jupyter lab --notebook-dir book

pdf: $(READY) browser ## print the whole book as one PDF
	@$(BIN)/python book/press/printing.py

verify: $(READY) ## compare every cell with PyTorch
	@$(BIN)/python -m lstm_tutor verify

bench: $(READY) browser ## time every cell against PyTorch, and the frames of widgets
	@$(BIN)/python tests/benchmark/bench.py
	@$(BIN)/python tests/widgets/bench.py

experiments: $(READY) ## run the published experiments again, into _build/experiments (most of a day)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m lstm_tutor.experiments run --all --jobs 2 --folder _build/experiments

mutants: $(READY) ## plant wrong formulas one at a time, and show which test catches each
	@$(BIN)/python tests/mutants.py

widgets: $(READY) ## bundle the widgets' JavaScript, after a change to it
	@$(BIN)/python tests/widgets/node.py --silent run build

browser: $(READY)
	@$(BIN)/python book/press/browser.py

javascript: $(READY)
	@$(BIN)/python tests/widgets/node.py

clean: ## forget everything that was built
	rm -rf _build .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find lstm_tutor tests book -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## forget the environment too
	rm -rf $(VENV)

# The environment is made anew when what it is made from changes.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is older than Python 3.11: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || { echo "creating $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing requirements.txt into $(VENV) (some minutes, the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
