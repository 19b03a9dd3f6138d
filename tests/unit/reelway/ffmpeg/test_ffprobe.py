from reelway import ffmpeg
from reelway.probe.source import Bounds
from tests.unit.reelway.ffmpeg.commands import URL, values


def test_the_probe_is_guarded_too_and_reads_its_file_last() -> None:
    command = ffmpeg.probe(URL, Bounds(pixels=7, streams=3))
    assert command[0] == "ffprobe"
    assert command[-1] == URL
    assert values(command, "-protocol_whitelist")
    assert values(command, "-format_whitelist")
    assert (values(command, "-max_pixels"), values(command, "-max_streams")) == (["7"], ["3"])
    assert values(command, "-max_alloc") == ["167772160"]
    assert values(command, "-threads") == ["1"]
    assert values(command, "-of") == ["json"]
    assert {"-show_format", "-show_streams"} <= set(command)


def test_measuring_is_guarded_and_lists_packets_only() -> None:
    command = ffmpeg.measure(URL, Bounds())
    assert command[0] == "ffprobe"
    assert command[-1] == URL
    assert values(command, "-format_whitelist")
    assert values(command, "-protocol_whitelist")
    assert values(command, "-show_entries") == ["packet=stream_index,pts_time,dts_time,duration_time"]
