# Needs make and Python 3.11 to 3.13, nothing else: the first call of a target that runs something
# makes .venv (scripts/set-up.sh); later calls find the lock that was installed and skip that.
#
#   make sweep PYTHON=/path/to/python3.12    set up with that Python
#   make test ARGS="-k verdict"              pass options on
#   make test WORKERS=0                      tests one after the other (pdb, Ctrl-C)

.DEFAULT_GOAL := help
PYTHON ?=
ARGS ?=
PORT ?= 5000
WORKERS ?= 2

STAMP := .venv/.set-up
PY := .venv/bin/python

# Set up again if the lock differs from the installed one, whatever its time; if .venv's Python is gone;
# or if PYTHON=… asks for one.
AGAIN := $(if $(PYTHON),again,$(shell test -x $(PY) && cmp -s requirements.lock $(STAMP) || echo again))

.PHONY: again help setup sweep test test-long test-slow test-proof test-chaos test-faults test-kills test-fuzz soak bench-quick check format ui lock audit secrets backup restore clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

setup: $(STAMP) ## make .venv and MLflow's environment from requirements.lock

$(STAMP): $(AGAIN)
ifneq ($(filter -h --help,$(ARGS)),)
	@echo "Help needs the set-up, which installs 2.8 GB: call make setup first." >&2; exit 2
else
	@PYTHON='$(PYTHON)' sh scripts/set-up.sh
endif

sweep: $(STAMP) ## run sweeps/first.yaml and print its verdict
	@$(PY) -m seedbed sweep sweeps/first.yaml $(ARGS)

test: $(STAMP) ## run the tests that take seconds
	$(PY) -m pytest -m 'not long and not slow and not proof' -n $(WORKERS) --dist loadfile $(ARGS)

test-long: $(STAMP) ## run the tests that take up to a minute and a half each
	$(PY) -m pytest -m long -n $(WORKERS) --dist loadfile $(ARGS)

test-slow: $(STAMP) ## run the tests that take minutes
	$(PY) -m pytest -m slow -n $(WORKERS) --dist loadfile $(ARGS)

test-proof: $(STAMP) ## run the proofs that CI has no time for: service, UI, failures, many kills
	$(PY) -m pytest -m proof $(ARGS)

test-chaos: $(STAMP) ## kill drivers, runs and servers of 200 cells at random, on both ledgers
	SEEDBED_CHAOS_CELLS=200 $(PY) -m pytest -s -m slow tests/sweeps/test_chaos.py $(ARGS)

test-faults: $(STAMP) ## fail each system call of a small sweep once (POINTS=200|distinct WORLD=pool EACH=yes)
	SEEDBED_FAULTS=$(or $(POINTS),all) SEEDBED_FAULTS_WORLD=$(WORLD) SEEDBED_FAULTS_EACH=$(EACH) $(PY) -m pytest -s -m slow tests/faults $(ARGS)

test-kills: $(STAMP) ## kill a tiny sweep's driver, or any process of it, at random (KILLS=1000 SEED=7 OF=any)
	$(PY) -m tests.faults.kills $(or $(KILLS),1000) $(or $(SEED),7) $(or $(OF),driver)

test-fuzz: $(STAMP) ## give every parser random input (INPUTS=100000 SEED=7)
	$(PY) -m tests.faults.fuzz $(or $(INPUTS),100000) $(or $(SEED),7)

soak: $(STAMP) ## run CELLS=200 tiny cells in one sweep and print what its driver holds
	$(PY) -m tests.faults.soak $(CELLS)

bench-quick: $(STAMP) ## measure the ratios that must not get worse, in about five minutes
	$(PY) -m benchmarks.quick $(ARGS)

check: $(STAMP) ## lint, format, types, import contracts
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	.venv/bin/lint-imports

format: $(STAMP) ## rewrite the code as `make check` wants it
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

ui: $(STAMP) ## open the MLflow UI on the runs made here (PORT=5000)
	@$(PY) -m seedbed ui --port $(PORT) $(ARGS)

# An existing lock is kept to; ARGS=--upgrade moves every package to its newest version.
lock: | $(if $(wildcard .venv/bin/uv),,$(STAMP)) ## derive requirements.lock from pyproject.toml
	UV_CUSTOM_COMPILE_COMMAND='make lock' .venv/bin/uv pip compile pyproject.toml --all-extras --group dev \
	  --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock $(ARGS)

audit: $(STAMP) ## ask whether a locked package has a known vulnerability
	$(PY) scripts/audit.py

# The service (docker-compose.yml). LOCAL=yes works on this machine's own processes instead of
# containers, by the variables that docs/guides/systemd.md names.
COMPOSE ?= docker compose
LOCAL ?=
FILE ?=

secrets: $(STAMP) ## write .env with random secrets for the service
	@$(PY) -m seedbed service secrets

backup: $(if $(LOCAL),$(STAMP)) ## save the service to backups/ (FILE=… another name; LOCAL=yes)
	@COMPOSE='$(COMPOSE)' LOCAL='$(LOCAL)' sh scripts/backup.sh backup '$(FILE)' $(ARGS)

restore: $(if $(LOCAL),$(STAMP)) ## bring back FILE=…; ARGS=--yes replaces what is there
	@COMPOSE='$(COMPOSE)' LOCAL='$(LOCAL)' sh scripts/backup.sh restore '$(FILE)' $(ARGS)

clean: ## remove .venv and the caches; runs, ledgers and reports stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
