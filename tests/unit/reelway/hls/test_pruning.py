from dataclasses import replace

import pytest

from reelway.hls.playlists import Segment
from reelway.hls.pruning import worth_publishing
from reelway.hls.renditions import MeasuredRendition
from tests.support.samples import RENDITION

_LEVEL_3_1, _LEVEL_4_1, _LEVEL_4_2 = "avc1.64001f,mp4a.40.2", "avc1.640029", "avc1.64002a,mp4a.40.2"


def names(*renditions: tuple[str, int, str]) -> list[str]:
    """The names of those that are kept, of (name, average bitrate, codecs)."""
    found = [
        MeasuredRendition(
            replace(RENDITION, name=name, average_bandwidth_bps=average_bps, codecs=codecs),
            (Segment("1.ts", 4.0, 1),),
        )
        for name, average_bps, codecs in renditions
    ]
    return [each.rendition.name for each in worth_publishing(found)]


@pytest.mark.parametrize(
    ("averages_bps", "kept"),
    [
        ((1000, 500, 200), ["a", "b", "c"]),
        ((1000, 850, 722), ["a", "b", "c"]),
        ((1000, 851, 849), ["a", "c"]),  # c is compared with a, as b is left out
        ((1000, 900, 860), ["a"]),
        ((1000, 1100, 300), ["a", "c"]),
        ((60,), ["a"]),
    ],
)
def test_a_rendition_within_15_percent_of_the_next_larger_is_not_published(
    averages_bps: tuple[int, ...], kept: list[str]
) -> None:
    assert names(*((name, bps, _LEVEL_3_1) for name, bps in zip("abc", averages_bps, strict=False))) == kept


def test_one_rendition_stays_that_every_device_decodes() -> None:
    close = [("1080p", 1000, _LEVEL_4_2), ("900p", 990, _LEVEL_4_2), ("720p", 980, _LEVEL_4_1)]
    assert names(*close, ("540p", 970, _LEVEL_3_1)) == ["1080p", "720p"]
    assert names(*close, ("540p", 300, _LEVEL_3_1)) == ["1080p", "540p"]


def test_where_no_device_is_sure_to_decode_any_nothing_is_added() -> None:
    assert names(("1080p", 1000, _LEVEL_4_2), ("900p", 990, _LEVEL_4_2)) == ["1080p"]
