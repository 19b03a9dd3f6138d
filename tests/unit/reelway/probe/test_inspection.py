import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reelway.documents import from_plain, to_plain
from reelway.errors import MediaRejected
from reelway.probe.inspection import source_of
from reelway.probe.limits import Limits, check_size
from reelway.probe.source import AudioStream, Bounds, HdrColor, Source

LIMITS = Limits()
SIZE_BYTES = 1_000_000


def probed(name: str) -> dict[str, Any]:
    """What ffprobe 8.1.2 says of a real file, without the fields that nobody reads."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "reports" / f"{name}.json").read_text())
    return loaded


def read(report: dict[str, Any], limits: Limits = LIMITS) -> Source:
    return source_of(report, SIZE_BYTES, limits)


def picture_with(**changes: Any) -> dict[str, Any]:
    """A plain MP4's report, its picture with other values; None removes one."""
    report = copy.deepcopy(probed("bigbuckbunny.mp4"))
    picture = report["streams"][0] | changes
    report["streams"][0] = {name: value for name, value in picture.items() if value is not None}
    return report


def rejection(report: dict[str, Any], limits: Limits = LIMITS) -> MediaRejected:
    with pytest.raises(MediaRejected) as caught:
        read(report, limits)
    return caught.value


def test_a_plain_mp4_is_read_as_it_is() -> None:
    source = read(probed("bigbuckbunny.mp4"))
    assert (source.duration_s, source.size_bytes) == (5.312, SIZE_BYTES)
    video = source.video
    assert (video.codec, video.width, video.height, video.frame_rate) == ("h264", 1280, 720, Fraction(25))
    assert (video.duration_s, video.start_s, video.bitrate_bps) == (5.28, 0.0, 1_205_959)
    assert (video.hdr, video.is_interlaced, video.color_matrix) == (None, False, "bt709")
    assert source.audio == AudioStream(1, "aac", "LC", 6, 48_000, 0.0, 5.312)


@pytest.mark.parametrize(
    "name",
    ["demo.mkv", "demo.flv", "test.mkv", "carphone_pristine.mp4", "demo.vob", "demo.webm", "late-start.ts"],
)
def test_a_source_survives_its_json_form(name: str) -> None:
    source = read(probed(name))
    assert from_plain(Source, json.loads(json.dumps(to_plain(source)))) == source


@pytest.mark.parametrize(("turn", "size"), [(90, (272, 640)), (-90, (272, 640)), (180, (640, 272))])
def test_a_turned_picture_has_the_size_that_viewers_see(turn: int, size: tuple[int, int]) -> None:
    report = probed("rotated.mp4")
    report["streams"][0]["side_data_list"][0]["rotation"] = turn
    video = read(report).video
    assert (video.width, video.height) == size


def test_pixels_that_are_not_square_are_made_so() -> None:
    video = read(probed("carphone_pristine.mp4")).video  # 176x144 at 128:117
    assert (video.width, video.height) == (193, 144)


def test_an_unknown_pixel_aspect_leaves_the_size_alone() -> None:
    assert read(picture_with(sample_aspect_ratio="0:1")).video.width == 1280


def test_a_turned_picture_of_oblong_pixels_is_stretched_before_it_is_turned() -> None:
    video = read(
        picture_with(width=720, height=480, sample_aspect_ratio="32:27", side_data_list=[{"rotation": -90}])
    ).video
    assert (video.width, video.height) == (480, 853)


@pytest.mark.parametrize(
    ("base", "mean", "rate"),
    [
        ("25/1", "25/1", Fraction(25)),
        ("30000/1001", "30000/1001", Fraction(30000, 1001)),
        ("30/1", "2997/100", Fraction(30)),
        ("90000/1", "29970/1000", Fraction(30000, 1001)),
        ("1000/1", "23950/1000", Fraction(24000, 1001)),
        ("90000/1", "17/1", Fraction(30)),
        ("90000/1", "31/1", Fraction(60)),
        ("90000/1", "75/1", Fraction(75)),
        ("534/23", "534/23", Fraction(30)),
        ("9/2", "9/2", Fraction(9, 2)),
        ("556/23", "556/23", Fraction(30)),
        ("19001/317", "19001/317", Fraction(60000, 1001)),
        ("172/7", "24/1", Fraction(24)),
        ("90000/1", "297/10", Fraction(30)),
        ("15/1", "15/1", Fraction(15)),
        ("25/1", "75/7", Fraction(25)),
        ("60/1", "29/1", Fraction(60)),
        ("120/1", "29/1", Fraction(30)),
        ("24/1", "25/1", Fraction(25)),
        ("50/1", "0/0", Fraction(50)),
        ("0/0", "0/0", Fraction(25)),
        ("0/0", "24/1", Fraction(24)),
    ],
)
def test_the_streams_own_rate_counts_unless_the_mean_says_otherwise(
    base: str, mean: str, rate: Fraction
) -> None:
    assert read(picture_with(r_frame_rate=base, avg_frame_rate=mean)).video.frame_rate == rate


