# What each target does: README.md. PORT (8000) and VAR_DIR (var) may be set.

PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := $(PYTHON) -I config/bootstrap.py

# Tests have servers of their own, without fsync, so that they leave a demo in peace.
TEST_VAR_DIR := $(or $(VAR_DIR),var)/test
WITH_SERVICES := VAR_DIR="$(TEST_VAR_DIR)" $(BIN)/python -m config.embedded with --no-fsync
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11.2 \
	--generate-hashes --only-binary :all: --no-header --no-emit-index-url

.PHONY: demo run smoke install dev test hosts chromium screens check bench chaos chaos-proof services \
	services-stop lock clean

demo run smoke: install
	@$(BIN)/python -m config.processes $@

install:
	@$(BOOTSTRAP) base

dev:
	@$(BOOTSTRAP) dev

test: dev
	@$(MAKE) --no-print-directory -j 2 check chromium
	chromium="$$($(BIN)/python -m config.browser)" && CHROMIUM_PATH="$$chromium" \
	$(WITH_SERVICES) $(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python -m tests.acceptance.hosts --where-possible

hosts: dev # several machines, in network namespaces of Linux
	$(BIN)/python -m tests.acceptance.hosts

chromium: dev # there is one afterwards
	@$(BIN)/python -m config.browser > /dev/null

screens: dev # docs/screens; some of them: make screens ONLY="pictures or settings"
	chromium="$$($(BIN)/python -m config.browser)" && CHROMIUM_PATH="$$chromium" \
	$(WITH_SERVICES) $(BIN)/python -m pytest tests/browser/screens --timeout 300 \
		-o python_files='shots_*.py' -o python_functions='shows_*' -k '$(ONLY)'

check: dev
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(WITH_SERVICES) $(BIN)/python -m mypy -n 2 # its Django plugin reads the settings
	$(BIN)/lint-imports
	$(WITH_SERVICES) $(BIN)/python manage.py makemigrations --check --dry-run
	$(WITH_SERVICES) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: dev # some of it: make bench ONLY="engine pacing"
	@$(BOOTSTRAP) bench
	$(BIN)/python -m bench $(ONLY)

chaos: dev
	$(BIN)/python -m chaos --rounds $(or $(ROUNDS),100) $(if $(SEED),--seed $(SEED))

chaos-proof: dev
	$(BIN)/python -m chaos prove --rounds $(or $(ROUNDS),10) $(if $(SEED),--seed $(SEED))

services: install
	@$(BIN)/python -m config.embedded start

services-stop: install
	@$(BIN)/python -m config.embedded stop

lock: dev
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/prod.in -o requirements/prod.txt
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/bench.in -o requirements/bench.txt

clean: # keeps var/, which holds data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
