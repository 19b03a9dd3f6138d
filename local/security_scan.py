"""Looks for insecure settings in the template, with checkov and .checkov.yaml.

    .venv-sam/bin/python -m local.security_scan template.yaml [checkov's options]

What is scanned is what CloudFormation gets: SAM's resources written out, so that roles and stages are among
them. Every option is on, because checkov does not look behind a condition: what would be wrong when a
deployment switches it on is found here.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.translation import translated

_ROOT = Path(__file__).parents[1]
# Is true on a laptop alone. All other conditions are options of a deployment.
_OFF = {"OnEmulator"}
_NO_VALUE = {"Ref": "AWS::NoValue"}


def scan(template: str, options: list[str]) -> int:
    """checkov's status: 0 if it has found nothing. Its report goes to standard output."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(json.dumps(with_everything_on(with_all_resources(template))))
        return subprocess.run(
            [
                *(str(_ROOT / ".venv-checkov/bin/checkov"), "--file", file.name),
                *("--framework", "cloudformation", "--compact", "--quiet", "--skip-download"),
                *("--config-file", str(_ROOT / ".checkov.yaml"), *options),
            ],
            cwd=folder,
            env={**os.environ, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"},  # it would ask PyPI
            check=False,
        ).returncode


def with_all_resources(template: str) -> Any:
    """The template without SAM's types, with the defaults of its parameters."""
    document = translated(template, {})
    for resource in document["Resources"].values():
        resource.pop("Condition", None)  # checkov leaves out what a condition switches off by default
    return document


def with_everything_on(node: Any) -> Any:
    """The node with `Fn::If` replaced by what holds when every option is on."""
    if isinstance(node, list):
        return [with_everything_on(entry) for entry in node if not _is_absent(entry)]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Fn::If"}:
        return with_everything_on(_chosen(node))
    return {name: with_everything_on(value) for name, value in node.items() if not _is_absent(value)}


def _chosen(node: Any) -> Any:
    condition, on, off = node["Fn::If"]
    return off if condition in _OFF else on


def _is_absent(node: Any) -> bool:
    chosen = _chosen(node) if isinstance(node, dict) and set(node) == {"Fn::If"} else node
    return bool(chosen == _NO_VALUE)


if __name__ == "__main__":
    sys.exit(scan(Path(sys.argv[1]).read_text(), sys.argv[2:]))
