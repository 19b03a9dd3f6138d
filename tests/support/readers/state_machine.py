"""The state machine as it is deployed: its definition with the template's substitutions put in."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.support.readers import template

SUBSTITUTIONS: dict[str, Any] = template.properties("ProcessingStateMachine")["DefinitionSubstitutions"]
TEXT = (template.ROOT / "statemachine/processing.asl.json").read_text()


def definition(*, concurrency: int = 40) -> dict[str, Any]:
    """What CloudFormation only knows when it deploys is `concurrency`, as a number or as a text."""
    inserted = {name: of for name, of in SUBSTITUTIONS.items() if isinstance(of, str)}
    return dict(
        json.loads(re.sub(r"\$\{(\w+)\}", lambda found: inserted.get(found[1], str(concurrency)), TEXT))
    )


def machines(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The definition, and those of the Maps in it."""
    yield of
    for state in of["States"].values():
        if "ItemProcessor" in state:
            yield from machines(state["ItemProcessor"])


def tasks(of: dict[str, Any]) -> dict[str, Any]:
    """Its tasks by name; the two Maps have one of the same name each."""
    return {
        name: state
        for machine in machines(of)
        for name, state in machine["States"].items()
        if state["Type"] == "Task"
    }
