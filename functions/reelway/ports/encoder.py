"""The probe and ffmpeg as processes."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reelway.errors import MediaRejected

if TYPE_CHECKING:  # most functions never probe: their cold starts need not load it
    from reelway.probe.report import Report


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: video frames encoded, and packets that the decoders of video and audio refused.

    `cause` is why it refused them, known at the end, and only where a bound was the reason.
    """

    frames: int = 0
    decode_errors: int = 0
    audio_errors: int = 0
    cause: MediaRejected | None = None


class Encoder(Protocol):
    """The probe and ffmpeg. All methods raise MediaRejected and ProcessingInterrupted."""

    def probe(self, url: str) -> "Report":
        """What the file declares."""
        ...

    def measure(self, url: str) -> dict[int, float]:
        """When the last packet of each stream ends, in seconds, by the stream's index."""
        ...

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[Progress, None, None]:
        """Run a command to its end, yielding how far it is as often as it reports that, and at its end.

        Closing the generator ends the command. A file is not rejected for packets that cannot be decoded.
        """
        ...
