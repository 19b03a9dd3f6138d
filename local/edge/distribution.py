"""A CloudFront distribution as data, and which behavior answers which path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from local.edge.forwarding import Forwarding
from local.edge.gateway_responses import GatewayResponse
from local.edge.response_policy import ResponsePolicy

_UNRESERVED_ESCAPE = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


class Signing(StrEnum):
    """How an origin access control signs: the API's own `SigningBehavior` values."""

    ALWAYS = "always"
    NEVER = "never"
    NO_OVERRIDE = "no-override"


@dataclass(frozen=True, slots=True)
class Origin:
    """One origin; `path` is empty or begins with a slash and ends without one."""

    id: str
    domain_name: str
    path: str = ""
    custom_headers: tuple[tuple[str, str], ...] = ()
    signing: Signing = Signing.NEVER


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """Two origins by id: `secondary_id` answers when `primary_id` fails with one of `failover_statuses`."""

    id: str
    primary_id: str
    secondary_id: str
    failover_statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Behavior:
    """What happens to requests whose path matches `path_pattern`; `target_id` is an origin or a group."""

    path_pattern: str
    target_id: str
    allowed_methods: frozenset[str]
    forwarding: Forwarding
    function_arn: str | None = None
    response_function_arn: str | None = None
    response_policy: ResponsePolicy | None = None


class ApiProtocol(StrEnum):
    """What an execute-api domain speaks."""

    REST = "REST"
    HTTP = "HTTP"
    WEBSOCKET = "WEBSOCKET"


@dataclass(frozen=True, slots=True)
class Api:
    """An API behind an execute-api domain, with the answers API Gateway makes itself.

    `refusals` are those to callers, by the error type that the emulator's own answer has.
    """

    protocol: ApiProtocol
    request_too_large: GatewayResponse
    malformed_reply: GatewayResponse
    refusals: Mapping[str, GatewayResponse] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A whole distribution; `functions` maps ARN to source text, `apis` API id to API."""

    id: str
    domain_name: str
    default_behavior: Behavior
    ordered_behaviors: tuple[Behavior, ...]
    origins: Mapping[str, Origin]
    groups: Mapping[str, OriginGroup]
    functions: Mapping[str, str]
    apis: Mapping[str, Api]
    has_custom_errors: bool = False

    def behavior_for(self, raw_path: str) -> Behavior:
        """Return the first behavior whose pattern matches the normalized path, else the default one."""
        path = normalize_path(raw_path)
        matching = (b for b in self.ordered_behaviors if path_matches(b.path_pattern, path))
        return next(matching, self.default_behavior)


def normalize_path(raw_path: str) -> str:
    """Return the path that patterns are matched against; the origin still gets the raw one.

    CloudFront normalizes as in RFC 3986, section 6.2.2 (escaped unreserved characters, dot segments) and
    merges slashes:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
    """
    path = _UNRESERVED_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), raw_path)
    kept: list[str] = []
    segments = [segment for segment in path.split("/") if segment]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    is_folder = path.endswith("/") or segments[-1:] in (["."], [".."])
    return "/" + "/".join(kept) + ("/" if is_folder and kept else "")


def path_matches(pattern: str, path: str) -> bool:
    """Whether a path pattern (`*` any characters, `?` exactly one; case-sensitive) covers the path."""
    return _compile(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    wildcards = {"*": ".*", "?": "."}
    rooted = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    return re.compile("".join(wildcards.get(character) or re.escape(character) for character in rooted))
