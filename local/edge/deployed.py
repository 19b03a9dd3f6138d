"""Reads a deployed distribution, and what it refers to, through the AWS APIs."""

from collections.abc import Iterable
from typing import Any

from local.edge.deployed_apis import ClientFactory, read_apis
from local.edge.deployed_policies import Document, items_of, read_response_policy
from local.edge.distribution import Behavior, Distribution, Origin, OriginGroup, Signing
from local.edge.forwarding import Breadth, Forwarding, Selection
from local.edge.viewer_event import VIEWER_REQUEST, VIEWER_RESPONSE

_BREADTHS = {
    "none": Breadth.NONE,
    "whitelist": Breadth.LISTED,
    "allExcept": Breadth.ALL_EXCEPT,
    "all": Breadth.ALL,
    "allViewer": Breadth.ALL,
    "allViewerAndWhitelistCloudFront": Breadth.ALL,
}


def read_distribution(client: ClientFactory, distribution_id: str) -> Distribution:
    """Read a distribution with `client(service, region_name=...)`; raises botocore's ClientError."""
    cloudfront = client("cloudfront")
    described = cloudfront.get_distribution(Id=distribution_id)["Distribution"]
    config = described["DistributionConfig"]
    default = _behavior(cloudfront, {"PathPattern": "*", **config["DefaultCacheBehavior"]})
    ordered = tuple(_behavior(cloudfront, entry) for entry in items_of(config.get("CacheBehaviors")))
    origins = [_origin(cloudfront, entry) for entry in items_of(config["Origins"])]
    groups = [_group(entry) for entry in items_of(config.get("OriginGroups"))]
    return Distribution(
        id=distribution_id,
        domain_name=described["DomainName"],
        default_behavior=default,
        ordered_behaviors=ordered,
        origins={origin.id: origin for origin in origins},
        groups={group.id: group for group in groups},
        functions=_functions(cloudfront, (default, *ordered)),
        apis=read_apis(client, (origin.domain_name for origin in origins)),
        has_custom_errors=_has_custom_errors(config),
        stores=_stores(cloudfront, (default, *ordered)),
    )


def _has_custom_errors(config: Document) -> bool:
    # An entry without a page or a status only sets how long errors are cached.
    entries = items_of(config.get("CustomErrorResponses"))
    return any(entry.get("ResponsePagePath") or entry.get("ResponseCode") for entry in entries)


def _behavior(cloudfront: Any, entry: Document) -> Behavior:
    methods = items_of(entry.get("AllowedMethods")) or ["GET", "HEAD"]
    policy_id = entry.get("ResponseHeadersPolicyId")
    return Behavior(
        path_pattern=entry["PathPattern"],
        target_id=entry["TargetOriginId"],
        allowed_methods=frozenset(methods),
        forwarding=_forwarding(cloudfront, entry),
        function_arn=_function_arn(entry, VIEWER_REQUEST),
        response_function_arn=_function_arn(entry, VIEWER_RESPONSE),
        response_policy=read_response_policy(cloudfront, policy_id) if policy_id else None,
    )


def _function_arn(entry: Document, event_type: str) -> str | None:
    associations = items_of(entry.get("FunctionAssociations"))
    arns = (a["FunctionARN"] for a in associations if a["EventType"] == event_type)
    return next(arns, None)


def _forwarding(cloudfront: Any, entry: Document) -> Forwarding:
    parts: list[Document] = []
    if cache_policy_id := entry.get("CachePolicyId"):
        policy = cloudfront.get_cache_policy(Id=cache_policy_id)["CachePolicy"]["CachePolicyConfig"]
        parts.append(policy.get("ParametersInCacheKeyAndForwardedToOrigin") or {})
    if request_policy_id := entry.get("OriginRequestPolicyId"):
        reply = cloudfront.get_origin_request_policy(Id=request_policy_id)
        parts.append(reply["OriginRequestPolicy"]["OriginRequestPolicyConfig"])
    if legacy := entry.get("ForwardedValues"):
        return _legacy_forwarding(legacy)
    return Forwarding(
        headers=tuple(_selection(part, "Header", lower=True) for part in parts),
        cookies=tuple(_selection(part, "Cookie") for part in parts),
        query=tuple(_selection(part, "QueryString") for part in parts),
    )


def _selection(part: Document, kind: str, *, lower: bool = False) -> Selection:
    block = part.get(f"{kind}sConfig") or {}
    names = items_of(block.get(f"{kind}s"))
    breadth = _BREADTHS[block.get(f"{kind}Behavior", "none")]
    return Selection(breadth, frozenset(name.lower() if lower else name for name in names))


def _legacy_forwarding(values: Document) -> Forwarding:
    headers = frozenset(name.lower() for name in items_of(values.get("Headers")))
    cookies = values.get("Cookies") or {}
    every_header = Breadth.ALL if "*" in headers else Breadth.LISTED
    return Forwarding(
        headers=(Selection(every_header, headers),),
        cookies=(
            Selection(
                _BREADTHS[cookies.get("Forward", "none")],
                frozenset(items_of(cookies.get("WhitelistedNames"))),
            ),
        ),
        query=(Selection(Breadth.ALL if values.get("QueryString") else Breadth.NONE),),
    )


def _origin(cloudfront: Any, entry: Document) -> Origin:
    custom = items_of(entry.get("CustomHeaders"))
    return Origin(
        id=entry["Id"],
        domain_name=entry["DomainName"],
        path=(entry.get("OriginPath") or "").rstrip("/"),
        custom_headers=tuple((item["HeaderName"], item["HeaderValue"]) for item in custom),
        signing=_signing(cloudfront, entry.get("OriginAccessControlId")),
    )


def _signing(cloudfront: Any, access_control_id: str | None) -> Signing:
    if not access_control_id:
        return Signing.NEVER
    reply = cloudfront.get_origin_access_control(Id=access_control_id)
    return Signing(reply["OriginAccessControl"]["OriginAccessControlConfig"]["SigningBehavior"])


def _group(entry: Document) -> OriginGroup:
    members = [member["OriginId"] for member in items_of(entry["Members"])]
    return OriginGroup(
        id=entry["Id"],
        primary_id=members[0],
        secondary_id=members[1],
        failover_statuses=frozenset(items_of(entry["FailoverCriteria"]["StatusCodes"])),
    )


def _functions(cloudfront: Any, behaviors: Iterable[Behavior]) -> dict[str, str]:
    return {arn: _function_code(cloudfront, arn) for arn in _function_arns(behaviors)}


def _stores(cloudfront: Any, behaviors: Iterable[Behavior]) -> dict[str, str]:
    found = {arn: _associated_store(cloudfront, arn) for arn in _function_arns(behaviors)}
    return {arn: store for arn, store in found.items() if store}


def _function_arns(behaviors: Iterable[Behavior]) -> set[str]:
    arns = {arn for behavior in behaviors for arn in (behavior.function_arn, behavior.response_function_arn)}
    return {arn for arn in arns if arn}


def _associated_store(cloudfront: Any, arn: str) -> str | None:
    summary = cloudfront.describe_function(Name=arn.rpartition("/")[2], Stage="LIVE")["FunctionSummary"]
    associations = items_of(summary["FunctionConfig"].get("KeyValueStoreAssociations"))
    return associations[0]["KeyValueStoreARN"] if associations else None


def _function_code(cloudfront: Any, arn: str) -> str:
    reply = cloudfront.get_function(Name=arn.rpartition("/")[2], Stage="LIVE")
    code: bytes = reply["FunctionCode"].read()
    return code.decode()
