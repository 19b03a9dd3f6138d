"""Whether a deploy will succeed: what can be known before CloudFormation is asked to change anything."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from account import credentials, findings, quotas, stacks, tools
from account.choices import Choices
from account.findings import Finding


def examine(checkout: Path, choices: Choices, template: Mapping[str, Any]) -> list[Finding]:
    """All findings. AWS is asked nothing more once the region or the credentials are wrong."""
    found = [
        *tools.findings(checkout),
        stacks.name_finding(choices),
        credentials.region_finding(choices.region),
    ]
    if findings.have_failed(found) or choices.region is None:
        return found
    found.append(credentials.identity_finding(choices.region))
    if findings.have_failed(found):
        return found
    return [
        *found,
        *quotas.findings(choices, choices.region, template),
        *stacks.findings(choices, choices.region),
    ]
