"""Every sample event does its work on a seeded system, in the functions as they are deployed.

The emulator runs them with their own variables and roles, so that an event that has rotted, a variable that
is missing and a permission that is missing all show. `test_sam_local.py` sends the same events in containers.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from local import seed
from local.sample_ids import SampleIds, sample_ids
from local.settings import Settings
from tests.support.media import corpus
from tests.support.samples import ROOT
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.event_outcomes import SAMPLES
from tests.support.system.event_outcomes.stage import Stage

CLIP = "bigbuckbunny.mp4"


@pytest.fixture
def ids(settings: Settings, cloud: Cloud) -> SampleIds:
    """The ids of a system that was just seeded."""
    return seed.seed(settings, corpus.file(CLIP))


def event_file(name: str, settings: Settings) -> Path:
    """The file of a sample event: of this system, where it cannot be the same for all."""
    own = seed.events_folder(settings) / f"{name}.json"
    return own if own.exists() else ROOT / "events" / own.name


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_event_does_its_work(
    settings: Settings, cloud: Cloud, client: Client, ids: SampleIds, name: str
) -> None:
    sample, event = SAMPLES[name], json.loads(event_file(name, settings).read_text())

    sample.outcome(Stage(cloud, client, ids, event), lambda: cloud.invoke(sample.function, event))


def state_of(cloud: Cloud, ids: SampleIds) -> dict[str, Any]:
    """Records, sockets, and all objects of what is seeded, with the digests of their content."""
    objects: dict[str, str] = {}
    for output in ("UploadsBucketName", "MediaBucketName"):
        for page in cloud.s3.get_paginator("list_objects_v2").paginate(Bucket=cloud.outputs[output]):
            objects |= {entry["Key"]: entry["ETag"] for entry in page.get("Contents", [])}
    seeded = {key: etag for key, etag in objects.items() if ids.video in key or ids.unplanned in key}
    records = {video_id: cloud.item(video_id) for video_id in (ids.video, ids.unplanned)}
    return {"objects": seeded, "records": records}


def test_a_second_seed_is_the_same_as_the_first(settings: Settings, cloud: Cloud, ids: SampleIds) -> None:
    before = state_of(cloud, ids)
    manifest = f"stream/{ids.video}/manifest"
    assert {f"jobs/{ids.video}/prepared.json", manifest, f"uploads/{ids.unplanned}"} <= set(before["objects"])
    bucket = cloud.outputs["MediaBucketName"]
    cloud.s3.put_object(Bucket=bucket, Key=manifest, Body=b"changed")
    cloud.s3.put_object(Bucket=bucket, Key=f"stream/{ids.video}/segment/new.ts", Body=b"new")
    cloud.advance_video(ids.unplanned, "FAILED")

    seed.seed(settings, corpus.file(CLIP))

    assert state_of(cloud, ids) == before


def test_the_seed_is_about_the_ids_of_the_events() -> None:
    found = sample_ids(ROOT / "events")
    assert found.video != found.unplanned
