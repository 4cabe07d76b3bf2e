# Every target sets up .venv by itself. A set-up step that fails leaves no stamp, so that the
# next run repeats it; a step that is done is not repeated.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# The first Python on the path that is new enough.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

# One exact version, installed before the package: pip then takes its CPU build where a
# configured source offers one, and the newest GPU build is not pulled in.
TORCH ?= torch==2.13.0

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

# Two test processes on two cores: more threads in each would only wait for one another.
PYTEST := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 MPLBACKEND=agg $(BIN)/python -m pytest -n 2

.PHONY: help demo test test-all documents check docs figures clean

help:
	@echo "make demo      train, sample and validate a small surrogate; results in demo/"
	@echo "make test      the tests, without the slow ones"
	@echo "make test-all  all tests"
	@echo "make documents what README.md, docs/ and examples/ show, shortened"
	@echo "make check     format, lint, types, layers, documentation"
	@echo "make docs      the documentation, in site/"
	@echo "make figures   the pictures and the table of README.md, from demo/"
	@echo "make clean     remove what these made, .venv included"

# Options of `cloudburst demo`, as "--set training.steps=200 --events 1000" for a look.
DEMO ?=

demo: $(VENV)/.package
	$(BIN)/cloudburst demo demo --overwrite $(DEMO)

test: $(VENV)/.test
	$(PYTEST) -m "not slow"

test-all: $(VENV)/.test
	$(PYTEST)

documents: $(VENV)/.test
	$(PYTEST) tests/test_readme.py tests/test_documentation.py tests/test_examples.py

check: $(VENV)/.test $(VENV)/.check
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

docs: $(VENV)/.check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

figures: $(VENV)/.package
	$(BIN)/python tools/figures.py demo

clean:
	rm -rf $(VENV) demo site dist build
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.python:
	@[ -n "$(PYTHON)" ] || { echo "Python >= 3.11 is needed: make PYTHON=/path/to/python3"; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON): a few minutes, once"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.torch: $(VENV)/.python
	@echo "Installing $(TORCH)"
	@$(PIP) "$(TORCH)"
	@touch $@

$(VENV)/.package: $(VENV)/.torch pyproject.toml
	@echo "Installing cloudburst and what it needs"
	@$(PIP) --editable ".[fast,openvino]"
	@touch $@

$(VENV)/.test: $(VENV)/.package
	@echo "Installing what the tests need"
	@$(PIP) --group test
	@touch $@

$(VENV)/.check: $(VENV)/.package
	@echo "Installing what the checks need"
	@$(PIP) --group check
	@touch $@
