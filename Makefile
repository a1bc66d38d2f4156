# Every target does its own set-up: a virtual environment in .venv, with the versions pinned in constraints.txt.
.DEFAULT_GOAL := help
PYTHON ?= python3
DATA ?= demo
PORT ?= 8000
# One more than the cores: many tests wait for a server or a browser. `nproc` would take OMP_NUM_THREADS for their number.
WORKERS ?= $(shell echo $$(( $$(env -u OMP_NUM_THREADS nproc 2>/dev/null || echo 2) + 1 )))
# Else each process would compile all modules again, and tests start hundreds of them.
export PYTHONDONTWRITEBYTECODE =
VENV := .venv
BIN := $(VENV)/bin
NPM := web/scripts/npm
PYTHONS := 3.11 3.12 3.13
SITE := deepstyle/web/index.html
SITE_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name LICENSE -not -name '*.test.ts*')

.PHONY: help demo web test test-python test-web docs coverage check guard lint types types-windows contracts structure lock platforms audit pin-images image clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# What serves, and nothing else: no torch, no compiler. Python compiles the modules that it imports by itself.
$(VENV)/.serving: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile -c constraints.txt -e .
	touch $@

# The rest, for training and tests. torch comes first: its CPU build satisfies whatever asks for torch afterwards.
$(VENV)/.installed: $(VENV)/.serving
	$(BIN)/pip install --quiet -c constraints.txt torch
	$(BIN)/pip install --quiet -c constraints.txt -e '.[train,models,text,words,report,mongodb,milvus,ray,s3,parquet,people,ranking,heif,bench,docs,deploy,dev]'
	touch $@

# A real Milvus server for the tests (58 MB), apart: it needs an old setuptools.
.venv-milvus:
	$(PYTHON) -m venv $@ && $@/bin/pip install --quiet --no-compile 'setuptools<70' milvus==2.3.5 || (rm -rf $@; exit 1)

web/node_modules/.installed: web/package.json web/package-lock.json
	$(NPM) ci --no-audit --no-fund
	touch $@

$(SITE): web/node_modules/.installed $(SITE_SOURCES)
	$(NPM) run build

web: $(SITE) ## Build the website into the package (Node 20.19 or newer, else one from PyPI)

demo: ## Import, encode and serve the demo catalogue (or DATA=PATH) on PORT=8000
	@$(MAKE) --no-print-directory -j2 $(VENV)/.serving $(SITE)
	$(BIN)/deepstyle demo --data $(DATA) --port $(PORT)

# Threads of one library that wait for each other keep a core busy, which other tests need.
test-python coverage: export OMP_NUM_THREADS ?= 1
# Files are begun in the order of tests/conftest.py, the longest first: the last ones to end are short.
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart=0
INSTALLED := $(VENV)/.installed .venv-milvus $(SITE)
# The tests wait often, for servers and browsers, so the other checks run beside them.
define beside_tests
$(MAKE) --no-print-directory -j2 -Oline $(1) & others=$$!; \
$(MAKE) --no-print-directory test-python; tests=$$?; wait $$others && exit $$tests
endef
test: ## Run the tests, those of the website and in a browser too
	@$(MAKE) --no-print-directory -j3 $(INSTALLED)
	@$(call beside_tests,test-web)

# A process that dies ends the run: xdist may wait for ever for the tests that it had. Tests that fail run once
# more, alone: servers and browsers share few cores here, and one late answer is not a fault. Both results are printed.
test-python: $(INSTALLED)
	$(PYTEST) || { test $$? = 1 && $(BIN)/pytest --last-failed --last-failed-no-failures none; }

coverage: test-web ## Run the tests and show which lines of deepstyle they do not reach
	$(PYTEST) --cov --cov-report=term

test-web: $(VENV)/.serving $(SITE) ## Lint, type-check and unit-test the website, check its API types and its size
	$(NPM) run lint
	$(NPM) run types
	$(NPM) run api:check
	$(NPM) run size
	$(NPM) run liquid
	$(NPM) test

