"""The programs of this machine that a deploy needs, and their versions."""

import re
import shutil
import subprocess
from pathlib import Path

from account.findings import Finding, failed, ok, warning

# The first whose translator has AWS::Serverless::WebSocketApi (aws-sam-translator 1.109).
OLDEST_SAM = (1, 158, 0)


def findings(checkout: Path) -> list[Finding]:
    return [_sam(checkout), *_own_sam(checkout)]


def _sam(checkout: Path) -> Finding:
    """SAM CLI of this checkout, which make uses."""
    version = _version(checkout / ".venv-sam" / "bin" / "sam")
    if version is None:
        return failed(
            "SAM CLI", "the one of this checkout does not run", "make distclean, then make environments"
        )
    return ok("SAM CLI", _dotted(version))


def _own_sam(checkout: Path) -> list[Finding]:
    """SAM CLI on the PATH, which people use who deploy without make."""
    found = shutil.which("sam")
    if found is None or Path(found).resolve().is_relative_to(checkout):
        return []
    version = _version(Path(found))
    if version is None or version >= OLDEST_SAM:
        return []
    return [
        warning(
            "your SAM CLI",
            f"{found} is {_dotted(version)}, and does not know AWS::Serverless::WebSocketApi",
            f"deploy with make, or upgrade it to {_dotted(OLDEST_SAM)} or newer",
        )
    ]


def _version(program: Path) -> tuple[int, ...] | None:
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=60
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
