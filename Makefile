# Two commands: make run, make test. Everything they need is set up here, from nothing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export ANTREAN_DATA ?= $(CURDIR)/instance
export PORT ?= 8000
# honcho gives each process a PORT of its own; the print agent must find the hub's.
export ANTREAN_HUB_URL ?= http://127.0.0.1:$(PORT)

.PHONY: help run test test-fast test-long prove mutate check fix packed bench pictures lock clean

help:
	@echo "make run    set up what is missing and run the office on http://127.0.0.1:$(PORT)/"
	@echo "make run SAMPLE=   the same with no office: it is set up in the browser"
	@echo "make test   set up what tests need and run them; test-fast in seconds, test-long the long ones"
	@echo "make prove  go through offices too large for a test: make prove OFFICES='2x2 3x2' MINUTES=10"
	@echo "make mutate try the tests of the queue on small changes of its rules: make mutate FILES='calling/ guard'"
	@echo "make check  format, lint, types, import contracts; one of them: make check-types"
	@echo "make fix    format and mend what can be mended, write anew what is written from the code"
	@echo "make packed what pages load, packed anew after a change; make run does it too"
	@echo "make bench  all benchmarks, or one: make bench NAME=issue"
	@echo "make pictures  the pictures of README and docs, taken anew"
	@echo "make lock   pin the newest allowed versions"

# With nothing behind SAMPLE= there is no sample office: the hub shows how to set up one's own.
SAMPLE ?= yes
run: $(VENV)/.run packed antrean/web/translations/.done
	@bash antrean/reporting/set_up.sh
	@$(if $(SAMPLE),antrean demo)
	@antrean addresses
	@exec honcho start

# The lanes. `test` holds all of `test-fast`; `test` and `test-long` are everything. .ci/run gives OUTCOMES, a folder, and
# reads there what failed.
DEV := $(VENV)/.dev node_modules/.dev packed antrean/web/translations/.done
# What Python compiles is kept, whatever this machine does elsewhere: each worker would rewrite the asserts of all tests
# anew, and each process that a test starts compile the product.
PYTEST = PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache python -m pytest $(if $(OUTCOMES),-p tests.outcomes --outcomes=$(OUTCOMES)/pytest.jsonl)
NODE_TEST = node --test $(if $(OUTCOMES),--test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=./tests/node_outcomes.mjs --test-reporter-destination=$(OUTCOMES)/node.jsonl)
FAST := tests/queueing tests/simulation tests/reporting tests/printer_profiles tests/storage $(wildcard tests/*/test_view_model.py) \
	tests/history tests/hub/test_lane.py $(addprefix tests/web/limits/test_,frames.py turns.py) $(addprefix tests/voice/test_,numbers.py sentences.py)

test-fast: $(DEV)
	@$(NODE_TEST) > $(VENV)/node-tests.txt 2>&1 & node=$$!; \
	$(PYTEST) --fast -m "not long and not slow and not postgresql" -n 2 $(FAST); pytest=$$?; \
	wait $$node || { cat $(VENV)/node-tests.txt; exit 1; }; exit $$pytest

# Once in a clone: else each worker of the first run compiles every test for itself, and all at the same time.
$(VENV)/pycache/.filled: | $(DEV)
	@mkdir -p $(@D)
	@if $(filter-out -p tests.outcomes --outcomes=%,$(PYTEST)) --collect-only -q > /dev/null; then touch $@; fi

# Four on two cores: a test that waits for a page, a process or a clock leaves its core to another.
WORKERS ?= 4
test: $(DEV) $(VENV)/pycache/.filled
	@bash tests/set_up.sh
	@$(if $(OUTCOMES),mkdir -p $(OUTCOMES))
	@$(NODE_TEST); node=$$?; $(PYTEST) -m "not long" -n $(WORKERS) --dist worksteal && exit $$node

# Three: two leave a third of two cores idle.
LONG_WORKERS ?= 3
test-long: $(DEV) $(VENV)/pycache/.filled
	@bash tests/set_up.sh
	@$(PYTEST) -m long -n $(LONG_WORKERS) --dist worksteal

# MINUTES of one core for each of OFFICES, and for random days whose clocks jump; it says how far it came, and whether
# the counts are those written down.
# A name with a blank stands in quotes of its own: OFFICES='"2x1 for long"'.
OFFICES ?= 2x2 3x2
MINUTES ?= 10
prove: $(DEV)
	@python -m tests.explorer $(OFFICES) --minutes $(MINUTES) --fold-each 8
	@python -m tests.storage.random_clocks $(MINUTES)

# With AGAIN=1 only those are tried that the run before did not kill.
mutate: $(DEV)
	@python -m tests.mutants $(FILES) $(if $(AGAIN),--again)

TEMPLATES := $(patsubst %/,%,$(dir $(wildcard */__init__.py)))

# Each step is a target of its own. All are taken, and those that failed are named at the end.
STEPS := format lint languages scripts engines templates types imports
.PHONY: $(STEPS:%=check-%)
check: $(VENV)/.dev node_modules/.dev antrean/web/static/vendor/.done
	@failed=; for step in $(STEPS:%=check-%); do $(MAKE) --no-print-directory $$step || failed="$$failed $$step"; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

check-format:
	ruff format --check .
check-lint:
	ruff check .
check-languages:
	python -m docs.catalogues
check-scripts:
	npx --no-install biome check --error-on-warnings .
check-engines:
	node tests/web/old_engines.mjs
check-templates:
	djlint --quiet --lint $(TEMPLATES)
check-types:
	mypy
check-imports:
	lint-imports

fix: $(VENV)/.dev node_modules/.dev
	python -m docs.write_events
	python -m docs.write_openapi
	python -m docs.write_lists
	ruff format .
	ruff check --fix .
	npx --no-install biome check --write .

bench: $(DEV)
	@python -m bench $(NAME)

pictures: $(DEV)
	@bash tests/set_up.sh
	@python -m docs.take_pictures

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Antrean needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { \
		rm -rf $(VENV); \
		test "$$(id -u)" = 0 || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }; \
		apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.run: requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Tests need more of npm than screens do: what checks browser code and its generated clients.
node_modules/.dev: package-lock.json
	@npm ci --silent --no-progress
	@touch $@

antrean/web/static/vendor/.done: package-lock.json antrean/web/vendor.mjs
	@if test -e node_modules/.dev; then $(MAKE) -s node_modules/.dev; else npm ci --silent --no-progress --omit=dev; fi
	@node antrean/web/vendor.mjs
	@touch $@

# By what its sources hold and not by their dates, so that no script of yesterday is shown. It is quick where nothing changed.
packed: antrean/web/static/vendor/.done
	@node antrean/web/pack.mjs

antrean/web/translations/.done: $(VENV)/.run $(wildcard antrean/web/translations/*/LC_MESSAGES/messages.po)
	@python -m docs.catalogues compile
	@touch $@

lock: $(VENV)/.dev
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --group build -c requirements/dev.txt -o requirements/build.txt

clean:
	rm -rf $(VENV) node_modules antrean/web/static/vendor antrean/web/packed.json antrean/printing/slip/vendor antrean/web/translations/.done
