# Lyspunkt: every command that a developer or CI needs. `make` lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run demo test test-all check format faults evaluate train benchmark screenshots lock build clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

# .venv in three steps, each done again only when what it stands on has changed

setup: $(READY) ## Make .venv and install everything, by the hashes in requirements.lock

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Lyspunkt runs on Python 3.11 to 3.13. Name one that is here: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(BIN)/uv: requirements.lock | $(BIN)/pip
	@awk '/^[^ #]/ { uv = /^uv==/ } uv' $< > .venv/uv.txt
	@$(BIN)/pip install --quiet --require-hashes -r .venv/uv.txt
	@touch $@

# uv is quick and pip knows the index of this house where it has one of its own: so pip where uv reaches nothing
.venv/.packages: requirements.lock $(BIN)/uv
	@echo "Installing what Lyspunkt needs into .venv (half a minute the first time)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $< || \
		$(BIN)/pip install --quiet --require-hashes -r $<
	@touch $@

$(READY): .venv/.packages pyproject.toml shared/requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# To run

run: $(READY) ## Run all of Lyspunkt here, with samples; KEEP=1 keeps the state for next time
	@$(BIN)/lyspunkt run $(if $(KEEP),--keep)

demo: $(READY) ## Play every sample from submission to its end, without a person
	@$(BIN)/lyspunkt demo

# To check

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

test-all: $(READY) ## Run the tests on every Python that Lyspunkt runs on, where it is installed
	@for version in 3.11 3.12 3.13; do infra/test-on.sh $$version || exit 1; done

check: $(READY) ## Lint, format, types, the templates and Lyngvig
	@failed=; \
	for tool in "ruff check ." "ruff format --check ." mypy "cfn-lint template.yaml infra/edge.yaml" "lyspunkt organisation check infra/lyngvig.yaml"; do \
		echo "== $$tool"; $(BIN)/$$tool || failed="$$failed; $$tool"; \
	done; \
	[[ -z $$failed ]] || { echo "Not clean: $${failed#; }" >&2; exit 1; }

format: $(READY) ## Mend what can be mended by itself, and format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

# To measure and show

faults: $(READY) ## Fail each AWS call of a story's way, once before and once after its effect (minutes)
	@LYSPUNKT_CUT_EVERY=1 $(BIN)/python -m pytest tests/test_faults.py -n 2 -rP | grep -E 'cuts|^  +[0-9]+ |passed|failed'

evaluate: $(READY) ## Measure classification on labelled stories, where they are at hand, beside its peers
	@$(BIN)/lyspunkt evaluate

train: $(READY) ## Learn the weights of the classification anew from infra/training/corpus
	@$(BIN)/python -m infra.training.train

benchmark: $(READY) ## Count AWS calls per story, time imports and steps
	@$(BIN)/lyspunkt benchmark

screenshots: $(READY) ## Take pictures of every page at three widths, with Chromium
	@$(BIN)/lyspunkt screenshots

# To pin and build

LOCK = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet $(if $(UPGRADE),--upgrade)

lock: $(BIN)/uv ## Write the locks anew from pyproject.toml; UPGRADE=1 takes newer versions of what is not pinned there
	@$(LOCK) pyproject.toml --all-extras -o requirements.lock
	@$(LOCK) --group pyproject.toml:sam -o infra/sam.lock

build: $(BIN)/uv ## Build what is deployed, with SAM; ARCHITECTURE=x86_64 instead of arm64
	@infra/build.sh $(ARCHITECTURE)

clean: ## Remove what was made here, and the state that KEEP=1 kept
	@rm -rf .venv .venv-* .aws-sam .lyspunkt .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info shared/*.egg-info
	@find functions infra shared tests -name __pycache__ -type d -prune -exec rm -rf {} +
