"""Sample events of CloudFormation: their addresses and properties cannot be the same on every machine."""

import json
from pathlib import Path
from typing import Any

from local import sam_local
from local.account import Account
from local.settings import Settings

_NAMES = ("cloudformation-page", "cloudformation-playback-keys")
_TOLD = "app/config.json"  # what the page is told of its deployment
_ANSWER_EXPIRES_S = 7 * 24 * 3600  # the maximum of S3


def write(settings: Settings, account: Account) -> None:
    """Writes them for the running system, whose page and keys stay as they were deployed."""
    account.uploads.delete([answer_key(name) for name in _NAMES])
    endpoint = sam_local.endpoint_of_containers(settings)
    folder(settings).mkdir(exist_ok=True)
    for name in _NAMES:
        event = json.loads((settings.checkout / "events" / f"{name}.json").read_text())
        event["ResponseURL"] = account.uploads.url_to_put(answer_key(name), endpoint, _ANSWER_EXPIRES_S)
        event["ResourceProperties"] |= _properties(name, account)
        (folder(settings) / f"{name}.json").write_text(json.dumps(event, indent=2) + "\n")


def answer_key(event: str) -> str:
    """Of the object in the uploads bucket that is the answer to an event of CloudFormation."""
    return f"seed/answers/{event}.json"


def folder(settings: Settings) -> Path:
    return settings.state / "events"


def _properties(name: str, account: Account) -> dict[str, Any]:
    """What the deployed resource has, where an event with other properties would change the system."""
    if name != "cloudformation-page":
        return {"Secret": account.physical_id("PlaybackKey")}
    # An emulator without custom resources has no page.
    told = json.loads(account.site.get(_TOLD)) if account.site.has(_TOLD) else {}
    return {key[0].upper() + key[1:]: value for key, value in told.items()}
