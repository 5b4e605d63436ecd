# Lyspunkt: every command that a developer or CI needs. `make` lists them.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup run demo test test-all check format evaluate benchmark screenshots lock build clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

setup: $(STAMP) ## Make .venv and install everything, by the hashes in requirements.lock

$(STAMP): requirements.lock pyproject.toml shared/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Lyspunkt runs on Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version). Say which: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Lyspunkt needs into .venv (a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP) ## Run all of Lyspunkt here, with samples; KEEP=1 keeps the state for next time
	@$(BIN)/lyspunkt run $(if $(KEEP),--keep)

demo: $(STAMP) ## Play every sample from submission to its end, without a person
	@$(BIN)/lyspunkt demo

test: $(STAMP) ## Run the tests
	@$(BIN)/python -m pytest -n 2

test-all: $(STAMP) ## Run the tests on every Python that Lyspunkt runs on
	@for version in 3.11 3.12 3.13; do infra/test-on.sh $$version || exit 1; done

check: $(STAMP) ## Lint, format, types, the template and Lyngvig
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/cfn-lint template.yaml
	@$(BIN)/lyspunkt organisation check infra/lyngvig.yaml

format: $(STAMP) ## Format the code
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format .

evaluate: $(STAMP) ## Measure classification on labelled stories, where they are at hand
	@$(BIN)/lyspunkt evaluate

benchmark: $(STAMP) ## Count AWS calls per story, time imports and steps
	@$(BIN)/lyspunkt benchmark

screenshots: $(STAMP) ## Take pictures of every page at three widths, with Chromium
	@$(BIN)/lyspunkt screenshots

lock: ## Write requirements.lock anew from pyproject.toml
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet uv
	@.venv-lock/bin/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --python-version 3.11 \
		--no-header --no-annotate --no-emit-index-url --quiet -o requirements.lock

build: ## Build what is deployed, with SAM in an environment of its own
	@infra/build.sh

clean: ## Remove what was made here
	@rm -rf .venv .venv-sam .venv-lock .aws-sam .lyspunkt .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info shared/*.egg-info
