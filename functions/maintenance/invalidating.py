"""Which paths the CDN forgets of videos whose media were removed."""

from collections.abc import Sequence

from reelway import keys

# So many paths with a wildcard CloudFront works on at a time:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
MAX_PATHS = 15


def paths_of(video_ids: Sequence[str]) -> list[str]:
    """One path for each video; a single one, which is that of all media, where these would be too many."""
    paths = [f"/{keys.media_prefix(video_id)}" for video_id in video_ids]
    return paths if len(paths) <= MAX_PATHS else [f"/{keys.MEDIA_PREFIX}"]
