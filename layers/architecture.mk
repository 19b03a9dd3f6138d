# ARCH is the functions' architecture (arm64 or x86_64), not that of the machine that builds. sam does not tell a recipe
# which value the template's parameter has, so the recipes look at the command line of the sam that has called make:
# `sam build --parameter-overrides Architecture=x86_64` needs no ARCH. The page's function refuses to be deployed on
# another processor than it was built for (functions/page/architecture.py).
ASKED := $(shell parent=$$(cut -d ' ' -f 4 /proc/$$PPID/stat 2>/dev/null) && \
	tr '\0' '\n' </proc/$$parent/cmdline 2>/dev/null | \
	sed -nE 's/^.*Architecture(=|,ParameterValue=)"?(arm64|x86_64)"?.*$$/\2/p' | tail -1)
ARCH ?= $(or $(ASKED),arm64)
ifneq ($(or $(ASKED),$(ARCH)),$(ARCH))
$(error sam was asked for Architecture=$(ASKED), but ARCH=$(ARCH) is set: give both the same value, or sam alone)
endif
MACHINE := $(if $(filter arm64,$(ARCH)),aarch64,$(ARCH))