def test_a_variable_rate_on_a_grid_keeps_every_frame() -> None:
    assert read(probed("variable-rate.mp4")).video.frame_rate == Fraction(25)


@pytest.mark.parametrize("order", ["tt", "bb"])
def test_the_fields_of_interlaced_pictures_are_no_frames(order: str) -> None:
    report = picture_with(r_frame_rate="50/1", avg_frame_rate="25/1", field_order=order)
    assert read(report).video.frame_rate == Fraction(25)


@pytest.mark.parametrize("codec", ["mpeg1video", "mpeg2video"])
def test_the_fields_that_mpeg_pictures_could_have_are_no_frames(codec: str) -> None:
    assert read(picture_with(r_frame_rate="50/1", codec_name=codec)).video.frame_rate == Fraction(25)


def test_without_a_length_of_its_own_the_picture_ends_with_the_file() -> None:
    report = picture_with(duration="N/A", start_time="1.5")
    report["format"] |= {"duration": "6.78", "start_time": "0.0"}
    assert read(report).video.duration_s == pytest.approx(5.28)


def test_matroska_tells_when_the_picture_ends() -> None:
    report = picture_with(duration="N/A", start_time="1.5", tags={"DURATION": "00:00:05.500000000"})
    report["format"] |= {"duration": "6.78", "start_time": "0.5"}
    assert read(report).video.duration_s == pytest.approx(4.0)


def test_matroska_tells_when_the_file_ends() -> None:
    report = picture_with(duration="N/A", start_time="33.3")
    report["format"] |= {"duration": "56.3", "start_time": "33.3", "format_name": "matroska,webm"}
    source = read(report)
    assert source.duration_s == pytest.approx(23.0)
    assert source.video.duration_s == pytest.approx(23.0)


def test_sound_that_starts_late_is_known_to() -> None:
    report = picture_with(start_time="1.0")
    report["format"]["start_time"] = "1.0"
    report["streams"][1]["start_time"] = "2.5"
    audio = read(report).audio
    assert audio
    assert audio.start_s == pytest.approx(1.5)


def test_a_picture_of_an_album_is_no_video() -> None:
    assert rejection(probed("withcover.mp3")).code == "no_video"


def test_a_cover_in_front_of_the_film_is_passed_over() -> None:
    report = probed("bigbuckbunny.mp4")
    report["streams"].insert(0, probed("withcover.mp3")["streams"][1])
    assert read(report).video.codec == "h264"


def test_the_picture_and_the_sound_that_are_on_by_default_count() -> None:
    report = picture_with()
    picture, sound = report["streams"]
    report["streams"] = [
        stream | {"index": n, "disposition": {"default": int(n in {2, 5})}}
        for n, stream in enumerate([picture, sound, picture, sound, picture, sound])
    ]
    source = read(report)
    assert source.audio
    assert (source.video.index, source.audio.index) == (2, 5)


def test_without_a_default_the_first_ones_count() -> None:
    report = picture_with()
    report["streams"] = [
        stream | {"index": n, "disposition": {"default": 0}}
        for n, stream in enumerate([*report["streams"], *report["streams"]])
    ]
    source = read(report)
    assert source.audio
    assert (source.video.index, source.audio.index) == (0, 1)


def test_a_cover_that_is_on_by_default_is_still_no_film() -> None:
    report = picture_with()
    cover = probed("withcover.mp3")["streams"][1]
    report["streams"].insert(0, cover | {"disposition": {"default": 1, "attached_pic": 1}})
    report["streams"][1] |= {"index": 1, "disposition": {"default": 0}}
    assert read(report).video.index == 1


def test_dv_is_interlaced_without_saying_so() -> None:
    video = read(picture_with(codec_name="dvvideo", field_order="unknown")).video
    assert video.is_interlaced
    assert not video.is_steady


