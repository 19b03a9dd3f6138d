from reelway.hls import playlists
from reelway.hls.i_frames import ListedIFrame, i_frame_playlist, listed_i_frames
from reelway.hls.playlists import IFrame, Segment

SEGMENTS = (
    Segment("a.ts", 4.004, 900_000, (IFrame(0, 50_000, 0.0), IFrame(400_000, 25_000, 2.002))),
    Segment("b.ts", 1.28, 200_000, (IFrame(0, 10_000, 0.0),)),
)


def test_an_i_frame_lasts_to_the_next_one_and_the_last_of_a_segment_to_its_end() -> None:
    listed = listed_i_frames(SEGMENTS)
    assert listed == [
        ListedIFrame("a.ts", 0, 50_000, 2.002),
        ListedIFrame("a.ts", 400_000, 25_000, 2.002),
        ListedIFrame("b.ts", 0, 10_000, 1.28),
    ]
    assert playlists.duration_s(listed) == playlists.duration_s(SEGMENTS)


def test_a_playlist_of_i_frames_is_what_rfc_8216_asks_for() -> None:
    assert i_frame_playlist(listed_i_frames(SEGMENTS)) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:4\n"
        "#EXT-X-TARGETDURATION:2\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-I-FRAMES-ONLY\n"
        "#EXTINF:2.002000,\n"
        "#EXT-X-BYTERANGE:50000@0\n"
        "segment/a.ts\n"
        "#EXTINF:2.002000,\n"
        "#EXT-X-BYTERANGE:25000@400000\n"
        "segment/a.ts\n"
        "#EXTINF:1.280000,\n"
        "#EXT-X-BYTERANGE:10000@0\n"
        "segment/b.ts\n"
        "#EXT-X-ENDLIST\n"
    )


def test_where_a_segment_has_none_there_is_no_list() -> None:
    assert listed_i_frames([*SEGMENTS, Segment("c.ts", 4.0, 1)]) == []
