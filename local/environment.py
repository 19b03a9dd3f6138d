"""The environments of the programs that a local system starts.

Variables for a real AWS account or a proxy are left out, because a local system must not connect to anything
but 127.0.0.1.
"""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from local.settings import MARK, STEPS_VARIABLE, Settings

# Steps of all state machines at once: those that prepare and publish mostly wait for the emulator.
_STEPS_PER_CORE = 2
_VENV_BIN = Path(sys.executable).parent
FAKE_ACCOUNT = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}


def isolate(environ: MutableMapping[str, str]) -> None:
    """Hides the developer's AWS account and proxies from boto3 in this process."""
    for name in [name for name in environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        del environ[name]
    environ.update(FAKE_ACCOUNT)


def building(environ: Mapping[str, str]) -> dict[str, str]:
    """For `sam build`: the developer's environment without the AWS account; pip may need its proxies.

    The recipes are not parts of a make that is running now, with its variables and job slots.
    """
    others = ("AWS_", "PYTHON", "MAKE", "MFLAGS")
    kept = {name: value for name, value in environ.items() if not name.startswith(others)}
    return kept | FAKE_ACCOUNT | {"PATH": f"{_VENV_BIN}:{environ.get('PATH', os.defpath)}"}


def deploying(settings: Settings) -> dict[str, str]:
    """For `sam deploy` to the emulator, whatever account the machine is configured for."""
    return _bare(settings) | {"AWS_ENDPOINT_URL": settings.endpoint}


def edge(settings: Settings) -> dict[str, str]:
    return _bare(settings)


def emulator(settings: Settings) -> dict[str, str]:
    """For MiniStack, and for every Lambda worker, which inherits it."""
    return _bare(settings) | {
        "GATEWAY_PORT": str(settings.emulator_port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(settings.emulator_state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(settings.object_data),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # After a burst, all processes of a function but one are ended when they have been idle for so long.
        "LAMBDA_WARM_TTL_SECONDS": "60",
        STEPS_VARIABLE: str(_STEPS_PER_CORE * (os.cpu_count() or 1)),
    }


def _bare(settings: Settings) -> dict[str, str]:
    return FAKE_ACCOUNT | {
        MARK: str(settings.state),
        "HOME": str(settings.state),
        "LANG": "C.UTF-8",
        "PATH": f"{settings.binaries}:{_VENV_BIN}:{os.defpath}",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(settings.temporary),
        "TZ": "UTC",
    }
