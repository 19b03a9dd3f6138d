"""What rarely happens, played once: calls that no scenario makes, and that are not broken either."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from tests.faults import acts, lower_limits
from tests.faults.faults import MINUTE_S, Outage
from tests.faults.network import Fault
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import MEDIA, World

_HOUR_S = 3600.0
_LONG_AGO = "2026-12-01T00:00:00.000000Z"
_MANY = 60  # for each of which S3 has a run of four minutes wait for four seconds
Operation = tuple[str, str, str]


@dataclass(frozen=True)
class Rarity:
    """`needs` are the permissions for which it is played, as (function, action).

    `outages` are operations that fail, each for so many seconds. `limits(world)` are in force meanwhile:
    lower ones, where it would take many to reach the real ones.
    """

    needs: Sequence[tuple[str, str]]
    scenario: Scenario
    outages: Sequence[tuple[Operation, float]] = ()
    limits: Callable[[World], AbstractContextManager[object]] = lambda _: nullcontext()

    def play(self, world: World) -> Story:
        with self.limits(world):
            return self.scenario.play(world, self._faults)

    def _faults(self, story: Story) -> Sequence[Fault]:
        return [Outage(story.world.clock, operation, lasts_s) for operation, lasts_s in self.outages]


def rarities(scenarios: dict[str, Scenario]) -> Iterator[Rarity]:
    """Made of the scenarios that are enumerated."""
    yield from _of_sockets(scenarios["form"])
    yield from _of_requests(scenarios["form"], scenarios["upload"])
    yield from _of_planning(scenarios["form"])
    yield Rarity(
        [("InvalidateFunction", "sqs:SendMessage")],
        replace(scenarios["upload"], afterwards=((60.0, acts.delete),)),
        limits=lower_limits.cloudfront_is_full,
    )
    yield Rarity(
        [("PlanFunction", "s3:ListBucketVersions"), ("PlanFunction", "s3:DeleteObjectVersion")],
        replace(scenarios["form"], afterwards=((60.0, acts.replace_file),)),
    )
    yield from _of_processing(scenarios["form"], scenarios["parts"])


def _of_sockets(form: Scenario) -> Iterator[Rarity]:
    telling = [
        (function, "apigatewaymanagementapi", "PostToConnection")
        for function in ("ChangesFunction", "AnnounceFunction")
    ]
    giving_up = [
        ("ChangesFunction", "dynamodb", "Query"),
        ("ChangesFunction", "dynamodb", "GetItem"),
        ("ChangesFunction", "sqs", "SendMessage"),
    ]
    encoding = ("EncodeFunction", "s3", "PutObject")
    yield Rarity(
        [("AnnounceFunction", "sqs:SendMessage"), ("AnnounceFunction", "dynamodb:PutItem")],
        replace(form, afterwards=()),
        limits=lower_limits.a_crowd_of_two,
    )
    yield Rarity(
        [("AnnounceFunction", "sqs:ChangeMessageVisibility")],
        form,
        outages=[(operation, 5 * MINUTE_S) for operation in telling],
    )
    yield Rarity(
        [("RedeliverFunction", "sqs:SendMessage")],
        replace(form, afterwards=((5.0, acts.delete), (10 * MINUTE_S, acts.watch))),
        outages=[(operation, 20 * MINUTE_S) for operation in giving_up],
    )
    yield Rarity(
        [("KeepAliveFunction", "sqs:SendMessage")],
        form,
        outages=[(encoding, 6 * MINUTE_S)],
        limits=lower_limits.sockets_are_read_one_by_one,
    )


def _of_requests(form: Scenario, upload: Scenario) -> Iterator[Rarity]:
    yield Rarity(
        [("VideosFunction", "dynamodb:BatchGetItem")], replace(form, afterwards=((5.0, acts.watch),))
    )
    without_file = ((8.0, acts.abort_run), (50.0, acts.remove_file), (60.0, acts.retry))
    yield Rarity([("VideosFunction", "s3:ListBucket")], replace(form, afterwards=without_file))
    in_a_list = ((1.0, _others_are_ready), (60.0, acts.watch), (61.0, acts.watch))
    yield Rarity(
        [("StreamingFunction", "s3:GetObject"), ("StreamingFunction", "s3:PutObject")],
        replace(upload, afterwards=in_a_list),
        limits=lower_limits.a_list_of_two_is_long,
    )
    yield Rarity(
        [("StreamingFunction", "dynamodb:BatchGetItem")],
        replace(form, afterwards=((60.0, acts.watch),)),
        limits=lower_limits.clients_see_their_own_alone,
    )


def _of_planning(form: Scenario) -> Iterator[Rarity]:
    """It cannot be done, and giving up fails as well at first."""
    giving_up = ("FailFunction", "dynamodb", "UpdateItem"), MINUTE_S
    for operation, needed in (
        (("sfn", "StartExecution"), "sqs:ChangeMessageVisibility"),
        (("dynamodb", "UpdateItem"), "dynamodb:UpdateItem"),
    ):
        yield Rarity(
            [("FailFunction", needed)],
            replace(form, expected="FAILED"),
            outages=[(("PlanFunction", *operation), _HOUR_S), giving_up],
            limits=lower_limits.uploads_are_planned_twice_at_most,
        )


def _of_processing(form: Scenario, parts: Scenario) -> Iterator[Rarity]:
    encoding = ("EncodeFunction", "s3", "PutObject")
    yield Rarity(
        [("PrepareFunction", "s3:AbortMultipartUpload")],
        form,
        outages=[(("PrepareFunction", "s3", "UploadPart"), MINUTE_S)],
        limits=lower_limits.files_are_sent_in_parts,
    )
    yield Rarity(
        [("LostWorkFunction", "s3:PutObject"), ("LostWorkFunction", "s3:DeleteObject")],
        replace(form, afterwards=((1.0, _others_are_lost), (10 * MINUTE_S, acts.watch))),
        outages=[(("LostWorkFunction", "s3", "HeadObject"), 5 * MINUTE_S)],
    )
    yield Rarity(
        [("DeletionsFunction", "s3:DeleteObject")],
        replace(parts, afterwards=((60.0, _leave_a_rendition),)),
    )
    yield Rarity(
        [("DeletionsFunction", "s3:PutObject")],
        # A day after the copy of the source was published, its ladder has not been there for a day.
        replace(parts.for_days("READY"), afterwards=((25 * _HOUR_S, acts.watch),)),
        outages=[(encoding, 2 * _HOUR_S)],
    )


def _others_are_ready(story: Story) -> None:
    _put_others(story, 3, state="READY", listing="ready")


def _others_are_lost(story: Story) -> None:
    """Neither their events nor their files have come."""
    _put_others(story, _MANY, state="UPLOADED", listing="open")


def _put_others(story: Story, count: int, **fields: str) -> None:
    for number in range(count):
        video_id = f"{number:08x}-0000-4000-8000-000000000000"
        story.others.add(video_id)
        known = {"videoId": video_id, "createdAt": _LONG_AGO, "updatedAt": _LONG_AGO, "listedAt": _LONG_AGO}
        item: dict[str, Any] = {name: {"S": value} for name, value in (known | fields).items()}
        story.world.tables.put("VideosTable", item | {"rank": {"N": "0"}, "version": {"N": "1"}})


def _leave_a_rendition(story: Story) -> None:
    """One that the playlists had, and have no more."""
    for folder in ("renditions", "iframes"):
        story.world.storage.put(MEDIA, f"stream/{story.video_id}/{folder}/144p", b"#EXTM3U\n")
