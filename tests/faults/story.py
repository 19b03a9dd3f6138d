"""One video in one world, and what became of it."""

from dataclasses import dataclass, field
from typing import Any

from tests.faults.clients import Client
from tests.faults.edges import Socket
from tests.faults.world import MEDIA, World


@dataclass
class Story:
    """`told` is whether the client was told that its file was taken; `answers` are later ones, by path.

    `is_removed_unseen` is whether the file was removed before it had a record.

    `was_deleted` is whether it was, though it may have been restored since; `served` are the segments that
    were still served of a deleted video, a day later.

    `others` are other videos in the same world. `expected` is the state in which the video ends, if what
    clients and operators really did decides that.
    """

    world: World
    client: Client
    video_id: str | None = None
    told: bool = False
    is_deleted: bool = False
    was_deleted: bool = False
    served: set[str] = field(default_factory=set)
    is_replaced: bool = False
    is_removed_unseen: bool = False
    is_damaged: bool = False
    accepted_s: float = 0.0
    expected: str | None = None
    others: set[str] = field(default_factory=set)
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def item(self) -> dict[str, Any]:
        return next(
            (
                dict(item)
                for item in self.world.tables.items("VideosTable")
                if item["videoId"]["S"] == self.video_id
            ),
            {},
        )

    @property
    def is_owed(self) -> bool:
        """Whether the video must have a state: not if its file was gone before anybody had looked at it."""
        return self.told and not (self.is_removed_unseen and self.state is None)

    @property
    def state(self) -> str | None:
        return _text(self.item.get("state"))

    @property
    def ladder(self) -> str | None:
        return _text(self.item.get("ladder"))

    @property
    def code(self) -> str | None:
        return _text(self.item.get("failure", {}).get("M", {}).get("code"))

    @property
    def ended_s(self) -> float | None:
        """When the video's record first said READY or FAILED."""
        for record in self.world.tables.records("VideosTable"):
            image = record["dynamodb"].get("NewImage", {})
            is_own = image.get("videoId", {}).get("S") == self.video_id
            if is_own and image.get("state", {}).get("S") in ("READY", "FAILED"):
                return float(record["seen_s"])
        return None

    @property
    def sockets(self) -> dict[str, Socket]:
        """Those on the video, by name."""
        listed = self.world.sockets.by_id.items()
        return {name: socket for name, socket in listed if socket.video_id == self.video_id}

    def pass_the_window(self) -> None:
        """Let so much time pass that the deletion of a deleted video cannot be undone any more."""
        if not self.is_deleted:
            return
        world = self.world
        segments = world.storage.keys(MEDIA, f"stream/{self.video_id}/segment/")
        self.served = segments
        world.rest_of_the_day(days=world.deployment.window_days)
        world.rest_of_the_day()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is going on any more that concerns the video."""
        world, item = self.world, self.item
        if any(execution.is_running for execution in world.workflows.executions.values()):
            return False
        sources = [world.sqs.contents.get(mapping.source) for mapping in world.deployment.mappings]
        if any(sources):
            return False
        if self.video_id is None:
            return True
        is_ended = item.get("state", {}).get("S") in ("READY", "FAILED") and self.ladder != "encoding"
        return bool(is_ended or "deletedAt" in item) and not world.tables.items("ConnectionsTable")


def _text(attribute: dict[str, str] | None) -> str | None:
    return attribute["S"] if attribute else None
