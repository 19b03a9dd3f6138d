"""What a video is whole without: its poster and its storyboard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reelway.errors import MediaRejected, ProcessingInterrupted, StorageFailed

# `report(what, reason)` of a part that the video goes without.
Report = Callable[[str, str], None]


@contextmanager
def optional(what: str, report: Report) -> Iterator[None]:
    """For making `what`: where that fails, it is reported, and the video goes on without it.

    A step that is repeated for another reason makes it again.
    """
    try:
        yield
    except (StorageFailed, ProcessingInterrupted, MediaRejected) as failure:
        report(what, str(failure))
