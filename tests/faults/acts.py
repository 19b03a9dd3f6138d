"""What clients and operators do while a video is processed, and afterwards."""

from collections.abc import Callable
from http import HTTPStatus

from tests.faults.story import Story
from tests.faults.world import MEDIA, UPLOADS

_SOCKET_PAUSES_S = (2, 5, 10)
_RETRY_AGAIN_S = 60.0


def connect(
    story: Story,
    video_id: str,
    name: str,
    *,
    progress: bool = False,
    is_patient: bool = False,
    tries: int = 0,
) -> None:
    """Like a page, which tries again when the socket is refused."""
    asked = {"progress": progress, "is_patient": is_patient}
    if not story.client.connect(video_id, name, **asked) and tries < len(_SOCKET_PAUSES_S):
        again = tries + 1
        story.world.timeline.at(
            _SOCKET_PAUSES_S[tries], lambda: connect(story, video_id, name, **asked, tries=again)
        )


def delete(story: Story) -> None:
    if story.video_id:
        answer = story.client.ask_again(lambda: story.client.delete(story.video_id or ""))
        story.is_deleted = answer.is_taken or answer.status == 410
        story.was_deleted |= story.is_deleted


def restore(story: Story) -> None:
    """The client that has deleted the video undoes that, however often it hears of faults of ours."""
    if not story.is_deleted:
        return
    asked = story.client.ask_again(lambda: story.client.ask("POST", f"/video/{story.video_id}/restore"))
    if asked.is_taken:
        story.is_deleted = False
    elif asked.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        story.world.timeline.at(_RETRY_AGAIN_S, lambda: restore(story))


def connect_again(story: Story) -> None:
    if story.video_id:
        connect(story, story.video_id, "again")


def watch(story: Story) -> None:
    """A player's requests, and a page's; their status by path."""
    video, ask = story.video_id or "", story.client.ask
    for path in ("manifest", "master", "poster", "storyboard", "storyboard.jpg"):
        story.answers[path] = ask("GET", f"/stream/{video}/{path}").status
    renditions = story.item.get("renditions", {}).get("L", [])
    name = renditions[0]["M"]["name"]["S"] if renditions else "360p"
    for path in ("manifest", "iframes"):
        answer = ask("GET", f"/stream/{video}/{path}", query={"rendition": name})
        story.answers[f"{path} {name}"] = answer.status
    story.answers["no segment"] = ask("GET", f"/stream/{video}/segment/none.ts").status
    segment = next(iter(story.world.storage.keys(MEDIA, f"stream/{video}/segment/")), "")
    story.answers["segment"] = ask("GET", f"/{segment}").status
    story.answers["ready"] = ask("GET", "/stream/ready").status
    story.answers["video"] = ask("GET", f"/video/{video}").status
    story.answers["status"] = ask("GET", "/status").status


def leave(story: Story) -> None:
    """One watching client closes its socket, another one's network ends."""
    for name, end in {"early": story.client.disconnect, "progress": story.client.vanish}.items():
        if name in story.world.sockets.by_id:
            end(name)


def upload_again(file: bytes, key: str) -> Callable[[Story], None]:
    """A client that has not heard the answer to its upload repeats it: a new video after a deletion."""

    def act(story: Story) -> None:
        video_id = story.client.upload(file, key)
        if video_id and story.is_deleted:
            assert video_id != story.video_id
            story.others.add(video_id)

    return act


def stop_run(story: Story) -> None:
    """An operator stops the execution, and EventBridge's event of it is lost."""
    if any(execution.is_running for execution in story.world.workflows.executions.values()):
        story.expected = "FAILED"
    _end_silently(story, "ABORTED")


def lose_run(story: Story) -> None:
    """Step Functions ends the execution, and nobody hears of it."""
    _end_silently(story, "FAILED")


def _end_silently(story: Story, status: str) -> None:
    story.world.processing.is_silent = True
    for execution in story.world.workflows.executions.values():
        execution.end(status)
    story.world.processing.is_silent = False


def abort_run(story: Story) -> None:
    """An operator stops the execution, and EventBridge tells of it."""
    for execution in story.world.workflows.executions.values():
        execution.end("ABORTED")


def retry(story: Story) -> None:
    """A client has the video processed again as soon as it says that it FAILED, and repeats that once.

    It goes on as long as it hears of faults of ours.
    """
    if story.state == "READY" or story.is_deleted:
        return
    if story.state == "FAILED":
        asked, _ = (
            story.client.ask_again(lambda: story.client.ask("POST", f"/video/{story.video_id}/retry"))
            for _ in range(2)
        )
        if asked.status == HTTPStatus.CONFLICT and story.is_replaced:
            story.expected = "FAILED"  # the file is gone
        if asked.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return
    story.world.timeline.at(_RETRY_AGAIN_S, lambda: retry(story))


def remove_manifest(story: Story) -> None:
    """An operator does, in the bucket."""
    story.is_damaged = True
    story.world.storage.remove(MEDIA, f"stream/{story.video_id}/manifest")


def repeat_event(story: Story) -> None:
    if story.video_id:
        story.world.storage.repeat(UPLOADS, f"uploads/{story.video_id}")


def replace_file(story: Story) -> None:
    """The form is used a second time, with another file."""
    if story.video_id and story.world.storage.keys(UPLOADS, f"uploads/{story.video_id}"):
        story.is_replaced = True
        story.world.storage.put(UPLOADS, f"uploads/{story.video_id}", b"another file")


def store_late(story: Story) -> None:
    """An encoder writes after all was removed, and the form is used once more."""
    storage, upload = story.world.storage, f"uploads/{story.video_id}"
    storage.put(MEDIA, f"stream/{story.video_id}/segment/late.ts", b"late")
    storage.put(UPLOADS, f"jobs/{story.video_id}/plan.json", b"late")
    storage.put(UPLOADS, upload, b"late")
    storage.repeat(UPLOADS, upload)


def remove_file(story: Story) -> None:
    """An operator removes the upload."""
    story.is_replaced = True
    story.is_removed_unseen = story.state is None
    story.world.storage.remove(UPLOADS, f"uploads/{story.video_id}")


def call_schedules(story: Story) -> None:
    """In the middle of what is going on, not after it."""
    for schedule in story.world.deployment.schedules:
        story.world.lambdas.invoke(schedule.function, {})
