# Reelway: everything a person does, on one machine. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
PIP_VERSION := 26.3
# Of the functions on AWS: x86_64 or arm64. What runs locally is always built for this machine.
ARCH ?= x86_64
# Requests to each operation by `make fuzz`, beside those that try the limits of its parameters.
EXAMPLES ?= 200
export PORT EMULATOR_PORT ARCH
# As it was given: neither make nor the shell reads what a file's name is made of.
export CLIP = $(value FILE)

LOCAL := .venv/bin/python -m local
SAM := env -u AWS_PROFILE AWS_CONFIG_FILE=/dev/null AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=test \
	AWS_SECRET_ACCESS_KEY=test AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam
PIP_INSTALL := .venv/bin/pip --disable-pip-version-check install --quiet --quiet --no-compile
CODE := $(wildcard functions local tests bench cli)
CHECKS := check-format check-lint check-types check-imports check-template check-distribution check-unit

# $(call timed,name,command): runs the command and prints how long it took.
timed = started=$$(date +%s); $(2) && printf '%-28s %6d s\n' "$(1)" $$(($$(date +%s) - started))

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: environments ## start Reelway, play a clip, serve until Ctrl-C [FILE=clip.mp4] [PORT=8080] [EMULATOR_PORT=4566]
	@exec $(LOCAL) run -- $${CLIP:+"$$CLIP"}

.PHONY: up
up: environments ## start Reelway in the background and print its URL [PORT=8080] [EMULATOR_PORT=4566]
	@exec $(LOCAL) up

.PHONY: down
down: ## stop what `make up` started; videos are kept
	@if [ -e .venv/.made ]; then exec $(LOCAL) down; fi

.PHONY: test
test: check ## everything that must pass: check, then on the whole system, the page in a browser too
	.venv/bin/pytest tests/encoding tests/integration tests/e2e tests/browser

.PHONY: fuzz
fuzz: environments .venv/.dev-made ## ask a system of its own many questions that nobody thought of [EXAMPLES=200] [SEED=…]
	@seed=$(or $(SEED),$$RANDOM$$RANDOM); echo "make fuzz SEED=$$seed EXAMPLES=$(EXAMPLES)"; \
		SEED=$$seed EXAMPLES=$(EXAMPLES) .venv/bin/pytest tests/e2e/test_fuzz.py

.PHONY: check
check: environments .venv/.dev-made ## format, lint, types, imports, template, unit tests
	@$(MAKE) --no-print-directory --keep-going -j2 $(if $(filter output-sync,$(.FEATURES)),-Otarget) $(CHECKS)

.PHONY: format
format: environments .venv/.dev-made ## rewrite the code in its format, with what ruff can fix
	.venv/bin/ruff check --fix --quiet $(CODE); .venv/bin/ruff format $(CODE)

.PHONY: template
template: environments ## write the distribution's functions (distribution/*.js) into template.yaml
	@PYTHON="$(CURDIR)/.venv/bin/python" $(MAKE) --no-print-directory -C distribution format
	.venv/bin/python -m local.distribution_code

.PHONY: bench-encode
bench-encode: environments .venv/.dev-made .venv-bench/.made ## measure encoding, into bench/results [PARTS="ready ladder quality hour curve options"]
	@PYTHONPATH=functions .venv/bin/python -m bench.encode $(PARTS)

.PHONY: cli
cli: .venv-cli/.made ## make ./reelway, the command line: upload, watch, list, get and delete videos
	@printf '%s\n' '#!/bin/sh' 'here=$$(dirname "$$(realpath "$$0")")' \
		'exec "$$here/.venv-cli/bin/python" "$$here/cli/reelway.py" "$$@"' >reelway && chmod +x reelway
	@echo "./reelway --help tells what it can do; it can be linked to from a folder of your PATH."

.PHONY: bench-api
bench-api: environments .venv/.dev-made ## measure uploads, messages and answers, into bench/results [PARTS="upload watch ask"]
	@PYTHONPATH=functions .venv/bin/python -m bench.api $(PARTS)

.PHONY: build
build: environments ## build for AWS, into .aws-sam [ARCH=x86_64 or arm64]
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(MAKE) --no-print-directory -C functions libraries
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(SAM) build --parameter-overrides Architecture=$(ARCH)

.PHONY: deploy
deploy: build ## build, then deploy to your AWS account, asking before it changes anything [ARCH=…]
	SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam deploy --guided --parameter-overrides Architecture=$(ARCH)

.PHONY: clean
clean: ## stop Reelway, forget its videos and all builds
	@if [ -e .venv/.made ]; then $(LOCAL) clean; fi
	rm -rf .aws-sam functions/.libraries layers/ffmpeg/.wheels web/.libraries web/.node distribution/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## clean, and remove the environments and downloads too
	rm -rf .venv .venv-sam .venv-bench .venv-cli reelway .reelway

.PHONY: $(CHECKS)
check-format:
	.venv/bin/ruff format --check $(CODE)
check-lint:
	.venv/bin/ruff check $(CODE)
check-types:
	.venv/bin/mypy
check-imports:
	PYTHONPATH=functions .venv/bin/lint-imports
check-template:
	.venv/bin/python -m local.distribution_code --check
	$(SAM) validate --lint
check-distribution:
	@PYTHON="$(CURDIR)/.venv/bin/python" $(MAKE) --no-print-directory -C distribution check
check-unit:
	.venv/bin/pytest tests/unit

# SAM CLI wants another boto3 than the emulator, so there are two environments; both are filled at once.
.PHONY: environments
environments:
	@if ! [ .venv/.made -nt requirements/local.txt -a .venv-sam/.made -nt requirements/sam.txt ]; then \
		$(call timed,make the environments,$(MAKE) --no-print-directory -j2 .venv/.made .venv-sam/.made); fi

.venv/.pip: | python
	@$(PYTHON) -m venv .venv && $(PIP_INSTALL) pip==$(PIP_VERSION) && touch $@

.venv/.made: requirements/local.txt | .venv/.pip
	@$(PIP_INSTALL) --requirement $< && touch $@

.venv-sam/.made: requirements/sam.txt | .venv/.pip
	@$(PYTHON) -m venv --without-pip .venv-sam && \
		.venv/bin/pip --python .venv-sam/bin/python --disable-pip-version-check \
		install --quiet --quiet --no-compile --requirement $< && touch $@

.venv-bench/.made: requirements/bench.txt | .venv/.pip
	@$(PYTHON) -m venv --without-pip .venv-bench && \
		.venv/bin/pip --python .venv-bench/bin/python --disable-pip-version-check \
		install --quiet --quiet --no-compile --requirement $< && touch $@

.venv-cli/.made: requirements/cli.txt | python
	@$(PYTHON) -m venv .venv-cli && .venv-cli/bin/pip --disable-pip-version-check \
		install --quiet --quiet --no-compile --requirement $< && touch $@

.venv/.dev-made: requirements/dev.txt .venv/.made
	@$(call timed,add the development tools,$(PIP_INSTALL) --requirement $< && touch $@)

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Reelway needs Python 3.11 or newer, and '$(PYTHON)' is not; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
