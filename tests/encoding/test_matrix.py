"""Every kind of file that people have, and what is seen and heard of it once it is published.

The files are drawn so that each frame tells its number and each second its pitch; both are read back from the
best rendition. `inputs` is the table. Files that others made are counted.
"""

from pathlib import Path

import pytest

from tests import media
from tests.encoding import inputs, marked
from tests.encoding.inputs import Input
from tests.hls import Player
from tests.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")

MOST_OFFSET_S = 0.02
# Of 255, in the mean over a cell of the picture; between BT.601 and BT.709 it would be 20 and more.
MOST_COLOR_ERROR = 16


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn clips, each once."""
    return tmp_path_factory.mktemp("clips")


@pytest.mark.parametrize("row", inputs.ALL, ids=lambda row: row.name)
def test_every_kind_of_file_comes_out_whole(row: Input, player: Player, clips: Path, tmp_path: Path) -> None:
    file = inputs.make(row, tmp_path, clips, player.ffmpeg)

    outcome = process(file, tmp_path / "job", chunk_s=row.chunk_s)

    assert outcome.failure is None
    best = outcome.video.renditions[0]
    has_sound = bool(row.expected_seconds)
    assert (best.width, best.height) == row.expected_size
    assert best.frame_rate == pytest.approx(float(row.expected_rate), abs=0.001)
    assert best.codecs.endswith("mp4a.40.2") == has_sound
    found = marked.read(outcome.playlist(best.name), player.ffmpeg, tmp_path, has_sound=has_sound)
    shown = row.expected_numbers
    assert found.numbers[: len(shown)] == shown
    assert set(found.numbers[len(shown) :]) <= {shown[-1]}
    held = round(row.held_s * row.expected_rate) - len(shown) if row.held_s else 0
    assert len(found.numbers) - len(shown) == pytest.approx(held, abs=2 if row.held_s else 0)
    assert found.is_upright
    assert found.color_error <= MOST_COLOR_ERROR
    assert found.seconds == row.expected_seconds
    if has_sound:
        uploaded_s = row.offset_s or _offset_of(file, row, player.ffmpeg, tmp_path)
        assert found.offset_s(row.clip.number_rate) == pytest.approx(uploaded_s, abs=MOST_OFFSET_S)


def _offset_of(file: Path, row: Input, ffmpeg: Path, folder: Path) -> float:
    """That of the upload itself, where its muxer delays the one or the other."""
    if not row.is_delayed:
        return 0.0
    return marked.read(file, ffmpeg, folder, has_sound=True).offset_s(row.clip.number_rate)


# Where pictures are scaled, combs are too blurred to be found.
UNSCALED = [row for row in inputs.INTERLACED if row.size is None]


@pytest.mark.parametrize("row", UNSCALED, ids=lambda row: row.name)
def test_interlaced_pictures_become_whole_ones(
    row: Input, player: Player, clips: Path, tmp_path: Path
) -> None:
    file = inputs.make(row, tmp_path, clips, player.ffmpeg)

    outcome = process(file, tmp_path / "job", chunk_s=row.chunk_s)

    assert player.share_of_combs(str(file)) > 0.7
    assert player.share_of_combs(str(outcome.playlist(outcome.renditions[0]))) < 0.2


# Counted by ffprobe in the files; an AVI header tells two more than there are.
REAL_FILES = {
    "bigbuckbunny.mp4": (132, (1280, 720)),
    "bikes.mp4": (250, (640, 272)),
    "carphone_pristine.mp4": (120, (192, 144)),
    "cityCC0.mpg": (190, (640, 360)),
    "demo.3gp": (1441, (294, 240)),
    "demo.avi": (1443, (176, 144)),
    "demo.flv": (1441, (176, 144)),
    "demo.mkv": (1441, (176, 144)),
    "demo.mov": (1441, (176, 144)),
    "demo.rm": (1441, (176, 144)),
    "demo.vob": (1441, (176, 144)),
    "demo.webm": (1441, (176, 144)),
    "demo.wmv": (1441, (176, 144)),
    "test.avi": (30, (320, 214)),
    "test.mkv": (29, (654, 480)),
}


@pytest.mark.parametrize("name", REAL_FILES)
def test_files_that_others_made_keep_every_frame(name: str, player: Player, tmp_path: Path) -> None:
    frames, size = REAL_FILES[name]

    outcome = process(media.file(name), tmp_path)

    assert outcome.failure is None
    best = outcome.video.renditions[0]
    assert (best.width, best.height) == size
    assert player.frame_count(str(outcome.playlist(best.name))) == frames


@pytest.mark.parametrize(("name", "code"), [("withcover.mp3", "no_video"), ("demo.ogv", "undecodable")])
def test_files_that_others_made_and_nobody_can_show_say_why(name: str, code: str, tmp_path: Path) -> None:
    """Of that Theora file both ffmpegs refuse three quarters of the packets."""
    outcome = process(media.file(name), tmp_path)

    assert outcome.failure
    assert outcome.failure.code == code


@pytest.mark.parametrize(
    "codec", ["-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le", "-c:v qtrle -pix_fmt argb"]
)
def test_what_is_transparent_shows_black(codec: str, player: Player, tmp_path: Path) -> None:
    """The left half is opaque, the right transparent over bright green."""
    graph = "color=0x00c000:s=160x120:r=25:d=1,format=rgba,geq=r=0:g=192:b=0:a='255*lt(X,80)'"
    file = tmp_path / "alpha.mov"
    media.run(player.ffmpeg, "-f", "lavfi", "-i", graph, *codec.split(), file)

    outcome = process(file, tmp_path / "job")

    left, right = player.halves(str(outcome.playlist(outcome.renditions[0])))
    assert left[1] > 150 > 60 > max(left[0], left[2])
    assert max(right) < 24


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_is_tone_mapped_to_what_it_was_made_of(transfer: str, player: Player, tmp_path: Path) -> None:
    """PQ and HLG with white at 203 nits (ITU-R BT.2408), in BT.2020 and 10 bits."""
    to_hdr = (
        "setparams=color_trc=bt709:color_primaries=bt709:colorspace=bt709,zscale=transfer=linear:npl=203,"
        f"format=gbrpf32le,zscale=primaries=bt2020,zscale=transfer={transfer}:matrix=bt2020nc:range=tv:npl=203,"
        "format=yuv420p10le"
    )
    colors = f"-color_primaries bt2020 -color_trc {transfer} -colorspace bt2020nc -tag:v hvc1 -an".split()
    hdr = media.derive(
        "bigbuckbunny.mp4", "-t", "1", "-vf", to_hdr, "-c:v", "libx265", "-preset", "ultrafast", "-crf", "12",
        "-x265-params", "log-level=error", *colors, ffmpeg=player.ffmpeg, output=tmp_path / "hdr.mp4",
    )  # fmt: skip

    outcome = process(hdr, tmp_path / "job")

    sdr = player.halves(str(media.file("bigbuckbunny.mp4")))
    mapped = player.halves(str(outcome.playlist("720p")))
    for before, after in zip(sdr, mapped, strict=True):
        assert after == pytest.approx(before, abs=14)
