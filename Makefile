# Every target does its own set-up: a virtual environment in .venv, with the versions pinned in constraints.txt.
.DEFAULT_GOAL := help
PYTHON ?= python3
DATA ?= demo
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check lint types contracts bench clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# torch comes first, so that its CPU build satisfies whatever asks for torch afterwards.
$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[train,report,mongodb,ray,parquet,bench,dev]'
	touch $@

demo: $(VENV)/.installed ## Import, encode and serve the demo catalogue (or DATA=PATH) on PORT=8000
	$(BIN)/deepstyle demo --data $(DATA) --port $(PORT)

test: $(VENV)/.installed ## Run the tests
	$(BIN)/pytest -n auto --dist loadfile

check: test lint types contracts ## Everything that CI runs

lint: $(VENV)/.installed ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed ## Check the types
	$(BIN)/mypy

contracts: $(VENV)/.installed ## Check which module may import which
	$(BIN)/lint-imports

clean: ## Remove what make built, but no data
	rm -rf $(VENV) build dist *.egg-info
