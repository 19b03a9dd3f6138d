"""The transport stream reader that `tests/encoding` relies on, tested on streams built byte by byte."""

from fractions import Fraction

import pytest

from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import AUDIO_PID, PACKET_BYTES, VIDEO_PID, StreamBytes
from tests.support.readers import h264_sps, transport_stream
from tests.support.readers.transport_stream import MalformedError

SPS = stream_bytes.sps(426, 240)


def three_frames() -> StreamBytes:
    """An IDR frame and two others, whose decoding order differs from the order shown."""
    stream = StreamBytes().tables()
    return stream.video(900_000, 892_800, sps=SPS).video(907_200, 896_400).video(903_600, 900_000)


def test_a_video_frame_has_its_times_nal_types_and_parameter_set() -> None:
    first, second, third = transport_stream.read(three_frames().data).video_frames

    assert (first.pts, first.dts, first.nal_types) == (900_000, 892_800, (9, 7, 8, 5))
    assert (first.is_idr, first.is_random_access, first.sps) == (True, True, SPS)
    assert first.codec == "avc1.64001e"
    assert (second.pts, second.is_idr, second.is_random_access, second.codec) == (907_200, False, False, None)
    assert (third.pts, third.dts) == (903_600, 900_000)


def test_all_33_bits_of_a_timestamp_are_read() -> None:
    max_pts = 2**33 - 1
    [frame] = transport_stream.read(StreamBytes().tables().video(max_pts, 0x1_5555_5555).data).video_frames
    assert (frame.pts, frame.dts) == (max_pts, 0x1_5555_5555)


def test_pts_gaps_follow_the_order_shown_and_dts_gaps_the_order_decoded() -> None:
    stream = transport_stream.read(three_frames().data)
    assert stream.pts_gaps == {3600: 2}
    assert stream.dts_gaps == {3600: 2}
    assert stream.frame_times == [900_000, 903_600, 907_200]


def test_a_frame_in_many_packets_is_read_as_one_frame() -> None:
    unit = b"\x00\x00\x01\x09\xf0\x00\x00\x01\x41" + b"\x55" * 1000
    stream = StreamBytes().tables().pes(VIDEO_PID, 5, 5, unit)
    assert len(stream.packets) == 2 + 6
    assert [frame.nal_types for frame in transport_stream.read(stream.data).video_frames] == [(9, 1)]


@pytest.mark.parametrize(("rate_index", "rate_hz"), [(3, 48_000), (4, 44_100), (7, 22_050)])
def test_every_audio_frame_of_a_pes_packet_has_its_own_time(rate_index: int, rate_hz: int) -> None:
    stream = StreamBytes().tables().audio(900_000, 3, rate_index=rate_index)
    frames = transport_stream.read(stream.data).audio_frames
    step = Fraction(1024 * 90_000, rate_hz)
    assert [frame.pts for frame in frames] == [900_000, 900_000 + step, 900_000 + 2 * step]
    assert {(frame.codec, frame.rate_hz, frame.channels) for frame in frames} == {("mp4a.40.2", rate_hz, 2)}
    assert {frame.ticks for frame in frames} == {step}


def test_a_missing_packet_is_reported() -> None:
    stream = three_frames()
    del stream.packets[3]
    [error] = transport_stream.read(stream.data).errors
    assert error == "Packet 3 of PID 256 has counter 2 where 1 is due."


def test_a_duplicated_packet_is_reported_and_read_once() -> None:
    stream = three_frames()
    stream.packets.insert(3, stream.packets[3])
    read = transport_stream.read(stream.data)
    assert read.errors == ("Packet 4 of PID 256 is duplicated.",)
    assert len(read.video_frames) == 3


def test_a_counter_may_restart_only_with_a_discontinuity_indicator() -> None:
    first = three_frames().data
    indicated, not_indicated = StreamBytes(is_new=True).tables(), StreamBytes().tables()
    indicated.video(910_800, sps=SPS)
    not_indicated.video(910_800, sps=SPS)
    assert transport_stream.joined(transport_stream.read_all([first, indicated.data])).errors == ()
    [*tables, error] = transport_stream.joined(transport_stream.read_all([first, not_indicated.data])).errors
    assert len(tables) == 2
    assert error == "Segment 1: Packet 2 of PID 256 has counter 0 where 3 is due."


def test_counters_continue_from_segment_to_segment() -> None:
    parts = stream_bytes.segments(3, frames=2, sps_of=SPS)
    assert transport_stream.joined(transport_stream.read_all(parts)).errors == ()
    errors = transport_stream.joined(transport_stream.read_all([parts[0], parts[2]])).errors
    assert {error.split(" has ")[0] for error in errors} >= {"Segment 1: Packet 2 of PID 256"}


def test_a_packet_without_payload_does_not_advance_the_counter() -> None:
    stream = three_frames()
    counter = stream.packets[2][3] & 0x0F
    empty = bytes([0x47, VIDEO_PID >> 8, VIDEO_PID & 0xFF, 0x20 | counter, 183]) + bytes(183)
    stream.packets.insert(3, empty)
    assert transport_stream.read(stream.data).errors == ()


