# Reelway: everything a person does, on one machine. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
# Of the functions on AWS: arm64 or x86_64. What runs locally is always built for this machine.
ARCH ?= arm64
MACHINE_ARCH := $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
# Random requests to each operation by `make fuzz`, in addition to those at the limits of its parameters.
EXAMPLES ?= 200
export PORT EMULATOR_PORT ARCH ORIGINS HOSTS ACCESS
# Images of containers often forbid bytecode. Without it each check compiles again all that it imports.
export PYTHONDONTWRITEBYTECODE :=
# Unexpanded: neither make nor the shell interprets characters of a file's name.
export CLIP = $(value FILE)
export STACK_URL = $(value URL)
export STACK_ORIGIN = $(value ORIGIN)
export STACK_TOPIC = $(value TOPIC)
export VIDEO = $(value ID)

LOCAL := .venv/bin/python -m local
ACCOUNT := .venv/bin/python -m account
# Without an AWS account, whatever the machine is configured for.
OFFLINE_AWS := env -u AWS_PROFILE AWS_CONFIG_FILE=/dev/null AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=test \
	AWS_SECRET_ACCESS_KEY=test AWS_EC2_METADATA_DISABLED=true SAM_CLI_TELEMETRY=0
SAM := $(OFFLINE_AWS) .venv-sam/bin/sam
PYTEST := .venv/bin/python -m pytest
# Without the plugin that only `make fuzz` is in need of, which takes a second to load.
UNIT := $(PYTEST) -p no:schemathesis
CODE := $(wildcard functions local account supply tests bench cli)
QUIETLY := --no-print-directory

##@ Run
.PHONY: run
run: downloads ## start Reelway, play a clip, serve until Ctrl-C [FILE=clip.mp4] [PORT=8080] [EMULATOR_PORT=4566] [ACCESS=token]
	@exec $(LOCAL) run -- $${CLIP:+"$$CLIP"}

.PHONY: up
up: downloads ## start Reelway in the background and print its URL [PORT=8080] [EMULATOR_PORT=4566] [ORIGINS=http://localhost:3000] [ACCESS=token]
	@exec $(LOCAL) up

.PHONY: logs
logs: environments ## tell one video's story: log lines and steps in their order [ID=…, as the upload answered]
	@exec $(LOCAL) logs -- "$$VIDEO"

.PHONY: down
down: ## stop what `make up` started; videos are kept
	@if [ -e .venv/.made ]; then exec $(LOCAL) down; fi

.PHONY: env
env: environments ## build for `sam local`, write .reelway/env.json, and print the commands; needs `make up` and Docker
	@exec $(LOCAL) env

.PHONY: seed
seed: environments ## make what the sample events in events/ are about: a processed video, an upload; needs `make up`
	@exec $(LOCAL) seed

.PHONY: cli
cli: preflight ## make ./reelway, the command line: upload, watch, list, get, retry and delete videos
	@$(call fill,.venv-cli/.made)
	@printf '%s\n' '#!/bin/sh' 'here=$$(dirname "$$(realpath "$$0")")' \
		'exec "$$here/.venv-cli/bin/python" "$$here/cli/reelway.py" "$$@"' >reelway && chmod +x reelway
	@echo "./reelway --help lists its commands; it can be linked to from a folder of your PATH."

##@ Check
.PHONY: check
check: development ## what needs no running system: lint, types, template, its security, unit tests (two to three minutes)
	@$(call side_by_side,unit-functions unit-project types lint check-template scan clients)

.PHONY: lint
lint: development ## format, lint rules, and which module may import which
	.venv/bin/ruff format --check $(CODE)
	.venv/bin/ruff check $(CODE)
	PYTHONPATH=functions .venv/bin/lint-imports

.PHONY: types
types: development ## mypy, strict
	.venv/bin/mypy

