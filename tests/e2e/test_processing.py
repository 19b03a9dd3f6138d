"""From an uploaded file to the published HLS: ffmpeg counts every frame and compares it with the source."""

from fractions import Fraction
from pathlib import Path

import pytest

from reelway import keys
from tests.support.media import corpus
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

TS_TICKS_PER_S = 90_000  # of MPEG-TS


def playlists(client: Client, video_id: str) -> dict[str, str]:
    """The URL of each rendition's media playlist, by its name."""
    names = [rendition["name"] for rendition in client.describe(video_id)["renditions"]]
    return {name: f"{client.base_url}/stream/{video_id}/manifest?rendition={name}" for name in names}


@pytest.fixture(scope="module")
def long_video(client: Client, cloud: Cloud) -> str:
    """A READY video of 1,444 frames (60 s at 24 fps) with audio, encoded in three chunks.

    The source has 1,441: its last frame is held for three more, until the audio ends.
    """
    with cloud.environment("PlanFunction", CHUNK_SECONDS="20"):
        return client.upload_until(corpus.file("demo.mov"), "READY")


@pytest.mark.needs("binary_answers")
def test_every_rendition_of_one_chunk_has_every_frame(
    client: Client, player: Player, short_video: str
) -> None:
    counted = {name: player.frame_count(url) for name, url in playlists(client, short_video).items()}

    assert counted == {"720p": 132, "540p": 132, "360p": 132, "240p": 132}


@pytest.mark.needs("binary_answers")
def test_a_video_of_several_chunks_has_every_frame(client: Client, player: Player, long_video: str) -> None:
    assert player.frame_count(f"{client.base_url}/stream/{long_video}/manifest") == 1444


