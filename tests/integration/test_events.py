"""Every sample event does its work on a seeded system, in the functions as they are deployed.

The emulator runs them with their own variables and roles, so that an event that has rotted, a variable that
is missing and a permission that is missing all show. `test_sam_local.py` sends the same events in containers.
"""

import json
from typing import Any

import pytest

from local import seed
from local.sample_ids import SampleIds
from local.settings import Settings
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.event_outcomes import SAMPLES
from tests.support.system.event_outcomes.stage import Stage, event_file


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_event_does_its_work(
    settings: Settings, cloud: Cloud, client: Client, seeded: SampleIds, name: str
) -> None:
    sample, event = SAMPLES[name], json.loads(event_file(name, settings).read_text())

    sample.outcome(Stage(cloud, client, seeded, event), lambda: cloud.invoke(sample.function, event))


def state_of(cloud: Cloud, ids: SampleIds) -> dict[str, Any]:
    """The records and all objects of what is seeded, with the digests of their content."""
    objects: dict[str, str] = {}
    for output in ("UploadsBucketName", "MediaBucketName"):
        for page in cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=cloud.outputs[output]):
            objects |= {entry["Key"]: entry["ETag"] for entry in page.get("Contents", [])}
    ours = {key: etag for key, etag in objects.items() if ids.video in key or ids.unplanned in key}
    records = {video_id: cloud.item(video_id) for video_id in (ids.video, ids.unplanned)}
    return {"objects": ours, "records": records}


def test_a_second_seed_is_the_same_as_the_first(settings: Settings, cloud: Cloud, seeded: SampleIds) -> None:
    before = state_of(cloud, seeded)
    manifest = f"stream/{seeded.video}/manifest"
    assert {f"jobs/{seeded.video}/prepared.json", manifest, f"uploads/{seeded.unplanned}"} <= set(
        before["objects"]
    )
    bucket = cloud.outputs["MediaBucketName"]
    cloud.s3.put_object(Bucket=bucket, Key=manifest, Body=b"changed")
    cloud.s3.put_object(Bucket=bucket, Key=f"stream/{seeded.video}/segment/new.ts", Body=b"new")
    cloud.advance_video(seeded.unplanned, "FAILED")

    seed.seed(settings, corpus.file("bigbuckbunny.mp4"))

    assert state_of(cloud, seeded) == before
