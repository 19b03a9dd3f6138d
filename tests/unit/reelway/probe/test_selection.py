from typing import Any

import pytest

from tests.unit.reelway.probe.printed import mp4_with, printed, read, rejection


def test_the_cover_of_an_album_is_no_video() -> None:
    assert rejection(printed("withcover.mp3")).code == "no_video"


def test_a_cover_in_front_of_the_video_is_passed_over() -> None:
    report = printed("bigbuckbunny.mp4")
    report["streams"].insert(0, printed("withcover.mp3")["streams"][1])
    assert read(report).video.codec == "h264"


def test_the_video_and_the_audio_that_are_on_by_default_count() -> None:
    report = mp4_with()
    video, audio = report["streams"]
    report["streams"] = [
        stream | {"index": n, "disposition": {"default": int(n in {2, 5})}}
        for n, stream in enumerate([video, audio, video, audio, video, audio])
    ]
    source = read(report)
    assert source.audio
    assert (source.video.index, source.audio.index) == (2, 5)


def test_without_a_default_the_first_ones_count() -> None:
    report = mp4_with()
    report["streams"] = [
        stream | {"index": n, "disposition": {"default": 0}}
        for n, stream in enumerate([*report["streams"], *report["streams"]])
    ]
    source = read(report)
    assert source.audio
    assert (source.video.index, source.audio.index) == (0, 1)


def test_a_cover_that_is_on_by_default_is_still_no_video() -> None:
    report = mp4_with()
    cover = printed("withcover.mp3")["streams"][1]
    report["streams"].insert(0, cover | {"disposition": {"default": 1, "attached_pic": 1}})
    report["streams"][1] |= {"index": 1, "disposition": {"default": 0}}
    assert read(report).video.index == 1


@pytest.mark.parametrize("missing", [{"width": 0}, {"height": None}, {"codec_type": "data"}])
def test_a_stream_that_cannot_be_shown_is_no_video(missing: dict[str, Any]) -> None:
    assert rejection(mp4_with(**missing)).code == "no_video"


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ({"codec_name": "", "codec_tag_string": "dav1"}, "encoded as dav1, which"),
        ({"codec_name": "apv", "codec_tag_string": "apv1"}, "encoded as apv (codec tag apv1), which"),
        ({"codec_name": "gif", "codec_tag_string": "", "decoder": "gif"}, "encoded as gif, which"),
        ({"codec_name": ""}, "encoded as something unknown, which"),
    ],
)
def test_video_without_a_decoder_is_refused_by_name(codec: dict[str, Any], named: str) -> None:
    failure = rejection(mp4_with(**({"decoder": None} | codec)))
    assert failure.code == "unsupported_codec"
    assert f"The video is {named} is not read here." in failure.detail


def test_the_video_that_is_on_by_default_counts_even_if_it_cannot_be_decoded() -> None:
    """The other one may be a thumbnail."""
    report = mp4_with(decoder=None)
    report["streams"].append(mp4_with()["streams"][0] | {"index": 2, "disposition": {"default": 0}})
    assert rejection(report).code == "unsupported_codec"


def test_audio_without_a_decoder_is_refused_rather_than_left_out() -> None:
    report = mp4_with()
    report["streams"][1] |= {"decoder": None, "codec_name": "ac4", "channels": 0}
    failure = rejection(report)
    assert failure.code == "unsupported_codec"
    assert "The audio is encoded as ac4" in failure.detail


def test_audio_that_can_be_decoded_is_preferred() -> None:
    report = mp4_with()
    audio = report["streams"][1]
    report["streams"][1:] = [audio | {"decoder": None}, audio | {"index": 2, "disposition": {"default": 0}}]
    source = read(report)
    assert source.audio
    assert source.audio.index == 2


def test_audio_of_an_unknown_codec_that_never_comes_is_left_out() -> None:
    report = mp4_with()
    report["streams"][1] |= {"decoder": None, "duration": None, "nb_frames": "0", "tags": {}}
    assert read(report).audio is None


@pytest.mark.parametrize(
    "absent",
    [{"channels": 0, "sample_rate": "0"}, {"channels": "N/A"}, {"sample_rate": "N/A"}],
)
def test_audio_that_is_declared_but_never_comes_is_passed_over(absent: dict[str, Any]) -> None:
    report = mp4_with()
    real = report["streams"][1]
    report["streams"][1] = real | absent
    assert read(report).audio is None
    report["streams"].append(real | {"index": 2})
    audio = read(report).audio
    assert audio
    assert audio.index == 2


@pytest.mark.parametrize("absurd", [{"channels": 25}, {"sample_rate": "768001"}, {"sample_rate": "999"}])
def test_audio_that_no_recording_has_is_passed_over(absurd: dict[str, Any]) -> None:
    report = mp4_with()
    report["streams"][1] |= absurd
    assert read(report).audio is None
