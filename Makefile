# concession-maps: `make` draws every map of seeds/ into maps/, `make test` tests. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

# pip before 23.3 reads some names of extras wrongly; the lock files are complete, so nothing is resolved here.
PIP_LOCKED := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
HASHED := --require-hashes

CODE := $(shell find geo -type f -not -path '*/__pycache__/*' -not -path '*/.*') pyproject.toml
BOUNDARIES := $(wildcard data/boundaries/*)
ARTICLES := seeds $(wildcard seeds/*)

.DELETE_ON_ERROR:
.PHONY: fuzz interrupt maps test test-fast check lint types eval cues bench boundaries package-check lock clean help

maps: maps/build.json ## draw every map from seeds/ into maps/ (the default)

maps/build.json: $(VENV)/.runtime $(CODE) $(BOUNDARIES) $(ARTICLES)
	$(BIN)/concession-maps build seeds -o maps

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("concession-maps needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP_LOCKED) $(HASHED) -r requirements/runtime.txt
	$(PIP_LOCKED) $(HASHED) -r requirements/build.txt
	$(PIP_LOCKED) --no-build-isolation --editable .
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.runtime
	$(PIP_LOCKED) $(HASHED) -r requirements/test.txt
	touch $@

test: $(VENV)/.test ## install what the tests need and run them all
	$(BIN)/python -m pytest

test-fast: $(VENV)/.test ## the tests without browser and without the slow ones
	$(BIN)/python -m pytest -m 'not browser and not slow'

lint: $(VENV)/.test ## ruff
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test ## mypy --strict
	$(BIN)/mypy

check: lint types test-fast ## all fast checks; changes nothing

eval: $(VENV)/.test ## score the reader on the project's own items (and on ../shared/eval where it is)
	$(BIN)/python tools/evaluate.py

cues: $(VENV)/.runtime ## compile the vocabularies of cues and names after a change of their .toml files
	$(BIN)/python tools/build_cues.py
	$(BIN)/python tools/build_names.py
	$(BIN)/python tools/build_tables.py

bench: $(VENV)/.bench ## ratios against the raw scan and against peers, in one run (installs the peers)
	$(VENV)/bench/bin/python tools/bench.py
	$(VENV)/bench/bin/python tools/bench_corpus.py
	$(VENV)/bench/bin/python tools/bench_page.py
	$(VENV)/bench/bin/python tools/bench_images.py

$(VENV)/.bench: requirements/bench.txt $(VENV)/.runtime
	$(PYTHON) -m venv $(VENV)/bench
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(HASHED) -r requirements/bench.txt
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps $(HASHED) -r requirements/build.txt
	$(VENV)/bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

FUZZ_SECONDS ?= 300

fuzz: $(VENV)/.fuzz ## every parser with inputs guided by coverage, for FUZZ_SECONDS seconds in all
	$(BIN)/python tools/fuzz.py --seconds $(FUZZ_SECONDS)

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.test
	$(PIP_LOCKED) $(HASHED) -r requirements/fuzz.txt
	touch $@

interrupt: $(VENV)/.runtime ## kill a hundred builds at random moments and look whether the maps stay whole
	$(BIN)/python tools/interrupt.py

package-check: $(VENV)/.test ## build the wheel, install it elsewhere, run it from another folder
	$(BIN)/python tools/check_package.py

boundaries: $(VENV)/.runtime ## rebuild data/boundaries/ from the npm package (needs npm and the network); refuses changed bytes
	$(BIN)/python tools/build_boundaries.py

LOCK := $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

lock: ## pin every dependency anew, with hashes (needs the network)
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet uv
	$(LOCK) --upgrade --extra html pyproject.toml -o requirements/runtime.txt
	$(LOCK) --upgrade requirements/build.in -o requirements/build.txt
	$(LOCK) --upgrade --extra test -c requirements/runtime.txt pyproject.toml -o requirements/test.txt
	$(LOCK) --upgrade --extra bench -c requirements/runtime.txt pyproject.toml -o requirements/bench.txt

clean: ## remove maps and the virtual environment
	rm -rf maps $(VENV)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
