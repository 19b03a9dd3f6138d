"""Two owners on one stack see nothing of one another: what is the other's is answered as what never was.

Every operation of docs/openapi.yaml that asks for a token is tried with the other's ids, so that a new one
cannot be forgotten; then random requests that mix ids, queries and bodies of both.
"""

import json
import random
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from tests.e2e.test_tokens import ASKING
from tests.support.media import corpus
from tests.support.samples import UNKNOWN_ID
from tests.support.system.client import Client
from tests.support.system.token_stack import TokenStack

pytestmark = pytest.mark.needs("restart")

CLIP = "carphone_pristine.mp4"
KEY = "holiday-1"
RECEIVER = "http://127.0.0.1:9/hook"
TRIES = 300
_ANYTHING = re.compile(r'"(requestId|instance)": "[^"]*"')


@dataclass(frozen=True)
class Owner:
    """Who has one of everything: ids by the names of parameters."""

    name: str
    client: Client
    ready: str
    deleted: str
    upload: dict[str, str]
    webhook: str
    delivery: str
    cursor: str

    @property
    def ids(self) -> set[str]:
        return {self.ready, self.deleted, self.upload["uploadId"], self.upload["key"], self.webhook}

    def values(self, video_id: str) -> dict[str, str]:
        """For the parameters in paths."""
        return {
            "videoId": video_id,
            "uploadId": self.upload["uploadId"],
            "webhookId": self.webhook,
            "deliveryId": self.delivery,
            "partNumber": "1",
        }


UNKNOWN = {
    "videoId": UNKNOWN_ID,
    "uploadId": "never-begun-by-anybody",
    "webhookId": UNKNOWN_ID,
    "deliveryId": UNKNOWN_ID,
    "partNumber": "1",
}


def ok(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def upload(client: Client, name: str, **headers: str) -> str:
    form = {"title": f"A film of {name}", "externalId": f"film-of-{name}"}
    files = {"file": (CLIP, corpus.file(CLIP).read_bytes())}
    video_id: str = ok(client.http.post("/upload", data=form, files=files, headers=headers))["videoId"]
    return video_id


def owner(client: Client, name: str) -> Owner:
    ready = upload(client, name, **{"Idempotency-Key": KEY})
    deleted = upload(client, name)
    client.watch(ready)
    ok(client.http.delete(f"/video/{deleted}"))
    begun = ok(client.http.post("/s3/multipart", json={"filename": CLIP, "metadata": {}}))
    webhook = ok(client.http.post("/webhooks", json={"url": RECEIVER}))["webhookId"]
    tested = ok(client.http.post(f"/webhooks/{webhook}/test"))
    page = ok(client.http.get("/videos", params={"limit": 1}))
    delivery = str(tested.get("deliveryId", UNKNOWN_ID))
    return Owner(name, client, ready, deleted, begun, webhook, delivery, page.get("next") or "")


@pytest.fixture(scope="module")
def owners(tokens: TokenStack) -> Iterator[tuple[Owner, Owner]]:
    with ExitStack() as exits:
        made = [owner(exits.enter_context(tokens.client(name)), name) for name in ("ada", "bob")]
        yield made[0], made[1]


def filled(path: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "1"), path)


def seen(answer: httpx.Response, values: dict[str, str]) -> tuple[int, str]:
    """What an answer says, but for the ids that were asked about, and those of the request."""
    text = _ANYTHING.sub("", answer.text)
    for value in sorted(values.values(), key=len, reverse=True):
        text = text.replace(value, "…") if len(value) > 1 else text
    return answer.status_code, text


