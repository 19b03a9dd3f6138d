"""What Docker's engine is asked before `sam local` runs functions in containers."""

import ipaddress
import subprocess

from local.errors import LocalError

_LOOPBACK = "127.0.0.1"
_LIMIT_S = 30  # an engine that is busy with a build answers late


def host_address() -> str:
    """The IPv4 address of this machine as containers reach it.

    It is the gateway of Docker's bridge. An engine without a bridge gives containers the machine's own
    network, and so its loopback. Raises LocalError where no engine answers.
    """
    _require_engine()
    shown = _docker("network", "inspect", "bridge", "--format", "{{range .IPAM.Config}}{{.Gateway}} {{end}}")
    gateways = shown.stdout.split() if shown.returncode == 0 else []
    return next((gateway for gateway in gateways if _is_ipv4(gateway)), _LOOPBACK)


def has_image(name: str) -> bool:
    """Whether the engine has the image already, so that it need not be pulled."""
    return _docker("image", "inspect", name, "--format", "{{.Id}}").returncode == 0


def _require_engine() -> None:
    answer = _docker("version", "--format", "{{.Server.Version}}")
    if answer.returncode != 0:
        raise LocalError(
            "`sam local` runs functions in Docker, whose engine does not answer; start it, or name it with"
            f" DOCKER_HOST. `docker version` says: {answer.stderr.strip()}"
        )


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Raises LocalError where there is no program `docker`, or it does not answer."""
    try:
        return subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, check=False, timeout=_LIMIT_S
        )
    except FileNotFoundError:
        raise LocalError(
            "`sam local` runs functions in Docker, and there is no `docker` on PATH; install Docker Engine"
        ) from None
    except subprocess.TimeoutExpired:
        raise LocalError(f"`docker {' '.join(arguments)}` did not answer within {_LIMIT_S} s") from None


def _is_ipv4(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 4
    except ValueError:
        return False
