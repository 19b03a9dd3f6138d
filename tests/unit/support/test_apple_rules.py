"""Every row of Apple's rules can be broken, and says so by its number."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import VIDEO_PID, StreamBytes
from tests.support.readers import playlist_rules
from tests.support.readers.playlist_rules import Published, apple, multivariant
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

RULES = {rule.number: rule for rule in apple.RULES}
# cc_data with one triplet: a control code of CTA-608 (resume caption loading) in the first field.
CAPTIONS = bytes.fromhex("06 04 0e b5 00 31") + b"GA94\x03" + bytes.fromhex("c1 ff fc 94 20 ff 80")
DECLARED = '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC1",LANGUAGE="und",INSTREAM-ID="CC1"\n'


# The tables of a segment, with a second stream of AAC.
TWO_SOUNDS = StreamBytes().tables((0x0F, 0x102)).data


def parts_of(sps: bytes) -> Sequence[bytes]:
    return stream_bytes.segments(3, sps_of=sps)


def with_i_frames(change: Change) -> Published:
    video = published()
    return replace(video, i_frames={**video.i_frames, "low-i": change(video.i_frames["low-i"])})


def with_all_playlists(change: Change) -> Published:
    video = published()
    playlists = {uri: change(text) for uri, text in video.playlists.items()}
    return replace(video, playlists=playlists, master=change(video.master))


def of_one_second(*, gap: int = 3600, sps: bytes = SPS, sei: bytes | None = None) -> bytes:
    """A segment of 25 frames, the first of them an IDR frame."""
    stream = StreamBytes().tables()
    for n in range(25):
        stream.video(900_000 + n * gap, sps=None if n else sps, sei=sei)
    return stream.data


def both(small: Sequence[bytes]) -> Published:
    return published(small, small, lengths_s=(1.0,) * len(small))


def captioned(*, declared: str = DECLARED) -> Published:
    video = both([of_one_second(sei=CAPTIONS)])
    master = video.master.replace(
        "CLOSED-CAPTIONS=NONE", 'CLOSED-CAPTIONS="cc"' if declared else "CLOSED-CAPTIONS=NONE"
    )
    return replace(video, master=master.replace("#EXT-X-STREAM-INF", declared + "#EXT-X-STREAM-INF", 1))


def in_two_sounds(second: bytes) -> Published:
    """The last half of the first segment's audio frames have another header."""

    def change(part: bytes) -> bytes:
        half = len(part) // 2
        return part[:half] + part[half:].replace(b"\xff\xf1\x4c\x80", second)

    return with_segment(0, change)


BROKEN = {
    "1.1": with_master(replaced("avc1.64001e", "hvc1.1.6.L93.90")),
    "1.2": with_segment(0, lambda part: b"\x00\x00\x00\x18ftyp" + part),
    "1.3": published(parts_of(stream_bytes.sps(426, 240, level=60))),
    "1.14": published(parts_of(stream_bytes.sps(426, 256, fields=2))),
    "1.19": with_master(replaced("FRAME-RATE=25", "FRAME-RATE=61")),
    "1.26": with_master(replaced("AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=1")),
    "1.27": with_master(replaced(":BANDWIDTH=", ":BANDWIDTH=1")),
    "1.30": with_segment(0, lambda part: part + b"\x47\x1f\xff\x10".ljust(188, b"\xff") * 2000),
    "1.32": with_master(lambda of: re.sub("AGE-BANDWIDTH=[0-9]+(.*\nhigh)", r"AGE-BANDWIDTH=200000\1", of)),
    "2.3": in_two_sounds(b"\xff\xf1\x0c\x80"),
    "2.11": in_two_sounds(b"\xff\xf1\x4c\x40"),
    "2.17": published([TWO_SOUNDS + part[len(TWO_SOUNDS) :] for part in parts_of(SPS)]),
    "4.3": with_master(replaced("#EXT-X-STREAM-INF", DECLARED + "#EXT-X-STREAM-INF")),
    "4.4": captioned(declared=""),
    "6.1": with_master(lambda text: re.sub("#EXT-X-I-FRAME-STREAM-INF.*low-i.*\n", "", text)),
    "6.8": with_i_frames(replaced("#EXT-X-I-FRAMES-ONLY\n", "")),
    "6.9": with_master(replaced("I-FRAME-STREAM-INF:BANDWIDTH=", "I-FRAME-STREAM-INF:BANDWIDTH=1")),
    "7.1": with_segment(0, without_packet(VIDEO_PID, -1)),
    "7.2": with_segment(1, without_packet(VIDEO_PID, 5)),
    "7.4": both([of_one_second().replace(b"\x65\x88\x84", b"\x41\x88\x84")]),
    "7.5": with_playlist(replaced("DURATION:2", "DURATION:7")),
    "7.7": with_playlist(replaced("EXTINF:2.000000", "EXTINF:2.600000")),
    "8.1": with_playlist(replaced("EXTINF:2.000000", "EXTINF:2.050000")),
    "8.2": with_playlist(replaced("DURATION:2", "DURATION:3")),
    "8.3": published(stream_bytes.segments(2, sps_of=SPS)),
    "8.6": with_playlist(replaced("TYPE:VOD", "TYPE:EVENT")),
    "8.10": captioned(declared=DECLARED.replace('LANGUAGE="und",', "")),
    "8.13": published([*parts_of(SPS)[:2], parts_of(LARGE_SPS)[2]]),
    "8.14": both([of_one_second(), of_one_second(gap=1800)]),
    "8.22": published(stream_bytes.segments(3, sps_of=SPS, first_pts=900_001)),
    "9.1": with_master(lambda text: re.sub('(,)CODECS="avc1.64001e,mp4a.40.2",', r"\1", text, count=1)),
    "9.2": with_master(replaced(",RESOLUTION=426x240", "")),
    "9.3": with_master(replaced('CODECS="avc1.64001e",', "")),
    "9.4": with_master(replaced('RESOLUTION=426x240,URI="low-i"', 'URI="low-i"')),
    "9.6": in_two_sounds(b"\xff\xf1\x4d\x80"),
    "9.11": with_master(replaced("#EXT-X-INDEPENDENT-SEGMENTS\n", "")),
    "9.12": with_all_playlists(replaced("#EXT-X-INDEPENDENT-SEGMENTS\n", "")),
    "9.13": with_master(replaced(":BANDWIDTH=", ":BANDWIDTH=1")),
    "9.14": with_master(lambda text: re.sub("AVERAGE-BANDWIDTH=[0-9]+,", "", text, count=1)),
    "9.15": with_master(replaced(",FRAME-RATE=25.000", "")),
    "9.21": with_master(lambda text: re.sub(":BANDWIDTH=[0-9]+(.*\nlow)", r":BANDWIDTH=192001\1", text)),
}  # fmt: skip


