PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: run test lint browser clean fuzz

run: .venv/installed  ## build the index of seeds/, start the service, ask it one question
	$(BIN)/aligner add seeds
	exec $(BIN)/python -m service.demo --port $(PORT)

test: .venv/installed  ## linter, types, all tests; those on real data where ALIGNER_DATA names them
	$(MAKE) --no-print-directory lint browser
	$(BIN)/python -m pytest -q

fuzz: .venv/installed  ## many generated requests over the whole API; FUZZ_SEED picks others
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-200} $(BIN)/python -m pytest -q tests/test_fuzz.py

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

browser:  ## Debian's Chromium for the tests of the pages, where it may be installed
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
	  || echo "Chromium is not here and cannot be installed: the tests of the pages in a browser are skipped" >&2

# torch first and by its exact version: an unpinned one pulls gigabytes of CUDA
.venv/installed: setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"Python 3.11 or newer is needed, found {v[0]}.{v[1]}")'
	@$(PYTHON) -m venv .venv || { echo "The venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --constraint constraints.txt pip setuptools
	$(BIN)/pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[test]'
	touch $@

clean:
	rm -rf .venv build *.egg-info indexes/default
