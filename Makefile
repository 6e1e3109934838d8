# Two commands: `make demo` and `make test`. Everything they need they set up themselves.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
# jsii warns about old Node versions; the environment brings a current one.
export NODE_NO_WARNINGS := 1
export CDK_DISABLE_CLI_TELEMETRY := true

.PHONY: help setup demo test test-floor bench-checks lint types unit integration synth format clean

help:
	@echo "make demo         deploy the example to a cloud on this machine, change it, break it, destroy it"
	@echo "make test         lint, types, unit tests, snapshots, integration tests"
	@echo "make lint types unit integration   the parts of make test"
	@echo "make lint-templates   cfn-lint, checkov and cdk-nag on the templates of the example and of examples/"
	@echo "make test-floor   the construct tests with the oldest versions that are allowed"
	@echo "make test-install builds the package, and installs it with each Python and CDK that is supported"
	@echo "make crash-table  kill the function's process at each line of its traffic, and show what comes of it"
	@echo "make bench-lifecycle   count the function's calls, and measure what it needs"
	@echo "make soak         ten thousand random histories of a stack, against the lifecycle's invariants"
	@echo "make bench-checks the checks against botocore's validation, as a ratio"
	@echo "make bench        everything measured against what else there is, into benchmarks/RESULTS.md"
	@echo "make docs         build the site into docs/_build/html; make docs-links asks for the links outside it"
	@echo "make integration-large   more of the integration tests: fifty jobs in a stack, ten stacks at once (minutes)"
	@echo "make bench-search the search strategies against each other, 20 seeds"
	@echo "make synth        write the example's templates to cdk.out"
	@echo "make format       format the code"
	@echo "make clean        remove everything that was generated"

setup:
	@$(PYTHON) scripts/setup.py

demo: setup
	@$(BIN)/python scripts/demo.py

test: lint types
	@echo "== tests: unit, snapshots, integration against the local cloud (a few minutes)"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

bench-checks: setup
	@$(BIN)/python benchmarks/checks.py

test-floor: setup
	@$(BIN)/python scripts/test_floor.py

lint: setup
	@echo "== lint"
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

types: setup
	@echo "== types"
	@$(BIN)/mypy --no-error-summary cdk_hpo lambda/tuning_job

unit: setup
	@$(BIN)/python -m pytest -q tests/checks tests/definition tests/handler

integration: setup
	@$(BIN)/python -m pytest -q tests/local tests/integration

synth: setup
	@node_modules/.bin/cdk synth --quiet && ls cdk.out/*.template.json

format: setup
	@$(BIN)/ruff check -q --fix . && $(BIN)/ruff format -q .

clean:
	rm -rf .venv .lint demo-report.html node_modules cdk.out dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: lint-templates
lint-templates: setup
	@echo "== lint of the templates of app.py and the examples: cfn-lint, checkov, cdk-nag"
	@$(BIN)/python scripts/lint_templates.py

.PHONY: bench
bench: setup
	@$(BIN)/python -m benchmarks

.PHONY: docs docs-links

docs: setup
	@$(BIN)/python -c "import furo, myst_parser, sphinx" 2>/dev/null || $(BIN)/python -m pip install -q -c constraints.txt -e ".[docs]"
	@rm -rf docs/_build/html
	@$(BIN)/sphinx-build -q -E -W --keep-going -b html docs docs/_build/html && echo "docs/_build/html/index.html"

docs-links: docs
	@$(BIN)/sphinx-build -q -b linkcheck docs docs/_build/links && echo "all links outside the site answer"

.PHONY: test-install
test-install: setup
	@$(BIN)/python scripts/test_install.py

.PHONY: integration-large
integration-large: setup
	@echo "== fifty jobs in a stack, ten stacks at once, and other cases that take minutes"
	@$(BIN)/python -m pytest -q -s tests/integration/large_cases.py

.PHONY: bench-search
bench-search: setup
	@echo "== how good the search is: writes benchmarks/SEARCH.md (some minutes)"
	@$(BIN)/python benchmarks/search_quality.py

.PHONY: crash-table bench-lifecycle
crash-table: setup
	@$(BIN)/python scripts/crash_table.py

bench-lifecycle: setup
	@$(BIN)/python benchmarks/api_calls.py
	@$(BIN)/python benchmarks/function_size.py

.PHONY: soak
soak: setup
	@echo "== ten thousand random histories of a stack (about half an hour on two cores)"
	@$(BIN)/python scripts/soak.py --sequences 10000
