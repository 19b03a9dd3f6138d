import pytest

from local.edge.distribution import Behavior, Distribution, normalize_path, path_matches
from local.edge.forwarding import Forwarding


def behavior(pattern: str) -> Behavior:
    return Behavior(pattern, "origin", frozenset({"GET"}), Forwarding())


def distribution(*patterns: str) -> Distribution:
    return Distribution(
        id="E1",
        domain_name="d1.cloudfront.net",
        default_behavior=behavior("*"),
        ordered_behaviors=tuple(behavior(pattern) for pattern in patterns),
        origins={},
        groups={},
        functions={},
        apis={},
    )


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/video/*/status/stream", "/video/1/status/stream"),
        ("/stream/*/segment/*", "/stream/a/b/segment/c/d.ts"),
        ("images/?.jpg", "/images/a.jpg"),
        ("*.html", "/deep/page.html"),
        ("/a.b", "/a.b"),
    ],
)
def test_a_pattern_covers_paths_by_its_wildcards(pattern: str, path: str) -> None:
    assert path_matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/video/*/status/stream", "/Video/1/status/stream"),
        ("/images/?.jpg", "/images/.jpg"),
        ("/images/?.jpg", "/images/ab.jpg"),
        ("/a.b", "/axb"),
        ("/app", "/app/"),
    ],
)
def test_a_pattern_is_exact_beside_its_wildcards(pattern: str, path: str) -> None:
    assert not path_matches(pattern, path)


def test_the_first_matching_behavior_wins_over_a_later_one() -> None:
    assert distribution("/a/*", "/a/b").behavior_for("/a/b").path_pattern == "/a/*"


def test_a_path_without_a_matching_pattern_gets_the_default_behavior() -> None:
    assert distribution("/a/*").behavior_for("/b").path_pattern == "*"


def test_dot_segments_are_resolved_before_a_behavior_is_chosen() -> None:
    assert distribution("/private/*").behavior_for("/x/../private/y").path_pattern == "/private/*"


@pytest.mark.parametrize(
    ("raw", "normalized"),
    [
        ("/a//b", "/a/b"),
        ("/a/%2e%2E/b", "/b"),
        ("/a%2Fb", "/a%2Fb"),
        ("/%61/", "/a/"),
        ("/a/..", "/"),
        ("/../..", "/"),
        ("/", "/"),
    ],
)
def test_a_path_is_normalized_as_in_rfc_3986_with_slashes_merged(raw: str, normalized: str) -> None:
    assert normalize_path(raw) == normalized
