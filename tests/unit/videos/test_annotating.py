import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from reelway.adapters.annotations_table import AnnotationsTable
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.caller import ANYBODY
from reelway.details import Details
from reelway.errors import StorageFailed
from reelway.ports.annotations import AnnotatedVideos, Annotations
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import UNKNOWN_ID, VIDEO_ID
from videos.annotating import Annotating

STATED = Details("alice", title="Old", metadata={"a": "1", "b": "2"}, external_id="old")


@pytest.fixture(params=[Details("alice"), STATED], ids=["nothing stated", "all stated"])
def handler(request: pytest.FixtureRequest, handlers: Callable[..., Any]) -> Any:
    handler = handlers("videos.handler", ACCESS="token")
    pending = PendingUploadsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS)
    pending.expect(VIDEO_ID, within=timedelta(hours=1), details=request.param)
    handler.videos.create(VIDEO_ID, size_bytes=12)
    return handler


def patch(handler: Any, document: object, video_id: str = VIDEO_ID, owner: str = "alice") -> tuple[int, Any]:
    event = samples.event("rest-video") | {"path": f"/video/{video_id}", "httpMethod": "PATCH"}
    event["requestContext"] |= {"authorizer": {"owner": owner, "scope": "videos:upload videos:read"}}
    event |= {"body": json.dumps(document), "isBase64Encoded": False}
    answer = handler.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_what_is_said_of_a_video_is_changed_and_taken_away(handler: Any) -> None:
    new = {"title": "New", "metadata": {"a": "3", "b": None, "c": "4"}, "externalId": "new"}
    status, described = patch(handler, new)
    assert status == 200
    said = {name: described[name] for name in new}
    assert said == {"title": "New", "metadata": {"a": "3", "c": "4"}, "externalId": "new"}
    assert patch(handler, {"externalId": None, "metadata": None})[1].keys() & set(new) == {"title"}
    status, described = patch(handler, {"title": None, "metadata": {"z": "1"}})
    assert described["metadata"] == {"z": "1"}
    assert "title" not in described


def test_what_is_left_out_stays(handler: Any) -> None:
    before = patch(handler, {})[1]
    after = patch(handler, {"title": "New"})[1]
    assert after == before | {"title": "New", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]


def test_sockets_are_told_nothing_of_it(handler: Any) -> None:
    version = handler.videos.find(VIDEO_ID).version
    patch(handler, {"title": "New"})
    assert handler.videos.find(VIDEO_ID).version == version


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"title": ""}, "bad_title"),
        ({"title": ["x"]}, "bad_title"),
        ({"metadata": "{}"}, "bad_metadata"),
        ({"metadata": {"a": 1}}, "bad_metadata"),
        ({"externalId": "a b"}, "bad_external_id"),
        ({"state": "READY"}, "unknown_field"),
        ({"owner": "bob"}, "unknown_field"),
        ({"playback": "public"}, "unknown_field"),
        ([], "malformed_json"),
    ],
)
def test_another_patch_is_refused_by_name_and_changes_nothing(handler: Any, document: Any, code: str) -> None:
    before = handler.videos.find(VIDEO_ID)
    if isinstance(document, dict):
        document = {"title": "New"} | document
    status, problem = patch(handler, document)
    assert (status, problem["code"]) == (400, code)
    assert handler.videos.find(VIDEO_ID) == before


def test_of_a_video_that_is_not_there_nothing_is_said(handler: Any) -> None:
    assert patch(handler, {"title": "x"}, UNKNOWN_ID)[0] == 404
    assert patch(handler, {"title": "x"}, owner="bob")[0] == 404
    handler.videos.delete(VIDEO_ID)
    assert patch(handler, {"title": "x"})[0] == 410
    assert patch(handler, {"title": {}})[1]["code"] == "bad_title"


@dataclass
class Contended:
    """Somebody else is faster, so many times."""

    table: AnnotatedVideos
    times: int
    calls: list[str] = field(default_factory=list)

    def annotate(self, video_id: str, annotations: Annotations, *, replacing: Annotations) -> bool:
        self.calls.append(video_id)
        if len(self.calls) <= self.times:
            other: Mapping[str, str] = {**replacing.metadata, f"other{len(self.calls)}": "x"}
            theirs = Annotations(replacing.title, other, replacing.external_id)
            assert self.table.annotate(video_id, theirs, replacing=replacing)
        return self.table.annotate(video_id, annotations, replacing=replacing)


def test_two_patches_at_once_are_both_done(handler: Any) -> None:
    contended = Contended(AnnotationsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS), times=2)
    video = Annotating(handler.videos, contended).patch(VIDEO_ID, {"metadata": {"mine": "x"}}, ANYBODY)
    assert {"mine", "other1", "other2"} <= video.metadata.keys()


def test_too_many_at_once_are_told_to_come_back(handler: Any) -> None:
    contended = Contended(AnnotationsTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS), times=99)
    with pytest.raises(StorageFailed):
        Annotating(handler.videos, contended).patch(VIDEO_ID, {"title": "x"}, ANYBODY)
    assert len(contended.calls) == 5
