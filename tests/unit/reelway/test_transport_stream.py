import pytest

from reelway.transport_stream import access_units, second_start
from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import AUDIO_PID, PACKET_BYTES, VIDEO_PID, StreamBytes

SPS = stream_bytes.sps(426, 240)


def test_every_frame_begins_with_the_packet_in_which_its_pes_packet_does() -> None:
    stream = StreamBytes().tables().video(3600, sps=SPS).audio(3600).video(7200).video(10_800)
    assert [unit.start // PACKET_BYTES for unit in access_units(stream.data)] == [2, 4, 5]
    assert second_start(stream.data) == 4 * PACKET_BYTES


def test_the_head_of_a_frame_goes_up_to_its_first_slice() -> None:
    sei = b"\x06\x05\x01\x00\x80"
    [first, second] = access_units(StreamBytes().tables().video(3600, sps=SPS, sei=sei).video(7200).data)
    assert first.head.endswith(b"\x00\x00\x00\x01" + sei + b"\x00\x00\x00\x01\x65")
    assert second.head.endswith(b"\x09\xf0\x00\x00\x00\x01\x41")


def test_what_describes_a_frame_may_be_spread_over_packets_with_others_in_between() -> None:
    long_sei = b"\x06\x05" + b"\x2a" * 500 + b"\x80"
    stream = StreamBytes().tables().video(3600, sps=SPS, sei=long_sei)
    *packets, last = stream.packets
    stream.packets = packets
    stream.audio(3600)
    stream.packets.append(last)
    [unit] = access_units(stream.data)
    assert long_sei in unit.head


def test_bytes_that_look_like_the_start_of_a_pes_packet_are_none() -> None:
    """In the payload of another stream, or off the start of a packet's payload."""
    stream = StreamBytes().tables().video(3600, sps=SPS)
    stream.packet(VIDEO_PID, b"\x2a" * 10 + b"\x00\x00\x01\xe0" + b"\x2a" * 50, is_start=False)
    stream.packet(AUDIO_PID, b"\x00\x00\x01\xe0", is_start=False)
    stream.video(7200)
    assert [unit.start // PACKET_BYTES for unit in access_units(stream.data)] == [2, 5]


@pytest.mark.parametrize("stream", [b"", b"\x47" * 100, bytes(1000), b"\x00\x00\x01\xe0" * 100])
def test_what_is_no_transport_stream_has_no_frames(stream: bytes) -> None:
    assert list(access_units(stream)) == []
    assert second_start(stream) == len(stream)


def test_of_a_single_frame_all_bytes_are_its_own() -> None:
    stream = StreamBytes().tables().video(3600, sps=SPS).audio(3600).data
    assert second_start(stream) == len(stream)


def test_a_stream_that_is_cut_off_in_a_frame_has_what_there_is() -> None:
    stream = StreamBytes().tables().video(3600, sps=SPS, sei=b"\x06" + b"\x2a" * 400).data
    [unit] = access_units(stream[: 4 * PACKET_BYTES + 5])
    assert unit.head.endswith(b"\x2a")
