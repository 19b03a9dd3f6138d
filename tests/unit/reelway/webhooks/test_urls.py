"""Which URLs a webhook may have: what parsers disagree about is refused."""

import pytest

from reelway.webhooks.reach import Reach
from reelway.webhooks.urls import MAX_LENGTH, ReceiverUrl, parse

GOOD = {
    "https://backend.example/reelway": ReceiverUrl("https", "backend.example", 443, "/reelway"),
    "https://backend.example": ReceiverUrl("https", "backend.example", 443, "/"),
    "https://backend.example:443/": ReceiverUrl("https", "backend.example", 443, "/"),
    "HTTPS://Backend.Example/A?b=C%20d&e": ReceiverUrl("https", "backend.example", 443, "/A?b=C%20d&e"),
    "https://a.b-c.example?x=1": ReceiverUrl("https", "a.b-c.example", 443, "/?x=1"),
    "https://xn--bcher-kva.example/": ReceiverUrl("https", "xn--bcher-kva.example", 443, "/"),
    "https://1.example/@x": ReceiverUrl("https", "1.example", 443, "/@x"),
}
HOSTILE = [
    "",
    "backend.example",
    "//backend.example/",
    "ftp://backend.example/",
    "file:///etc/passwd",
    "gopher://backend.example/",
    "javascript:alert(1)",
    "http://backend.example/",
    "https://backend.example:80/",
    "https://backend.example:8443/",
    "https://backend.example:0443/x:1/",
    "https://backend.example:/",
    "https://backend.example:99999/",
    "https://backend.example:-443/",
    "https://user@backend.example/",
    "https://user:secret@backend.example/",
    "https://backend.example@127.0.0.1/",
    "https://backend.example%40127.0.0.1/",
    "https://backend.example\\@127.0.0.1/",
    "https://backend.example\\.evil.example/",
    "https:\\\\backend.example/",
    "https:/backend.example/",
    "https:///backend.example/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1.:443/",
    "https://169.254.169.254/latest/meta-data/",
    "https://8.8.8.8/",
    "https://1.2.3/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2001:db8::1]/",
    "https://localhost/",
    "https://LOCALHOST:9001/",
    "https://backend/",
    "https://backend.example./",
    "https://.backend.example/",
    "https://backend..example/",
    "https://-backend.example/",
    "https://backend-.example/",
    "https://back_end.example/",
    "https://back end.example/",
    " https://backend.example/",
    "https://backend.example/ ",
    "https://backend.example/\n",
    "https://backend.example/a\r\nHost: evil.example",
    "https://backend.example\r\n/",
    "https://backend.example/a b",
    "https://backend.example/a\tb",
    "https://backend.example/\x00",
    "https://backend.example/#fragment",
    "https://backend.example#@127.0.0.1/",
    "https://bücher.example/",
    "https://①②⑦.⓪.⓪.①/",
    "https://backend\u3002example/",
    "https://backend.example\uff0fevil",
    "https://\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54/",
    "https://backend.example/ü",
    "https://backend.example\u200b/",
    f"https://{'a' * 64}.example/",
    f"https://{'a.' * 126}example/",
    f"https://backend.example/{'a' * MAX_LENGTH}",
    "https://backend.e-/",
    "https://backend.123/",
    "https://%31%32%37.0.0.1/",
    "https://backend.example:443:80/",
]


@pytest.mark.parametrize(("url", "expected"), GOOD.items())
def test_a_url_is_taken_apart(url: str, expected: ReceiverUrl) -> None:
    assert parse(url, Reach.PUBLIC) == expected
    assert expected.authority == expected.host


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(url, Reach.PUBLIC)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://127.0.0.1:3000/hook", "127.0.0.1:3000"),
        ("http://localhost/", "localhost"),
        ("http://[::1]:3000", "[::1]:3000"),
        ("https://backend.example:8443/", "backend.example:8443"),
    ],
)
def test_on_a_laptop_a_developers_own_server_is_taken(url: str, authority: str) -> None:
    assert parse(url, Reach.LOCAL).authority == authority


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "http://169.254.169.254/", "http://127.0.0.2/", "http://0/", "http://a.example:0/"],
)
def test_on_a_laptop_other_numbers_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(url, Reach.LOCAL)
