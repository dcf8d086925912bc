# Two commands on a fresh machine: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
UV := .venv/bin/uv
STAMP := .venv/.synced

# Where bytecode may not be written beside its source, it goes into the venv: compiling it all anew takes 2 s of each
# start, and each of the some hundred processes of the tests would do it.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/bytecode
endif

.PHONY: help run demo test test-fast lint format bench-open bench-data bench-scroll soak testbed setup frontend openapi clean
help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml uv.lock
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) sync --locked --quiet $(shell command -v go >/dev/null 2>&1 || echo --group go) --inexact
	@touch $(STAMP)

setup: $(STAMP) ## venv and locked dependencies

frontend: $(STAMP) ## build the page
	@.venv/bin/python -m scripts.frontend build

run: frontend ## the console, with the browser on it
	@.venv/bin/quarterdeck

demo: frontend ## the console on simulated clusters
	@.venv/bin/quarterdeck demo

testbed: $(STAMP) ## build the real control plane for the tests
	@.venv/bin/python -m testbed build

test: frontend testbed ## every test: Python, page, browser, real control plane
	@.venv/bin/python -m scripts.test all

test-fast: $(STAMP) ## what a developer runs all day
	@.venv/bin/python -m scripts.test fast

lint: $(STAMP) ## ruff, pyright, import-linter, Biome, tsc
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports
	@.venv/bin/python -m scripts.frontend lint
	@.venv/bin/pyright

format: $(STAMP) ## let the formatters write
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix . && .venv/bin/python -m scripts.frontend format

bench-open: frontend testbed ## opening and closing, against kubectl and against serial; last line is JSON
	@.venv/bin/python -m bench.opening

bench-data: frontend testbed ## pages, search, changes and cost at 250,000 objects; last line is JSON
	@.venv/bin/python -m bench.data

bench-scroll: frontend ## the page scrolls through 50,000 rows, by the browser's own tracing; last line is JSON
	@.venv/bin/python -m bench.scrolling

soak: frontend testbed ## ten minutes of trouble, then every store against its API server; MINUTES=2 for less
	@.venv/bin/python -m bench.soak --minutes $(or $(MINUTES),10)

openapi: $(STAMP) ## write openapi.json and stream.schema.json anew
	@.venv/bin/python -m scripts.openapi
