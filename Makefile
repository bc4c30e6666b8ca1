# 枫图 Fengtu. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
UV := .venv/bin/uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q

.PHONY: help run stop test check bench soak lock format setup setup-dev screenshots

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## install what is missing, start the embedded PostGIS, make the demo city if empty, serve
	@.venv/bin/fengtu up --demo

stop: ## end what `make run` started
	@if [ -x .venv/bin/fengtu ]; then .venv/bin/fengtu stop; fi

setup: ## system packages and the Python environment for running
	@bash scripts/setup.sh run

setup-dev: ## the same with what checks and tests need
	@bash scripts/setup.sh dev

test: setup-dev ## every test, with a throw-away PostGIS and a headless Chromium
	@$(PY) -m pytest -n 2 --dist loadfile --durations=25

check: setup-dev ## format, lint, types, imports, migrations, words
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m pytest -q tests/project

format: setup-dev ## format and mend what ruff can
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

bench: setup-dev .venv-bench/made ## measure against peers (bench/results.json)
	@$(PY) -m bench $(BENCH)

.venv-bench/made: requirements-bench.txt
	@.venv/bin/uv venv -q --clear --python $(PY) .venv-bench
	@.venv/bin/uv pip install -q --python .venv-bench/bin/python --require-hashes -r requirements-bench.txt && touch $@

soak: setup-dev ## kill -9 an importer 20 times over a million matters, then refresh the wall 7,200 times
	@nice $(PY) -m bench.soak
	@nice $(PY) -m bench.soak_wall

lock: setup-dev ## pin requirements*.in with hashes
	@for kind in "" -dev -bench; do $(UV) requirements$$kind.in -o requirements$$kind.txt || exit 1; done

screenshots: setup-dev ## take every page × role × size, and remake the contact sheet and the README's pictures
	@nice $(PY) -m scripts.screenshots
