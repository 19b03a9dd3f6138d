from reelway import ffmpeg
from tests.support.samples import plan
from tests.unit.reelway.ffmpeg.commands import FIRST, FOLDER, LAST, MIDDLE, UPLOAD, encode, values


def test_all_chunks_share_one_offset_so_that_they_join() -> None:
    offsets = {
        offset for chunk in (FIRST, MIDDLE, LAST) for offset in values(encode(chunk), "-output_ts_offset")
    }
    assert offsets == {"10"}
    assert set(values(encode(), "-avoid_negative_ts")) == {"disabled"}


def test_every_gop_is_a_file_of_its_own() -> None:
    assert set(values(encode(), "-hls_time")) == {"0.001"}
    assert values(ffmpeg.copy_source(plan(), UPLOAD, FOLDER), "-hls_time") == ["1"]


def test_each_rung_writes_its_own_segments_and_the_playlist_that_is_read_back() -> None:
    command = encode()
    names = ("720p", "540p", "360p", "240p")
    assert values(command, "-hls_segment_filename") == [f"/job/{name}-%05d.ts" for name in names]
    for name in names:
        assert str(ffmpeg.chunk_playlist(FOLDER, name)) in command
