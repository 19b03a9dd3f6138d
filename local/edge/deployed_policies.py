"""Reads response headers policies through the CloudFront API."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.edge.response_policy import Cors, PolicyHeader, ResponsePolicy

Document = Mapping[str, Any]


def items_of(block: Document | None) -> list[Any]:
    """Return the members of one of CloudFront's `{Quantity, Items}` lists, which may be absent."""
    return list((block or {}).get("Items") or [])


def read_response_policy(cloudfront: Any, policy_id: str) -> ResponsePolicy:
    """Read a managed or own policy by its id."""
    reply = cloudfront.get_response_headers_policy(Id=policy_id)
    config = reply["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]
    custom = [
        PolicyHeader(item["Header"], item["Value"], item["Override"])
        for item in items_of(config.get("CustomHeadersConfig"))
    ]
    return ResponsePolicy(
        cors=_cors(config.get("CorsConfig")),
        headers=(*_security_headers(config.get("SecurityHeadersConfig") or {}), *custom),
        removed=tuple(item["Header"] for item in items_of(config.get("RemoveHeadersConfig"))),
    )


def _cors(config: Document | None) -> Cors | None:
    if not config:
        return None
    return Cors(
        allow_origins=tuple(items_of(config["AccessControlAllowOrigins"])),
        allow_methods=tuple(items_of(config["AccessControlAllowMethods"])),
        allow_headers=tuple(items_of(config["AccessControlAllowHeaders"])),
        expose_headers=tuple(items_of(config.get("AccessControlExposeHeaders"))),
        allow_credentials=config["AccessControlAllowCredentials"],
        max_age_s=config.get("AccessControlMaxAgeSec"),
        origin_override=config["OriginOverride"],
    )


def _security_headers(config: Document) -> Iterable[PolicyHeader]:
    renderers: dict[str, tuple[str, Callable[[Document], str]]] = {
        "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
        "FrameOptions": ("X-Frame-Options", lambda part: str(part["FrameOption"])),
        "ReferrerPolicy": ("Referrer-Policy", lambda part: str(part["ReferrerPolicy"])),
        "ContentSecurityPolicy": ("Content-Security-Policy", lambda part: str(part["ContentSecurityPolicy"])),
        "StrictTransportSecurity": ("Strict-Transport-Security", _strict_transport),
        "XSSProtection": ("X-XSS-Protection", _xss_protection),
    }
    for key, (name, value_of) in renderers.items():
        if part := config.get(key):
            yield PolicyHeader(name, value_of(part), part["Override"])


def _strict_transport(part: Document) -> str:
    subdomains = "; includeSubDomains" if part.get("IncludeSubdomains") else ""
    preload = "; preload" if part.get("Preload") else ""
    return f"max-age={part['AccessControlMaxAgeSec']}{subdomains}{preload}"


def _xss_protection(part: Document) -> str:
    block = "; mode=block" if part.get("ModeBlock") else ""
    report = f"; report={part['ReportUri']}" if part.get("ReportUri") else ""
    return f"{int(part['Protection'])}{block}{report}"
