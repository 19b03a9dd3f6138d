from multidict import CIMultiDict

from local.edge.forwarding import (
    Breadth,
    Forwarding,
    Selection,
    add_proxy_headers,
    forwarded_headers,
    forwarded_query,
    returned_headers,
)

ALL = (Selection(Breadth.ALL),)
ALL_BUT_HOST = Forwarding((Selection(Breadth.ALL_EXCEPT, frozenset({"host"})),), ALL, ALL)
NOTHING = Forwarding((Selection(Breadth.NONE),), (Selection(Breadth.NONE),), (Selection(Breadth.NONE),))


def to_api(forwarding: Forwarding, **headers: str) -> dict[str, str]:
    named = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return dict(forwarded_headers(named, forwarding, to_bucket=False))


def test_an_api_gets_the_viewers_headers_but_neither_host_nor_those_of_the_connection() -> None:
    forwarded = to_api(
        ALL_BUT_HOST,
        Host="h",
        Connection="keep-alive, X-Hop",
        X_Hop="1",
        Transfer_Encoding="chunked",
        Expect="100-continue",
        Authorization="Bearer t",
        User_Agent="curl",
        Cookie="a=b",
    )
    assert forwarded == {"Authorization": "Bearer t", "User-Agent": "curl", "Cookie": "a=b"}


def test_without_policies_only_ranges_conditions_and_content_types_pass() -> None:
    forwarded = to_api(
        NOTHING, Range="bytes=0-1", If_Match="e", Content_Type="a/b", Authorization="t", Cookie="a=b"
    )
    assert forwarded == {
        "Range": "bytes=0-1",
        "If-Match": "e",
        "Content-Type": "a/b",
        "User-Agent": "Amazon CloudFront",
    }


def test_a_bucket_gets_neither_authorization_nor_cookies() -> None:
    headers = CIMultiDict({"Authorization": "t", "Cookie": "a=b", "Range": "bytes=0-1", "Origin": "http://o"})
    forwarded = forwarded_headers(headers, ALL_BUT_HOST, to_bucket=True)
    assert dict(forwarded) == {"Range": "bytes=0-1", "Origin": "http://o"}


def test_repeated_headers_stay_repeated() -> None:
    headers = CIMultiDict([("X-A", "1"), ("X-A", "2")])
    assert forwarded_headers(headers, ALL_BUT_HOST, to_bucket=False).getall("X-A") == ["1", "2"]


def test_listed_cookies_pass_alone() -> None:
    forwarding = Forwarding(cookies=(Selection(Breadth.LISTED, frozenset({"b"})),))
    assert to_api(forwarding, Cookie="a=1; b=2")["Cookie"] == "b=2"


def test_the_whole_query_passes_unchanged() -> None:
    assert forwarded_query("a=%20&&b&a=+", ALL_BUT_HOST) == "a=%20&&b&a=+"


def test_a_query_that_no_policy_forwards_is_lost() -> None:
    assert forwarded_query("a=1", NOTHING) == ""


def test_listed_parameters_pass_by_their_decoded_name() -> None:
    forwarding = Forwarding(query=(Selection(Breadth.LISTED, frozenset({"a b"})),))
    assert forwarded_query("a%20b=1&c=2", forwarding) == "a%20b=1"


def test_host_is_forwarded_only_by_a_policy_that_does_not_except_it() -> None:
    assert Forwarding(headers=ALL).forwards_host()
    assert not ALL_BUT_HOST.forwards_host()


def test_proxies_are_appended_to_those_before() -> None:
    headers = CIMultiDict({"X-Forwarded-For": "10.0.0.1", "Via": "1.1 first"})
    add_proxy_headers(headers, viewer_ip="192.0.2.1", via="1.1 edge")
    assert dict(headers) == {"X-Forwarded-For": "10.0.0.1, 192.0.2.1", "Via": "1.1 first, 1.1 edge"}


def test_an_answers_connection_headers_stay_behind_and_its_cookies_do_not() -> None:
    headers = CIMultiDict([("Connection", "close"), ("Set-Cookie", "a"), ("Set-Cookie", "b"), ("ETag", "e")])
    returned = returned_headers(headers)
    assert list(returned.items()) == [("Set-Cookie", "a"), ("Set-Cookie", "b"), ("ETag", "e")]
