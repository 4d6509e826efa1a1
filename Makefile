# Set-up happens by itself, in .venv: what is needed for the work (.runtime) or for the tests as well (.complete).
# Another interpreter: make PYTHON=python3.13 costing

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(if $(shell \
  $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(name))))
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
REFORM ?= human-investment-super-deduction

.DEFAULT_GOAL := help
.PHONY: help costing test test-all test-nightly test-faults test-versions validate app lint format docs site release-check clean
.DELETE_ON_ERROR:

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -e 's/:.*## /\t/' | expand -t 15

costing: $(VENV)/.runtime  ## Cost the human-investment super-deduction (another: make costing REFORM=name)
	@$(BIN)/goodwork cost $(REFORM)

test: lint $(VENV)/.complete  ## Lint, types, layers, the law's YAML tests and the first tier of tests (some minutes)
	$(BIN)/openfisca test -c openfisca_goodwork tests/law
	$(BIN)/goodwork population build
	$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow'

test-all: test  ## The second tier as well: packaging, the browser, the whole library, back-casts (twenty minutes)
	$(BIN)/python -m pytest -n 3 --dist loadfile -m 'slow and not nightly' || \
	  $(BIN)/python -m pytest -m 'slow and not nightly' --last-failed --last-failed-no-failures none

test-nightly: $(VENV)/.complete  ## The third tier: full runs of the law beside the interval, fourteen starts of the app (ten minutes)
	$(BIN)/python -m pytest -n 2 --dist load -m nightly

test-faults: $(VENV)/.complete  ## Kill, damage, fill disks and soak (an hour or two); the figures are kept in benchmarks/results.md
	$(BIN)/python benchmarks/faults.py

test-versions: $(VENV)/.complete  ## A smoke set under each Python at hand, and with the lowest versions of pyproject.toml
	$(BIN)/python tests/versions.py

validate: $(VENV)/.runtime  ## The model against every official figure on file (some minutes)
	@$(BIN)/goodwork validate

app: $(VENV)/.complete  ## Serve the web app
	@$(BIN)/goodwork app

lint: $(VENV)/.complete  ## Style, types, layers and YAML
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict parameters reforms tests docs CITATION.cff

format: $(VENV)/.complete  ## Put the code in its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.complete  ## Write into the pages what the code says (outputs, assumptions)
	$(BIN)/python docs/refresh.py

release-check: $(VENV)/.complete  ## What must hold before a release: versions, archives, the wheel in an empty environment
	@! ls changes/*.*.md 2> /dev/null || { echo 'Put these into CHANGELOG.md first: towncrier build --version VERSION' >&2; exit 1; }
	$(BIN)/python -m pytest -q tests/test_packaging.py tests/test_docs.py -k 'packaging or versions or changelog'

site: $(VENV)/.complete  ## Build the documentation site in docs/_build (tutorials are run)
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

clean:  ## Remove the environment and what tools left behind
	rm -rf $(VENV) .versions build dist docs/_build docs/made .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Refuses an interpreter that is too old, or none, in one line.
MEND := Name one: make PYTHON=/path/to/python3.11 costing
CHECKED = $(if $(strip $(PYTHON)),$(if $(shell $(PYTHON) -c 'import sys; print(sys.version_info >= (3, 11) or "")' \
  2>/dev/null),,$(error $(PYTHON) is not Python 3.11 or later, or is not there. $(MEND))),$(error Python 3.11 is needed. $(MEND)))

$(VENV)/.runtime: pyproject.toml
	$(CHECKED)@$(MAKE) --no-print-directory install WHAT=.
	@touch $@

$(VENV)/.complete: pyproject.toml
	$(CHECKED)@$(MAKE) --no-print-directory install WHAT='.[app,report,api,mcp,docs,dev]'
	@touch $@ $(VENV)/.runtime

# What an interrupted run left of the environment is gone on with: each step is taken where its result is not there.
.PHONY: install
install:
ifneq ($(UV),)
	@test -x $(BIN)/python || $(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	@echo 'Installing into $(VENV) …' >&2
	@$(UV) pip install --quiet --python $(BIN)/python --editable '$(WHAT)'
else
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@echo 'Installing into $(VENV) …' >&2
	@$(BIN)/python -m pip install --quiet --editable '$(WHAT)'
endif