def test_every_rule_has_a_video_that_breaks_it() -> None:
    assert list(BROKEN) == list(RULES)
    assert not set(RULES) & (set(apple.ELSEWHERE) | set(apple.NOT_KEPT))


@pytest.mark.parametrize("number", RULES)
def test_a_video_that_breaks_a_rule_is_reported_under_its_number(number: str) -> None:
    assert number in playlist_rules.broken_rules(BROKEN[number])
    assert playlist_rules.violations(BROKEN[number])


def test_a_valid_video_breaks_none_of_them() -> None:
    assert playlist_rules.broken_rules(published()) == set()


def test_a_video_with_captions_that_are_declared_breaks_no_rule() -> None:
    assert playlist_rules.broken_rules(captioned()) == set()
    assert not any("CC1" in found or "CAPTIONS" in found for found in playlist_rules.violations(captioned()))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (replaced("BYTERANGE:", "BYTERANGE:x"), "is not a range of bytes"),
        (replaced("VERSION:4", "VERSION:3"), "need version 4"),
        (replaced("@0", "@188"), "is no IDR frame alone"),
        (replaced("BYTERANGE:", "BYTERANGE:9"), "is no IDR frame alone"),
        (replaced("EXTINF:2.000000", "EXTINF:1.900000"), "is not shown at"),
        (replaced("low1.ts", "low9.ts"), "is no IDR frame alone"),
    ],
)  # fmt: skip
def test_an_i_frame_playlist_that_breaks_a_rule_is_reported(change: Change, sentence: str) -> None:
    assert any(sentence in found for found in playlist_rules.violations(with_i_frames(change)))


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (DECLARED + DECLARED.replace("CC1", "CC3", 1), "the same INSTREAM-ID"),
        (DECLARED + DECLARED.replace('ID="CC1"', 'ID="CC3"'), "the same NAME"),
        (DECLARED.replace('"CC1"', '"SERVICE1"'), "Services need version 7."),
        (DECLARED.replace('"CC1"\n', '"CC1",AUTOSELECT=YES\n') * 2, "are selected automatically"),
        (DECLARED.replace("INSTREAM-ID", "INSTREAM"), "INSTREAM-ID is missing"),
    ],
)
def test_captions_that_break_a_rule_are_reported(declared: str, sentence: str) -> None:
    assert any(sentence in found for found in playlist_rules.violations(captioned(declared=declared)))


def test_variants_that_name_different_groups_are_reported() -> None:
    found = playlist_rules.violations(with_master(replaced("CLOSED-CAPTIONS=NONE", 'CLOSED-CAPTIONS="cc"')))
    assert "The variants name different groups of closed captions." in found


def test_i_frames_that_are_declared_but_not_there_are_reported() -> None:
    video = published()
    found = playlist_rules.violations(replace(video, i_frames={"low-i": video.i_frames["low-i"]}))
    assert "high-i is listed, but there is no such playlist." in found
    assert [stream.uri for stream in multivariant.i_frame_streams(video.master)] == ["low-i", "high-i"]
