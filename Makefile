# Two commands for a newcomer: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
FONTTOOLS := 4.68.0
GLYPHS := U+20-7E,U+A0-17F,U+400-52F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2039-203A,U+2044,U+20B8,U+20BD,U+2116,U+2190-2195,U+2212,U+2248,U+2260,U+2264-2265,U+25A1,U+2605,U+2610-2611,U+2702,U+2713,U+2717,U+FFFD

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
	$(BIN)/pytest -n 2 -m "not slow and not gateways and not faults and not browser" $(ARGS)

lint: .venv ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

browser: .venv ## the console in a real Chromium; ARGS go to pytest, like --pictures
	$(BIN)/pytest -n 2 -m browser tests/browser $(ARGS)

gateways: .venv ## real Kannel, USSD over SMPP and gammu-smsd; ARGS go to pytest
	$(BIN)/pytest -n 2 -m gateways tests/gateways $(ARGS)

centre: ## the USSD centre that `make gateways` speaks SMPP with (needs npm)
	npm install --prefix tests/gateways --no-package-lock --no-audit --no-fund --silent

faults: .venv ## kills, power cuts, full disks, clocks that jump; ARGS go to pytest
	$(BIN)/pytest -n 2 -m faults tests/faults $(ARGS)

fonts: ## the fonts of printed sheets, cut down anew (needs npm)
	rm -rf .fonts && mkdir .fonts && cd .fonts && npm pack --silent dejavu-fonts-ttf@2.37.3 && tar -xzf dejavu-fonts-ttf-2.37.3.tgz
	$(PYTHON) -m venv .fonts/venv && .fonts/venv/bin/pip install --quiet --disable-pip-version-check fonttools==$(FONTTOOLS)
	for name in DejaVuSans DejaVuSans-Bold; do .fonts/venv/bin/pyftsubset .fonts/package/ttf/$$name.ttf --unicodes=$(GLYPHS) \
	--layout-features= --no-hinting --notdef-outline --recommended-glyphs --name-IDs='*' --no-recalc-timestamp \
	--output-file=gateway/printing/fonts/$$name.ttf || exit 1; done
	rm -rf .fonts && cd gateway/printing/fonts && sha256sum -c SHA256SUMS

replay: .venv ## all twelve real elections over HTTP, with a table
	$(BIN)/python -m tests.replay $(ARGS)

pabulib: .venv .venv-pabulib/.done ## our .pb files before Pabulib's own checker, in a venv of its own
	$(BIN)/python -m tests.pabulib .venv-pabulib/bin/python

.venv-pabulib/.done: tests/pabulib/requirements.txt
	$(PYTHON) -m venv --clear .venv-pabulib
	.venv-pabulib/bin/pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r tests/pabulib/requirements.txt
	@touch .venv-pabulib/.done

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

.PHONY: help .venv demo test lint browser gateways centre fonts faults replay pabulib bench compare lock
