import pytest

from reelway.hls import playlists
from reelway.hls.playlists import Segment

SEGMENTS = [Segment("a.ts", 4.0, 1_000_000), Segment("b.ts", 4.0, 500_000), Segment("c.ts", 1.28, 300_000)]


def test_a_media_playlist_is_what_rfc_8216_asks_for() -> None:
    assert playlists.media_playlist(SEGMENTS) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:3\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-START:TIME-OFFSET=0.001\n"
        "#EXTINF:4.000000,\n"
        "segment/a.ts\n"
        "#EXTINF:4.000000,\n"
        "segment/b.ts\n"
        "#EXTINF:1.280000,\n"
        "segment/c.ts\n"
        "#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize(
    ("longest_s", "target_s"), [(4.004, 4), (4.4999, 4), (4.5, 5), (3.5, 4), (2.5, 3), (0.2, 1), (5.0, 5)]
)
def test_no_segment_is_longer_than_the_target_when_both_are_rounded_half_up(
    longest_s: float, target_s: int
) -> None:
    text = playlists.media_playlist([Segment("a.ts", longest_s, 1), Segment("b.ts", 0.1, 1)])
    assert f"\n#EXT-X-TARGETDURATION:{target_s}\n" in text


def test_the_average_is_taken_over_the_whole_and_rounded_up() -> None:
    assert playlists.average_bps(SEGMENTS) == 1_551_725  # 14,400,000 bits in 9.28 s = 1,551,724.1…


def test_the_peak_is_that_of_the_densest_segment() -> None:
    assert playlists.peak_bps(SEGMENTS[:2]) == 2_000_000


@pytest.mark.parametrize(
    ("lengths_and_sizes", "peak_bps"),
    [
        ([(4.0, 500_000), (1.0, 500_000)], 1_600_000),  # too short to count alone, so with the one before
        ([(1.0, 500_000), (4.0, 500_000)], 1_600_000),  # … or the one after
        ([(4.0, 500_000), (2.0, 500_000)], 2_000_000),  # half the target duration counts alone
        (
            [(4.0, 400_000), (1.0, 300_000), (1.0, 300_000)],
            2_400_000,
        ),  # two short ones are a span of their own
        ([(6.0, 600_000), (2.0, 500_000), (2.0, 500_000), (2.0, 500_000)], 2_000_000),
        ([(0.2, 10_000)], 400_000),  # no span is as long as half a second
    ],
)
def test_the_peak_is_taken_over_every_span_of_half_to_one_and_a_half_target_durations(
    lengths_and_sizes: list[tuple[float, int]], peak_bps: int
) -> None:
    segments = [Segment(f"{n}.ts", *measured) for n, measured in enumerate(lengths_and_sizes)]
    assert playlists.peak_bps(segments) == peak_bps


def test_the_entries_of_a_playlist_that_ffmpeg_wrote_are_read_in_order() -> None:
    written = (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:4.000000,\n720p-000.ts\n#EXTINF:1.280000,\n720p-001.ts\n"
        "#EXT-X-ENDLIST\n"
    )
    assert playlists.entries(written) == [(4.0, "720p-000.ts"), (1.28, "720p-001.ts")]
    assert playlists.entries("#EXTM3U\n#EXT-X-ENDLIST\n") == []


def test_our_own_playlists_can_be_read_back() -> None:
    read = playlists.entries(playlists.media_playlist(SEGMENTS))
    assert read == [(s.duration_s, f"segment/{s.segment_id}") for s in SEGMENTS]
    assert playlists.duration_s(SEGMENTS) == pytest.approx(9.28)