@pytest.mark.parametrize(
    "missing", [{"codec_name": None}, {"width": 0}, {"height": None}, {"codec_type": "data"}]
)
def test_a_stream_that_cannot_be_shown_is_no_video(missing: dict[str, Any]) -> None:
    assert rejection(picture_with(**missing)).code == "no_video"


def test_a_report_without_streams_is_no_video() -> None:
    assert rejection({}).code == "no_video"


def test_audio_of_an_unknown_codec_is_left_out() -> None:
    report = probed("bigbuckbunny.mp4")
    del report["streams"][1]["codec_name"]
    assert read(report).audio is None


def test_matroska_tells_a_tracks_duration_in_a_tag() -> None:
    source = read(probed("demo.mkv"))
    assert (source.duration_s, source.video.duration_s) == (60.152, 60.054)


def test_hours_and_minutes_of_a_duration_tag_count() -> None:
    report = probed("demo.mkv")
    report["streams"][0]["tags"]["DURATION"] = "01:02:03.500000000"
    assert read(report).video.duration_s == 3723.5


@pytest.mark.parametrize("tag", ["soon", "12.5", "1:2", "a:b:c", ""])
def test_a_duration_tag_in_another_form_is_passed_over(tag: str) -> None:
    report = probed("demo.mkv")
    report["streams"][0]["tags"]["DURATION"] = tag
    assert read(report).video.duration_s == read(probed("demo.mkv")).duration_s


def test_a_tracks_duration_stands_in_for_the_files() -> None:
    report = probed("demo.mkv")
    report["format"]["duration"] = "N/A"
    assert read(report).duration_s == 60.054


@pytest.mark.parametrize("duration", [None, "N/A", "0.000000", "-3.5"])
def test_a_file_that_does_not_tell_its_length_is_rejected(duration: str | None) -> None:
    report = picture_with(duration=None)
    report["format"]["duration"] = duration
    assert rejection(report).code == "unknown_duration"


def test_values_that_are_not_available_are_as_good_as_missing() -> None:
    report = picture_with(
        duration="N/A", bit_rate="N/A", start_time="N/A", sample_aspect_ratio="N/A", avg_frame_rate="N/A"
    )
    source = read(report)
    assert (source.video.duration_s, source.video.bitrate_bps) == (5.312, 1_589_963)


@pytest.mark.parametrize(
    "absent",
    [{"channels": 0, "sample_rate": "0"}, {"channels": "N/A"}, {"sample_rate": "N/A"}],
)
def test_sound_that_is_declared_but_never_comes_is_passed_over(absent: dict[str, Any]) -> None:
    report = picture_with()
    real = report["streams"][1]
    report["streams"][1] = real | absent
    assert read(report).audio is None
    report["streams"].append(real | {"index": 2})
    audio = read(report).audio
    assert audio
    assert audio.index == 2


def test_no_bitrate_at_all_is_zero() -> None:
    report = picture_with(bit_rate=None)
    del report["format"]["bit_rate"]
    assert read(report).video.bitrate_bps == 0


def test_the_picture_starts_where_it_does_within_the_file() -> None:
    report = picture_with(start_time="2.480000")
    report["format"]["start_time"] = "1.400000"
    assert read(report).video.start_s == pytest.approx(1.08)
    assert read(probed("late-start.ts")).video.start_s == 0.0


@pytest.mark.parametrize(
    ("rate", "start", "zero_s"),
    [
        ("25/1", "1.421333", 1.421333 - 1 / 25),
        ("25/1", "1.440002", 1.440002 - 1 / 25),
        ("1/1", "1.421333", 0.421333),
        ("50/1", "1.420000", 1.42 - 2 / 50),
        ("120/1", "1.420000", 1.42 - 1 / 30),
    ],
)
def test_the_clock_starts_so_that_the_picture_is_on_the_grid_of_all_renditions(
    rate: str, start: str, zero_s: float
) -> None:
    report = picture_with(r_frame_rate=rate, avg_frame_rate=rate, start_time=start)
    report["format"]["start_time"] = "1.400000"
    report["streams"][1]["start_time"] = "1.400000"
    source = read(report)
    assert source.start_s == pytest.approx(zero_s, abs=1e-9)
    assert source.start_s + source.video.start_s == pytest.approx(float(start), abs=1e-9)
    assert source.audio
    assert source.start_s + source.audio.start_s == pytest.approx(1.4, abs=1e-5)


