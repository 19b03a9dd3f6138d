import re
from dataclasses import replace

import pytest

from reelway.hls.multivariant import multivariant_playlist
from reelway.hls.playlists import IFrame, Segment
from reelway.hls.renditions import MeasuredRendition
from tests.support.samples import RENDITION

SEGMENTS = (
    Segment("a.ts", 4.0, 900_000, (IFrame(0, 50_000, 0.0), IFrame(400_000, 25_000, 2.0))),
    Segment("b.ts", 1.0, 200_000, (IFrame(0, 10_000, 0.0),)),
)
FOUND = MeasuredRendition(RENDITION, SEGMENTS)


def of_rates(*averages_bps: int) -> list[MeasuredRendition]:
    """Renditions from large to small, named by their place from 1000p down."""
    return [
        replace(FOUND, rendition=replace(RENDITION, name=f"{1000 - n}p", average_bandwidth_bps=average_bps))
        for n, average_bps in enumerate(averages_bps)
    ]


def listed(text: str) -> list[str]:
    return re.findall(r"^manifest\?rendition=(.*)$", text, re.MULTILINE)


def test_it_points_at_the_manifest_and_the_i_frames_of_a_rendition() -> None:
    assert multivariant_playlist([FOUND]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:4\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=2800123,AVERAGE-BANDWIDTH=2100456,"
        'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,CLOSED-CAPTIONS=NONE\n'
        "manifest?rendition=720p\n"
        "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,AVERAGE-BANDWIDTH=136000,"
        'CODECS="avc1.64001f",RESOLUTION=1280x720,URI="iframes?rendition=720p"\n'
    )


@pytest.mark.parametrize(
    ("averages_bps", "names"),
    [
        ((5_000_000, 2_500_000, 1_000_000), ["999p", "1000p", "998p"]),
        ((5_000_000, 3_500_000, 1_000_000), ["998p", "1000p", "999p"]),
        ((900_000, 500_000), ["1000p", "999p"]),
        ((8_000_000, 4_000_000), ["999p", "1000p"]),
        ((3_000_000, 1_000_000), ["1000p", "999p"]),
        ((5_000_000,), ["1000p"]),
    ],
)
def test_the_first_variant_is_the_one_nearest_to_two_megabits_and_the_others_go_down(
    averages_bps: tuple[int, ...], names: list[str]
) -> None:
    text = multivariant_playlist(of_rates(*averages_bps))
    assert listed(text) == names
    assert re.findall(r"iframes\?rendition=([0-9]+p)", text) == [
        f"{1000 - n}p" for n in range(len(averages_bps))
    ]


def test_captions_of_any_rendition_are_declared_once_and_named_by_all() -> None:
    large, small = of_rates(5_000_000, 1_000_000)
    text = multivariant_playlist([replace(large, captions=("CC1",)), replace(small, captions=("CC1", "CC3"))])

    assert re.findall("^#EXT-X-MEDIA:(.*)$", text, re.MULTILINE) == [
        'TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",LANGUAGE="und",INSTREAM-ID="CC1",AUTOSELECT=YES',
        'TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC3",LANGUAGE="und",INSTREAM-ID="CC3",AUTOSELECT=NO',
    ]
    assert text.count(',CLOSED-CAPTIONS="cc"\n') == 2
    assert "#EXT-X-VERSION:4\n" in text


def test_services_of_cta_708_need_version_7() -> None:
    text = multivariant_playlist([replace(FOUND, captions=("SERVICE1",))])
    assert "#EXT-X-VERSION:7\n" in text
    assert 'INSTREAM-ID="SERVICE1"' in text


def test_segments_of_an_older_release_have_no_i_frames_and_no_list_of_them() -> None:
    older = replace(FOUND, segments=(SEGMENTS[0], Segment("b.ts", 1.0, 200_000)))
    assert "I-FRAME" not in multivariant_playlist([older])
