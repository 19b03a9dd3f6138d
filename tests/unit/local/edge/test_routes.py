import pytest

from local.edge.distribution import Behavior, Distribution, Origin, OriginGroup, Signing
from local.edge.forwarding import Forwarding
from local.edge.routes import Route, route_for
from local.edge.viewer_event import FunctionError, SelectGroup, SelectOrigin, UpdateOrigin

MEDIA = Origin("media", "media.s3.us-east-1.amazonaws.com", signing=Signing.ALWAYS)
API = Origin("api", "abc.execute-api.us-east-1.amazonaws.com", "/v1")


def behavior(target_id: str) -> Behavior:
    return Behavior("*", target_id, frozenset({"GET"}), Forwarding())


DISTRIBUTION = Distribution(
    id="E1",
    domain_name="d1.cloudfront.net",
    default_behavior=behavior("api"),
    ordered_behaviors=(),
    origins={"media": MEDIA, "api": API},
    groups={"group": OriginGroup("group", "media", "api", frozenset({404}))},
    functions={},
    apis={},
)


def test_a_behavior_that_names_an_origin_goes_to_it_alone() -> None:
    assert route_for(DISTRIBUTION, behavior("api")) == Route(API)


def test_a_behavior_that_names_a_group_goes_to_its_members() -> None:
    assert route_for(DISTRIBUTION, behavior("group")) == Route(MEDIA, API, frozenset({404}))


def test_a_group_the_function_created_replaces_the_behaviors_origin() -> None:
    choice = SelectGroup(("media", "api"), frozenset({403, 404}))
    assert route_for(DISTRIBUTION, behavior("api"), choice) == Route(MEDIA, API, frozenset({403, 404}))


def test_only_reading_methods_fail_over() -> None:
    route = Route(MEDIA, API, frozenset({404}))
    assert [route.secondary_for(method) for method in ("GET", "HEAD", "OPTIONS")] == [API, API, API]
    assert route.secondary_for("POST") is None


def test_an_update_changes_the_primary_origin_only() -> None:
    route = route_for(DISTRIBUTION, behavior("group"), UpdateOrigin({"originPath": "/v2/"}))
    assert (route.primary.path, route.primary.domain_name, route.secondary) == ("/v2", MEDIA.domain_name, API)


def test_a_selected_origin_may_be_left_unsigned() -> None:
    choice = SelectOrigin("media", {"originAccessControlConfig": {"enabled": False}})
    assert route_for(DISTRIBUTION, behavior("api"), choice).primary.signing is Signing.NEVER


def test_an_origin_that_does_not_exist_is_a_fault_that_names_it() -> None:
    with pytest.raises(FunctionError, match=r"'lost'.*api, media"):
        route_for(DISTRIBUTION, behavior("api"), SelectOrigin("lost"))
