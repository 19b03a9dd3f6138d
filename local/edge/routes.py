"""Which origins a request goes to: the behavior's, unless the viewer-request function chose others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.edge.distribution import Behavior, Distribution, Origin, OriginGroup, Signing
from local.edge.viewer_event import FunctionError, OriginChoice, SelectGroup, SelectOrigin, UpdateOrigin

_FAILOVER_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Route:
    """The origin to ask, and the one to ask instead when its status is one of `failover_statuses`."""

    primary: Origin
    secondary: Origin | None = None
    failover_statuses: frozenset[int] = frozenset()

    def secondary_for(self, method: str) -> Origin | None:
        """Return the second origin if a request by this method may fail over."""
        return self.secondary if method in _FAILOVER_METHODS else None


def route_for(distribution: Distribution, behavior: Behavior, choice: OriginChoice = None) -> Route:
    """Resolve a request's origins; raises FunctionError when the function chose one that does not exist."""
    match choice:
        case None:
            return _target_route(distribution, behavior.target_id)
        case SelectOrigin(id=origin_id, overrides=overrides):
            return Route(updated_origin(_chosen(distribution, origin_id), overrides))
        case SelectGroup(ids=(primary, secondary), failover_statuses=statuses):
            return Route(_chosen(distribution, primary), _chosen(distribution, secondary), statuses)
        case UpdateOrigin(changes=changes):
            route = _target_route(distribution, behavior.target_id)
            return replace(route, primary=updated_origin(route.primary, changes))


def updated_origin(origin: Origin, changes: Mapping[str, Any]) -> Origin:
    """Apply the origin properties that matter here; timeouts, ports and protocols do not."""
    access = changes.get("originAccessControlConfig") or {}
    custom = changes.get("customHeaders")
    return replace(
        origin,
        domain_name=changes.get("domainName", origin.domain_name),
        path=str(changes.get("originPath", origin.path)).rstrip("/"),
        custom_headers=origin.custom_headers if custom is None else tuple(custom.items()),
        signing=_updated_signing(origin.signing, access),
    )


def _updated_signing(signing: Signing, access: Mapping[str, Any]) -> Signing:
    if access.get("enabled") is False:
        return Signing.NEVER
    return Signing(access.get("signingBehavior", signing))


def _target_route(distribution: Distribution, target_id: str) -> Route:
    if group := distribution.groups.get(target_id):
        return _group_route(distribution, group)
    return Route(distribution.origins[target_id])


def _group_route(distribution: Distribution, group: OriginGroup) -> Route:
    primary, secondary = distribution.origins[group.primary_id], distribution.origins[group.secondary_id]
    return Route(primary, secondary, group.failover_statuses)


def _chosen(distribution: Distribution, origin_id: str) -> Origin:
    try:
        return distribution.origins[origin_id]
    except KeyError:
        known = ", ".join(sorted(distribution.origins))
        raise FunctionError(
            f"origin {origin_id!r} is not in the distribution: expected one of {known}"
        ) from None
