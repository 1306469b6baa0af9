# What a newcomer needs: `make demo` and `make test`. Each does its own set-up.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
SIZE ?=
PORT ?= 8000
BENCH_SIZE ?= 100000
TESTS ?= tests
WORKERS ?= 2
# The data of the demo: an embedded PostgreSQL and a secret key. Delete the folder to start anew.
export PUNTUAL_HOME ?= $(CURDIR)/.puntual
unexport PYTHONPATH VIRTUAL_ENV

##@ Start

.PHONY: demo
demo: setup ## Serve a believable company: portfolio loaded, today decided, messages sent (SIZE=3200 PORT=8000; DEMO=--fresh begins anew)
	@$(BIN)/puntual demo $(if $(SIZE),--size $(SIZE)) --port $(PORT) $(DEMO)

.PHONY: test
test: check ## Run everything that CI runs: all gates, then all tests (TESTS=… for a part)
	@PUNTUAL_CHROMIUM="$$(scripts/ensure_chromium.sh)" && export PUNTUAL_CHROMIUM && \
	    env -u PUNTUAL_HOME $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: setup
setup: ## Create .venv from the locked requirements, build the pages' assets (make demo and make test call it)
	@scripts/setup.sh

##@ Gates

.PHONY: check
check: setup ## Run all gates: style, types, import contracts, templates, migrations, messages, settings
	@scripts/check.sh

.PHONY: format
format: setup ## Rewrite the code in the agreed format
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet .

.PHONY: features
features: setup ## List the rows of the feature list with and without proof
	@$(BIN)/python scripts/features.py

.PHONY: bench
bench: setup ## Measure the product against the design's targets (BENCH_SIZE=100000)
	@$(BIN)/puntual bench --size $(BENCH_SIZE)

##@ Upkeep

.PHONY: messages
messages: setup ## Bring the English catalogue up to date with the Spanish source strings
	@$(BIN)/python scripts/messages.py && $(BIN)/python scripts/compile_messages.py

.PHONY: screenshots
screenshots: setup ## Make docs/screenshots anew from a running demo
	@PUNTUAL_CHROMIUM="$$(scripts/ensure_chromium.sh)" && export PUNTUAL_CHROMIUM && \
	    $(BIN)/python scripts/screenshots.py

.PHONY: lock
lock: setup ## Lock the requirements anew, with hashes and without addresses
	@cd requirements && for name in base dev; do \
	    ../$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	        --no-header --no-emit-index-url $$name.in -o $$name.txt; done

.PHONY: wheel
wheel: setup ## Build a wheel that holds the assets and runs without this repository
	@$(BIN)/python -m build --wheel --no-isolation

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
