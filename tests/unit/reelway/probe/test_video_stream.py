import pytest

from reelway.probe.streams import HdrColor
from tests.unit.reelway.probe.printed import mp4_with, printed, read


def matrix(*rows: int) -> list[int]:
    """a, b, c and d of the display matrix, in 16.16 fixed point."""
    a, b, c, d = rows
    return [a, b, 0, c, d, 0, 0, 0, 1_073_741_824]


@pytest.mark.parametrize(
    ("turned", "size"),
    [
        (matrix(0, 65536, -65536, 0), (272, 640)),
        (matrix(0, -65536, 65536, 0), (272, 640)),
        (matrix(1, -65535, 65535, 1), (272, 640)),
        (matrix(-65536, 0, 0, -65536), (640, 272)),
    ],
)
def test_a_turned_video_has_the_size_that_viewers_see(turned: list[int], size: tuple[int, int]) -> None:
    report = printed("rotated.mp4")
    report["streams"][0]["display_matrix"] = turned
    video = read(report).video
    assert (video.width, video.height) == size


def test_pixels_that_are_not_square_are_made_so() -> None:
    video = read(printed("carphone_pristine.mp4")).video  # 176x144 at 128:117
    assert (video.width, video.height) == (193, 144)


def test_an_unknown_pixel_aspect_leaves_the_size_alone() -> None:
    assert read(mp4_with(sample_aspect_ratio="0:1")).video.width == 1280


def test_a_turned_video_of_oblong_pixels_is_stretched_before_it_is_turned() -> None:
    turned = matrix(0, -65536, 65536, 0)
    video = read(mp4_with(width=720, height=480, sample_aspect_ratio="32:27", display_matrix=turned)).video
    assert (video.width, video.height) == (480, 853)


def test_dv_is_interlaced_without_declaring_it() -> None:
    video = read(mp4_with(codec_name="dvvideo", field_order="unknown")).video
    assert video.is_interlaced
    assert not video.is_steady


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_pq_and_hlg_are_hdr(transfer: str) -> None:
    colors = {"color_transfer": transfer, "color_primaries": "smpte432", "color_space": "bt709"}
    assert read(mp4_with(**colors)).video.hdr == HdrColor(transfer, "smpte432", "bt709")


@pytest.mark.parametrize("said", [None, "unknown", "reserved"])
def test_hdr_that_does_not_declare_its_colors_is_bt2020(said: str | None) -> None:
    colors = {"color_transfer": "smpte2084", "color_primaries": said, "color_space": said}
    assert read(mp4_with(**colors)).video.hdr == HdrColor("smpte2084", "bt2020", "bt2020nc")


def test_other_transfers_are_not_hdr() -> None:
    assert read(mp4_with(color_transfer="bt709")).video.hdr is None


@pytest.mark.parametrize(
    ("order", "is_interlaced"), [("tt", True), ("bt", True), ("progressive", False), ("unknown", False)]
)
def test_field_orders_declare_interlaced_video(order: str, is_interlaced: bool) -> None:
    assert read(mp4_with(field_order=order)).video.is_interlaced is is_interlaced


def test_the_decoders_profile_level_and_pixels_are_kept() -> None:
    video = read(mp4_with(profile="High", level=31, pix_fmt="yuvj420p")).video
    assert (video.profile, video.level, video.pixel_format) == ("High", 31, "yuvj420p")


@pytest.mark.parametrize("level", [None, -99])
def test_an_unknown_level_is_zero(level: int | None) -> None:
    assert read(mp4_with(level=level)).video.level == 0


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
def test_video_that_is_turned_or_mirrored_is_known_by_its_matrix(
    rows: tuple[tuple[int, ...], ...], is_rotated: bool
) -> None:
    matrix = [*(cell for row in rows for cell in row), 0, 0, 1_073_741_824]
    assert read(mp4_with(display_matrix=matrix)).video.is_rotated is is_rotated


def test_video_without_a_matrix_is_upright() -> None:
    assert not read(mp4_with(display_matrix=[])).video.is_rotated


@pytest.mark.parametrize(
    ("aspect", "is_square"), [("1:1", True), ("0:1", True), (None, True), ("N/A", True), ("16:15", False)]
)
def test_pixels_are_square_unless_declared_otherwise(aspect: str | None, is_square: bool) -> None:
    assert read(mp4_with(sample_aspect_ratio=aspect)).video.is_square is is_square


@pytest.mark.parametrize("pixels", ["yuva420p", "rgba", "bgra", "argb", "gbrap12le", "yuva444p12le", "ya8"])
def test_pixel_formats_declare_alpha(pixels: str) -> None:
    assert read(mp4_with(pix_fmt=pixels)).video.has_alpha


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj422p", "gray", "bgr24", "gbrp", "rgb0", "yuyv422", None])
def test_other_pixel_formats_have_none(pixels: str | None) -> None:
    assert not read(mp4_with(pix_fmt=pixels)).video.has_alpha


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
    report = mp4_with(codec_name=codec, pix_fmt="yuv420p", tags=tags)
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
    assert read(mp4_with(color_space=space, height=height)).video.color_matrix == matrix
