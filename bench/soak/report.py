"""The results as Markdown tables: soak.md, made from soak.json."""

from collections.abc import Mapping
from typing import Any

from bench.encode.report import grid

_Found = Mapping[str, Any]
_PARTS = {
    "disturbed": "Under load, disturbed",
    "burst": "All at once",
}


def table(found: _Found) -> str:
    """Markdown; parts that were not measured are left out."""
    text = ["# Soak, measured", "`make soak` writes this file; `docs/local.md` says what it does."]
    for name, title in _PARTS.items():
        if name in found:
            text += [f"## {title}", *_part(found[name])]
    return "\n\n".join(text) + "\n"


def _part(found: _Found) -> list[str]:
    described = found["measured_on"]
    rows: list[list[object]] = [[what, count] for what, count in found["events"].items()]
    rows += [[f"uploads: {what}", count] for what, count in sorted(found["outcomes"].items())]
    rows += [[what, count] for what, count in found["memory"].items()]
    wrong = found["faults"]
    judged = "\n".join(["What was wrong:", "", *(f"- {line}" for line in wrong)])
    measured_on = (
        f"{described['date']}, {described['machine']}, Python {described['python']}, "
        f"MiniStack {described['ministack']}; load before {described['load_before']}."
    )
    return [
        f"`make soak {found['asked']}`; all uploads had ended after {found['took_s']} s.",
        grid(["", ""], rows),
        judged if wrong else "Nothing was wrong.",
        measured_on,
    ]
