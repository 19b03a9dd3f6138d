"""Security headers on the page, on answers of the API, and on segments, as the distribution adds them."""

import re

import pytest

from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client

pytestmark = pytest.mark.needs("distribution")


def test_every_kind_of_answer_has_them(client: Client, short_video: str) -> None:
    playlist = client.get(f"/stream/{short_video}/manifest")
    segment = next(line for line in playlist.text.splitlines() if not line.startswith("#"))
    answers = [
        playlist,
        client.get("/"),
        client.get("/app/main.js"),
        client.get("/stream/ready"),
        client.get(f"/stream/{short_video}/{segment}"),
        client.get(f"/stream/{short_video}/segment/none.ts"),
        client.get(f"/stream/{short_video}/poster"),
        client.get(f"/video/{UNKNOWN_ID}"),
        client.http.post("/upload"),
        client.http.options("/upload"),
        client.http.head(f"/video/{short_video}"),
    ]

    for answer in answers:
        told = answer.headers
        assert told["x-content-type-options"] == "nosniff", answer.url
        assert told["referrer-policy"] == "no-referrer"
        assert re.fullmatch(r"max-age=31536000", told["strict-transport-security"])
        assert "frame-ancestors 'none'" in told["content-security-policy"]


def test_the_policy_of_the_page_is_its_own(client: Client) -> None:
    page, answer = client.get("/"), client.get("/stream/ready")

    assert page.headers["x-frame-options"] == "DENY"
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "<meta http-equiv" not in page.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == "*"
