"""The probing child's program, in this process: what it prints of real files, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from reelway.probe.probe_document import parsed
from reelway.probe.report import Report
from reelway.probing.__main__ import main
from tests.unit.reelway.probing import files

Captured = pytest.CaptureFixture[str]


def job(path: Path, **changes: Any) -> dict[str, Any]:
    return {"url": str(path), "pixels": 1_000_000, "streams": 4, "ca_file": ""} | changes


def probed(path: Path, capsys: Captured, **changes: Any) -> Report:
    assert main("probe", job(path, **changes)) == 0
    return parsed(capsys.readouterr().out)


def test_a_report_has_what_the_file_declares(tmp_path: Path, capsys: Captured) -> None:
    report = probed(files.video(tmp_path / "film.mp4"), capsys)
    [video] = report.streams
    assert report.format_name == "mov,mp4,m4a,3gp,3g2,mj2"
    assert report.duration_s == pytest.approx(1.2)
    assert (video.kind, video.codec, video.codec_tag, video.is_decodable) == ("video", "mpeg4", "mp4v", True)
    assert (video.width, video.height, video.frames, video.pixel_format) == (64, 48, 30, "yuv420p")
    assert video.base_rate == video.mean_rate == files.RATE
    assert video.packet_times_s is None
    assert (video.is_default, video.is_cover, video.display_matrix) == (True, False, ())


def test_the_first_frame_says_how_the_video_is_turned(tmp_path: Path, capsys: Captured) -> None:
    [video] = probed(files.turned(tmp_path / "phone.mp4"), capsys).streams
    assert video.display_matrix[0:2] == (0, -65536)


def test_the_first_frame_says_whether_there_is_alpha(tmp_path: Path, capsys: Captured) -> None:
    [video] = probed(files.video(tmp_path / "logo.mov", "png", pixels="rgba"), capsys).streams
    assert video.pixel_format == "rgba"


def test_times_are_read_where_rates_are_in_doubt(tmp_path: Path, capsys: Captured) -> None:
    times = [0, 17, 51, 68, 102, 119, 170, 187, 221, 238]
    [video] = probed(files.video(tmp_path / "phone.mp4", times=times), capsys).streams
    assert video.packet_times_s == pytest.approx([time / 1000 for time in times])


def test_a_codec_that_libav_does_not_know_is_named_by_its_tag(tmp_path: Path, capsys: Captured) -> None:
    film = files.video(tmp_path / "film.mp4", "libx264")
    film.write_bytes(film.read_bytes().replace(b"avc1", b"dav1"))
    [video] = probed(film, capsys).streams
    assert (video.codec, video.codec_tag, video.is_decodable) == ("", "dav1", False)
    assert (video.width, video.height) == (64, 48)


def test_a_codec_that_is_not_on_the_list_is_not_decoded(tmp_path: Path, capsys: Captured) -> None:
    [video] = probed(files.video(tmp_path / "film.avi", "snow"), capsys).streams
    assert (video.codec, video.is_decodable) == ("snow", False)


def test_a_frame_beyond_the_bound_is_not_decoded(tmp_path: Path, capsys: Captured) -> None:
    [video] = probed(files.turned(tmp_path / "phone.mp4"), capsys, pixels=3000).streams
    assert (video.width, video.display_matrix) == (0, ())


@pytest.mark.parametrize("container", ["mkv", "flv", "avi", "mp4"])
def test_the_ends_of_streams_are_measured(container: str, tmp_path: Path, capsys: Captured) -> None:
    codec = "flv" if container == "flv" else "mpeg4"
    film = files.video(tmp_path / f"film.{container}", codec)
    assert main("measure", job(film)) == 0
    index, end_s = capsys.readouterr().out.split()
    assert index == "0"
    assert float(end_s) == pytest.approx(1.2, abs=0.05)


@pytest.mark.parametrize("content", [b"", b"no video at all", b"#EXTM3U\n#EXTINF:1,\nother.ts\n"])
@pytest.mark.parametrize("task", ["probe", "measure"])
def test_what_is_no_video_ends_with_a_reason(
    task: str, content: bytes, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    assert main(task, job(path)) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err
    assert str(path) not in printed.err


def test_a_file_that_breaks_off_is_measured_up_to_there(tmp_path: Path, capsys: Captured) -> None:
    film = files.video(tmp_path / "film.mkv")
    film.write_bytes(film.read_bytes()[:-600])
    assert main("measure", job(film)) == 0
    assert 0 < float(capsys.readouterr().out.split()[1]) < 1.2


def test_a_server_that_is_not_there_has_a_code_of_its_own(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelway.probing.ranged_file._pool", lambda *_: Unplugged())
    assert main("probe", job(Path(), url="https://bucket.example/1?X-Amz-Signature=secret")) == 3
    assert "no route" in capsys.readouterr().err


class Unplugged:
    def request(self, *_: object, **__: object) -> None:
        raise OSError("no route")

    def close(self) -> None:
        pass


def test_the_document_is_json(tmp_path: Path, capsys: Captured) -> None:
    main("probe", job(files.video(tmp_path / "film.mp4")))
    assert json.loads(capsys.readouterr().out)["format"]["tags"]["major_brand"] == "isom"
