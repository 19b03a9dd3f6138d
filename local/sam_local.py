"""What `sam local` needs to run the functions against the emulator: a build, their variables, a command.

.reelway/sam/        the build, with whole layers, for this machine
.reelway/env.json    the variables of the deployed functions, by logical id
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import boto3

from local import deployment, docker_engine, emulator, environment, processes, sources
from local.errors import LocalError
from local.settings import STACK_NAME, Settings

_IMAGE = "public.ecr.aws/lambda/python:3.13"
_RELAY_STOP_LIMIT_S = 5
ENDPOINT = "AWS_ENDPOINT_URL"


def variables_file(settings: Settings) -> Path:
    return settings.state / "env.json"


def template_file(settings: Settings) -> Path:
    """The built template."""
    return _folder(settings) / "template.yaml"


def build(settings: Settings) -> None:
    """Brings the build for `sam local` up to date. The caller holds the build's lock."""
    folder = _folder(settings)
    stamp, wanted = folder / "digest", sources.digest(settings.checkout)
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        deployment.build_into(folder, settings)
        stamp.write_text(wanted)


def write_variables(settings: Settings) -> None:
    """Writes `variables_file`, and makes the emulator reachable from containers.

    Raises LocalError where no Docker engine answers, or containers cannot reach this machine.
    """
    host = docker_engine.host_address()
    endpoint = f"http://{host}:{settings.emulator_port}"
    if endpoint != settings.endpoint:
        _start_relay(settings, host, endpoint)
    found = {
        name: {key: _reachable(value, settings, endpoint) for key, value in variables.items()}
        for name, variables in deployed_variables(settings).items()
    }
    variables_file(settings).write_text(json.dumps(found, indent=2) + "\n")


def deployed_variables(settings: Settings) -> dict[str, dict[str, str]]:
    """The environment variables of the stack's functions, as deployed, by logical id."""
    stack: Any = boto3.client("cloudformation", endpoint_url=settings.endpoint)
    functions = boto3.client("lambda", endpoint_url=settings.endpoint)
    pages = stack.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }
    return {
        logical_id: functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        for logical_id, name in sorted(names.items())
    }


def endpoint_of_containers(settings: Settings) -> str:
    """The emulator's address in `variables_file`, or the machine's own where that was not written yet."""
    try:
        written = json.loads(variables_file(settings).read_text())
    except FileNotFoundError:
        return settings.endpoint
    return str(next(iter(written.values()))[ENDPOINT])


def command(settings: Settings, action: str, *arguments: str) -> list[str]:
    """The command line of `sam local ACTION`, to be run in the checkout."""
    skipped = ["--skip-pull-image"] if docker_engine.has_image(image()) else []
    return [
        *("env", "-u", "AWS_PROFILE"),
        *(f"{name}={environment.FAKE_ACCOUNT[name]}" for name in _ACCOUNT),
        *(_shown(settings, settings.checkout / ".venv-sam" / "bin" / "sam"), "local", action, *arguments),
        *("--template", _shown(settings, template_file(settings))),
        *("--env-vars", _shown(settings, variables_file(settings))),
        *("--parameter-overrides", f"Architecture={sources.architecture()}"),
        *(f"Access={settings.access}", *skipped),
    ]


_ACCOUNT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")


def stop_relay(settings: Settings) -> None:
    processes.stop(_relay_pid(settings), grace_s=_RELAY_STOP_LIMIT_S)


def _reachable(value: str, settings: Settings, endpoint: str) -> str:
    return value.replace(settings.endpoint, endpoint)


def _start_relay(settings: Settings, host: str, endpoint: str) -> None:
    stop_relay(settings)
    process = processes.spawn(
        [sys.executable, "-m", "local.relay", host, str(settings.emulator_port)],
        environ=environment.edge(settings),
        folder=settings.checkout,
        log=settings.logs / "relay.log",
        pid_file=_relay_pid(settings),
    )
    try:
        emulator.wait_until_answers(f"{endpoint}/_ministack/health", process, settings, "relay")
    except LocalError as error:
        raise LocalError(
            f"Docker's containers reach this machine at {host}, where nothing can listen: as with Docker"
            f" Desktop or a rootless engine. `sam local` needs an engine on this machine itself.\n{error}"
        ) from error


def image() -> str:
    """Lambda's image, on which SAM puts its own."""
    return f"{_IMAGE}-{sources.architecture()}"


def _folder(settings: Settings) -> Path:
    return settings.shared / "sam"


def _relay_pid(settings: Settings) -> Path:
    return settings.state / "relay.pid"


def _shown(settings: Settings, path: Path) -> str:
    """Relative to the checkout, unless it is elsewhere, as a test's state is."""
    return os.path.relpath(path, settings.checkout) if path.is_relative_to(settings.checkout) else str(path)
