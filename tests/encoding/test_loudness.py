"""Levels of the published audio: mixes that add up to more than full scale, and loudness by EBU R 128."""

from array import array
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

from reelway import ffmpeg
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import Pipeline, process

pytestmark = pytest.mark.usefixtures("programs")

MAX_TRUE_PEAK_DBTP = -1  # EBU R 128, 7
MAX_EQUAL_PEAKS = 2  # neighbouring samples that may both be the loudest one; a flat top has more
NEAR_PEAK = 0.999  # of the loudest sample: flat tops are as loud as it, or nearly
MAX_LOUDNESS_ERROR_LU = 0.3  # of what is reported, from which AAC takes a little away
MAX_TARGET_ERROR_LU = 1
# Stereo at full scale: a tone, noise, and music that was made as loud as it can be.
TONE = ("-f", "lavfi", "-i", "sine=997:sample_rate=48000,volume=8", "mono")
NOISE = ("-f", "lavfi", "-i", "anoisesrc=color=white:seed=3:sample_rate=48000", "mono")
MUSIC = ("-stream_loop", "-1", "-i", corpus.file("demo.mov"), "stereo,dynaudnorm=f=100:g=3:p=1:m=100")
# From two channels, or twice the one, to more.
CORRELATED_5_1 = "pan=5.1|c0=FL|c1=FR|c2=FL|c3=FL|c4=FL|c5=FR"
CORRELATED_7_1 = "pan=7.1|c0=FL|c1=FR|c2=FL|c3=FL|c4=FL|c5=FR|c6=FL|c7=FR"
TRAILER_5_1 = "pan=5.1|c0=FL|c1=FR|c2=0.5*FL+0.5*FR|c4=0.5*FL|c5=0.5*FR"


def film(
    player: Player, output: Path, heard: Sequence[str | Path], filters: str = "anull", *options: str
) -> Path:
    """4 s of black video with this audio; PCM in floating point, unless `options` say otherwise."""
    *source, layout = heard
    twice = "pan=stereo|c0=c0|c1=c0," if layout == "mono" else ""
    prepared = f"aformat=sample_fmts=flt:sample_rates=48000:channel_layouts={layout},{twice}{filters}"
    black = ["-f", "lavfi", "-i", "color=black:size=128x96:rate=10"]
    corpus.run(
        player.ffmpeg, *black, *source, "-map", "0:v", "-map", "1:a", "-t", "4", "-af", prepared, "-c:v",
        "libx264", "-preset", "ultrafast", "-g", "20", "-c:a", "pcm_f32le", *options, output,
    )  # fmt: skip
    return output


def encoded_samples(player: Player, file: Path, folder: Path) -> "array[float]":
    """What goes into the AAC encoder."""
    plan = Pipeline(folder).plan(file)
    assert plan
    assert plan.source.audio
    command = ffmpeg.audio(plan, plan.source.audio, ffmpeg.uploaded(plan.source, str(file)), folder)
    return player.samples(str(file), prepared=command[command.index("-af") + 1])


def flat_tops(samples: "array[float]") -> int:
    """Samples of runs near the loudest one that are equal, in either channel."""
    peak = max(max(samples), -min(samples)) * NEAR_PEAK
    found = 0
    for channel in (samples[::2], samples[1::2]):
        runs = [len(list(run)) for value, run in groupby(channel) if abs(value) >= peak]
        found += sum(length for length in runs if length > MAX_EQUAL_PEAKS)
    return found


@pytest.mark.parametrize("heard", [TONE, NOISE, MUSIC], ids=["tone", "noise", "music"])
@pytest.mark.parametrize(
    "mix", [CORRELATED_5_1, CORRELATED_7_1, TRAILER_5_1], ids=["correlated-5.1", "correlated-7.1", "trailer"]
)
def test_a_mix_at_full_scale_is_mixed_down_without_clipping(
    player: Player, tmp_path: Path, heard: Sequence[str | Path], mix: str
) -> None:
    loud = film(player, tmp_path / "loud.mkv", heard, mix)
    assert max(player.samples(str(loud), prepared="aformat=channel_layouts=stereo")) > 1.5

    outcome = process(loud, tmp_path / "job")

    played = str(outcome.playlist(outcome.renditions[0]))
    assert flat_tops(encoded_samples(player, loud, tmp_path / "again")) == 0
    assert player.loudness(played)[1] <= MAX_TRUE_PEAK_DBTP
    assert max(map(abs, player.samples(played))) < 1


