"""The reader that joints are judged by, on bytes made by hand."""

from fractions import Fraction

import pytest

from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import AUDIO_PID, PACKET_BYTES, VIDEO_PID, StreamBytes
from tests.support.readers import h264_sps, transport_stream
from tests.support.readers.transport_stream import MalformedError

SPS = stream_bytes.sps(426, 240)


def three_pictures() -> StreamBytes:
    """An IDR picture and two others, decoded in another order than shown."""
    stream = StreamBytes().tables()
    return stream.picture(900_000, 892_800, sps=SPS).picture(907_200, 896_400).picture(903_600, 900_000)


def test_pictures_have_their_times_types_and_parameter_set() -> None:
    first, second, third = transport_stream.read(three_pictures().data).pictures

    assert (first.pts, first.dts, first.nal_types) == (900_000, 892_800, (9, 7, 8, 5))
    assert (first.is_idr, first.is_random_access, first.sps) == (True, True, SPS)
    assert first.codec == "avc1.64001e"
    assert (second.pts, second.is_idr, second.is_random_access, second.codec) == (907_200, False, False, None)
    assert (third.pts, third.dts) == (903_600, 900_000)


def test_times_of_all_33_bits_are_read() -> None:
    most = 2**33 - 1
    [picture] = transport_stream.read(StreamBytes().tables().picture(most, 0x1_5555_5555).data).pictures
    assert (picture.pts, picture.dts) == (most, 0x1_5555_5555)


def test_gaps_are_counted_in_the_order_shown_and_in_the_order_decoded() -> None:
    stream = transport_stream.read(three_pictures().data)
    assert stream.pts_gaps == {3600: 2}
    assert stream.dts_gaps == {3600: 2}
    assert stream.picture_times == [900_000, 903_600, 907_200]


def test_a_picture_over_many_packets_is_one_picture() -> None:
    unit = b"\x00\x00\x01\x09\xf0\x00\x00\x01\x41" + b"\x55" * 1000
    stream = StreamBytes().tables().pes(VIDEO_PID, 5, 5, unit)
    assert len(stream.packets) == 2 + 6
    assert [p.nal_types for p in transport_stream.read(stream.data).pictures] == [(9, 1)]


@pytest.mark.parametrize(("rate_index", "rate_hz"), [(3, 48_000), (4, 44_100), (7, 22_050)])
def test_every_sound_frame_of_a_pes_packet_has_its_own_time(rate_index: int, rate_hz: int) -> None:
    stream = StreamBytes().tables().sound(900_000, 3, rate_index=rate_index)
    sounds = transport_stream.read(stream.data).sounds
    step = Fraction(1024 * 90_000, rate_hz)
    assert [sound.pts for sound in sounds] == [900_000, 900_000 + step, 900_000 + 2 * step]
    assert {(sound.codec, sound.rate_hz, sound.channels) for sound in sounds} == {("mp4a.40.2", rate_hz, 2)}
    assert {sound.ticks for sound in sounds} == {step}


def test_a_missing_packet_is_found() -> None:
    stream = three_pictures()
    del stream.packets[3]
    [error] = transport_stream.read(stream.data).errors
    assert error == "Packet 3 of PID 256 has counter 2 where 1 is due."


def test_a_packet_that_is_there_twice_is_found_and_read_once() -> None:
    stream = three_pictures()
    stream.packets.insert(3, stream.packets[3])
    read = transport_stream.read(stream.data)
    assert read.errors == ("Packet 4 of PID 256 is there twice.",)
    assert len(read.pictures) == 3


def test_a_counter_may_start_anew_only_where_the_packet_says_so() -> None:
    first = three_pictures().data
    said, unsaid = StreamBytes(is_new=True).tables(), StreamBytes().tables()
    said.picture(910_800, sps=SPS)
    unsaid.picture(910_800, sps=SPS)
    assert transport_stream.joined(transport_stream.read_all([first, said.data])).errors == ()
    [*tables, error] = transport_stream.joined(transport_stream.read_all([first, unsaid.data])).errors
    assert len(tables) == 2
    assert error == "Segment 1: Packet 2 of PID 256 has counter 0 where 3 is due."


def test_counters_go_on_from_segment_to_segment() -> None:
    parts = stream_bytes.segments(3, pictures=2, sps_of=SPS)
    assert transport_stream.joined(transport_stream.read_all(parts)).errors == ()
    errors = transport_stream.joined(transport_stream.read_all([parts[0], parts[2]])).errors
    assert {error.split(" has ")[0] for error in errors} >= {"Segment 1: Packet 2 of PID 256"}


def test_a_packet_without_payload_does_not_count() -> None:
    stream = three_pictures()
    counter = stream.packets[2][3] & 0x0F
    empty = bytes([0x47, VIDEO_PID >> 8, VIDEO_PID & 0xFF, 0x20 | counter, 183]) + bytes(183)
    stream.packets.insert(3, empty)
    assert transport_stream.read(stream.data).errors == ()


