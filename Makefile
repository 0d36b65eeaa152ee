# `make run` and `make test` are all that most people need; `make help` lists the rest.

ARGS ?=
PYTHON ?=
TPU ?=
JOBS ?= 2
export PYTHON
unexport PYTHONPATH PYTHONHOME

.PHONY: help run test setup setup-dev lint format-check style types contracts bench lock keys \
	screenshots example-run clean

help:
	@echo 'make run      set up what is missing and open the arena'
	@echo '              make run ARGS="--left smollm2-sampled"   with options'
	@echo '              make run TPU=1                           with JAX for TPU'
	@echo 'make test     set up what is missing and run all tests (ARGS="-k word" for some;'
	@echo '              JOBS=2 at the same time, each with a few GB of memory)'
	@echo 'make setup    only set up, into .venv (PYTHON=python3.12 chooses the Python)'
	@echo 'make lint     format, lint, types and import contracts'
	@echo 'make bench    how fast the engine is on this machine'
	@echo 'make keys     write docs/keys.md from the key map'
	@echo 'make screenshots  draw the pictures of the docs anew'
	@echo 'make example-run  write the scores of the example sessions into the docs'
	@echo 'make lock     pin the packages anew in requirements/ (needs uv; UPGRADE=1 for newer ones)'
	@echo 'make clean    remove .venv and caches'

run: setup
	@.venv/bin/tui-arena $(ARGS)

test: setup-dev
	.venv/bin/python -m pytest --numprocesses $(JOBS) --dist loadfile $(ARGS)

setup:
	@sh scripts/setup.sh run $(if $(TPU),tpu)

setup-dev:
	@sh scripts/setup.sh run dev $(if $(TPU),tpu)

lint: format-check style types contracts

format-check: setup-dev
	.venv/bin/ruff format --check .

style: setup-dev
	.venv/bin/ruff check .

types: setup-dev
	.venv/bin/mypy

contracts: setup-dev
	.venv/bin/lint-imports --no-logo

bench: setup-dev
	@.venv/bin/python -m benchmarks $(ARGS)

keys: setup
	.venv/bin/python scripts/keys.py

screenshots: setup
	.venv/bin/python scripts/screenshots.py

example-run: setup
	.venv/bin/python scripts/example_run.py

# Each lock keeps to the versions of run.txt, so that all of them fit into one .venv.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --excludes requirements/excluded.txt --custom-compile-command 'make lock' \
	$(if $(UPGRADE),--upgrade)

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv; install it and try again.' >&2; exit 2; }
	$(COMPILE) pyproject.toml requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) requirements/tpu.in -c requirements/run.txt -o requirements/tpu.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
	find tui_arena tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