def test_a_quiet_mix_keeps_its_level(player: Player, tmp_path: Path) -> None:
    quiet = film(player, tmp_path / "quiet.mkv", MUSIC, f"volume=-18dB,{TRAILER_5_1}")

    encoded = encoded_samples(player, quiet, tmp_path / "job")

    mixed = player.samples(str(quiet), prepared="aformat=channel_layouts=stereo")
    assert len(encoded) == len(mixed)
    assert max(abs(a - b) for a, b in zip(encoded, mixed, strict=True)) < 0.001


def test_stereo_above_full_scale_is_limited_and_else_keeps_every_sample(
    player: Player, tmp_path: Path
) -> None:
    over = film(player, tmp_path / "over.mkv", TONE, "volume='if(lt(t,2),0.5,1.5)':eval=frame")

    encoded = encoded_samples(player, over, tmp_path / "job")

    source = player.samples(str(over))
    quiet = 2 * 48_000  # the first second, in two channels
    assert max(source) > 1.4
    assert max(abs(a - b) for a, b in zip(encoded[:quiet], source[:quiet], strict=True)) < 0.0001
    assert max(encoded) <= 1
    assert flat_tops(encoded) == 0


@pytest.mark.parametrize(
    ("filters", "options"),
    [("volume=-9dB", ("-c:a", "libopus")), (f"volume=-12dB,{CORRELATED_5_1}", ("-c:a", "ac3"))],
    ids=["stereo", "5.1"],
)
def test_the_loudness_of_what_is_published_is_reported(
    player: Player, tmp_path: Path, filters: str, options: tuple[str, ...]
) -> None:
    outcome = process(film(player, tmp_path / "film.mkv", MUSIC, filters, *options), tmp_path / "job")

    found = outcome.video.loudness
    assert found
    assert found.integrated_lufs
    assert found.true_peak_dbtp
    lufs, peak_dbtp = player.loudness(str(outcome.playlist(outcome.renditions[0])))
    assert found.integrated_lufs == pytest.approx(lufs, abs=MAX_LOUDNESS_ERROR_LU)
    assert found.true_peak_dbtp == pytest.approx(peak_dbtp, abs=1)
    assert found.range_lu is not None


def test_silence_has_no_loudness(player: Player, tmp_path: Path) -> None:
    outcome = process(film(player, tmp_path / "silent.mkv", TONE, "volume=0"), tmp_path / "job")

    found = outcome.video.loudness
    assert found
    assert (found.integrated_lufs, found.range_lu, found.true_peak_dbtp) == (None, None, None)


def test_of_audio_that_is_copied_no_loudness_is_reported(player: Player, tmp_path: Path) -> None:
    copied = film(player, tmp_path / "copied.mp4", MUSIC, "volume=-9dB", "-c:a", "aac")

    assert process(copied, tmp_path / "job").video.loudness is None


@pytest.mark.parametrize("target_lufs", [-16, -23])
def test_a_target_normalizes_a_standard_source_which_is_ready_with_its_own_audio_first(
    player: Player, tmp_path: Path, target_lufs: int
) -> None:
    standard = film(player, tmp_path / "film.mp4", MUSIC, "volume=-25dB", "-c:a", "aac", "-t", "24")
    pipeline = Pipeline(tmp_path / "job", loudness_target_lufs=target_lufs)
    planned = pipeline.plan(standard)
    assert planned
    plan = pipeline.prepare(planned)

    before = pipeline.outcome(plan)
    assert before.renditions == ("96p",)
    assert before.video.loudness is None
    assert player.loudness(str(before.playlist("96p")))[0] < target_lufs - 5
    pipeline.encode(plan)
    pipeline.publish(plan)

    outcome = pipeline.outcome(plan)
    assert outcome.video.loudness
    assert outcome.video.loudness.integrated_lufs == pytest.approx(target_lufs, abs=MAX_TARGET_ERROR_LU)
    lufs, peak_dbtp = player.loudness(str(outcome.playlist("96p")))
    assert lufs == pytest.approx(target_lufs, abs=MAX_TARGET_ERROR_LU)
    assert peak_dbtp <= MAX_TRUE_PEAK_DBTP


def test_a_target_normalizes_a_loud_mix_too(player: Player, tmp_path: Path) -> None:
    loud = film(player, tmp_path / "loud.mkv", MUSIC, CORRELATED_5_1, "-t", "24")

    outcome = process(loud, tmp_path / "job", loudness_target_lufs=-23)

    assert outcome.video.loudness
    assert outcome.video.loudness.integrated_lufs == pytest.approx(-23, abs=MAX_TARGET_ERROR_LU)
