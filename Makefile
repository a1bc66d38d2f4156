# Every target does its own set-up: a virtual environment in .venv, with the versions pinned in constraints.txt.
.DEFAULT_GOAL := help
PYTHON ?= python3
DATA ?= demo
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
NPM := web/scripts/npm
SITE := deepstyle/web/index.html
SITE_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -name '*.test.ts*')

.PHONY: help demo web test test-web check lint types contracts bench clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# torch comes first, so that its CPU build satisfies whatever asks for torch afterwards.
$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[train,report,mongodb,ray,parquet,bench,dev]'
	touch $@

web/node_modules/.installed: $(VENV)/.installed web/package.json web/package-lock.json
	$(NPM) ci --no-audit --no-fund
	touch $@

$(SITE): web/node_modules/.installed $(SITE_SOURCES)
	$(NPM) run build

web: $(SITE) ## Build the website into the package (Node 20.19 or newer, else one from PyPI)

demo: $(VENV)/.installed $(SITE) ## Import, encode and serve the demo catalogue (or DATA=PATH) on PORT=8000
	$(BIN)/deepstyle demo --data $(DATA) --port $(PORT)

test: test-web ## Run the tests, those of the website and in a browser too
	$(BIN)/pytest -n auto --dist loadfile

test-web: $(SITE) ## Lint, type-check and unit-test the website, check its API types and its size
	$(NPM) run lint
	$(NPM) run types
	$(NPM) run api:check
	$(NPM) run size
	$(NPM) test

check: test lint types contracts ## Everything that CI runs

lint: $(VENV)/.installed ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

types: $(VENV)/.installed ## Check the types
	$(BIN)/mypy

contracts: $(VENV)/.installed ## Check which module may import which
	$(BIN)/lint-imports

clean: ## Remove what make built, but no data
	rm -rf $(VENV) build dist *.egg-info deepstyle/web web/node_modules
