"""The ids that the sample events in `events/` name, read out of them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SEGMENT_EVENT = "rest-stream-segment-range"


@dataclass(frozen=True, slots=True)
class SampleIds:
    """`video` is processed, `unplanned` an upload that was not planned yet, `socket` watches `video`.

    `token` is in the ids of the video's segments, `run` the run that made them.
    """

    video: str
    unplanned: str
    token: str
    run: str
    socket: str


def sample_ids(events: Path) -> SampleIds:
    """The ids in the sample events of this folder."""
    [created] = json.loads(_event(events, "sqs-object-created")["Records"][0]["body"])["Records"]
    segment_id = _event(events, _SEGMENT_EVENT)["path"].rpartition("/")[2]
    image = _event(events, "dynamodb-video-deleted")["Records"][0]["dynamodb"]["NewImage"]
    return SampleIds(
        video=_event(events, "step-publish")["videoId"],
        unplanned=created["s3"]["object"]["key"].removeprefix("uploads%2F"),
        token=segment_id.partition("-")[0],
        run=image["runId"]["S"],
        socket=_event(events, "websocket-connect")["requestContext"]["connectionId"],
    )


def _event(events: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((events / f"{name}.json").read_text())
    return loaded
