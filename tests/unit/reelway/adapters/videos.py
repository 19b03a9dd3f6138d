"""A Videos table in moto, and the changes that tests make to it."""

from collections.abc import Callable
from itertools import count

from reelway.adapters import video_items
from reelway.adapters.video_lists import VideoLists
from reelway.adapters.videos_table import VideosTable
from reelway.video import Failure, LadderState, Video
from tests.support.doubles import moto_aws
from tests.support.samples import RENDITION, RUN_ID, VIDEO_ID

OTHER_RUN = "00000000-1111-4222-8333-444444444444"
FAILURE = Failure("no_video", "The file holds no video stream.")


def clock() -> Callable[[], str]:
    seconds = count()
    return lambda: f"2026-01-01T00:00:{next(seconds):02d}.000000Z"


def found(table: VideosTable, video_id: str = VIDEO_ID) -> Video:
    video = table.find(video_id)
    assert video
    return video


def start(table: VideosTable, run_id: str = RUN_ID, video_id: str = VIDEO_ID) -> bool:
    return table.start(video_id, run_id=run_id, duration_s=30.04, total_frames=750)


def finish(table: VideosTable, run_id: str = RUN_ID, video_id: str = VIDEO_ID) -> bool:
    return table.finish(video_id, run_id=run_id, renditions=[RENDITION], ladder=LadderState.COMPLETE)


def publish_source(table: VideosTable, video_id: str = VIDEO_ID) -> bool:
    return table.finish(video_id, run_id=RUN_ID, renditions=[RENDITION], ladder=LadderState.ENCODING)


def ready_ids() -> list[str]:
    """The ready list."""
    return list(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS).ids(video_items.READY_LIST))


def number(n: int) -> str:
    return f"{n:08x}-0000-4000-8000-000000000000"
