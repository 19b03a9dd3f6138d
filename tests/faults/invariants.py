"""What holds after a day, whatever broke. Each violation is a sentence that begins with its kind."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.faults.deployment import PARAMETERS
from tests.faults.network import Killed
from tests.faults.scenarios import Scenario
from tests.faults.story import Story
from tests.faults.world import MEDIA, UPLOADS

RANK = {"UPLOADED": 0, "PROCESSING": 1, "READY": 2, "FAILED": 2}
_SEGMENT = re.compile(r"^segment/.+$", re.MULTILINE)
_PACKET_BYTES = 188
_OF_THE_FILE = ("upload_replaced", "upload_removed", "upload_lost", "unreadable")
_MAX_LAG_S = 60.0
# After an outage of what sends messages: maintenance repeats them every five minutes.
_MAX_LAG_AFTER_FAULTS_S = 390.0


def violations(story: Story, scenario: Scenario) -> list[str]:
    return sorted({each for check in _CHECKS for each in check(story, scenario)})


def _order(story: Story, scenario: Scenario) -> Iterator[str]:
    """Ranks never fall but for a retry, versions rise, and there is one terminal state of each run."""
    by_video: dict[str, list[dict[str, Any]]] = {}
    for record in story.world.tables.records("VideosTable"):
        image = record["dynamodb"].get("NewImage")
        if image and image.get("state", {}).get("S") in RANK:
            by_video.setdefault(image["videoId"]["S"], []).append(image)
    for before, after in (pair for images in by_video.values() for pair in pairwise(images)):
        state, new_state = before["state"]["S"], after["state"]["S"]
        version, new_version = int(before["version"]["N"]), int(after["version"]["N"])
        if _reruns(after) > _reruns(before) and new_version > version:
            continue
        if RANK[new_state] < RANK[state]:
            yield f"order: {state} became {new_state}"
        if state != new_state and (RANK[state] == 2 or new_version <= version):
            yield f"order: {state} became {new_state}, version {version} {new_version}"
        if new_version < version:
            yield "order: a version fell"


def _reruns(image: dict[str, Any]) -> int:
    return int(image.get("reruns", {"N": "0"})["N"])


def _known(story: Story, scenario: Scenario) -> Iterator[str]:
    """Nothing that was accepted is unknown, and nothing refused is published."""
    world = story.world
    videos = {item["videoId"]["S"]: item for item in world.tables.items("VideosTable") if "state" in item}
    for key in world.storage.keys(UPLOADS, "uploads/"):
        if key.split("/")[1] not in videos:
            yield "lost: a file without a record"
    if story.is_owed and story.video_id not in videos:
        yield "lost: an accepted upload without a record"
    known = {story.video_id, *story.others, *_of_unanswered_uploads(story)}
    for item in [item for video, item in videos.items() if video not in known]:
        if "deletedAt" not in item and item["state"]["S"] != "FAILED":
            yield f"doubled: a second video is {item['state']['S']}"


def _of_unanswered_uploads(story: Story) -> set[str]:
    """Videos whose upload was received by a sandbox that died before it could answer.

    Who repeats such an upload gets another video, unless it has an Idempotency-Key.
    """
    world = story.world
    with_key = {item.get("videoId", {}).get("S") for item in world.tables.items("IdempotencyTable")}
    died = [request for request in world.network.requests if isinstance(request.unheard, Killed)]
    received = {
        request.parameters["Key"]["videoId"]["S"]
        for request in died
        if (request.call.function, request.call.operation) == ("UploadFunction", "UpdateItem")
        and "#state" in request.parameters["ExpressionAttributeNames"]
    }
    return received - with_key


def _ended(story: Story, scenario: Scenario) -> Iterator[str]:
    if any(execution.is_running for execution in story.world.workflows.executions.values()):
        yield "stuck: an execution still runs"
    if not story.is_owed or story.is_deleted:
        return
    is_by_the_client = story.is_replaced and story.code in _OF_THE_FILE
    expected = story.expected or scenario.expected
    if story.state != expected and not is_by_the_client:
        yield f"ended: {story.state} {story.code} instead of {expected}"
    if story.state == "READY" and story.ladder != "complete" and not is_by_the_client:
        yield f"ended: the ladder is {story.ladder} {story.code}"


def _plays(story: Story, scenario: Scenario) -> Iterator[str]:
    """Every segment that is listed exists, and is an MPEG transport stream."""
    if story.state != "READY" or story.is_deleted or story.is_damaged:
        return
    storage, prefix = story.world.storage, f"stream/{story.video_id}/"
    present = storage.keys(MEDIA, prefix)
    lists = [key for key in present if key == f"{prefix}manifest" or key.startswith(f"{prefix}renditions/")]
    if not {f"{prefix}manifest", f"{prefix}master"} <= present:
        yield "media: READY without playlists"
    texts = {key: storage.read(MEDIA, key).decode() for key in lists}
    for key, text in texts.items():
        for segment in _SEGMENT.findall(text):
            if f"{prefix}{segment}" not in present:
                yield f"media: a segment of {key.removeprefix(prefix)} is missing"
            elif not _is_transport_stream(storage.read(MEDIA, f"{prefix}{segment}")):
                yield f"media: a segment of {key.removeprefix(prefix)} does not parse"
    yield from _same_renditions(story, storage.read(MEDIA, f"{prefix}master").decode())


def _same_renditions(story: Story, master: str) -> Iterator[str]:
    recorded = sorted(entry["M"]["name"]["S"] for entry in story.item["renditions"]["L"])
    published = sorted(set(re.findall(r"manifest\?rendition=(\w+)", master)))
    if recorded != published:
        yield f"media: the record has {recorded}, the playlist {published}"


def _is_transport_stream(body: bytes) -> bool:
    return bool(body) and len(body) % _PACKET_BYTES == 0 and set(body[::_PACKET_BYTES]) == {0x47}


def _heard(story: Story, scenario: Scenario) -> Iterator[str]:
    """Sockets hear states in their order, the last one once, and are closed after it.

    A sender that is killed, or gets no answer, has perhaps sent its message; only then it comes twice. A
    socket that could not be closed hears of the next run, too.
    """
    runs = 1 + _reruns(story.item)
    network = story.world.network
    unheard = [
        each for each in network.requests if each.unheard and each.call.operation == "PostToConnection"
    ]
    for name, socket in story.sockets.items():
        ranks = [RANK[state] for state in socket.states if state in RANK]
        if sum(rank > next_rank for rank, next_rank in pairwise(ranks)) >= runs:
            yield f"sockets: {name} was told backwards"
        if ranks.count(2) > runs + story.world.lambdas.killed + len(unheard):
            yield f"sockets: {name} was told the last state {ranks.count(2)} times"
        if story.is_deleted or socket.is_gone or story.state not in ("READY", "FAILED"):
            continue
        if story.was_deleted and socket.closed_s is not None:
            continue
        if not ranks or ranks[-1] != 2:
            yield f"sockets: {name} was never told {story.state}"
        elif socket.closed_s is None:
            yield f"sockets: {name} was never closed"


def _punctual(story: Story, scenario: Scenario) -> Iterator[str]:
    for name, socket in story.sockets.items():
        told_s = next((when for when, message in socket.heard if RANK.get(message["state"]) == 2), None)
        if told_s is None or story.ended_s is None:
            continue
        due_s = max(story.ended_s, socket.opened_s) + _MAX_LAG_S
        healed_s = story.world.network.broken_s + _MAX_LAG_AFTER_FAULTS_S
        if told_s > max(due_s, healed_s):
            yield f"late: {name}"


def _left(story: Story, scenario: Scenario) -> Iterator[str]:
    """Nothing is left behind after a day."""
    world = story.world
    if world.tables.items("ConnectionsTable"):
        yield "left: rows of sockets"
    for queue, messages in world.sqs.contents.items():
        if messages:
            yield f"left: messages in {queue}"
    for function in set(world.lambdas.dropped) - _made_up_for(story):
        yield f"left: an event of {function} was dropped"
    if story.is_deleted:
        if story.served:
            yield "left: a segment of a deleted video is served"
        kept = [
            key
            for bucket in (UPLOADS, MEDIA)
            for key in world.storage.old_keys(bucket)
            # Old versions of notes, which have no content, are left to S3's rules for the bucket.
            if str(story.video_id) in key
            and (not key.startswith("unused/") or key in world.storage.keys(bucket))
        ]
        if kept:
            yield f"left: objects of a deleted video, {kept[0].split('/')[0]}"


def _sources(story: Story, scenario: Scenario) -> Iterator[str]:
    """The file that is stored is the one that was accepted, where one was."""
    storage, upload = story.world.storage, f"uploads/{story.video_id}"
    plans = [key for key in storage.keys(UPLOADS, f"jobs/{story.video_id}/") if key.endswith("/plan.json")]
    accepted = {json.loads(storage.read(UPLOADS, key))["etag"] for key in plans}
    if story.is_deleted or not accepted or not storage.keys(UPLOADS, upload):
        return
    if storage.buckets[UPLOADS].objects[upload].etag not in accepted:
        yield "source: another file than the one that was accepted"


def _admitted(story: Story, scenario: Scenario) -> Iterator[str]:
    """No more minutes are admitted at once than the cap says, but for a single run; none in the end."""
    cap, last = int(PARAMETERS["MaxConcurrentMinutes"]), dict[str, Any]()
    for item in story.world.tables.written("IdempotencyTable"):
        if item["id"]["S"] != "admissions":
            continue
        last = item["runs"]["M"]
        minutes = [int(run["M"]["minutes"]["N"]) for run in last.values()]
        if len(minutes) > 1 and sum(minutes) > cap:
            yield f"admitted: {sum(minutes)} minutes at once"
    if last:
        yield "left: a run is still admitted"


def _made_up_for(story: Story) -> set[str]:
    """The functions whose events may be dropped, as EventBridge may drop them before they come.

    A schedule calls again; and maintenance finds the executions of whose end nobody was told.
    """
    deployed = story.world.deployment
    return {each.function for each in deployed.schedules} | {each.function for each in deployed.rules}


_CHECKS = (_order, _known, _ended, _plays, _heard, _punctual, _left, _sources, _admitted)
