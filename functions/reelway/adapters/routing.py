"""Which route a request is for, by its path.

Powertools' resolver does this, too, but importing it is a tenth of a cold start of the API's functions.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from reelway.errors import RequestRefused

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


def find(routes: Iterable[Route], method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The first route whose rule fits, with its parameters.

    Raises RequestRefused: 404 if no rule fits, and 405 with Allow if that route does not take the method.
    """
    for route in routes:
        parameters = route.parameters_of(path)
        if parameters is not None:
            if method not in route.methods:
                raise _wrong_method(route.methods)
            return route, parameters
    raise RequestRefused(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this path.")


def _wrong_method(allowed: Sequence[str]) -> RequestRefused:
    listed = ", ".join([*allowed, "OPTIONS"])
    return RequestRefused(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method_not_allowed",
        f"This path takes {listed} only.",
        {"Allow": listed},
    )