def test_null_packets_are_passed_over() -> None:
    stream = three_pictures()
    stream.packets.insert(2, bytes([0x47, 0x1F, 0xFF, 0x10]) + bytes(184))
    read = transport_stream.read(stream.data)
    assert (len(read.pictures), read.errors, read.begins_with_tables) == (3, (), True)


def test_tables_must_come_before_what_they_describe() -> None:
    stream = three_pictures()
    assert transport_stream.read(stream.data).begins_with_tables
    stream.packets.append(stream.packets.pop(0))
    assert not transport_stream.read(stream.data).begins_with_tables


@pytest.mark.parametrize(
    ("nals", "is_idr"),
    [
        ([b"\x67", b"\x68", b"\x65"], True),
        ([b"\x65"], False),  # without parameter sets
        ([b"\x65", b"\x67", b"\x68"], False),  # with them behind it
        ([b"\x67", b"\x68", b"\x41"], False),  # an I picture may be one of these
        ([b"\x67", b"\x68", b"\x65", b"\x41"], False),
    ],
)
def test_decoding_can_begin_at_an_idr_picture_behind_its_parameter_sets(
    nals: list[bytes], is_idr: bool
) -> None:
    unit = b"".join(b"\x00\x00\x01" + nal + b"\x11\x22\x33" for nal in [b"\x09", *nals])
    [picture] = transport_stream.read(StreamBytes().tables().pes(VIDEO_PID, 1, 1, unit).data).pictures
    assert picture.is_idr is is_idr


def test_bytes_that_are_no_packets_are_refused() -> None:
    data = three_pictures().data
    with pytest.raises(MalformedError, match="no whole number of packets"):
        transport_stream.read(data[:-1])
    with pytest.raises(MalformedError, match="Packet 1 begins with 0x00"):
        transport_stream.read(data[:PACKET_BYTES] + b"\x00" + data[PACKET_BYTES + 1 :])


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (StreamBytes().tables().pes(VIDEO_PID, 7, 7, b"\x00\x00\x01\x41\x11"), "not one picture"),
        (
            StreamBytes().tables().pes(VIDEO_PID, 7, 7, b"\x00\x00\x01\x09\xf0\x00\x00\x01\x41\x11" * 2),
            "not one picture",
        ),
        (StreamBytes().tables().pes(AUDIO_PID, 7, None, b"\x55" * 20), "begins no ADTS frame"),
        (
            StreamBytes().tables().pes(AUDIO_PID, 7, None, stream_bytes.adts_frame()[:-1]),
            "not one whole frame",
        ),
    ],
)
def test_pes_packets_hold_whole_pictures_and_whole_sound_frames(stream: StreamBytes, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        transport_stream.read(stream.data)


def test_a_pes_packet_cut_off_at_its_end_is_refused() -> None:
    stream = StreamBytes().tables().sound(900_000, 40)
    del stream.packets[-1]
    with pytest.raises(MalformedError, match=r"PID 257 has \d+ of \d+ bytes"):
        transport_stream.read(stream.data)


def test_a_stream_that_begins_in_the_middle_of_a_pes_packet_is_refused() -> None:
    stream = StreamBytes().tables().sound(900_000, 40)
    del stream.packets[2]
    with pytest.raises(MalformedError, match="belongs to no PES packet"):
        transport_stream.read(stream.data)


@pytest.mark.parametrize(("width", "height"), [(426, 240), (1920, 1080), (176, 144), (2, 2), (564, 240)])
def test_the_size_of_pictures_is_in_their_parameter_set(width: int, height: int) -> None:
    assert h264_sps.picture_size(stream_bytes.sps(width, height)) == (width, height)


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("6764001eacd941b1fe4f016a040402800000030080000019078b16cb", (426, 240)),
        ("6764001facd940d83de6f016a040402800001f480007530078c18cb0", (854, 480)),
        ("67640020acd9405005bb016a040402800001f48000ea60078c18cb", (1280, 720)),
    ],
)
def test_the_size_in_a_parameter_set_that_x264_wrote_is_read(written: str, size: tuple[int, int]) -> None:
    assert h264_sps.picture_size(bytes.fromhex(written)) == size


def test_bytes_that_keep_start_codes_away_are_no_part_of_a_parameter_set() -> None:
    plain = stream_bytes.sps(426, 240, level=0)
    assert plain[2:4] == b"\x00\x00"
    assert h264_sps.picture_size(plain[:4] + b"\x03" + plain[4:]) == (426, 240)


def test_pictures_other_than_420_are_not_measured() -> None:
    with pytest.raises(ValueError, match="chroma format is 2"):
        h264_sps.picture_size(bytes([0x67, 122, 0, 30, 0b10110000]))
