"""Which channels are found in which triplets: (marker with cc_valid and cc_type, two bytes)."""

import pytest

from reelway.captions import captions_in
from tests.support.media import captioned
from tests.support.media.stream_bytes import StreamBytes, sps

SPS = sps(426, 240)
PADDING = [(0xFC, 0x80, 0x80), (0xFD, 0x80, 0x80), (0xFA, 0, 0)]


def segment(*triplets: tuple[int, int, int], before: bytes = b"") -> bytes:
    """Two frames, the second of which has the triplets in an SEI unit, behind the messages `before`."""
    unit = captioned.sei_unit([bytes(triplet) for triplet in triplets], before=before)
    return StreamBytes().tables().video(3600, sps=SPS).video(7200, sei=unit).data


@pytest.mark.parametrize(
    ("triplet", "channel"),
    [
        ((0xFC, 0x94, 0x20), "CC1"),
        ((0xFC, 0x1C, 0x20), "CC2"),
        ((0xFD, 0x15, 0x25), "CC3"),
        ((0xFD, 0x9D, 0x20), "CC4"),
        ((0xFF, 0x02, 0x21), "SERVICE1"),
        ((0xFF, 0x82, 0xC5), "SERVICE6"),
    ],
)
def test_a_channel_is_found_by_its_control_codes_or_the_head_of_its_packets(
    triplet: tuple[int, int, int], channel: str
) -> None:
    assert captions_in(segment(*PADDING, triplet)) == {channel}


@pytest.mark.parametrize(
    "triplets",
    [
        [],
        PADDING,
        [(0xFD, 0x01, 0x05)],  # XDS, which describes the programme
        [(0xFC, 0xC1, 0xC2)],  # characters, which nobody shows without a control code before them
        [(0xF8, 0x94, 0x20)],  # not valid
        [(0xFF, 0x02, 0x20)],  # a service block without bytes
        [(0xFF, 0x02, 0xE5)],  # a service above 6
        [(0xFE, 0x02, 0x21)],  # the inside of a packet
    ],
)
def test_padding_and_whatever_else_shows_nothing_are_no_captions(
    triplets: list[tuple[int, int, int]],
) -> None:
    assert captions_in(segment(*triplets)) == set()


def test_channels_of_all_frames_count() -> None:
    one, other = segment((0xFC, 0x14, 0x20)), segment((0xFD, 0x14, 0x20))
    assert captions_in(one + other) == {"CC1", "CC3"}


def test_captions_are_found_behind_other_and_long_messages() -> None:
    timing = b"\x01\x02\xaa\xbb"
    long = b"\x05\xff\xff\x05" + b"\x2a" * 515
    assert captions_in(segment((0xFC, 0x14, 0x20), before=timing + long)) == {"CC1"}


def test_bytes_that_keep_start_codes_from_occurring_are_not_data() -> None:
    assert captions_in(segment((0xFA, 0, 0), (0xFA, 0, 0), (0xFC, 0x14, 0x20), (0xFA, 0, 0))) == {"CC1"}


@pytest.mark.parametrize("size", range(2, 18))
def test_a_message_that_is_cut_off_has_the_triplets_before_that(size: int) -> None:
    unit = captioned.sei_unit([bytes((0xFC, 0x14, 0x20))] * 2)[:size]
    found = captions_in(StreamBytes().tables().video(3600, sps=SPS, sei=unit).data)
    assert found == ({"CC1"} if size > 14 else set())
