# Two commands do everything: `make demo` and `make test`. The rest are their parts.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
export PYTHONPATH :=
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-bigquery check prove chaos format bench emulators docs clean
SEQUENCES ?= 2000
EVENTS ?= 300
KILLS ?= 20
CORRECTIONS ?= 20
# Tests are shared by up to four processes; SHARE= runs them in one.
SHARE ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it or set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
	$(BIN)/uv sync --frozen --inexact --quiet
	@touch $@

setup: $(STAMP) ## Create the environment and an empty warehouse
	@$(BIN)/nba-props init

demo: setup ## Run the whole pipeline on the sample league
	$(BIN)/nba-props demo

test: setup ## Run every test
	$(BIN)/pytest $(SHARE)

test-bigquery: setup ## Run what proves BigQuery: contract, build, parity on its emulator: CORRECTIONS=200 for a season
	$(BIN)/pytest -s -m bigquery --corrections $(CORRECTIONS)

prove: setup ## Random sequences of events against full rebuilds: SEQUENCES=2000
	$(BIN)/pytest $(SHARE:loadfile=worksteal) tests/proof --sequences $(SEQUENCES)

chaos: setup ## An evening on the emulators with kills and refusals: EVENTS=300 KILLS=20
	$(BIN)/pytest -s tests/chaos -m chaos --events $(EVENTS) --kills $(KILLS)

check: setup ## Format, lint, types, imports, dbt parse, SQL lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/dbt parse --quiet
	$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar models

format: setup ## Format Python
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Measure speed and memory
	$(BIN)/python -m tests.support.with_emulators --if-installed $(BIN)/nba-props bench

emulators: setup ## Serve the league of the demo on emulators of Pub/Sub, Firestore and Cloud Storage
	@test -d .nba-props/demo || { echo "The league comes from the demo: make demo"; exit 1; }
	@rm -rf .nba-props/emulators && cp -r .nba-props/demo .nba-props/emulators
	@export NBA_PROPS_AS_OF="$$($(BIN)/python -m tests.support.publish_line --as-of)"; \
	NBA_PROPS_RUNTIME=cloud NBA_PROPS_PROJECT=local-dev NBA_PROPS_DATA_DIR=$(CURDIR)/.nba-props/emulators \
	NBA_PROPS_PAYLOAD_BUCKET=local-dev-payloads NBA_PROPS_PUBLISHED_BUCKET=local-dev-published NBA_PROPS_MODELS_BUCKET=local-dev-models \
	$(BIN)/python -m tests.support.with_emulators \
	bash -c '$(BIN)/nba-props topology --create && exec $(BIN)/nba-props serve'

docs: setup ## Build the lineage site as one static page
	$(BIN)/nba-props docs

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) .nba-props target logs
