"""`POST /upload` with an Idempotency-Key, and a fault at each of its writes: one video, whatever dies.

The real adapters on moto; what is broken is a single call of AWS.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from reelway import keys
from reelway.adapters.idempotency import IdempotentCalls
from reelway.adapters.pending_uploads import PendingUploadsTable
from reelway.adapters.s3 import S3Bucket
from reelway.adapters.telemetry import Metrics
from reelway.adapters.videos_table import VideosTable
from reelway.details import Details
from reelway.errors import RequestRefused, StorageFailed
from tests.support.doubles import moto_aws
from tests.support.doubles.fakes.allowances import allowances
from upload.receiving import Receiver

FILE = b"not a real video"


class Killed(BaseException):
    """The sandbox has ended; nothing that would handle an exception runs."""


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 29_000


@dataclass
class Service:
    """Sandboxes of the upload function, at a time that tests set."""

    now_s: float = 1_771_238_431.0

    def upload(self) -> str:
        """In a new sandbox."""
        dynamodb = moto_aws.client("dynamodb")
        videos = VideosTable(dynamodb, moto_aws.VIDEOS, Metrics("reelway"))
        receiver = Receiver(
            S3Bucket(moto_aws.client("s3"), moto_aws.UPLOADS),
            videos,
            allowances(PendingUploadsTable(dynamodb, moto_aws.VIDEOS)),
        )
        received = (receiver.receive_as, videos.was_deleted)
        calls = IdempotentCalls(dynamodb, moto_aws.IDEMPOTENCY, *received, now_s=lambda: self.now_s)
        return calls.call("key", FILE, Details(), Context())

    def told(self) -> str | None:
        """The id that the client is answered; None for an error, or none at all."""
        try:
            return self.upload()
        except (StorageFailed, Killed):
            return None

    def repeated(self) -> str:
        """What the client is answered after it has repeated the request for as long as it is told to."""
        for _ in range(31):
            try:
                return self.upload()
            except RequestRefused as refused:
                self.now_s += float(refused.headers["Retry-After"])
        raise AssertionError("still in progress after half a minute")


@pytest.fixture
def service(mocked_aws: None) -> Service:
    moto_aws.make_tables()
    moto_aws.make_buckets()
    return Service()


def killed() -> BaseException:
    return Killed()


def throttled() -> BaseException:
    answer: Any = {"Error": {"Code": "ThrottlingException"}}
    return ClientError(answer, "PutItem")


def timed_out() -> BaseException:
    return ReadTimeoutError(endpoint_url="https://dynamodb.example")


@contextmanager
def broken(call: tuple[str, str, int], moment: str, fault: Callable[[], BaseException]) -> Iterator[None]:
    """The n-th call of an operation raises `fault` before it is done, or after it."""
    service, operation, n = call
    event, seen = f"{moment}-call.{service}.{operation}", 0

    def raise_at_the_nth(**_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == n:
            raise fault()

    events = moto_aws.client(service).meta.events
    events.register(event, raise_at_the_nth)
    try:
        yield
    finally:
        events.unregister(event, raise_at_the_nth)
    assert seen >= n, "the call was not made"


# The writes of one request, in their order.
KEY, ENDED = (("dynamodb", "PutItem", n) for n in (1, 2))
EXPECTED, RECORD = (("dynamodb", "UpdateItem", n) for n in (1, 2))
OBJECT = ("s3", "PutObject", 1)
FAULTS = [
    ("before", killed),
    ("after", killed),
    ("before", throttled),
    ("before", timed_out),
    ("after", timed_out),
]


def recorded() -> list[str]:
    """Ids of all videos that were ever recorded."""
    items = moto_aws.client("dynamodb").scan(TableName=moto_aws.VIDEOS)["Items"]
    return [item["videoId"]["S"] for item in items if "state" in item]


def rows() -> int:
    return int(moto_aws.client("dynamodb").scan(TableName=moto_aws.VIDEOS)["Count"])


def stored() -> list[str]:
    listed = moto_aws.client("s3").list_objects_v2(Bucket=moto_aws.UPLOADS)
    return [entry["Key"] for entry in listed.get("Contents", [])]


@pytest.mark.parametrize(("moment", "fault"), FAULTS)
@pytest.mark.parametrize("call", [KEY, EXPECTED, OBJECT, RECORD, ENDED])
def test_an_upload_whose_first_request_met_a_fault_is_one_video(
    service: Service, call: tuple[str, str, int], moment: str, fault: Callable[[], BaseException]
) -> None:
    with broken(call, moment, fault):
        told = service.told()
    video_id = service.repeated()
    assert told in (None, video_id)
    assert recorded() == [video_id]
    assert rows() == 1
    assert stored() == [keys.upload(video_id)]


@pytest.mark.parametrize("fault", [throttled, timed_out])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_upload_that_is_recorded_has_succeeded_even_if_that_cannot_be_noted_with_its_key(
    service: Service, moment: str, fault: Callable[[], BaseException]
) -> None:
    with broken(ENDED, moment, fault):
        assert service.told() == recorded()[0]


@pytest.mark.parametrize("call", [KEY, EXPECTED, OBJECT, RECORD])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_client_that_is_told_of_a_fault_may_repeat_its_request_at_once(
    service: Service, call: tuple[str, str, int], moment: str
) -> None:
    with broken(call, moment, timed_out):
        assert service.told() is None
    service.upload()


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_repeat_after_the_video_was_deleted_is_a_new_video_and_brings_nothing_back(
    service: Service, is_noted: bool
) -> None:
    """Whether the first request could note that the file was received, or not."""
    if is_noted:
        service.told()
    else:
        with broken(ENDED, "before", killed):
            service.told()
    [video_id] = recorded()
    VideosTable(moto_aws.client("dynamodb"), moto_aws.VIDEOS, Metrics("reelway")).delete(video_id)
    moto_aws.client("s3").delete_object(Bucket=moto_aws.UPLOADS, Key=keys.upload(video_id))
    another = service.repeated()
    assert another != video_id
    assert service.repeated() == another
    assert stored() == [keys.upload(another)]