@pytest.mark.parametrize(("method", "path"), [each for each in ASKING if "{" in each[1]])
def test_what_is_anothers_is_as_what_never_was(owners: tuple[Owner, Owner], method: str, path: str) -> None:
    ada, bob = owners
    for video_id in (ada.ready, ada.deleted):
        told = []
        for values, key in (
            (ada.values(video_id), ada.upload["key"]),
            (UNKNOWN, f"uploads/{UNKNOWN_ID}"),
        ):
            answer = bob.client.http.request(
                method,
                filled(path, values),
                params={"key": key, "partNumbers": "1"},
                json={"parts": [{"PartNumber": 1, "ETag": "a" * 32}]} if method == "POST" else {},
            )
            told.append(seen(answer, values | {"key": key}))
        assert told[0] == told[1]
        assert told[0][0] >= 400


def test_nothing_that_was_tried_has_changed_anything(owners: tuple[Owner, Owner]) -> None:
    ada, _ = owners
    assert ok(ada.client.get(f"/video/{ada.ready}"))["title"] == "A film of ada"
    assert ada.client.get(f"/video/{ada.deleted}").status_code == 410
    parts = ada.client.http.get(f"/s3/multipart/{ada.upload['uploadId']}", params={"key": ada.upload["key"]})
    assert ok(parts) == []
    assert [each["webhookId"] for each in ok(ada.client.get("/webhooks"))["webhooks"]] == [ada.webhook]


@pytest.mark.parametrize("mine", [0, 1])
def test_lists_have_ones_own_alone_whatever_is_asked(owners: tuple[Owner, Owner], mine: int) -> None:
    me, other = owners[mine], owners[1 - mine]
    questions: list[dict[str, str]] = [
        {},
        {"externalId": f"film-of-{other.name}"},
        *({"cursor": other.cursor} if other.cursor else {} for _ in range(1)),
        {"state": "READY"},
    ]
    for query in questions:
        answer = me.client.http.get("/videos", params=query)
        assert {video["owner"] for video in ok(answer)["videos"]} <= {me.name}
    assert ok(me.client.http.get("/videos", params={"owner": other.name}))["videos"] == []
    assert me.ready in {video["videoId"] for video in ok(me.client.get("/videos"))["videos"]}
    assert ok(me.client.get("/stream/ready")) == [me.ready]
    assert {each["webhookId"] for each in ok(me.client.get("/webhooks"))["webhooks"]} == {me.webhook}


def test_the_same_idempotency_key_and_file_are_two_videos(owners: tuple[Owner, Owner]) -> None:
    ada, bob = owners
    assert ada.ready != bob.ready
    assert upload(ada.client, "ada", **{"Idempotency-Key": KEY}) == ada.ready
    assert upload(bob.client, "bob", **{"Idempotency-Key": KEY}) == bob.ready


def test_random_requests_of_one_tell_nothing_of_the_other(owners: tuple[Owner, Owner]) -> None:
    """No answer has an id or a name of the other's that was not in the request, and nothing is 5xx."""
    chance = random.Random(16)  # noqa: S311  no secret
    for _ in range(TRIES):
        me, other = chance.sample(owners, 2)
        secrets = other.ids | {f"A film of {other.name}", f"film-of-{other.name}"}
        pool = [*secrets, *me.ids, other.cursor, str(uuid.UUID(int=chance.getrandbits(128), version=4))]
        method, path = chance.choice([each for each in ASKING if each[0] in ("GET", "POST", "HEAD", "PATCH")])
        values = {name: chance.choice(pool).replace("/", "%2F") for name in UNKNOWN}
        query = {
            name: chance.choice(pool) for name in ("key", "cursor", "externalId", "owner", "partNumbers")
        }
        body = {
            name: chance.choice(pool) for name in chance.sample(["url", "title", "externalId", "parts"], 2)
        }
        asked = me.client.http.build_request(method, filled(path, values), params=query, json=body)
        answer = me.client.http.send(asked)
        assert answer.status_code < 500, (asked.url, answer.text)
        sent = unquote(f"{asked.url} {json.dumps(body)}")
        said = f"{answer.text} {json.dumps(dict(answer.headers))}"
        assert not {each for each in secrets if each in said and each not in sent}, (asked.url, said)
