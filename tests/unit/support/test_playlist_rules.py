"""The validator of published videos: a valid video breaks no rule, and each rule can be broken."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import AUDIO_PID, PACKET_BYTES, VIDEO_PID, StreamBytes
from tests.support.readers import playlist_rules
from tests.support.readers.playlist_rules import Published
from tests.support.readers.playlist_rules import text as texts
from tests.unit.support.published import (
    LARGE_SPS,
    SPS,
    Change,
    published,
    replaced,
    with_master,
    with_playlist,
    with_segment,
    without_packet,
)

FILLER_PID = 0x1FFF  # null packets


def broken(video: Published, pattern: str) -> bool:
    """Whether the whole sentence of a violation matches `pattern`."""
    return any(re.fullmatch(pattern, sentence) for sentence in playlist_rules.violations(video))


def test_a_valid_video_breaks_no_rule() -> None:
    assert playlist_rules.violations(published()) == []


def test_a_video_without_audio_and_one_of_a_single_frame_break_no_rule() -> None:
    def without_audio(part: bytes) -> bytes:
        packets = [part[at : at + PACKET_BYTES] for at in range(0, len(part), PACKET_BYTES)]
        return b"".join(packet for packet in packets if packet[1:3] != b"\x41\x01")

    small = [without_audio(part) for part in stream_bytes.segments(3, sps_of=SPS)]
    large = [without_audio(part) for part in stream_bytes.segments(3, sps_of=LARGE_SPS)]
    silent = published(small, large)
    assert playlist_rules.violations(replace(silent, master=silent.master.replace(",mp4a.40.2", ""))) == []
    single = published(
        stream_bytes.segments(1, frames=1, sps_of=SPS),
        stream_bytes.segments(1, frames=1, sps_of=LARGE_SPS),
    )
    assert playlist_rules.violations(single) == []


def test_segments_of_unequal_length_with_idr_frames_inside_break_no_rule() -> None:
    def joined(parts: Sequence[bytes]) -> list[bytes]:
        return [parts[0] + parts[1], parts[2]]

    small, large = stream_bytes.segments(3, sps_of=SPS), stream_bytes.segments(3, sps_of=LARGE_SPS)
    assert playlist_rules.violations(published(joined(small), joined(large), lengths_s=(4.0, 2.0))) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (replaced("#EXTM3U\n", ""), "low: The first line is not #EXTM3U."),
        (replaced("#EXTM3U", "\ufeff#EXTM3U"), "low: There are control characters or a byte order mark."),
        (lambda text: text.rstrip("\n"), "low: The last line does not end with a line feed."),
        (replaced("VERSION:3", "VERSION:2"), r"low: Line 7: durations with decimals need version 3, not 2\."),
        (replaced("VERSION:3", "VERSION:x"), "low: #EXT-X-VERSION is not a number."),
        (replaced("#EXT-X-VERSION:3\n", ""), "low: Line 6: durations with decimals need version 3, not 1."),
        (replaced("#EXT-X-VERSION:3\n", "#EXT-X-VERSION:3\n" * 2), "low: #EXT-X-VERSION occurs 2 times."),
        (
            replaced("DURATION:2", "DURATION:1"),
            "low: low0.ts lasts 2.0 s, more than the target duration of 1 s.",
        ),
        (replaced("DURATION:2", "DURATION:7"), "low: The target duration is 7 s, more than 6 s."),
        (
            replaced("DURATION:2", "DURATION:2.0"),
            "low: #EXT-X-TARGETDURATION is missing or not a whole number.",
        ),
        (replaced("#EXT-X-TARGETDURATION:2\n", ""), "low: #EXT-X-TARGETDURATION is missing .*"),
        (replaced("TYPE:VOD", "TYPE:EVENT"), "low: #EXT-X-PLAYLIST-TYPE is not VOD."),
        (replaced("#EXT-X-PLAYLIST-TYPE:VOD\n", ""), "low: #EXT-X-PLAYLIST-TYPE is not VOD."),
        (replaced("#EXT-X-ENDLIST\n", ""), "low: #EXT-X-ENDLIST does not end the playlist."),
        (
            lambda text: replaced("#EXT-X-ENDLIST\n", "")(text).replace(
                "#EXTINF", "#EXT-X-ENDLIST\n#EXTINF", 1
            ),
            "low: #EXT-X-ENDLIST does not end the playlist.",
        ),
        (replaced("#EXT-X-INDEPENDENT-SEGMENTS\n", ""), "low: #EXT-X-INDEPENDENT-SEGMENTS is missing.*"),
        (
            replaced("low1.ts", "low1.ts\n#EXT-X-DISCONTINUITY"),
            "low: Line 11: #EXT-X-DISCONTINUITY is not allowed here.",
        ),
        (
            replaced("#EXTINF", "#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXTINF"),
            ".*#EXT-X-STREAM-INF is not allowed here.",
        ),
        (replaced("SEQUENCE:0", "SEQUENCE:-1"), "low: Line 4: the media sequence number '-1' .*"),
        (
            lambda text: text.replace("#EXT-X-MEDIA-SEQUENCE:0\n", "").replace(
                "#EXT-X-ENDLIST", "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ENDLIST"
            ),
            "low: Line 12: #EXT-X-MEDIA-SEQUENCE comes after the first segment.",
        ),
        (replaced("2.000000,", "2.000000"), "low: Line 7: '2.000000' is not a duration followed by a comma."),
        (replaced("2.000000,", "-2,"), "low: Line 7: '-2,' is not a duration followed by a comma."),
        (replaced("#EXTINF:2.000000,\n", ""), "low: Line 7: no #EXTINF describes low0.ts."),
        (replaced("low0.ts\n", ""), "low: Line 7: no URI follows #EXTINF."),
        (replaced("low2.ts\n", ""), "low: Line 11: no URI follows #EXTINF."),
        (replaced("low1.ts", "low0.ts"), "low: low0.ts is listed twice."),
        (replaced("low1.ts", "low 1.ts"), "low: Line 10: the URI 'low 1.ts' contains blanks."),
        (replaced("low1.ts", "low9.ts"), "low: low9.ts is listed, but there is no such segment."),
        (lambda _: "#EXTM3U\n", "low: No URI is listed."),
        *(
            (replaced("#EXTINF", f"#EXT-X-START:{value}\n#EXTINF"), "low: #EXT-X-START is not one offset .*")
            for value in ("TIME-OFFSET=2.5", "TIME-OFFSET=-1", "PRECISE=YES", "")
        ),
    ],
)
def test_a_media_playlist_that_breaks_a_rule_is_reported(change: Change, sentence: str) -> None:
    assert broken(with_playlist(change), sentence)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (replaced("#EXTM3U\n", "\n#EXTM3U\n"), "The first line is not #EXTM3U."),
        (replaced("VERSION:4", "VERSION:four"), "#EXT-X-VERSION is not a number."),
        (replaced("#EXT-X-INDEPENDENT-SEGMENTS\n", ""), "#EXT-X-INDEPENDENT-SEGMENTS is missing.*"),
        (replaced("\nhigh", "\n#EXT-X-ENDLIST\nhigh"), "Line 7: #EXT-X-ENDLIST is not allowed here."),
        (
            replaced("\nhigh", "\n\nhigh"),
            "Line 6: #EXT-X-STREAM-INF is not followed by a URI in the next line.",
        ),
        (replaced("\nhigh\n", "\n"), "Line 6: no URI follows #EXT-X-STREAM-INF."),
        (replaced("\nhigh", "\nhigh\nlow"), "Line 8: no #EXT-X-STREAM-INF describes low."),
        (replaced("\nhigh", "\nmiddle"), "middle is listed, but there is no such playlist."),
        (replaced("\nhigh", "\nlow"), "low is listed twice."),
        (replaced(":BANDWIDTH=", ":bandwidth="), "Line 4: 'bandwidth=.*' is not an attribute list."),
        (replaced(",FRAME-RATE", ", FRAME-RATE"), "Line 4: '.*' is not an attribute list."),
        (replaced("NONE\n", "NONE,\n"), "Line 4: '.*' is not an attribute list."),
        (replaced("NONE\n", "NONE,FRAME-RATE=25.000\n"), "Line 4: '.*' is not an attribute list."),
        (replaced("NONE\n", 'NONE,AUDIO="a"\n'), "Line 4: The attribute AUDIO is not known."),
        (replaced(",FRAME-RATE=25.000", ""), "Line 4: FRAME-RATE is missing."),
        (replaced(",RESOLUTION=426x240", ""), "Line 4: RESOLUTION is missing."),
        (replaced("426x240", "426X240"), "Line 4: RESOLUTION has an invalid value: .*"),
        (replaced("25.000", "25.0001"), "Line 4: FRAME-RATE has an invalid value: .*"),
        (replaced('"avc1.64001e,mp4a.40.2"', "avc1.64001e"), "Line 4: CODECS has an invalid value: .*"),
        (replaced("avc1.64001e,mp4a", "avc1.64001e, mp4a"), "Line 4: CODECS has an invalid value: .*"),
        (replaced(":BANDWIDTH=", ":BANDWIDTH=0"), "Line 4: BANDWIDTH has an invalid value: .*"),
        (replaced("AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=9"), "low: AVERAGE-BANDWIDTH is above BANDWIDTH."),
        (replaced("FRAME-RATE=25", "FRAME-RATE=61"), "low: 61.0 fps are more than 60."),
        (replaced(":BANDWIDTH=", ":BANDWIDTH=1"), "low: BANDWIDTH is [0-9]+, the peak [0-9]+ bit/s."),
        (
            replaced("AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=1"),
            "low: AVERAGE-BANDWIDTH is [0-9]+, the average [0-9]+ bit/s.",
        ),
        (
            replaced("avc1.64001e", "avc1.64001f"),
            "low: CODECS is avc1.64001f,mp4a.40.2; the segments have avc1.64001e,mp4a.40.2.",
        ),
        (replaced(",mp4a.40.2", ""), "low: CODECS is avc1.64001e; the segments have avc1.64001e,mp4a.40.2."),
        (replaced("mp4a.40.2", "mp4a.40.5"), "low: CODECS is .*mp4a.40.5; the segments have .*mp4a.40.2."),
        (replaced("426x240", "428x240"), "low: RESOLUTION is 428x240; the frames are 426x240."),
        (replaced("RATE=25.000", "RATE=24.000"), "low: FRAME-RATE is 24.0; frames are 3600 ticks apart."),
    ],
)
def test_a_multivariant_playlist_that_breaks_a_rule_is_reported(change: Change, sentence: str) -> None:
    assert broken(with_master(change), sentence)


def padded(packets: int) -> Callable[[bytes], bytes]:
    return lambda part: (
        part + (bytes([0x47, FILLER_PID >> 8, FILLER_PID & 0xFF, 0x10]) + bytes(184)) * packets
    )


def one_segment(*, marked: bool = True, early: bool = False, idr: bool = True) -> list[bytes]:
    """A single segment of one second, with a defect: not marked, a frame shown too early, or no IDR frame."""
    stream = StreamBytes().tables().video(900_000, 892_800, sps=SPS, is_marked=marked)
    if not idr:
        stream = StreamBytes().tables().video(900_000, 892_800)
    times = [896_400 if early else 903_600, *range(907_200, 990_000, 3600)]
    for n, pts in enumerate(times):
        stream.video(pts, 896_400 + n * 3600, sps=SPS if n == 5 else None)
    return [stream.data]


@pytest.mark.parametrize(
    ("video", "sentence"),
    [
        (with_segment(1, without_packet(VIDEO_PID, 5)), "low: low1.ts: Packet .* has counter .* is due."),
        (with_segment(1, without_packet(AUDIO_PID, 9)), "low: low1.ts: Packet .* has counter .* is due."),
        (with_segment(1, lambda part: part + part[-188:]), "low: low1.ts: Packet .* is duplicated."),
        (
            with_segment(2, without_packet(AUDIO_PID, 0)),
            "low: low2.ts is heard 3840.0 ticks after .* not 1920.0.",
        ),
        (
            with_segment(2, lambda part: without_packet(AUDIO_PID, -1)(without_packet(VIDEO_PID, -1)(part))),
            "low: low2.ts lasts 1.9[0-9]+ s, not 2.0 s as listed.",
        ),
        (
            with_segment(0, without_packet(VIDEO_PID, -1)),
            "low: low1.ts is shown 7200 and decoded 7200 ticks .*",
        ),
        (with_segment(0, padded(23_500)), "low: low0.ts has [0-9]+ bytes, more than 4400000."),
        (with_segment(0, padded(800)), "low: The peak of [0-9]+ bit/s is 2.[0-9]+ times the average, .*"),
        (
            with_segment(1, lambda part: part[376:564] + part[:376] + part[564:]),
            "low: low1.ts does not start with P.*",
        ),
        (with_segment(1, lambda part: part[:376]), "low: low1.ts has no video frames."),
        (with_segment(1, lambda part: part[:-1]), "low: .* bytes are not a whole number of packets .*"),
        (
            published(one_segment(marked=False)),
            "low: low0.ts does not start with an IDR picture .*",
        ),
        (
            published(one_segment(idr=False)),
            "low: low0.ts does not start with an IDR picture .*",
        ),
        (
            published(one_segment(early=True)),
            "low: low0.ts has frames that are shown before its .*",
        ),
        (
            published(stream_bytes.segments(3, sps_of=SPS, first_pts=900_001)),
            "The segments of high do not start when those of low do.",
        ),
        (
            published(stream_bytes.segments(2, sps_of=SPS)),
            "The segments of high do not start when those of low do.",
        ),
    ],
)
def test_segments_that_break_a_rule_are_reported(video: Published, sentence: str) -> None:
    assert broken(video, sentence), playlist_rules.violations(video)


def test_audio_that_starts_at_other_times_in_another_rendition_is_reported() -> None:
    def moved(parts: Sequence[bytes]) -> list[bytes]:
        """The first two audio frames of the second segment are at the end of the first."""
        second = [parts[1][at : at + PACKET_BYTES] for at in range(0, len(parts[1]), PACKET_BYTES)]
        audio = [packet for packet in second if packet[1:3] == b"\x41\x01"][:2]
        return [
            parts[0] + b"".join(audio),
            b"".join(packet for packet in second if packet not in audio),
            parts[2],
        ]

    parts = stream_bytes.segments(3, sps_of=SPS)
    assert broken(published(moved(parts)), "The audio of high1.ts does not start when that of low1.ts does.")
    assert not broken(published(parts), "The audio of .*")


def test_audio_in_one_segment_and_not_in_the_next_is_reported() -> None:
    def silent(part: bytes) -> bytes:
        packets = [part[at : at + PACKET_BYTES] for at in range(0, len(part), PACKET_BYTES)]
        return b"".join(packet for packet in packets if packet[1:3] != b"\x41\x01")

    assert broken(with_segment(1, silent), "low: low1.ts has no audio.")


@pytest.mark.parametrize("value", ["A", "A=", "A=1,,B=2", "A=1,", ",A=1", 'A="1', "A=1 ,B=2", "a=1", ""])
def test_a_malformed_attribute_list_is_none(value: str) -> None:
    assert texts.attributes(value) is None


def test_an_attribute_list_is_read_as_written() -> None:
    assert texts.attributes('A=1,B-2="x,y=z",C=3x4') == {"A": "1", "B-2": '"x,y=z"', "C": "3x4"}
