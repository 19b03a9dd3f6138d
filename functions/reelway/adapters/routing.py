"""Which route a request is for, by its path.

Powertools' resolver does this, too, but importing it is a tenth of a cold start of the API's functions.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_PARAMETER = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """`rule` is a path whose parts in angle brackets are parameters: /video/<videoId>."""

    rule: str
    methods: tuple[str, ...]
    handler: Callable[..., Any]

    def parameters_of(self, path: str) -> Mapping[str, str] | None:
        """The values of the rule's parameters; None if the rule does not fit. It may end with slashes."""
        found = re.fullmatch(_PARAMETER.sub(r"(?P<\1>[^/]+)", re.escape(self.rule)) + "/*", path)
        return found.groupdict() if found else None


def find(routes: Iterable[Route], path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The first route whose rule fits, whatever its methods, with its parameters; None if none does."""
    for route in routes:
        parameters = route.parameters_of(path)
        if parameters is not None:
            return route, parameters
    return None