def test_a_picture_that_does_not_tell_its_start_starts_with_the_file() -> None:
    report = picture_with(start_time=None)
    report["format"]["start_time"] = "1.400000"
    source = read(report)
    assert (source.start_s, source.video.start_s) == (1.4, 0.0)


def test_a_file_that_starts_before_zero_still_has_its_pictures_start() -> None:
    report = picture_with(start_time="0.000000")
    report["format"]["start_time"] = "-0.520000"
    assert read(report).video.start_s == pytest.approx(0.52)


def test_a_film_exactly_as_long_as_allowed_is_taken_and_a_longer_one_not() -> None:
    report = picture_with()
    report["format"]["duration"] = "100.000000"
    assert read(report, Limits(100, LIMITS.pixels)).duration_s == 100.0
    refused = rejection(report, Limits(99, LIMITS.pixels))
    assert refused.code == "too_long"
    assert "99 s" in refused.detail


def test_a_picture_of_exactly_as_many_pixels_as_allowed_is_taken_and_a_larger_one_not() -> None:
    assert read(picture_with(), Limits(100, 1280 * 720)).video.width == 1280
    refused = rejection(picture_with(), Limits(100, 1280 * 720 - 1))
    assert refused.code == "too_many_pixels"
    assert "1280x720" in refused.detail


def test_a_picture_of_oblong_pixels_is_as_large_as_it_is_shown() -> None:
    refused = rejection(picture_with(sample_aspect_ratio="100:1"))
    assert refused.code == "too_many_pixels"
    assert "128000x720" in refused.detail


def test_a_picture_is_no_longer_to_a_side_than_encoders_take() -> None:
    assert read(picture_with(width=16_384, height=100)).video.width == 16_384
    assert rejection(picture_with(width=100, height=16_385)).code == "too_many_pixels"


def test_a_rate_as_high_as_allowed_is_taken_and_a_higher_one_not() -> None:
    assert read(picture_with(r_frame_rate="300/1", avg_frame_rate="300/1")).video.frame_rate == 300
    refused = rejection(picture_with(r_frame_rate="301/1", avg_frame_rate="301/1"))
    assert refused.code == "frame_rate_too_high"
    assert "301" in refused.detail


@pytest.mark.parametrize("rates", [("25/1", "600/1"), ("600/1", "25/1"), ("0/0", "25/1"), ("0/0", "0/0")])
def test_a_rate_that_not_all_of_the_file_tells_is_no_reason(rates: tuple[str, str]) -> None:
    assert read(picture_with(r_frame_rate=rates[0], avg_frame_rate=rates[1])).video.codec == "h264"


def test_the_frames_to_be_encoded_are_counted_at_the_rate_of_the_output() -> None:
    report = picture_with(r_frame_rate="120/1", avg_frame_rate="120/1", duration="100.0")
    report["format"]["duration"] = "100.0"
    assert read(report, Limits(frames=6_000)).duration_s == 100.0
    refused = rejection(report, Limits(frames=5_999))
    assert refused.code == "too_many_frames"
    assert "6000 frames" in refused.detail


@pytest.mark.parametrize("stream", [0, 1])
def test_a_track_that_claims_to_be_longer_than_its_file_is_counted(stream: int) -> None:
    report = picture_with()
    report["streams"][stream]["duration"] = "360000000.0"
    assert rejection(report).code == "too_long"


def test_more_streams_than_allowed_are_refused() -> None:
    report = picture_with()
    report["streams"] += [{"codec_type": "data"}] * 30
    assert read(report).audio
    report["streams"] += [{"codec_type": "data"}]
    assert rejection(report).code == "too_many_streams"


def test_a_file_with_next_to_nothing_for_each_second_is_a_gap() -> None:
    report = picture_with()
    report["format"]["duration"] = "100.0"
    assert source_of(report, 1600, LIMITS).duration_s == 100.0
    with pytest.raises(MediaRejected) as caught:
        source_of(report, 1599, LIMITS)
    assert caught.value.code == "endless_gap"


def test_a_short_file_may_be_as_small_as_it_likes() -> None:
    report = picture_with()
    report["format"]["duration"] = "60.0"
    assert source_of(report, 1, LIMITS).duration_s == 60.0


