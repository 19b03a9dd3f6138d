"""What is known of a video before its file is there."""

from dataclasses import dataclass, field

from reelway.video import Playback


@dataclass(frozen=True, slots=True)
class Details:
    """`owner` is empty where no token is asked for; the others as in `Video`.

    `granted_until` is when the upload grant expires that was given for the video (ISO 8601), if one was.
    """

    owner: str = ""
    title: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    external_id: str | None = None
    playback: Playback = Playback.PUBLIC
    max_bytes: int | None = None
    max_duration_s: int | None = None
    granted_until: str | None = None