@pytest.mark.needs("binary_answers")
def test_chunks_join_without_a_gap_in_video_or_audio(client: Client, player: Player, long_video: str) -> None:
    url = f"{client.base_url}/stream/{long_video}/manifest"

    assert player.packet_gaps(url, "v:0") == {TS_TICKS_PER_S // 24: 1443}
    # 1,024 samples of AAC at 22,050 Hz are 4,179.6 ticks.
    assert set(player.packet_gaps(url, "a:0")) <= {4179, 4180}


@pytest.mark.needs("binary_answers")
def test_segments_of_all_chunks_are_four_seconds_long(client: Client, long_video: str) -> None:
    text = client.get(f"/stream/{long_video}/manifest").text
    lengths = [float(line[8:-1]) for line in text.splitlines() if line.startswith("#EXTINF:")]

    assert lengths == pytest.approx([4.0] * 15 + [1444 / 24 - 60], abs=1e-6)


def test_the_loudness_of_audio_that_was_mixed_down_is_described(client: Client, short_video: str) -> None:
    loudness = client.describe(short_video)["loudness"]

    assert set(loudness) == {"integratedLufs", "rangeLu", "truePeakDbtp"}
    assert -70 < loudness["integratedLufs"] < loudness["truePeakDbtp"] < 0


@pytest.mark.needs("binary_answers")
def test_every_frame_looks_like_that_of_the_source(
    client: Client, player: Player, short_video: str, long_video: str
) -> None:
    short = player.ssim(
        f"{client.base_url}/stream/{short_video}/manifest",
        corpus.file("bigbuckbunny.mp4"),
        size="1280:720",
        rate=Fraction(25),
    )
    long = player.ssim(
        f"{client.base_url}/stream/{long_video}/manifest",
        corpus.file("demo.mov"),
        size="176:144",
        rate=Fraction(24),
    )

    assert short > 0.95
    assert long > 0.95


@pytest.mark.needs("binary_answers")
def test_audio_keeps_its_offset_from_the_video(client: Client, player: Player, short_video: str) -> None:
    url = f"{client.base_url}/stream/{short_video}/manifest"

    # An AAC stream starts with one frame of encoder delay, 21 ms at 48 kHz.
    assert player.audio_lead_s(url) == pytest.approx(0.0213, abs=0.02)


@pytest.mark.needs("binary_answers")
def test_audio_that_starts_late_stays_late(client: Client, player: Player, tmp_path: Path) -> None:
    tone = ["-itsoffset", "1.5", "-f", "lavfi", "-i", "sine=440:sample_rate=48000:duration=6"]
    late = tmp_path / "late.mp4"
    corpus.run(
        player.ffmpeg, "-i", corpus.file("bikes.mp4"), *tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy",
        "-c:a", "aac", "-ac", "2", late,
    )  # fmt: skip

    url = f"{client.base_url}/stream/{client.upload_until(late, 'READY')}/manifest"

    assert player.audio_begins_s(url) - player.start_s(url, "v:0") == pytest.approx(1.5, abs=0.03)


@pytest.mark.needs("binary_answers")
def test_video_that_starts_late_is_held_from_the_start_across_chunks(
    client: Client, cloud: Cloud, player: Player, tmp_path: Path
) -> None:
    late = tmp_path / "late.ts"
    tone = ["-f", "lavfi", "-i", "sine=440:sample_rate=48000:duration=60,adelay=500"]
    corpus.run(
        player.ffmpeg, "-itsoffset", "1.5", "-i", corpus.file("demo.mov"), *tone,
        "-map", "0:v", "-map", "1:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", late,
    )  # fmt: skip

    with cloud.environment("PlanFunction", CHUNK_SECONDS="20"):
        video_id = client.upload_until(late, "READY")

    url = f"{client.base_url}/stream/{video_id}/manifest"
    held = 37  # frames of 1.5 s, and the one that the clock's zero is earlier
    assert player.frame_count(url) == held + 1441
    assert player.packet_gaps(url, "v:0") == {TS_TICKS_PER_S // 24: held + 1441 - 1}
    before_s = player.start_s(str(late), "v:0") - player.audio_begins_s(str(late))
    assert before_s > 0.9
    after_s = player.start_s(url, "v:0") + held / 24 - player.audio_begins_s(url)
    assert after_s == pytest.approx(before_s, abs=0.02)


@pytest.mark.needs("binary_answers")
def test_the_last_frame_is_repeated_until_the_audio_ends(
    client: Client, player: Player, tmp_path: Path
) -> None:
    tone = ["-f", "lavfi", "-i", "sine=440:sample_rate=48000:duration=50"]
    longer = tmp_path / "longer.mp4"
    corpus.run(
        player.ffmpeg, "-i", corpus.file("bikes.mp4"), *tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy",
        "-c:a", "aac", longer,
    )  # fmt: skip

    url = f"{client.base_url}/stream/{client.upload_until(longer, 'READY')}/manifest"

    assert player.frame_count(url) == 50 * 25
    assert sum(player.packet_gaps(url, "a:0").values()) >= 50 * 48_000 // 1024
    assert set(player.packet_gaps(url, "a:0")) == {1920}


@pytest.mark.needs("binary_answers")
def test_a_frame_that_lasts_across_a_cut_is_repeated(
    client: Client, cloud: Cloud, player: Player, tmp_path: Path
) -> None:
    still = corpus.derive(
        "demo.mov", "-an", "-vf", "select=lt(t\\,14)+gt(t\\,26)", "-fps_mode", "vfr", "-c:v", "libx264",
        "-preset", "ultrafast", ffmpeg=player.ffmpeg, output=tmp_path / "still.mp4",
    )  # fmt: skip
    assert player.frame_count(str(still)) < 1200

    with cloud.environment("PlanFunction", CHUNK_SECONDS="20"):
        url = f"{client.base_url}/stream/{client.upload_until(still, 'READY')}/manifest"

    assert player.frame_count(url) == 1441
    assert player.packet_gaps(url, "v:0") == {TS_TICKS_PER_S // 24: 1440}


@pytest.mark.needs("binary_answers")
def test_the_output_is_h264_high_and_stereo_aac_in_the_described_sizes(
    client: Client, player: Player, short_video: str
) -> None:
    described = client.describe(short_video)

    for rendition in described["renditions"]:
        url = f"{client.base_url}/stream/{short_video}/manifest?rendition={rendition['name']}"
        video, audio = player.streams(url)[:2]
        assert (video["codec_name"], video["profile"]) == ("h264", "High")
        assert (video["width"], video["height"]) == (rendition["width"], rendition["height"])
        assert (video["pix_fmt"], video["color_space"]) == ("yuv420p", "bt709")
        assert f"avc1.6400{video['level']:02x},mp4a.40.2" == rendition["codecs"]
        assert (audio["codec_name"], audio["profile"], audio["channels"]) == ("aac", "LC", 2)
    assert described["durationSeconds"] == pytest.approx(5.3, abs=0.1)
    assert described["progress"] == 1


@pytest.mark.needs("binary_answers")
def test_renditions_that_would_save_nothing_are_not_listed_and_noted_for_removal(
    client: Client, cloud: Cloud, player: Player, tmp_path: Path
) -> None:
    slide = tmp_path / "slide.mkv"
    gray = "color=gray:size=640x360:rate=25:duration=6"
    corpus.run(player.ffmpeg, "-f", "lavfi", "-i", gray, "-c:v", "libx264", slide)

    video_id = client.upload_until(slide, "READY")

    assert list(playlists(client, video_id)) == ["360p"]
    # Their segments stay for a day, for players that hold an older playlist.
    noted = cloud.s3.list_objects_v2(Bucket=cloud.outputs["UploadsBucketName"], Prefix=keys.UNUSED_PREFIX)
    assert video_id in [keys.video_of_note(entry["Key"]) for entry in noted["Contents"]]


@pytest.mark.needs("binary_answers")
def test_the_multivariant_playlist_plays(client: Client, player: Player, short_video: str) -> None:
    streams = player.streams(f"{client.base_url}/stream/{short_video}/master")

    assert sorted({stream["height"] for stream in streams if stream["codec_type"] == "video"}) == [
        240,
        360,
        540,
        720,
    ]


@pytest.mark.needs("binary_answers")
@pytest.mark.parametrize(
    ("name", "frames"), [("bikes.mp4", 250), ("demo.webm", 1444), ("demo.vob", 1444), ("demo.flv", 1446)]
)
def test_other_containers_keep_every_frame(client: Client, player: Player, name: str, frames: int) -> None:
    """Those of a minute have 1,441, of which the first or the last are held for as long as there is audio."""
    video_id = client.upload_until(corpus.file(name), "READY")

    assert player.frame_count(f"{client.base_url}/stream/{video_id}/manifest") == frames


def test_a_rotated_video_of_a_phone_is_upright(client: Client, player: Player, tmp_path: Path) -> None:
    rotated = tmp_path / "rotated.mp4"
    corpus.derive("bikes.mp4", "-t", "2", "-c", "copy", ffmpeg=player.ffmpeg, output=tmp_path / "cut.mp4")
    corpus.run(player.ffmpeg, "-display_rotation", "90", "-i", tmp_path / "cut.mp4", "-c", "copy", rotated)

    video_id = client.upload_until(rotated, "READY")

    best = client.describe(video_id)["renditions"][0]
    assert (best["width"], best["height"]) == (272, 640)


@pytest.mark.needs("binary_answers")
def test_a_video_without_audio_has_no_audio_stream(client: Client, player: Player) -> None:
    video_id = client.upload_until(corpus.file("carphone_pristine.mp4"), "READY")

    streams = player.streams(f"{client.base_url}/stream/{video_id}/manifest")
    assert [stream["codec_type"] for stream in streams] == ["video"]
    assert client.describe(video_id)["renditions"][0]["codecs"] == "avc1.640015"


def test_a_file_without_video_fails_with_a_reason(client: Client, failed_video: str) -> None:
    text, cover = client.describe(failed_video), client.upload_until(corpus.file("withcover.mp3"), "FAILED")

    assert text["failure"]["code"] == "unreadable"
    assert "MP4" in text["failure"]["message"]
    assert client.describe(cover)["failure"]["code"] in {"unreadable", "no_video"}


def test_an_audio_file_is_not_a_video(client: Client, player: Player, tmp_path: Path) -> None:
    audio = corpus.derive(
        "bigbuckbunny.mp4", "-vn", "-c", "copy", ffmpeg=player.ffmpeg, output=tmp_path / "a.mp4"
    )

    video_id = client.upload_until(audio, "FAILED")

    assert client.describe(video_id)["failure"]["code"] == "no_video"


def test_a_truncated_file_fails_as_truncated(client: Client, player: Player, tmp_path: Path) -> None:
    whole = corpus.derive(
        "bikes.mp4",
        "-c",
        "copy",
        "-movflags",
        "+faststart",
        ffmpeg=player.ffmpeg,
        output=tmp_path / "whole.mp4",
    )
    content = whole.read_bytes()

    video_id = client.upload_until(content[: len(content) * 6 // 10], "FAILED")

    assert client.describe(video_id)["failure"]["code"] == "truncated"


@pytest.mark.needs("binary_answers")
def test_a_corrupted_file_fails_with_a_reason_or_has_every_frame(client: Client, player: Player) -> None:
    content = bytearray(corpus.file("bikes.mp4").read_bytes())
    for position in range(20_000, 400_000, 97):
        content[position] ^= 0xFF

    video_id = client.upload(bytes(content))

    if client.final_state(video_id) == "READY":
        assert player.frame_count(f"{client.base_url}/stream/{video_id}/manifest") == 250
    else:
        assert client.describe(video_id)["failure"]["code"] in {"undecodable", "truncated"}


def test_a_video_whose_ladder_is_complete_is_no_longer_admitted(cloud: Cloud, short_video: str) -> None:
    """The ledger is a map in an item, which emulators must know how to change."""

    def admitted() -> list[str]:
        found = cloud.dynamodb.get_item(
            TableName=cloud.physical_id("IdempotencyTable"),
            Key={"id": {"S": "admissions"}},
            ConsistentRead=True,
        )
        return [name for name in found["Item"]["runs"]["M"] if name.startswith(short_video)]

    eventually(lambda: not admitted())