@pytest.mark.parametrize(("size_bytes", "code"), [(0, "unreadable"), (5_368_709_121, "too_large")])
def test_some_files_are_refused_by_their_size(size_bytes: int, code: str) -> None:
    with pytest.raises(MediaRejected) as caught:
        check_size(size_bytes, LIMITS)
    assert caught.value.code == code


def test_a_file_of_exactly_the_size_allowed_is_taken() -> None:
    check_size(LIMITS.size_bytes, LIMITS)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [((640, 360), 1920 * 1088), ((1920, 1080), 1920 * 1088), ((3840, 2160), 3840 * 2176)],
)
def test_pictures_may_grow_to_a_customary_size_but_not_beyond_the_declared(
    size: tuple[int, int], pixels: int
) -> None:
    assert read(picture_with(width=size[0], height=size[1])).bounds == Bounds(pixels, 32)


def test_what_is_customary_ends_at_the_limit() -> None:
    assert read(picture_with(width=640, height=360), Limits(pixels=640 * 360)).bounds.pixels == 640 * 384


@pytest.mark.parametrize("brand", ["avif", "heic", "mif1"])
def test_a_still_picture_in_an_mp4_is_no_video(brand: str) -> None:
    report = picture_with()
    report["format"]["tags"] = {"major_brand": brand}
    assert rejection(report).code == "no_video"


def test_sound_without_pictures_is_told_that_it_is_sound() -> None:
    report = picture_with()
    del report["streams"][0]
    assert "sound" in rejection(report).detail


@pytest.mark.parametrize("absurd", [{"channels": 25}, {"sample_rate": "768001"}, {"sample_rate": "999"}])
def test_sound_that_no_microphone_made_is_passed_over(absurd: dict[str, Any]) -> None:
    report = picture_with()
    report["streams"][1] |= absurd
    assert read(report).audio is None


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_pq_and_hlg_are_hdr(transfer: str) -> None:
    colors = {"color_transfer": transfer, "color_primaries": "smpte432", "color_space": "bt709"}
    assert read(picture_with(**colors)).video.hdr == HdrColor(transfer, "smpte432", "bt709")


@pytest.mark.parametrize("said", [None, "unknown", "reserved"])
def test_hdr_that_does_not_declare_its_colors_is_bt2020(said: str | None) -> None:
    colors = {"color_transfer": "smpte2084", "color_primaries": said, "color_space": said}
    assert read(picture_with(**colors)).video.hdr == HdrColor("smpte2084", "bt2020", "bt2020nc")


def test_other_transfers_are_not_hdr() -> None:
    assert read(picture_with(color_transfer="bt709")).video.hdr is None


@pytest.mark.parametrize(
    ("order", "is_interlaced"), [("tt", True), ("bt", True), ("progressive", False), ("unknown", False)]
)
def test_field_orders_tell_interlaced_pictures(order: str, is_interlaced: bool) -> None:
    assert read(picture_with(field_order=order)).video.is_interlaced is is_interlaced


def test_the_decoders_profile_level_and_pixels_are_kept() -> None:
    video = read(picture_with(profile="High", level=31, pix_fmt="yuvj420p")).video
    assert (video.profile, video.level, video.pixel_format) == ("High", 31, "yuvj420p")


@pytest.mark.parametrize("level", [None, -99])
def test_an_unknown_level_is_zero(level: int | None) -> None:
    assert read(picture_with(level=level)).video.level == 0


@pytest.mark.parametrize(
    ("rows", "is_rotated"),
    [
        (((65536, 0, 0), (0, 65536, 0)), False),
        (((65536, 0, 0), (0, 65536, 7208960)), False),
        (((0, -65536, 0), (65536, 0, 0)), True),
        (((-65536, 0, 0), (0, -65536, 0)), True),
        (((-65536, 0, 0), (0, 65536, 0)), True),
        (((65536, 0, 0), (0, -65536, 0)), True),
    ],
)
def test_pictures_that_are_turned_or_mirrored_are_known_by_their_matrix(
    rows: tuple[tuple[int, ...], ...], is_rotated: bool
) -> None:
    lines = [
        f"{n:08}: {' '.join(f'{cell:12}' for cell in row)}\n"
        for n, row in enumerate((*rows, (0, 0, 1_073_741_824)))
    ]
    side_data = [{"side_data_type": "Display Matrix", "displaymatrix": "\n" + "".join(lines), "rotation": 0}]
    assert read(picture_with(side_data_list=side_data)).video.is_rotated is is_rotated