check: ## Everything that CI runs
	@$(MAKE) --no-print-directory -j3 $(INSTALLED)
	@$(call beside_tests,guard lint types contracts structure test-web)

guard: $(VENV)/.installed ## Check that no large file, store or cache is committed
	$(BIN)/pytest -q tests/test_repository.py

lint: $(VENV)/.installed ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint Dockerfile

types: $(PYTHONS:%=types-%) types-windows ## Check the types, for every Python and the package for Windows

types-3.%: $(VENV)/.installed
	$(BIN)/mypy --python-version 3.$*

types-windows: $(VENV)/.installed
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/windows deepstyle

contracts: $(VENV)/.installed ## Check which module may import which
	$(BIN)/lint-imports

structure: $(VENV)/.installed ## Check the lengths of functions and files, and that there is no import circle
	$(BIN)/python -m bench.structure --check

docs: $(VENV)/.installed ## Build the documentation as a site in var/site, offline
	$(BIN)/python docs/reference.py
	$(BIN)/mkdocs build --strict

# The tools of the targets below; no other target needs them.
$(VENV)/.audit: $(VENV)/.installed
	$(BIN)/pip install --quiet -c constraints.txt -e '.[audit]'
	touch $@

COMPILE := $(BIN)/uv pip compile --quiet --no-config
LOCK := $(COMPILE) --universal --python-version 3.11 --generate-hashes --annotation-style line -c constraints.txt \
	--custom-compile-command 'make lock'

lock: $(VENV)/.audit ## Pin the server's packages by version and hash in requirements/
	$(LOCK) pyproject.toml --output-file requirements/serve.txt
	$(LOCK) pyproject.toml --extra mongodb --output-file requirements/serve-mongodb.txt
	$(LOCK) pyproject.toml --extra mongodb --extra milvus --output-file requirements/serve-milvus.txt
	$(LOCK) requirements/build.in --output-file requirements/build.txt

PLATFORMS := x86_64-manylinux_2_28 aarch64-manylinux_2_35 aarch64-apple-darwin

platforms: $(VENV)/.audit ## Check that every Python and platform has wheels of all of it
	@for platform in $(PLATFORMS); do for python in $(PYTHONS); do \
	  $(COMPILE) --only-binary :all: --python-platform $$platform --python-version $$python \
	    requirements/serve-milvus.txt >/dev/null || exit 1; \
	  echo "$$platform, Python $$python: a wheel of everything"; \
	done; done

AUDIT := var/audit

audit: $(VENV)/.audit ## Write SBOMs and a licence report of what is served to var/audit; fail on other licences
	rm -rf $(AUDIT) && mkdir -p $(AUDIT)
	$(BIN)/python -m venv --without-pip $(AUDIT)/venv
	$(BIN)/pip --python $(AUDIT)/venv install --quiet --only-binary :all: --require-hashes -r requirements/serve-milvus.txt
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file $(AUDIT)/server.cdx.json $(AUDIT)/venv/bin/python
	$(NPM) sbom --sbom-format cyclonedx --omit dev --package-lock-only >$(AUDIT)/website.cdx.json
	$(BIN)/pip-licenses --python $(AUDIT)/venv/bin/python --from mixed --format json --output-file $(AUDIT)/python.json
	$(BIN)/python requirements/audit.py $(AUDIT)/python.json web/package-lock.json $(AUDIT)/licences.md

pin-images: ## Write the digests of the base images to docker/images.env (needs their registry)
	docker/pin-images

image: ## Build the server's image upon the images that docker/images.env names (SERVING=serve-milvus: with Milvus)
	docker build $$(sed -n 's/^[A-Z]/--build-arg &/p' docker/images.env) $(if $(SERVING),--build-arg SERVING=$(SERVING)) --tag deepstyle .

clean: ## Remove what make built, but no data
	rm -rf $(VENV) .node build dist *.egg-info deepstyle/web web/node_modules