def test_null_packets_are_ignored() -> None:
    stream = three_frames()
    stream.packets.insert(2, bytes([0x47, 0x1F, 0xFF, 0x10]) + bytes(184))
    read = transport_stream.read(stream.data)
    assert (len(read.video_frames), read.errors, read.begins_with_tables) == (3, (), True)


def test_pat_and_pmt_must_come_before_the_streams_they_describe() -> None:
    stream = three_frames()
    assert transport_stream.read(stream.data).begins_with_tables
    stream.packets.append(stream.packets.pop(0))
    assert not transport_stream.read(stream.data).begins_with_tables


@pytest.mark.parametrize(
    ("nals", "is_idr"),
    [
        ([b"\x67", b"\x68", b"\x65"], True),
        ([b"\x65"], False),  # without parameter sets
        ([b"\x65", b"\x67", b"\x68"], False),  # with them after it
        ([b"\x67", b"\x68", b"\x41"], False),  # an I frame that is not IDR
        ([b"\x67", b"\x68", b"\x65", b"\x41"], False),
    ],
)
def test_decoding_can_begin_at_an_idr_frame_after_its_parameter_sets(nals: list[bytes], is_idr: bool) -> None:
    unit = b"".join(b"\x00\x00\x01" + nal + b"\x11\x22\x33" for nal in [b"\x09", *nals])
    [frame] = transport_stream.read(StreamBytes().tables().pes(VIDEO_PID, 1, 1, unit).data).video_frames
    assert frame.is_idr is is_idr


def test_bytes_that_are_not_packets_are_refused() -> None:
    data = three_frames().data
    with pytest.raises(MalformedError, match="not a whole number of packets"):
        transport_stream.read(data[:-1])
    with pytest.raises(MalformedError, match="Packet 1 begins with 0x00"):
        transport_stream.read(data[:PACKET_BYTES] + b"\x00" + data[PACKET_BYTES + 1 :])


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (StreamBytes().tables().pes(VIDEO_PID, 7, 7, b"\x00\x00\x01\x41\x11"), "not one access unit"),
        (
            StreamBytes().tables().pes(VIDEO_PID, 7, 7, b"\x00\x00\x01\x09\xf0\x00\x00\x01\x41\x11" * 2),
            "not one access unit",
        ),
        (StreamBytes().tables().pes(AUDIO_PID, 7, None, b"\x55" * 20), "does not begin an ADTS frame"),
        (
            StreamBytes().tables().pes(AUDIO_PID, 7, None, stream_bytes.adts_frame()[:-1]),
            "is not whole",
        ),
    ],
)
def test_a_pes_packet_must_contain_one_access_unit_or_whole_adts_frames(
    stream: StreamBytes, words: str
) -> None:
    with pytest.raises(MalformedError, match=words):
        transport_stream.read(stream.data)


def test_a_truncated_pes_packet_is_refused() -> None:
    stream = StreamBytes().tables().audio(900_000, 40)
    del stream.packets[-1]
    with pytest.raises(MalformedError, match=r"PID 257 has \d+ of \d+ bytes"):
        transport_stream.read(stream.data)


def test_a_stream_that_begins_in_the_middle_of_a_pes_packet_is_refused() -> None:
    stream = StreamBytes().tables().audio(900_000, 40)
    del stream.packets[2]
    with pytest.raises(MalformedError, match="is not part of a PES packet"):
        transport_stream.read(stream.data)


@pytest.mark.parametrize(("width", "height"), [(426, 240), (1920, 1080), (176, 144), (2, 2), (564, 240)])
def test_the_frame_size_is_read_from_the_parameter_set(width: int, height: int) -> None:
    assert h264_sps.frame_size(stream_bytes.sps(width, height)) == (width, height)


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("6764001eacd941b1fe4f016a040402800000030080000019078b16cb", (426, 240)),
        ("6764001facd940d83de6f016a040402800001f480007530078c18cb0", (854, 480)),
        ("67640020acd9405005bb016a040402800001f48000ea60078c18cb", (1280, 720)),
    ],
)
def test_the_frame_size_is_read_from_parameter_sets_of_x264(written: str, size: tuple[int, int]) -> None:
    assert h264_sps.frame_size(bytes.fromhex(written)) == size


def test_emulation_prevention_bytes_are_not_part_of_a_parameter_set() -> None:
    plain = stream_bytes.sps(426, 240, level=0)
    assert plain[2:4] == b"\x00\x00"
    assert h264_sps.frame_size(plain[:4] + b"\x03" + plain[4:]) == (426, 240)


def test_the_size_of_video_other_than_420_is_not_read() -> None:
    with pytest.raises(ValueError, match="chroma format is 2"):
        h264_sps.frame_size(bytes([0x67, 122, 0, 30, 0b10110000]))
