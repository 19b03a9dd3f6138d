"""Whether the build that was deployed is one for the processor that it runs on."""

import platform
from pathlib import Path

# Lambda's names of the processors, by Python's.
_NAMES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class WrongArchitecture(Exception):
    """The layers have programs for another processor: no video could be processed."""


def check_build(folder: Path) -> None:
    """Compare this processor with the file `architecture` that functions/Makefile writes into a build.

    Raises WrongArchitecture if they differ. Sources that were not built have no such file.
    """
    noted, running_on = folder / "architecture", _NAMES.get(platform.machine())
    built_for = noted.read_text().strip() if noted.exists() else running_on
    if built_for != running_on:
        raise WrongArchitecture(
            f"built for {built_for}, deployed with Architecture={running_on}: build and deploy with"
            f" `make deploy ARCH={running_on}`, or set Architecture={built_for}"
        )
