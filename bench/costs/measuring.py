"""The requests, state transitions, invocations and log bytes of real uploads, on the emulated system."""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import urllib3

from bench.api.uploading import Parts, Uploads, repeated, unprocessed
from bench.cold.starting import EVENTS
from bench.costs import template_facts
from bench.costs.clips import CLIPS, Clip, made
from bench.costs.counting import CountingProxy, counted
from bench.pipeline import Pipeline
from tests.support import samples
from tests.support.readers import template
from tests.support.system.cloud import ALIAS, Cloud

_Report = tuple[float, int]
"""Milliseconds of a call, and the function's memory in MB."""

_MB = 1_000_000
_PART_BYTES = 8 * 2**20
_UPLOADED_PARTS = (2, 6)  # two numbers, from which the requests for each part follow
_SETTLED_S = 3.0  # after the ladder is complete: the last change is still sent to sockets and logged
_EVENT_BYTES = 26  # CloudWatch adds them to each event
_NOT_COUNTED = {"PageFunction"}  # which only CloudFormation calls
_STEP = re.compile(r"(:function:[^:]+):\d+")
_REPORT = re.compile(r"REPORT RequestId: \S+\tDuration: ([\d.]+) ms\t.*Memory Size: (\d+) MB")


def measure(pipeline: Pipeline, folder: Path) -> dict[str, Any]:
    """Of each clip, after one that starts the functions; of uploads in parts; and of a playlist's bytes."""
    clips = {clip: made(clip, folder, pipeline.settings.binaries) for clip in CLIPS}
    with counted(pipeline.running.endpoint) as proxy, _through(pipeline.cloud, proxy):
        _processed(pipeline, proxy, CLIPS[0], clips[CLIPS[0]])
        videos = {clip.name: _processed(pipeline, proxy, clip, file) for clip, file in clips.items()}
        uploads = _uploads(pipeline, proxy, clips[CLIPS[0]], folder)
        maintenance = _maintained(pipeline.cloud, proxy)
    return {
        "videos": videos,
        "uploads": uploads,
        "maintenance": maintenance,
        "ready_entry_bytes": _ready_entry_bytes(pipeline),
    }


@contextmanager
def _through(cloud: Cloud, proxy: CountingProxy) -> Iterator[None]:
    """Every function's requests go through `proxy` as long as the context lasts."""
    with ExitStack() as changed:
        for logical_id in template.of_type("AWS::Serverless::Function").keys() - _NOT_COUNTED:
            changed.enter_context(cloud.environment(logical_id, AWS_ENDPOINT_URL=proxy.url))
        changed.enter_context(_steps_by_alias(cloud))
        yield


@contextmanager
def _steps_by_alias(cloud: Cloud) -> Iterator[None]:
    """The state machine calls aliases as long as the context lasts, not the versions of its release."""
    machine = {"stateMachineArn": cloud.outputs["StateMachineArn"]}
    definition = cloud.states.describe_state_machine(**machine)["definition"]
    cloud.states.update_state_machine(**machine, definition=_STEP.sub(rf"\1:{ALIAS}", definition))
    try:
        yield
    finally:
        cloud.states.update_state_machine(**machine, definition=definition)


def _processed(pipeline: Pipeline, proxy: CountingProxy, clip: Clip, file: Path) -> dict[str, Any]:
    cloud = pipeline.cloud
    with cloud.environment("PlanFunction", CHUNK_SECONDS=str(clip.chunk_s), AWS_ENDPOINT_URL=proxy.url):
        before = _logged(cloud)
        proxy.take()
        video_id = pipeline.process(file).video_id
        time.sleep(_SETTLED_S)
    calls, after = proxy.take(), _logged(cloud)
    plan, item, segments = pipeline.plan(video_id), cloud.item(video_id) or {}, _segments(cloud, video_id)
    if calls.get("s3:Put", 0) < segments:
        raise RuntimeError(f"the steps made {segments} segments past the proxy, which has counted {calls}")
    return {
        "chunks": len(plan.chunks),
        "rungs": len(plan.rungs),
        "segments": segments,
        "source_mb": round(file.stat().st_size / _MB, 2),
        "duration_s": clip.duration_s,
        "calls": calls,
        "transitions": _transitions(cloud, video_id),
        "item_bytes": sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items()),
        "logs": {name: after[name] - before[name] for name in ("events", "bytes", "invocations")},
        "functions": _functions(before["reports"], after["reports"]),
    }


