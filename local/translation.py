"""SAM's resources written out as CloudFormation's own, as AWS does it when a stack is deployed.

    .venv-sam/bin/python -m local.translation packaged.yaml translated.json [Parameter=value …]

For emulators whose own translation lags behind SAM's, and for the security scan.
"""

import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader


def translated(template: str, parameters: Mapping[str, str]) -> Any:
    """The template without SAM's types; `parameters` that are not given have their defaults."""
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    validator = SamTemplateValidator(
        yaml_parse(template),
        ManagedPolicyLoader(None),
        region="us-east-1",
        parameter_overrides=dict(parameters),
    )
    return yaml_parse(validator.get_translated_template_if_valid())


if __name__ == "__main__":
    source, target, *given = sys.argv[1:]
    # As `sam deploy` takes them: "" is nothing.
    values = {name: value.strip('"') for name, value in (each.split("=", 1) for each in given)}
    Path(target).write_text(json.dumps(translated(Path(source).read_text(), values)))
