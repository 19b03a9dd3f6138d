"""Response headers policies: the headers CloudFront adds, overrides and removes."""

from dataclasses import dataclass

from multidict import CIMultiDict


@dataclass(frozen=True, slots=True)
class PolicyHeader:
    """A header set on every response; the origin's own is kept unless `override`."""

    name: str
    value: str
    override: bool


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS part of a policy; `max_age_s` is absent when the policy has none."""

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age_s: int | None
    origin_override: bool


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """A whole policy: CORS, fixed headers (security and custom ones), and names to remove."""

    cors: Cors | None = None
    headers: tuple[PolicyHeader, ...] = ()
    removed: tuple[str, ...] = ()

    def apply(self, response: CIMultiDict[str], *, request: CIMultiDict[str], method: str) -> None:
        """Change an origin's response headers in place, as for the request that had these headers."""
        for name in self.removed:
            response.popall(name, None)
        for header in (*_cors_headers(self.cors, request, method), *self.headers):
            if header.override or header.name not in response:
                response[header.name] = header.value


def _cors_headers(cors: Cors | None, request: CIMultiDict[str], method: str) -> list[PolicyHeader]:
    """List the CORS headers for a request; a request without Origin gets none, as on CloudFront."""
    origin = request.get("Origin")
    allowed = _allowed_origin(cors, origin) if cors and origin else None
    if cors is None or allowed is None:
        return []
    values = {"Access-Control-Allow-Origin": allowed, **_common_values(cors)}
    if method == "OPTIONS" and "Access-Control-Request-Method" in request:
        values |= _preflight_values(cors)
    if allowed != "*":
        values["Vary"] = "Origin"
    return [PolicyHeader(name, value, cors.origin_override) for name, value in values.items() if value]


def _allowed_origin(cors: Cors, origin: str) -> str | None:
    if "*" in cors.allow_origins:
        return "*"
    return origin if any(_origin_matches(allowed, origin) for allowed in cors.allow_origins) else None


def _origin_matches(allowed: str, origin: str) -> bool:
    """Compare an origin with an allowed one, which may hold one `*` and leave out the scheme."""
    host = origin.partition("://")[2]
    candidate = origin if "://" in allowed else host
    prefix, star, suffix = allowed.partition("*")
    if not star:
        return candidate == allowed
    return candidate.startswith(prefix) and candidate.endswith(suffix)


def _common_values(cors: Cors) -> dict[str, str]:
    return {
        "Access-Control-Allow-Credentials": "true" if cors.allow_credentials else "",
        "Access-Control-Expose-Headers": ", ".join(cors.expose_headers),
    }


def _preflight_values(cors: Cors) -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": ", ".join(cors.allow_methods),
        "Access-Control-Allow-Headers": ", ".join(cors.allow_headers),
        "Access-Control-Max-Age": "" if cors.max_age_s is None else str(cors.max_age_s),
    }
