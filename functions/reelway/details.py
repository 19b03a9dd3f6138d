"""What is known of a video before its file is there."""

from dataclasses import dataclass, field

from reelway.video import Playback


@dataclass(frozen=True, slots=True)
class Details:
    """`owner` is empty where no token is asked for; the others as in `Video`."""

    owner: str = ""
    title: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    external_id: str | None = None
    playback: Playback = Playback.PUBLIC
