# Guben: what one can do here. `make help` lists it.
SHELL := /bin/bash
PY := .venv/bin/python
BIN := .venv/bin
PORT ?= 8000
NAME ?=
OPERATIONS ?= 200000
SEED ?= 1
export PORT
# Where it is set, every process would compile the same modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-quick test-postgresql check bench ledger-model demo-reset messages locks set-up-run set-up-test

help: ## say what can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

set-up-run:
	@python3 deploy/set_up.py run

set-up-test:
	@python3 deploy/set_up.py test

run: set-up-run ## install, migrate, load demo content, serve the site and the workers (PORT=8000)
	@exec $(PY) manage.py serve --demo --port $(PORT)

test: set-up-test ## install what tests need and run them all; names the slowest twenty, and what no test runs
	@$(PY) -m slipcover -m pytest --durations=20 --durations-min=1

test-quick: set-up-test ## the tests that need neither a browser nor a film nor long, in less than two minutes
	@$(BIN)/pytest -m "not browser and not media and not slow"

test-postgresql: set-up-test ## run all tests on PostgreSQL instead of SQLite, on a server of their own
	@$(PY) deploy/temporary_postgresql.py $(BIN)/pytest --create-db

check: set-up-test ## lint, format, types, import contract, migrations, deployment, translations
	@bash deploy/check.sh

bench: set-up-test ## run a benchmark: make bench NAME=… ; the last line is JSON
	@test -f benchmarks/$(NAME).py || { echo "Name one of: $$(cd benchmarks; ls *.py | sed 's/\.py//' | tr '\n' ' ')"; exit 2; }
	@$(PY) -m benchmarks.$(NAME)

ledger-model: set-up-test ## random operations on the ledger against a model of its rules: make ledger-model OPERATIONS=… SEED=… ; goes on where it was broken off
	@$(PY) -m tests.ledger_model --seed $(SEED) --operations $(OPERATIONS) --state var/ledger-model-$(SEED)

demo-reset: set-up-run ## throw the demo site's data away and load it anew
	@$(PY) manage.py reset_demo --yes --port $(PORT)

messages: set-up-test ## bring the translation catalogues up to date with the sources
	@$(PY) manage.py update_messages

locks: ## write the hash-pinned locks anew from pyproject.toml
	@$(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q --upgrade pyproject.toml -o requirements.txt
	@$(PY) -m uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q --upgrade pyproject.toml --extra dev -o requirements-dev.txt