def _segments(cloud: Cloud, video_id: str) -> int:
    """Segments of all renditions in the media bucket."""
    pages = cloud.s3.get_paginator("list_objects_v2").paginate(
        Bucket=cloud.outputs["MediaBucketName"], Prefix=f"stream/{video_id}/segment/"
    )
    return sum(len(page.get("Contents", [])) for page in pages)


def _transitions(cloud: Cloud, video_id: str) -> dict[str, int]:
    """States that the execution entered, by name, without those in its Map."""
    arn = cloud.execution(video_id)["executionArn"]
    pages = cloud.states.get_paginator("get_execution_history").paginate(executionArn=arn)
    entered = (
        event["stateEnteredEventDetails"]["name"]
        for page in pages
        for event in page["events"]
        if event["type"].endswith("StateEntered")
    )
    return dict(sorted(Counter(entered).items()))


def _logged(cloud: Cloud) -> dict[str, Any]:
    pages = (
        cloud.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=cloud.outputs["LogGroupName"])
    )
    events = [event for page in pages for event in page["events"]]
    messages = [event["message"] for event in events]
    return {
        "events": len(events),
        "bytes": sum(len(message.encode()) + _EVENT_BYTES for message in messages),
        "invocations": sum("START RequestId" in message for message in messages),
        "reports": [
            (float(found[1]), int(found[2]))
            for event in events
            if (found := _REPORT.search(event["message"]))
        ],
    }


def _functions(before: Sequence[_Report], after: Sequence[_Report]) -> dict[str, Any]:
    """By the functions' memory: calls, and milliseconds in all."""
    found: dict[str, dict[str, float]] = {}
    for duration_ms, memory_mb in (Counter(after) - Counter(before)).elements():
        of = found.setdefault(str(memory_mb), {"calls": 0, "ms": 0.0})
        of["calls"] += 1
        of["ms"] = round(of["ms"] + duration_ms, 1)
    return found


def _uploads(pipeline: Pipeline, proxy: CountingProxy, clip: Path, folder: Path) -> dict[str, Any]:
    """By number of parts: requests of an upload in parts, which is not processed."""
    found = {}
    with unprocessed(pipeline.cloud):
        for count in _UPLOADED_PARTS:
            file = repeated(clip, count * _PART_BYTES, folder / "parts.mp4")
            proxy.take()
            Uploads(pipeline, file, Parts(_PART_BYTES, 4), urllib3.PoolManager(maxsize=4)).by_route()
            found[str(count)] = proxy.take()
            file.unlink()
    return found


def _maintained(cloud: Cloud, proxy: CountingProxy) -> dict[str, Any]:
    """One run of each function of maintenance where there is nothing to do."""
    before = _logged(cloud)
    proxy.take()
    for function in template_facts.scheduled():
        cloud.invoke(function, samples.event(EVENTS[function]))
    after = _logged(cloud)
    return {
        "calls": proxy.take(),
        "logs": {name: after[name] - before[name] for name in ("bytes", "invocations")},
        "functions": _functions(before["reports"], after["reports"]),
    }


def _ready_entry_bytes(pipeline: Pipeline) -> int:
    """Bytes that each video adds to the answer of GET /stream/ready."""
    answer = urllib3.request("GET", f"{pipeline.running.edge_url}/stream/ready")
    count = len(answer.json())
    return round(len(answer.data) / count)