.PHONY: check-template
check-template: development ## the template (SAM, cfn-lint), and the distribution's functions in it
	.venv/bin/python -m local.distribution_code --check
	@PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) -C distribution check
	$(SAM) validate --lint
	@.venv-sam/bin/cfn-lint docs/examples/*.yaml

.PHONY: scan
scan: development ## the template's security (checkov); .checkov.yaml says what is not asked of it, and why
	@$(OFFLINE_AWS) .venv-sam/bin/python -m local.security_scan template.yaml

.PHONY: clients
clients: development ## generate a Python and a TypeScript client of docs/openapi.yaml; `make e2e` runs programs with them
	@PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) -C tests/clients

.PHONY: unit
unit: development ## unit tests
	$(UNIT) tests/unit

# The same in two halves, for two processors: folders that mirror one of functions/, and all else.
FUNCTION_TESTS := $(wildcard $(patsubst functions/%,tests/unit/%,$(wildcard functions/*/)))
PROJECT_TESTS := $(filter-out $(FUNCTION_TESTS) %__pycache__/,$(wildcard tests/unit/*/)) $(wildcard tests/unit/test_*.py)
.PHONY: unit-functions unit-project
unit-functions: development
	$(UNIT) $(FUNCTION_TESTS)
unit-project: development
	$(UNIT) $(PROJECT_TESTS)

# Takes half as long again as the unit tests alone; therefore `make check` does without, and `make test` has it.
.PHONY: coverage
coverage: development ## unit tests with branch coverage of functions/; fails if it is below the limit
	@$(call side_by_side,coverage-functions coverage-project)
	@$(MAKE) $(QUIETLY) coverage-report

# Only both halves together are to reach the limit.
.PHONY: coverage-functions coverage-project coverage-report
coverage-functions: development
	COVERAGE_FILE=.coverage.functions $(UNIT) $(FUNCTION_TESTS) --cov --cov-report= --cov-fail-under=0
coverage-project: development
	COVERAGE_FILE=.coverage.project $(UNIT) $(PROJECT_TESTS) --cov --cov-report= --cov-fail-under=0
coverage-report:
	.venv/bin/coverage combine --quiet .coverage.functions .coverage.project
	.venv/bin/coverage report

.PHONY: e2e
e2e: development downloads ## the whole system on the emulator, as clients meet it
	$(PYTEST) tests/e2e

.PHONY: test
ifdef T
test: development downloads
	$(PYTEST) $(T)
else
test: development downloads ## everything: check with coverage, real files, the whole system, the page in a browser [T=path: only that]
	@$(call side_by_side,coverage-functions coverage-project types lint check-template scan clients)
	@$(MAKE) $(QUIETLY) coverage-report
	@$(call side_by_side,test-encoding test-integration test-system test-faults,3)
endif

# The first keeps a processor busy; the others mostly wait, each for an emulator of its own.
.PHONY: test-encoding
test-encoding: development downloads ## real files through real ffmpeg
	$(PYTEST) tests/encoding

.PHONY: test-integration
test-integration: development downloads ## each part on the emulator, builds, deploys, `sam local`
	$(PYTEST) tests/integration

.PHONY: test-system
test-system: development downloads ## the whole system on the emulator, and the page in a browser
	$(PYTEST) tests/e2e tests/browser

.PHONY: test-faults
test-faults: development downloads ## calls to AWS that break, in all kinds of ways, in fake time: a part of `make fuzz-faults`
	$(PYTEST) tests/faults

.PHONY: test-localstack
test-localstack: development downloads ## integration and e2e on a LocalStack that runs [AWS_ENDPOINT_URL=http://127.0.0.1:4566]
	@AWS_ENDPOINT_URL=$${AWS_ENDPOINT_URL:-http://127.0.0.1:4566} $(PYTEST) tests/integration tests/e2e

.PHONY: localstack
localstack: preflight ## start LocalStack in Docker, until Ctrl-C; its token is in LOCALSTACK_AUTH_TOKEN
	@test -n "$$LOCALSTACK_AUTH_TOKEN" || { echo "LocalStack wants the token of an account:" \
		"export LOCALSTACK_AUTH_TOKEN=… first; docs/local.md says where it is from" >&2; exit 1; }
	@command -v docker >/dev/null || { echo "LocalStack runs in Docker, which this machine does not have" >&2; exit 1; }
	@$(call fill,.venv-localstack/.made)
	@exec .venv-localstack/bin/localstack start

.PHONY: smoke
smoke: development ## test any running stack by its URL alone; deletes what it uploads [URL=https://…] [TOPIC=…] [ORIGIN=https://…]
	@PYTHONPATH=functions .venv/bin/python -m tests.support.smoke --origin "$$STACK_ORIGIN" --topic "$$STACK_TOPIC" -- "$$STACK_URL"

.PHONY: fuzz
fuzz: development downloads ## random requests by docs/openapi.yaml to a system of its own [EXAMPLES=200] [SEED=…]
	@seed=$(or $(SEED),$$RANDOM$$RANDOM); echo "make fuzz SEED=$$seed EXAMPLES=$(EXAMPLES)"; \
		SEED=$$seed EXAMPLES=$(EXAMPLES) $(PYTEST) tests/e2e/test_fuzz.py

.PHONY: fuzz-faults
fuzz-faults: development downloads ## every kind of call to AWS of every function, broken in every way, outages, pairs: half an hour on all processors
	EVERY_FAULT=1 $(PYTEST) --capture=no tests/faults

.PHONY: format
format: development ## format the code, and fix what ruff can fix
	.venv/bin/ruff check --fix --quiet $(CODE); .venv/bin/ruff format $(CODE)

.PHONY: template
template: development ## format the distribution's functions (distribution/*.js) and write them into template.yaml
	@PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) -C distribution format
	.venv/bin/python -m local.distribution_code

##@ Measure
.PHONY: bench-encode
bench-encode: development downloads ## measure encoding, into bench/results [PARTS="ready ladder quality efficient hour curve options"]
	@$(call fill,.venv-bench/.made)
	@PYTHONPATH=functions .venv/bin/python -m bench.encode $(PARTS)

.PHONY: bench-api
bench-api: development downloads ## measure uploads, messages, answers and tokens, into bench/results [PARTS="upload watch ask sign"]
	@PYTHONPATH=functions .venv/bin/python -m bench.api $(PARTS)

.PHONY: bench-cold
bench-cold: development downloads ## measure the first answer of each function, into bench/results [PARTS=PlanFunction]
	@PYTHONPATH=functions .venv/bin/python -m bench.cold $(PARTS)

# Not a part of `make test`: it lasts, and has nobody else use the machine. SEED repeats who is killed when.
.PHONY: soak
soak: development downloads ## use a system and kill parts of it meanwhile, into bench/results [MINUTES=10 UPLOADS=50 SOCKETS=200] [SEED=…]
	@MINUTES=$(MINUTES) UPLOADS=$(UPLOADS) SOCKETS=$(SOCKETS) SEED=$(SEED) PYTHONPATH=functions .venv/bin/python -m bench.soak

.PHONY: bench-burst
bench-burst: development ## simulate bursts of uploads on accounts of several sizes, into bench/results
	@PYTHONPATH=functions .venv/bin/python -m bench.burst

.PHONY: bench-maintenance
bench-maintenance: development ## measure the CPU time of maintenance, into bench/results
	@PYTHONPATH=functions .venv/bin/python -m bench.maintenance

.PHONY: bench-costs
bench-costs: development downloads ## count requests of uploads, into bench/results and docs/costs.md [PARTS="requests page"]
	@PYTHONPATH=functions .venv/bin/python -m bench.costs $(PARTS)

.PHONY: costs
costs: development ## write docs/costs.md from bench/results, the template and bench/costs/prices.toml
	@PYTHONPATH=functions .venv/bin/python -m bench.costs page

##@ Ship
.PHONY: build
build: environments ## build for AWS, into .aws-sam [ARCH=arm64 or x86_64]
	@$(call fetch,$(ARCH),yes)
	PATH="$$PWD/.venv/bin:$$PATH" $(SAM) build --parameter-overrides Architecture=$(ARCH)

# ENV names an environment of samconfig.toml: dev, which is the default, or prod.
.PHONY: doctor
doctor: environments ## whether a deploy will succeed: account, quotas, tools, stack; changes nothing [ENV=dev or prod] [REGION=…]
	@$(ACCOUNT) doctor

.PHONY: deploy
deploy: environments ## doctor, build, then deploy to your AWS account, after asking [ENV=dev or prod] [REGION=…] [PARAMETERS="Name=value …"]
	@$(ACCOUNT) prepare
	@$(MAKE) $(QUIETLY) build
	@$(ACCOUNT) deploy

.PHONY: restore
restore: environments ## deploy a new stack with the data that a deleted one has left [ENV=dev or prod] [FROM=name of the deleted stack]
	@$(ACCOUNT) prepare
	@$(MAKE) $(QUIETLY) build
	@$(ACCOUNT) restore
	@$(ACCOUNT) deploy

.PHONY: retry
retry: environments ## process again what failed by us [CODE=processing_failed] [SINCE=2026-11-26T00:00Z] [ENV=dev, prod or local]
	@exec $(if $(filter local,$(ENV)),$(LOCAL),$(ACCOUNT)) retry

.PHONY: undelete
undelete: environments ## bring back what was deleted, also while the API is closed [SINCE=2026-11-26T14:00Z] [ENV=dev, prod or local]
	@exec $(if $(filter local,$(ENV)),$(LOCAL),$(ACCOUNT)) undelete

##@ Dependencies
# In this order: each lock keeps to the versions in the locks before it.
.PHONY: lock
lock: environments ## write the locks for the .in files, keeping the present versions [UPGRADE=1: the newest]
	@$(call lock,requirements/uv,3.11)
	@$(call lock,requirements/local,3.11)
	@$(call lock,requirements/dev,3.11)
	@$(call lock,requirements/cli,3.11)
	@$(call lock,requirements/audit,3.11)
	@$(call lock,requirements/sam,3.11)
	@$(call lock,requirements/clients,3.11)
	@$(call lock,requirements/localstack,3.11)
	@$(call lock,requirements/checkov,3.11)
	@$(call lock,requirements/bench,3.11)
	@$(call lock,requirements/clip,3.11,--no-deps)
	@$(call lock,requirements/media,3.11,--no-deps)
	@$(call lock,functions/requirements,3.13,--no-universal --python-platform linux --constraint requirements/local.txt)
	@$(call lock,functions/authorizer-requirements,3.13,--no-universal --python-platform linux --constraint requirements/local.txt)
	@$(call lock,functions/sigv4a/requirements,3.13,--no-universal --python-platform linux --no-deps)
	@$(call lock,layers/ffmpeg/requirements,3.11,--no-universal --python-platform linux --no-deps)
	@$(call lock,layers/probe/requirements,3.13,--no-universal --python-platform linux --no-deps --constraint requirements/local.txt)
	@$(call lock,web/requirements,3.11,--no-universal --python-platform linux)

.PHONY: outdated
outdated: development ## list packages with newer versions than in the locks
	@for venv in .venv .venv-sam .venv-checkov .venv-audit .venv-clients; do echo "$$venv:"; $(UV) pip list --outdated --python $$venv/bin/python; done

.PHONY: audit
audit: development ## ask which locked packages have known vulnerabilities; fails if there are any, or nobody could be asked
	@PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) --silent -C web node
	@.venv-audit/bin/python -m supply audit

.PHONY: sbom
sbom: development ## write the bill of materials (CycloneDX) of a build into .reelway/sbom [ARCH=arm64 or x86_64]
	@PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) --silent -C layers/probe ARCH=$(ARCH) wheels
	@.venv/bin/python -m supply sbom $(ARCH) layers/probe/.wheels/$(ARCH)/av-*.whl .reelway/sbom/reelway-$(ARCH).cdx.json

.PHONY: update
update: development ## say whether a newer ffmpeg, or reader of uploads, is out than the locked ones; fails if so
	@.venv/bin/python -m local.newer_decoders

##@ Tidy
.PHONY: clean
clean: ## stop Reelway, delete its videos and all builds
	@if [ -e .venv/.made ]; then $(LOCAL) clean; fi
	rm -rf .aws-sam functions/.libraries layers/*/.wheels web/.libraries web/.node distribution/node_modules bytecode/.compiler
	rm -rf tests/clients/node_modules tests/clients/.made tests/players/.libraries
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: distclean
distclean: clean ## clean, and delete the environments and downloads as well
	rm -rf .venv .venv-sam .venv-checkov .venv-audit .venv-clients .venv-bench .venv-cli .venv-localstack reelway .reelway

##@
.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@ ./ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' \
		$(firstword $(MAKEFILE_LIST))

# ── What the targets above use ─────────────────────────────────────────────────────────────
# No target's name contains the checkout's path: make cannot handle file names with spaces.

# $(call side_by_side,targets,at once): by default two, for the two cores that most machines have; outputs are not mixed.
side_by_side = $(MAKE) $(QUIETLY) --keep-going -j$(or $(2),2) $(if $(filter output-sync,$(.FEATURES)),-Otarget) $(1)

UV := .venv/bin/uv --no-python-downloads
# uv does not read pip's settings; a mirror that is set for pip is meant for uv as well.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
# Only files whose hash is in the lock, and only wheels, so that no code of a package runs at installation. uv shows
# large downloads as they begin and end; its list of installed packages is left out.
INSTALL = $(UV) pip install --require-hashes --only-binary :all: --python $(1)/bin/python \
	--requirement $(2) 2>&1 | { grep --line-buffered -vE '^( [+~-] |Using Python|Checked )' || true; }; test $${PIPESTATUS[0]} = 0

# $(call lock,name,python,options): name.txt from name.in, with the SHA-256 of every file of every package.
lock = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --annotation-style line \
	--custom-compile-command "make lock" --python-version $(2) $(3) $(if $(UPGRADE),--upgrade) $(1).in --output-file $(1).txt

# $(call fill,stamps): makes what is missing; one make at a time, others wait. The lock is on the Makefile itself,
# because it exists in every clone before anything is made.
fill = $(MAKE) $(QUIETLY) --question $(1) 2>/dev/null || { exec 9<Makefile; flock --nonblock 9 || { \
	echo "waiting for another make, which is filling the environments of this checkout"; flock 9; }; \
	$(MAKE) $(QUIETLY) $(1); }

# $(call fetch,architecture,bytecode): downloads what a build needs, with its output shown; that of a build goes to a
# log. What runs locally needs no bytecode (yes or no), because it runs on this machine's own Python.
fetch = exec 9<Makefile; flock --nonblock 9 || { \
	echo "waiting for another make, which is downloading what this checkout needs"; flock 9; }; \
	for part in functions:libraries layers/ffmpeg:wheels layers/probe:wheels web:library; do \
		PATH="$$PWD/.venv/bin:$$PATH" $(MAKE) $(QUIETLY) --silent -C $${part%:*} ARCH=$(1) BYTECODE=$(2) $${part\#*:} || exit; done

# $(call timed,name,command): runs the command and prints how long it took.
timed = started=$$(date +%s); $(2) && printf '%-28s %6d s\n' "$(1)" $$(($$(date +%s) - started))

# Measured on x86_64: uv 17, emulator, edge and PyAV 85, SAM CLI 59, ffmpeg 34, PyAV again for its layer 35, Node 62, the page and a clip 30.
DOWNLOADS_MB := 350

# Faults of the machine or the command line are reported before anything is downloaded.
.PHONY: preflight
preflight:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Reelway needs Python 3.11 or newer, and there is no '$(PYTHON)'; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Reelway needs Python 3.11 or newer, and '$(PYTHON)' is older; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@for tool in cksum flock sha256sum tar; do command -v $$tool >/dev/null || { \
		echo "Reelway needs '$$tool', which this machine does not have; on Debian and Ubuntu:" \
			"apt install coreutils tar util-linux" >&2; exit 1; }; done
	@$(PYTHON) -B -m local.preflight $(filter run up,$(MAKECMDGOALS)) -- $${CLIP:+"$$CLIP"}

# SAM CLI needs another version of boto3 than the emulator, so there are two environments.
.PHONY: environments
environments: preflight
	@$(call fill,.venv/.made .venv-sam/.made)

.PHONY: development
development: environments
	@$(call fill,.venv/.dev-made .venv-checkov/.made .venv-audit/.made .venv-clients/.made)

.PHONY: downloads
downloads: environments
	@$(call fetch,$(MACHINE_ARCH),no)

.venv/.uv: requirements/uv.txt
	@[ -e .venv/.made ] || echo "The first start downloads about $(DOWNLOADS_MB) MB of pinned packages:" \
		"the emulator, SAM CLI, ffmpeg and, where there is none, Node."
	@$(PYTHON) -m venv .venv && .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-compile \
		--require-hashes --only-binary=:all: --requirement $< && touch $@

.venv/.made: requirements/local.txt .venv/.uv
	@$(call timed,the emulator and the edge,$(call INSTALL,.venv,$<) && touch $@)

.venv/.dev-made: requirements/dev.txt .venv/.made
	@$(call timed,the development tools,$(call INSTALL,.venv,$<) && touch $@)

.venv-%/.made: requirements/%.txt .venv/.uv
	@$(call timed,the environment of $*,$(UV) venv --quiet --clear --python .venv/bin/python .venv-$* && \
		$(call INSTALL,.venv-$*,$<) && touch $@)
