"""Which paths the CDN forgets of videos whose media were hidden, and what follows if it does not."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from reelway import keys

# So many paths with a wildcard CloudFront works on at a time:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
MAX_PATHS = 15


# So often, for an hour or so, a refusal is followed by another request soon; then by rarer ones.
_SOON = 100


class Cache(Protocol):
    def forget(self, paths: Sequence[str], *, reference: str) -> bool:
        """False when no more is taken at the moment. Other paths need another reference."""
        ...


class Later(Protocol):
    def send_all(self, *, refusals: int) -> None:
        """Order that the media of all videos be forgotten, soon, after so many refusals."""
        ...


def forget(
    video_ids: Sequence[str], refusals: int | None, reference: str, *, cache: Cache, later: Later
) -> str | None:
    """The paths that the CDN forgets, or a word for that all are ordered to be later; None for neither.

    `refusals` counts those of an order of all. Where a path for each video is not taken, the one of all media
    may be. If that is not either, however many messages wait become a single one, which comes soon again: as
    soon as the CDN takes one more path, all that was deleted is forgotten.
    """
    for paths, suffix in _tries(video_ids, is_all=refusals is not None):
        if cache.forget(paths, reference=f"{reference}{suffix}"):
            return " ".join(paths)
    if (refusals or 0) >= _SOON:
        return None
    later.send_all(refusals=(refusals or 0) + 1)
    return "later"


def _tries(video_ids: Sequence[str], *, is_all: bool) -> Iterator[tuple[list[str], str]]:
    if not is_all and len(video_ids) <= MAX_PATHS:
        yield [f"/{keys.media_prefix(video_id)}" for video_id in video_ids], ""
    yield [f"/{keys.MEDIA_PREFIX}"], "-all"
