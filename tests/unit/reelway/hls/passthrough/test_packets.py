from fractions import Fraction

from reelway.hls.passthrough.packets import packets_by_stream
from tests.support.media import copied_source


def test_packets_are_read_with_their_times_and_keyframes() -> None:
    packets = packets_by_stream(copied_source.packets(750, gop_frames=50))
    video_packets, audio_packets = packets[0], packets[1]
    assert [packet.time_s for packet in video_packets[:3]] == [0, Fraction(1, 25), Fraction(2, 25)]
    assert [n for n, packet in enumerate(video_packets) if packet.is_key] == list(range(0, 750, 50))
    assert audio_packets[1].time_s == Fraction(1024, 48_000)


def test_a_packet_has_its_lead_before_it_is_shown_its_duration_and_its_size() -> None:
    [packet] = packets_by_stream("#tb 0: 1/12800\n0, -1024, 512, 256, 1000, 0x0, F=0x0")[0]
    assert (packet.time_s, packet.lead_s) == (Fraction(1, 25), Fraction(3, 25))
    assert (packet.duration_s, packet.size_bytes) == (Fraction(1, 50), 1000)
