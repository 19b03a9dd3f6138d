"""The probe and ffmpeg as processes."""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # most functions never probe: their cold starts need not load it
    from reelway.probe.report import Report


class Encoder(Protocol):
    """The probe and ffmpeg. All methods raise MediaRejected and ProcessingInterrupted."""

    def probe(self, url: str) -> "Report":
        """What the file declares."""
        ...

    def measure(self, url: str) -> dict[int, float]:
        """When the last packet of each stream ends, in seconds, by the stream's index."""
        ...

    def run(self, command: Sequence[str], *, timeout_s: float) -> Generator[int, None, None]:
        """Run a command to its end, yielding the number of frames encoded so far."""
        ...
