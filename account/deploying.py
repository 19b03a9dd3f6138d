"""Runs `sam deploy` for an environment of samconfig.toml, with the parameters that were chosen."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from account import aws, published, stacks
from account.choices import Choices
from account.errors import AccountError


def deploy(checkout: Path, choices: Choices, *, built: Path, confirm: bool) -> str:
    """Deploys the built template; what was published, as lines for the terminal.

    Raises AccountError when `sam deploy` fails, or is not confirmed.
    """
    command = sam_command(checkout, choices, built=built, confirm=confirm)
    print("$", shlex.join(command), flush=True)
    if subprocess.run(command, cwd=checkout, env=_environ(os.environ), check=False).returncode != 0:
        raise AccountError(
            f"sam deploy has not deployed {choices.stack}: see above. `make doctor ENV={choices.environment}`"
            " tells in which state the stack is, and what mends it"
        )
    stack = stacks.describe(choices.stack, str(choices.region)) or {}
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if "Url" not in outputs:
        raise AccountError(f"{choices.stack} was not deployed: the changes were not confirmed")
    protect(choices)
    return published.report(outputs, architecture=choices.architecture, checkout=checkout)


def sam_command(checkout: Path, choices: Choices, *, built: Path, confirm: bool) -> list[str]:
    """`sam deploy`, which takes capabilities, tags and rollback from samconfig.toml."""
    parameters = {**choices.parameters, "Architecture": choices.architecture}
    return [
        str(checkout / ".venv-sam" / "bin" / "sam"),
        "deploy",
        f"--config-env={choices.environment}",
        f"--config-file={checkout / 'samconfig.toml'}",
        f"--template-file={built}",
        f"--stack-name={choices.stack}",
        f"--region={choices.region}",
        "--confirm-changeset" if confirm else "--no-confirm-changeset",
        "--parameter-overrides",
        *(f"{name}={_quoted(value)}" for name, value in parameters.items()),
    ]


def protect(choices: Choices) -> None:
    """Turns termination protection on where the environment wants it; `sam` has no option for it."""
    if not choices.protected:
        return
    formation = aws.client("cloudformation", str(choices.region))
    try:
        formation.update_termination_protection(EnableTerminationProtection=True, StackName=choices.stack)
    except aws.ERRORS as error:
        print(f"Termination protection could not be turned on: {aws.explain(error)[0]}.")


def _quoted(value: str) -> str:
    """SAM takes a value up to the next blank, unless it is quoted."""
    if re.fullmatch(r"""[^\s"'\\]+""", value):
        return value
    return '"' + value.replace('"', '\\"') + '"'


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**environ, "SAM_CLI_TELEMETRY": "0"}
