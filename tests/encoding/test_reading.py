"""How many bytes of the source are read: an HTTP server counts every byte that it sends."""

from pathlib import Path

import pytest

from reelway import keys
from reelway.adapters import ffmpeg_process
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import MediaRejected
from tests.encoding import boxes
from tests.support.doubles import faulty_servers
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.samples import VIDEO_ID
from tests.support.system.pipeline import Pipeline

pytestmark = pytest.mark.usefixtures("programs")

MAX_SIZE_RATIO = 1.3  # of the bytes read by all chunks, without their indexes, to the size of the file
FILM_BYTES_PER_S = 750_000  # 6 Mb/s
INDEX_BYTES = 400_000  # that each chunk reads to begin with: the header and the index, at the file's two ends


@pytest.fixture(scope="module")
def film(player: Player, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """52.8 s of film at about 6 Mb/s, with audio; its GOPs of 10 s are too long for a standard source."""
    folder = tmp_path_factory.mktemp("film")
    clip = corpus.file("bigbuckbunny.mp4")
    (folder / "list").write_text(f"file '{clip}'\nduration 5.28\n" * 10)
    corpus.run(
        player.ffmpeg, "-f", "concat", "-safe", "0", "-i", folder / "list", "-vf", "scale=640:360", "-c:v",
        "libx264", "-preset", "ultrafast", "-b:v", "6M", "-minrate", "6M", "-maxrate", "6M", "-bufsize",
        "6M", "-g", "250", "-keyint_min", "250", "-sc_threshold", "0", "-ac", "2", "-c:a", "aac",
        folder / "film.mp4",
    )  # fmt: skip
    return folder / "film.mp4"


def test_less_than_half_of_a_file_is_read_to_find_that_it_is_not_a_standard_source(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(tmp_path)
    with faulty_servers.counting(pipeline.uploads.folder, bytes_per_s=FILM_BYTES_PER_S * 4) as served:
        monkeypatch.setattr(type(pipeline.uploads), "url", lambda _, key: f"{served.url}/{key}")
        plan = pipeline.plan(film)
        assert plan
        served.sent.clear()
        pipeline.prepare(plan)

    assert "keyframes" in pipeline.notes[0]
    assert served.sent[keys.upload(VIDEO_ID)] < film.stat().st_size / 2


def test_all_chunks_together_read_little_more_than_the_file_once(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(tmp_path, chunk_s=27)
    with faulty_servers.counting(pipeline.uploads.folder) as served:
        monkeypatch.setattr(type(pipeline.uploads), "url", lambda _, key: f"{served.url}/{key}")
        planned = pipeline.plan(film)
        assert planned
        plan = pipeline.prepare(planned)
        served.sent.clear()
        pipeline.encode(plan)

    assert len(plan.chunks) == 2
    assert not plan.keeps_source
    size, index = film.stat().st_size, INDEX_BYTES * len(plan.chunks)
    assert size < served.sent[keys.upload(VIDEO_ID)] < MAX_SIZE_RATIO * size + index
    assert set(served.sent) == {keys.upload(VIDEO_ID)}
    pipeline.publish(plan)
    assert pipeline.outcome(plan).renditions == ("360p", "240p")


@pytest.mark.parametrize(("timeout_s", "is_enough"), [(ffmpeg_process._MEASURE_TIMEOUT_S, True), (40, False)])
def test_a_recording_of_5_gib_without_a_length_is_measured_at_the_rate_that_lambda_gives(
    player: Player, tmp_path: Path, timeout_s: int, is_enough: bool
) -> None:
    """To scale: a smaller file, from a slower server, in a part of the time. 40 s were enough for 3 GB."""
    corpus.run(
        player.ffmpeg, "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25", "-t", "40", "-c:v", "rawvideo",
        "-flags", "+bitexact", "-live", "1", "-f", "matroska", tmp_path / "recording.mkv",
    )  # fmt: skip
    size = (tmp_path / "recording.mkv").stat().st_size
    rate = size / 6
    scale = (size / rate) / (5 * 2**30 / 75e6)
    encoder = Ffmpeg(measure_timeout_s=round(timeout_s * scale))
    with faulty_servers.counting(tmp_path, bytes_per_s=rate) as served:
        if is_enough:
            [end_s] = encoder.measure(f"{served.url}/recording.mkv").values()
            assert end_s == pytest.approx(40)
            assert served.sent["recording.mkv"] >= size
        else:
            with pytest.raises(MediaRejected, match="unknown_duration"):
                encoder.measure(f"{served.url}/recording.mkv")


@pytest.fixture(scope="module")
def apart(film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film with all of its audio behind all of its video."""
    file = tmp_path_factory.mktemp("apart") / "apart.mp4"
    file.write_bytes(boxes.with_audio_behind(film.read_bytes()))
    return file


def test_a_file_whose_audio_lies_behind_its_video_is_read_a_few_times_at_most(
    apart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = Pipeline(tmp_path, chunk_s=27)
    with faulty_servers.counting(pipeline.uploads.folder) as served:
        monkeypatch.setattr(type(pipeline.uploads), "url", lambda _, key: f"{served.url}/{key}")
        planned = pipeline.plan(apart)
        assert planned
        plan = pipeline.prepare(planned)
        pipeline.encode(plan)
    assert not plan.source.is_interleaved
    assert served.sent[keys.upload(VIDEO_ID)] < 2 * apart.stat().st_size + INDEX_BYTES * 4
    assert sum(served.sent.values()) < 3.5 * apart.stat().st_size
    pipeline.publish(plan)
    assert pipeline.outcome(plan).renditions == ("360p", "240p")