def test_other_side_data_turns_nothing() -> None:
    side_data = [{"side_data_type": "CPB properties", "max_bitrate": 0}]
    assert not read(picture_with(side_data_list=side_data)).video.is_rotated


@pytest.mark.parametrize(
    ("aspect", "is_square"), [("1:1", True), ("0:1", True), (None, True), ("N/A", True), ("16:15", False)]
)
def test_pixels_are_square_unless_declared_otherwise(aspect: str | None, is_square: bool) -> None:
    assert read(picture_with(sample_aspect_ratio=aspect)).video.is_square is is_square


@pytest.mark.parametrize(
    ("base", "mean", "order", "is_steady"),
    [
        ("25/1", "25/1", "progressive", True),
        ("30/1", "2997/100", "unknown", True),
        ("25/1", "25/1", "tt", False),
        ("25/1", "75/7", "progressive", False),
        ("90000/1", "30/1", "progressive", False),
        ("0/0", "25/1", "progressive", False),
        ("25/1", "0/0", "progressive", False),
    ],
)
def test_steady_pictures_are_progressive_and_at_their_base_rate(
    base: str, mean: str, order: str, is_steady: bool
) -> None:
    report = picture_with(r_frame_rate=base, avg_frame_rate=mean, field_order=order)
    assert read(report).video.is_steady is is_steady


@pytest.mark.parametrize("pixels", ["yuva420p", "rgba", "bgra", "argb", "gbrap12le", "yuva444p12le", "ya8"])
def test_pixel_formats_tell_of_alpha(pixels: str) -> None:
    assert read(picture_with(pix_fmt=pixels)).video.has_alpha


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj422p", "gray", "bgr24", "gbrp", "rgb0", "yuyv422", None])
def test_other_pixel_formats_have_none(pixels: str | None) -> None:
    assert not read(picture_with(pix_fmt=pixels)).video.has_alpha


@pytest.mark.parametrize(
    ("codec", "tags", "has_alpha"),
    [
        ("vp9", {"alpha_mode": "1"}, True),
        ("vp8", {"ALPHA_MODE": "1"}, True),
        ("vp8", {"alpha_mode": "0"}, False),
        ("vp9", {}, False),
        ("h264", {"alpha_mode": "1"}, False),
    ],
)
def test_alpha_of_vp8_and_vp9_is_a_tag(codec: str, tags: dict[str, str], has_alpha: bool) -> None:
    report = picture_with(codec_name=codec, pix_fmt="yuv420p", tags=tags)
    assert read(report).video.has_alpha is has_alpha


@pytest.mark.parametrize(
    ("space", "height", "matrix"),
    [
        ("bt709", 480, "bt709"),
        ("smpte170m", 1080, "bt601"),
        ("bt470bg", 1080, "bt601"),
        ("bt2020nc", 2160, "bt2020"),
        (None, 720, "bt709"),
        (None, 719, "bt601"),
        ("unknown", 480, "bt601"),
    ],
)
def test_the_color_matrix_is_the_declared_one_or_the_customary(
    space: str | None, height: int, matrix: str
) -> None:
    assert read(picture_with(color_space=space, height=height)).video.color_matrix == matrix


@pytest.mark.parametrize(
    ("name", "seeks"),
    [
        ("bigbuckbunny.mp4", True),
        ("demo.webm", True),
        ("demo.avi", True),
        ("late-start.ts", False),
        ("demo.flv", False),
        ("demo.vob", False),
    ],
)
def test_only_mp4_matroska_and_avi_seek_exactly(name: str, seeks: bool) -> None:
    assert read(probed(name)).is_exactly_seekable is seeks


@pytest.mark.parametrize(
    ("container", "frames", "is_taken"),
    [
        ("avi", "132", True),
        ("avi", "156", True),
        ("avi", "158", False),
        ("avi", "N/A", True),
        ("mov,mp4", "999", True),
    ],
)
def test_an_avi_that_counted_more_frames_than_are_left_is_truncated(
    container: str, frames: str, is_taken: bool
) -> None:
    report = picture_with(nb_frames=frames)  # 5.28 s at 25 per second
    report["format"]["format_name"] = container
    if is_taken:
        assert read(report).video.duration_s == 5.28
    else:
        assert rejection(report).code == "truncated"
