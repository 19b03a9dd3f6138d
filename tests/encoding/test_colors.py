"""Colors of sources that are not plain SD or HD video: with an alpha channel, and in HDR."""

from pathlib import Path

import pytest

from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")

_PRORES = "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"
_VP9 = "-c:v libvpx-vp9 -pix_fmt yuva420p -deadline realtime -cpu-used 8"
# Bright green throughout; the left half is opaque, the right half is transparent.
_HALF = "format=rgba,geq=r=0:g=192:b=0:a='255*lt(X,W/2)'"


@pytest.mark.parametrize(
    ("name", "size", "codec"),
    [
        ("prores.mov", "160x120", _PRORES),
        ("prores-hd.mov", "1280x720", f"-vf scale=out_color_matrix=bt709 {_PRORES}"),
        ("animation.mov", "160x120", "-c:v qtrle -pix_fmt argb"),
        ("motion-graphics.mov", "160x120", "-c:v png -pix_fmt rgba"),
        ("vp8.webm", "160x120", "-c:v libvpx -auto-alt-ref 0 -pix_fmt yuva420p -deadline realtime"),
        ("vp9.webm", "160x120", _VP9),
        ("recorded-by-a-browser.webm", "160x120", f"{_VP9} -live 1"),
    ],
)
def test_transparent_areas_are_shown_black(
    name: str, size: str, codec: str, player: Player, tmp_path: Path
) -> None:
    seconds = 1 if size == "1280x720" else 9  # 9 s are two chunks
    drawn = f"color=s={size}:r=25:d={seconds},{_HALF}"
    corpus.run(player.ffmpeg, "-f", "lavfi", "-i", drawn, *codec.split(), tmp_path / name)

    outcome = process(tmp_path / name, tmp_path / "job", chunk_s=4)

    opaque, transparent = player.half_colors(str(outcome.playlist(outcome.renditions[0])))
    assert opaque == pytest.approx((0, 192, 0), abs=12)
    assert max(transparent) < 12


# SDR white is 203 nits (ITU-R BT.2408); `{graded}` is a filter on linear light.
_HDR = (
    "setparams=color_trc=bt709:color_primaries=bt709:colorspace=bt709,zscale=transfer=linear:npl=203,"
    "format=gbrpf32le,{graded},zscale=primaries=bt2020,"
    "zscale=transfer={transfer}:matrix=bt2020nc:range=tv:npl=203,format=yuv420p10le"
)
_TRANSFERS = ["smpte2084", "arib-std-b67"]  # PQ and HLG
_TEN_BITS = "-c:v libx265 -preset ultrafast -crf 10 -x265-params log-level=error -tag:v hvc1"


def _hdr(name: str, transfer: str, graded: str, player: Player, output: Path, *source: str) -> Path:
    graph = _HDR.format(transfer=transfer, graded=graded)
    declared = f"-color_primaries bt2020 -color_trc {transfer} -colorspace bt2020nc"
    encoder = [*_TEN_BITS.split(), *declared.split(), "-an", "-t", "0.4"]
    corpus.run(player.ffmpeg, *source, "-i", name, "-vf", graph, *encoder, output)
    return output


@pytest.mark.parametrize("transfer", _TRANSFERS)
def test_hdr_is_mapped_to_the_colors_of_its_sdr_original(
    transfer: str, player: Player, tmp_path: Path
) -> None:
    film = corpus.file("bigbuckbunny.mp4")
    hdr = _hdr(str(film), transfer, "null", player, tmp_path / "hdr.mp4")

    outcome, plain = process(hdr, tmp_path / "hdr"), process(film, tmp_path / "sdr")

    mapped = player.half_colors(str(outcome.playlist("240p")))
    for found, original in zip(mapped, player.half_colors(str(plain.playlist("240p"))), strict=True):
        assert found == pytest.approx(original, abs=12)


@pytest.mark.parametrize("transfer", _TRANSFERS)
def test_hdr_highlights_stay_brighter_than_sdr_white(transfer: str, player: Player, tmp_path: Path) -> None:
    """Highlights of 1,000 nits are 2.3 stops above white."""

    def mapped(name: str, graded: str) -> tuple[int, ...]:
        white = "color=white:s=160x120:r=25,format=yuv444p"
        hdr = _hdr(white, transfer, graded, player, tmp_path / f"{name}.mp4", "-f", "lavfi")
        outcome = process(hdr, tmp_path / name)
        return player.half_colors(str(outcome.playlist(outcome.renditions[0])))[0]

    white, highlight = mapped("white", "null"), mapped("highlight", "exposure=2.3")
    assert min(white) > 215
    assert min(highlight) > max(white) + 12
