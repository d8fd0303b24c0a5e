# Two commands for a newcomer: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## what can be made
	@grep -E '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

.venv: .venv/.done ## the virtual environment, from the hash-pinned lock

.venv/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dauys needs Python 3.11 or newer; '$(PYTHON)' is older. Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/.done

demo: .venv ## an example aul with an open vote; ARGS='--port N'
	$(BIN)/dauys demo $(ARGS)

test: .venv lint ## the whole check: lint, types, import contracts, tests; ARGS go to pytest
	$(BIN)/pytest -n 2 -m "not slow and not gateways and not faults" $(ARGS)

lint: .venv ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

gateways: .venv ## real Kannel, USSD over SMPP and gammu-smsd; ARGS go to pytest
	$(BIN)/pytest -n 2 -m gateways tests/gateways $(ARGS)

centre: ## the USSD centre that `make gateways` speaks SMPP with (needs npm)
	npm install --prefix tests/gateways --no-package-lock --no-audit --no-fund --silent

faults: .venv ## kills, power cuts, full disks, clocks that jump; ARGS go to pytest
	$(BIN)/pytest -n 2 -m faults tests/faults $(ARGS)

replay: .venv ## all twelve real elections over HTTP, with a table
	$(BIN)/python -m tests.replay $(ARGS)

bench: .venv ## the figures of README, as ratios in one run
	$(BIN)/python -m tests.bench $(ARGS)

compare: .venv .compare/.done ## counting rules beside pabutools: outcomes and speed; ARGS='generated real speed'
	$(BIN)/python -m tests.compare $(ARGS)

.compare/.done: ## pabutools in a virtual environment of its own, never in ours
	$(PYTHON) -m venv --clear .compare
	.compare/bin/pip install --quiet --disable-pip-version-check pabutools==1.2.3
	@touch .compare/.done

lock: ## requirements.lock anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --group dev pyproject.toml -o requirements.lock

.PHONY: help .venv demo test lint gateways centre faults replay bench compare lock
