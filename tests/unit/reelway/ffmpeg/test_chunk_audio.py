from dataclasses import replace
from fractions import Fraction

import pytest

from reelway import ffmpeg
from reelway.plan.chunks import Chunk
from tests.support.samples import AUDIO_STREAM, SOURCE, source, video_stream
from tests.unit.reelway.ffmpeg.commands import AUDIO, FIRST, LAST, MIDDLE, URL, encode, inputs_of, values

LIGHT = source(audio=replace(AUDIO_STREAM, bitrate_bps=64_100))


@pytest.mark.parametrize(
    ("chunk", "dropped"),
    [
        (FIRST, r"lt(pts*tb\,-0.021338)+gte(pts*tb\,19.919995)"),
        (MIDDLE, r"lt(pts*tb\,19.919995)+gte(pts*tb\,39.919995)"),
        (LAST, r"lt(pts*tb\,39.919995)+gte(pts*tb\,49.999995)"),
    ],
)
def test_a_chunk_gets_its_share_of_the_audio_packets_by_time(chunk: Chunk, dropped: str) -> None:
    command = encode(chunk)
    *copied, encoded, listed = values(command, "-bsf:a")  # of each rung, and as a list
    assert [*copied, listed] == [f"noise=amount=0:drop='{dropped}'"] * 4
    assert encoded == rf"noise=amount=0:drop='eq(n\,0)+{dropped}'"  # without the frame that primes decoders
    assert values(command, "-c:a") == ["copy", "copy", "copy", "aac", "copy"]
    assert values(command, "-map").count("1:a:0") == 5


def test_audio_is_read_no_further_than_some_frames_past_the_chunk() -> None:
    assert values(encode(MIDDLE), "-t") == ["40.021333"] * 4
    assert values(encode(MIDDLE), "-af") == ["atrim=end=40.085333"]
    assert "-t" not in encode(audio=None)


def test_audio_in_the_file_of_the_video_is_read_with_it() -> None:
    upload = ffmpeg.uploaded(source(audio=replace(AUDIO_STREAM, index=2)), URL)
    command = encode(video=upload, audio=upload, preroll_s=0)
    assert values(command, "-i") == [URL]
    assert values(command, "-map").count("0:2") == 5


def test_audio_that_is_dealt_out_with_the_first_frame_lies_behind_the_seek() -> None:
    upload = ffmpeg.uploaded(LIGHT, URL)
    assert values(encode(of=LIGHT, video=upload, audio=upload, preroll_s=0), "-ss") == ["19.840000"]
    separate = encode(of=LIGHT, video=upload, audio=AUDIO, preroll_s=0)
    assert values(separate, "-ss") == ["20.010000", "19.840000"]  # 4 of 25 fps
    fast = replace(LIGHT, video=video_stream(frame_rate=Fraction(50)))  # decoded 4 of its frames ahead
    at_50 = encode(of=fast, video=upload, audio=upload, preroll_s=0)
    assert values(at_50, "-ss") == ["9.900000"]


def test_audio_that_is_encoded_again_is_decoded_from_eight_aac_frames_earlier() -> None:
    upload = ffmpeg.uploaded(SOURCE, URL)
    command = encode(video=upload, audio=upload, preroll_s=0)
    assert values(command, "-ss") == ["19.669333"]  # 4 frames of video, and 8 x 1,024 samples
    assert values(command, "-flags2:a") == ["+skip_manual"]  # also what an edit list cuts away
    separate = encode(video=upload, audio=AUDIO, preroll_s=0)
    assert values(separate, "-ss") == ["20.010000", "19.669333"]
    assert "-flags2:a" in inputs_of(separate)[1]


def test_the_smallest_rung_has_audio_of_64_kbits() -> None:
    assert values(encode(), "-b:a") == ["64000"]
    assert values(encode(), "-profile:a") == ["aac_low"]
    assert "-ar" not in encode()


def test_audio_that_has_few_bits_already_is_copied_into_every_rung() -> None:
    command = encode(of=LIGHT)
    assert values(command, "-c:a") == ["copy"] * 5
    assert "-flags2:a" not in command


def test_a_silent_video_has_one_input_and_no_audio() -> None:
    command = encode(audio=None)
    assert values(command, "-i") == [URL]
    assert "-c:a" not in command
    assert "1:a:0" not in command
