"""Upload grants and quotas, on a stack that asks for tokens."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from reelway import tokens as own_tokens
from reelway.caller import Scope
from tests.e2e.test_multipart import MIB, PART_BYTES, complete, padded_clip, path, send
from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.system.client import Client, eventually
from tests.support.system.token_stack import TokenStack

pytestmark = pytest.mark.needs("restart")

CLIP = "carphone_pristine.mp4"


class People:
    """Who calls the stack; `exits` closes their connections."""

    def __init__(self, stack: TokenStack, exits: ExitStack) -> None:
        self.stack = stack
        self._exits = exits

    def owner(self, name: str, *scopes: Scope) -> Client:
        return self._exits.enter_context(self.stack.client(name, *scopes))

    def holder(self, grant: str) -> Client:
        return self._exits.enter_context(Client(self.stack.url, token=grant))

    def granted(self, **asked: Any) -> tuple[str, Client]:
        """The video of a new grant of alice's, and who holds it."""
        answer = self.owner("alice", Scope.UPLOAD).http.post("/uploads", json=asked)
        assert answer.status_code == 201, answer.text
        document = answer.json()
        assert set(document) == {"videoId", "grant", "expires"}
        return document["videoId"], self.holder(document["grant"])


@pytest.fixture
def people(tokens: TokenStack) -> Iterator[People]:
    with ExitStack() as exits:
        yield People(tokens, exits)


def begin(client: Client, size_bytes: int | None) -> httpx.Response:
    said = {} if size_bytes is None else {"size": size_bytes}
    return client.http.post("/s3/multipart", json={"filename": "of its holder.mp4", "metadata": said})


def test_a_grant_uploads_one_video_once_and_watches_it(people: People) -> None:
    said = {"title": "Our holidays", "metadata": {"album": "2026"}, "externalId": "film-1"}
    video_id, holder = people.granted(**said)

    assert holder.upload(corpus.file(CLIP)) == video_id
    assert holder.watch(video_id).states[-1] == "READY"
    described = holder.describe(video_id)
    assert {name: described[name] for name in ("owner", *said)} == {"owner": "alice", **said}

    # Used; and it opens nothing else, nor anything of another owner.
    assert_problem(holder.post_file(b"once more"), 409, "grant_used")
    assert_problem(begin(holder, 9), 409, "grant_used")
    assert_problem(holder.get("/s3/params"), 409, "grant_used")
    assert_problem(holder.get("/videos"), 403, "insufficient_scope")
    assert_problem(holder.http.delete(f"/video/{video_id}"), 403, "insufficient_scope")
    assert_problem(holder.http.post("/uploads", json={}), 403, "insufficient_scope")
    other_id, other = people.granted()
    assert_problem(other.get(f"/video/{video_id}"), 404, "unknown_video")
    assert_problem(people.owner("bob").get(f"/video/{video_id}"), 404, "unknown_video")
    with pytest.raises(InvalidStatus):
        other.open_socket(video_id)
    assert_problem(holder.get(f"/video/{other_id}"), 404, "unknown_video")


def test_a_grant_takes_no_larger_file_by_any_way(people: People) -> None:
    video_id, holder = people.granted(maxBytes=6 * MIB)

    assert_problem(begin(holder, None), 400, "bad_size")
    assert_problem(begin(holder, 6 * MIB + 1), 413, "file_too_large")
    first = begin(holder, 6 * MIB).json()
    content = padded_clip()
    assert len(content) == 6 * MIB
    # Its URLs take the parts of the declared file, byte by byte, whatever else the client wants.
    url = holder.get(path(first, "/1")).json()["url"]
    assert httpx.put(url, content=bytes(PART_BYTES + 1)).status_code == 403
    assert_problem(holder.get(f"{path(first, '/2')}&size=9"), 400, "bad_size")
    assert_problem(holder.get(path(first, "/3")), 400, "bad_part_numbers")
    # It may begin again, and its first upload is no more.
    again = begin(holder, 6 * MIB).json()
    assert_problem(holder.get(path(first, "/1")), 404, "unknown_upload")
    assert_problem(people.owner("bob").get(path(again, "/1")), 404, "unknown_upload")
    assert holder.http.delete(path(again)).status_code == 200
    last = begin(holder, 6 * MIB).json()
    parts = [
        send(holder, last, number, body)
        for number, body in enumerate((content[:PART_BYTES], content[PART_BYTES:]), 1)
    ]
    answer = complete(holder, last, parts)
    assert answer.json()["videoId"] == video_id, answer.text
    assert complete(holder, last, parts).json() == answer.json()  # its answer may be lost
    assert holder.final_state(video_id) == "READY"

    _, small = people.granted(maxBytes=100)
    assert_problem(small.post_file(bytes(101)), 413, "file_too_large")
    form = small.get("/s3/params").json()
    sent = httpx.post(form["url"], data=form["fields"], files={"file": bytes(101)})
    assert (sent.status_code, "EntityTooLarge" in sent.text) == (400, True), sent.text


