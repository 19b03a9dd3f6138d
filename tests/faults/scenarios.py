"""What is done with the system, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.clients import Client
from tests.faults.network import Fault
from tests.faults.world import MEDIA, World

_HOUR_S, _DAY_S = 3600.0, 86_400.0
_SOCKET_PAUSES_S = (2, 5, 10)
STEP_S = 60.0


@dataclass
class Story:
    """One video in one world; `told` is whether its client was told that the file was taken."""

    world: World
    client: Client
    video_id: str | None = None
    told: bool = False
    is_deleted: bool = False
    is_replaced: bool = False
    accepted_s: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def item(self) -> dict[str, Any]:
        found = [
            item for item in self.world.tables.items("VideosTable") if item["videoId"]["S"] == self.video_id
        ]
        return found[0] if found else {}

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
    def is_settled(self) -> bool:
        """Whether nothing is going on any more that concerns the video."""
        world, item = self.world, self.item
        if any(execution.is_running for execution in world.workflows.executions.values()):
            return False
        sources = [world.sqs.contents.get(mapping.source) for mapping in world.deployment.mappings]
        if any(sources):
            return False
        is_ended = item.get("state", {}).get("S") in ("READY", "FAILED") and self.ladder != "encoding"
        return bool(is_ended or "deletedAt" in item) and not world.tables.items("ConnectionsTable")


@dataclass(frozen=True)
class Scenario:
    """`upload(client)` gives the id of the video; what follows is done in order, at seconds after it.

    `expected` is the state that the video must have in the end, without a fault or with any.
    """

    name: str
    upload: Callable[[Client], str | None]
    expected: str = "READY"
    afterwards: Sequence[tuple[float, Callable[[Story], None]]] = ()
    loses_events: bool = False
    at_most_s: float = 3 * _HOUR_S

    def play(self, world: World, faults: Callable[[Story], Sequence[Fault]] = lambda _: ()) -> Story:
        """Until everything is settled, and through the day after it."""
        world.start_again()
        world.storage.is_silent = self.loses_events
        story = Story(world, Client(world), accepted_s=world.clock.now())
        world.network.faults.extend(faults(story))
        story.video_id = self.upload(story.client)
        story.told = story.video_id is not None
        world.storage.is_silent = False
        if story.video_id:
            self._follow(story, story.video_id)
        self._wait(story)
        world.network.faults.clear()
        world.rest_of_the_day()
        return story

    def _follow(self, story: Story, video_id: str) -> None:
        at = story.world.timeline.at
        at(0.0, lambda: connect(story, video_id, "early"))
        at(0.05, lambda: connect(story, video_id, "progress", progress=True))
        at(4.0, lambda: connect(story, video_id, "middle"))
        at(40.0, lambda: connect(story, video_id, "late"))
        for seconds, act in self.afterwards:
            at(seconds, lambda act=act: act(story))  # type: ignore[misc]

    def _wait(self, story: Story) -> None:
        """Until everything seems settled, or the scenario's time is over."""
        world, began_s = story.world, story.world.clock.now()
        last_s = max([40.0, *(seconds for seconds, _ in self.afterwards)])
        while world.clock.now() - began_s < self.at_most_s:
            world.go(STEP_S)
            if world.clock.now() - began_s > last_s + STEP_S and story.is_settled:
                break


def connect(story: Story, video_id: str, name: str, *, progress: bool = False, tries: int = 0) -> None:
    """Like a page, which tries again when the socket is refused."""
    if not story.client.connect(video_id, name, progress=progress) and tries < len(_SOCKET_PAUSES_S):
        again = tries + 1
        story.world.timeline.at(
            _SOCKET_PAUSES_S[tries],
            lambda: connect(story, video_id, name, progress=progress, tries=again),
        )


def delete(story: Story) -> None:
    if story.video_id:
        answer = story.client.ask_again(lambda: story.client.delete(story.video_id or ""))
        story.is_deleted = answer.is_taken or answer.status == 410


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
    segment = next(iter(story.world.storage.keys(MEDIA, f"stream/{video}/segment/")), "")
    story.answers["segment"] = ask("GET", f"/{segment}").status
    story.answers["ready"] = ask("GET", "/stream/ready").status
    story.answers["video"] = ask("GET", f"/video/{video}").status
    story.answers["status"] = ask("GET", "/status").status


def scenarios(standard: bytes, other: bytes) -> dict[str, Scenario]:
    """By name; the files are those of `clips`."""
    listed = (
        Scenario("upload", lambda client: client.upload(standard, "key-1"), afterwards=((60.0, watch),)),
        Scenario("form", lambda client: client.upload_by_form(other)),
        Scenario("parts", lambda client: client.upload_in_parts(standard)),
        Scenario("delete", lambda client: client.upload_by_form(other), "DELETED", ((5.0, delete),)),
        Scenario("no video", lambda client: client.upload_by_form(b"This is a text. " * 99), "FAILED"),
        Scenario("lost event", lambda client: client.upload(other), loses_events=True),
    )
    return {scenario.name: scenario for scenario in listed}


def _text(attribute: dict[str, str] | None) -> str | None:
    return attribute["S"] if attribute else None
