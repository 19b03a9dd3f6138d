"""What is deployed where: an environment of samconfig.toml, with what was chosen for this checkout.

Choices that are the checkout's own, such as an e-mail address, are kept in `.deploy/<environment>.toml`,
which git ignores:

    stack_name = "reelway-dev"
    region = "eu-central-1"

    [parameters]
    EncodeConcurrency = "40"

They win over samconfig.toml, and what the command line says (STACK, REGION, PARAMETERS) wins over both.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import botocore.session

from account.errors import AccountError

_NOT_CHOSEN = {
    "Architecture": "choose it with ARCH=arm64 or ARCH=x86_64, because it also decides what is built",
    "EmulatorEndpoint": "set AWS_ENDPOINT_URL to deploy to an emulator",
}
_PARAMETER = re.compile(r"(\w+)=(.*)")


@dataclass(frozen=True, slots=True)
class Choices:
    """One deployment. `parameters` are those that differ from the template's defaults."""

    environment: str
    stack: str
    region: str | None
    architecture: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False

    def parameter(self, template: Mapping[str, Any], name: str) -> str:
        """The value that a parameter will have."""
        return self.parameters.get(name, str(template["Parameters"][name].get("Default", "")))

    def deploy_with(self, parameters: str) -> str:
        """The command that deploys with other parameters, for a person to copy."""
        return f'make deploy ENV={self.environment} PARAMETERS="{parameters}"'


def load(checkout: Path, environ: Mapping[str, str], template: Mapping[str, Any]) -> Choices:
    """The choices for ENV. Raises AccountError for an unknown environment or parameter."""
    environment = environ.get("ENV") or "dev"
    configured = _configured(checkout, environment)
    kept = _kept(file_of(checkout, environment))
    asked = parse_parameters(environ.get("PARAMETERS", ""))
    parameters = {**configured["parameters"], **kept.get("parameters", {}), **asked}
    check_parameters(parameters, template)
    endpoint = environ.get("AWS_ENDPOINT_URL_CLOUDFORMATION") or environ.get("AWS_ENDPOINT_URL")
    return Choices(
        environment=environment,
        stack=environ.get("STACK") or kept.get("stack_name") or configured["stack_name"],
        region=environ.get("REGION") or kept.get("region") or configured["region"] or _usual_region(environ),
        architecture=environ.get("ARCH") or str(template["Parameters"]["Architecture"]["Default"]),
        parameters=parameters | ({"EmulatorEndpoint": endpoint} if endpoint else {}),
        protected=configured["protected"],
    )


def environments(checkout: Path) -> list[str]:
    """The environments of samconfig.toml that are AWS accounts' and have a name of their own."""
    return [name for name in _samconfig(checkout) if name not in ("version", "default", "local")]


def file_of(checkout: Path, environment: str) -> Path:
    return checkout / ".deploy" / f"{environment}.toml"


def keep(checkout: Path, choices: Choices) -> None:
    """Writes what was chosen for this checkout, so that the next deploy need not ask."""
    configured = _configured(checkout, choices.environment)["parameters"]
    own = {
        name: value
        for name, value in choices.parameters.items()
        if name not in _NOT_CHOSEN and configured.get(name) != value
    }
    lines = [f"stack_name = {json.dumps(choices.stack)}", f"region = {json.dumps(choices.region)}"]
    lines += ["", "[parameters]", *(f"{name} = {json.dumps(value)}" for name, value in own.items())]
    path = file_of(checkout, choices.environment)
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def with_answers(choices: Choices, *, stack: str, region: str, parameters: Mapping[str, str]) -> Choices:
    return replace(choices, stack=stack, region=region, parameters={**choices.parameters, **parameters})


def parse_parameters(text: str) -> dict[str, str]:
    """PARAMETERS: `Name=value` once or several times, separated by blanks and quoted as in a shell."""
    try:
        pairs = [_PARAMETER.fullmatch(word) for word in shlex.split(text)]
    except ValueError:
        pairs = [None]
    if not all(pairs):
        raise AccountError(f"PARAMETERS={text!r}: expected Name=value, separated by blanks")
    return {match[1]: match[2] for match in pairs if match}


def check_parameters(parameters: Mapping[str, str], template: Mapping[str, Any]) -> None:
    """Raises AccountError for a parameter that the template does not have, or that is set otherwise."""
    for name in parameters:
        if name in _NOT_CHOSEN:
            raise AccountError(f"{name} is no parameter to choose: {_NOT_CHOSEN[name]}")
        if name not in template["Parameters"]:
            known = ", ".join(known for known in template["Parameters"] if known not in _NOT_CHOSEN)
            raise AccountError(f"the template has no parameter {name}; it has {known}")


def _configured(checkout: Path, environment: str) -> dict[str, Any]:
    named = environments(checkout)
    if environment not in named:
        raise AccountError(f"ENV={environment} is not in samconfig.toml; it has {', '.join(named)}")
    sections = _samconfig(checkout)[environment]
    common = sections.get("global", {}).get("parameters", {})
    deploy = common | sections.get("deploy", {}).get("parameters", {})
    overrides = " ".join(deploy.get("parameter_overrides", []))
    return {
        "stack_name": deploy["stack_name"],
        "region": deploy.get("region"),
        "parameters": parse_parameters(overrides),
        "protected": sections.get("reelway", {}).get("parameters", {}).get("termination_protection", False),
    }


def _samconfig(checkout: Path) -> dict[str, Any]:
    return tomllib.loads((checkout / "samconfig.toml").read_text())


def _kept(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise AccountError(f"{path} is not TOML: {error}") from error


def _usual_region(environ: Mapping[str, str]) -> str | None:
    """AWS_REGION, AWS_DEFAULT_REGION or the profile's; boto3 alone would not look at the first."""
    if environ.get("AWS_REGION"):
        return environ["AWS_REGION"]
    try:
        region = botocore.session.Session().get_config_variable("region")
    except botocore.exceptions.ProfileNotFound:
        return None  # the check of credentials says so
    return str(region) if region else None