def test_a_video_that_is_longer_than_its_grant_allows_fails(people: People) -> None:
    video_id, holder = people.granted(maxDurationSeconds=1)
    form = holder.get("/s3/params").json()
    content = corpus.file(CLIP).read_bytes()

    assert httpx.post(form["url"], data=form["fields"], files={"file": content}).is_success

    eventually(lambda: holder.get(f"/video/{video_id}").status_code == 200)
    assert holder.final_state(video_id) == "FAILED"
    failure = holder.describe(video_id)["failure"]
    assert (failure["code"], "at most 1 s" in failure["message"]) == ("too_long", True)


def test_an_expired_grant_and_one_of_an_unknown_video_upload_nothing(people: People) -> None:
    video_id, _ = people.granted()
    now_s = int(time.time())
    expired = own_tokens.upload_grant(video_id, "alice", people.stack.key, now_s=now_s - 7200, lasts_s=3600)
    assert_problem(people.holder(expired).post_file(b"film"), 401, "invalid_token")

    unknown_id = "00000000-0000-4000-8000-000000000000"
    unknown = own_tokens.upload_grant(unknown_id, "alice", people.stack.key, now_s=now_s, lasts_s=60)
    assert_problem(people.holder(unknown).post_file(b"film"), 409, "grant_used")


BAD_FIELDS: list[tuple[str, Any, str]] = [
    *(("maxBytes", value, "bad_max_bytes") for value in (0, -1, 2**63, "1", 1.5, True)),
    *(("maxDurationSeconds", value, "bad_max_duration") for value in (0, 14_401, "1")),
    *(("expiresIn", value, "bad_expires_in") for value in (59, 21_601, "60")),
    ("title", "", "bad_title"),
    ("metadata", {"a": 1}, "bad_metadata"),
    ("externalId", "a b", "bad_external_id"),
    ("playback", "secret", "bad_playback"),
]


@pytest.mark.parametrize(("field", "value", "code"), BAD_FIELDS)
def test_each_bad_field_is_named(people: People, field: str, value: Any, code: str) -> None:
    answer = people.owner("alice").http.post("/uploads", json={field: value})
    assert_problem(answer, 400, code)
    assert answer.json()["detail"].startswith(field)


def test_quotas_hold_up_an_owner_and_no_other(people: People) -> None:
    clip = corpus.file(CLIP).read_bytes()
    quotas = {"OWNER_MAX_BYTES_PER_DAY": str(len(clip) * 3), "OWNER_MAX_CONCURRENT": "1"}
    carol, dave = people.owner("carol"), people.owner("dave")
    with people.stack.cloud.environment("UploadFunction", **quotas):
        held = begin(carol, len(clip)).json()
        refused = carol.post_file(clip)
        assert_problem(refused, 429, "quota_exceeded")
        assert refused.headers["retry-after"] == "60"
        assert dave.final_state(dave.upload(clip)) == "READY"
        # What was given up holds no place; what has ended counts for the day.
        assert carol.http.delete(path(held)).status_code == 200
        for _ in range(3):
            assert carol.final_state(carol.upload(clip)) == "READY"
        refused = carol.post_file(clip)
        assert_problem(refused, 429, "quota_exceeded")
        assert "bytes" in refused.json()["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 86_401
        assert_problem(begin(carol, len(clip) * 3 + 1), 413, "file_too_large")
    assert carol.post_file(clip).status_code == 201
