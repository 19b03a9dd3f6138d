"""Advisories that do not concern Reelway, each with its reason, until it is looked at again."""

import datetime
import tomllib
from dataclasses import dataclass
from pathlib import Path


class AcceptedFault(Exception):
    """An entry of the file that lacks something; the message names it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """`until` is the last day on which the advisory is passed over."""

    id: str
    package: str
    reason: str
    until: datetime.date


def read(file: Path) -> list[Accepted]:
    """Raises AcceptedFault for an entry without a reason or a date, or with more than these."""
    entries = tomllib.loads(file.read_text()).get("accepted", [])
    return [_accepted(entry) for entry in entries]


def _accepted(entry: dict[str, object]) -> Accepted:
    names = {"id": str, "package": str, "reason": str, "until": datetime.date}
    wrong = sorted({*entry} ^ {*names}) or [
        name for name, kind in names.items() if not isinstance(entry[name], kind) or not entry[name]
    ]
    if wrong:
        raise AcceptedFault(f"accepted.toml: {entry.get('id', 'an entry')}: {', '.join(wrong)}")
    return Accepted(**entry)  # type: ignore[arg-type]  # checked above
