"""The real probe and ffmpeg over TLS: verified, in both versions, on connections that end without a word."""

import ssl
from pathlib import Path

import pytest

from reelway import ffmpeg
from reelway.adapters.ffmpeg_process import Ffmpeg
from reelway.errors import ProcessingInterrupted
from reelway.ffmpeg import Input
from tests.support.doubles import tls_server
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import FolderBucket, Outcome, Pipeline

pytestmark = pytest.mark.usefixtures("programs")

_VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
# FLV is read to its end to know its length, and remuxed; an MP4 is copied, then read in chunks.
_KINDS = {"recording.flv": ["-c:a", "aac", "-ac", "2"], "film.mp4": ["-c:a", "ac3"]}


@pytest.fixture(scope="module")
def films(player: Player, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {
        name: corpus.derive(
            "bigbuckbunny.mp4", "-vf", "scale=320:180", "-c:v", "libx264", "-preset", "ultrafast",
            "-crf", "12", *audio, ffmpeg=player.ffmpeg, output=folder / name,
        )
        for name, audio in _KINDS.items()
    }  # fmt: skip


def segments(outcome: Outcome) -> list[bytes]:
    assert outcome.failure is None
    return [body for playlist in outcome.published().segments.values() for body in playlist.values()]


@pytest.mark.parametrize("breaks", [False, True], ids=["closed after an answer", "closed within an answer"])
@pytest.mark.parametrize("version", _VERSIONS)
@pytest.mark.parametrize("name", _KINDS)
def test_what_is_read_over_tls_is_published_byte_for_byte_as_from_a_file(
    name: str,
    version: ssl.TLSVersion,
    breaks: bool,
    films: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # x264 is not repeatable to the byte with more threads where the cap on its bitrate binds.
    plain = Pipeline(tmp_path / "plain", chunk_s=2, threads=1).process(films[name])
    ca, bundle = tls_server.authority(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    pipeline = Pipeline(tmp_path / "job", chunk_s=2, threads=1)
    with tls_server.serving(pipeline.uploads.folder, ca, version, requests=3, breaks=breaks) as server:
        monkeypatch.setattr(FolderBucket, "url", lambda _, key: f"{server.url}/{key}")
        served = pipeline.process(films[name])

    assert segments(served) == segments(plain)
    assert served.plan
    assert plain.plan
    assert served.plan.source == plain.plan.source
    assert server.seen["closed"] > 1


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_file_is_measured_to_its_end_however_often_its_connection_closes(
    version: ssl.TLSVersion, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = films["recording.flv"]
    ca, bundle = tls_server.authority(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with tls_server.serving(film.parent, ca, version, requests=1) as server:
        ends_s = Ffmpeg().measure(f"{server.url}/{film.name}")

    assert ends_s == Ffmpeg().measure(str(film))
    assert server.seen["connections"] > 1


@pytest.mark.parametrize("version", _VERSIONS)
def test_a_server_of_another_authority_is_refused_and_the_file_is_not_blamed(
    version: ssl.TLSVersion, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = films["film.mp4"]
    ca, _ = tls_server.authority(tmp_path)
    (tmp_path / "other").mkdir()
    _, other = tls_server.authority(tmp_path / "other")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(other))
    with tls_server.serving(film.parent, ca, version, requests=3) as server:
        url = f"{server.url}/{film.name}"
        for attempt in (
            lambda: Ffmpeg().probe(url),
            lambda: Ffmpeg().measure(url),
            lambda: list(Ffmpeg().run(ffmpeg.remux("mp4", Input(url), tmp_path / "copy"), timeout_s=60)),
        ):
            with pytest.raises(ProcessingInterrupted, match="source_unreachable"):
                attempt()

    assert server.seen["requests"] == 0
