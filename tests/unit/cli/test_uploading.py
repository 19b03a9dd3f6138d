"""Uploads: in parts, resumed, and never of two files at once."""

import os
import time
from pathlib import Path

import httpx
import pytest

from cli import reelway
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake import FakeReelway, fault, problem

CONTENT = b"aaaabbbbcc"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "clip.mp4"
    file.write_bytes(CONTENT)
    return file


def puts(fake: FakeReelway) -> int:
    return sum(count for asked, count in fake.asked.items() if asked.startswith("PUT "))


def test_a_file_arrives_whole_and_its_id_alone_is_on_stdout(
    fake: FakeReelway, run: Run, clip: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("upload", "--no-watch", clip) == 0

    assert fake.files == {"video-of-upload0": CONTENT}
    printed = capsys.readouterr()
    assert printed.out == "video-of-upload0\n"
    assert printed.err == "clip.mp4: 3 parts\n"
    assert list(notes.iterdir()) == []


def test_only_missing_parts_are_sent_again(
    fake: FakeReelway, run: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [fault("PUT", "/2?", problem(503, "Busy."), repeats=True)]
    assert run("upload", "--no-watch", clip) == 1
    there = len(fake.uploads["upload0"])
    fake.faults, before = [], puts(fake)

    assert run("upload", "--no-watch", clip) == 0

    assert 1 <= there <= 2
    assert puts(fake) - before == 3 - there
    assert fake.files == {"video-of-upload0": CONTENT}
    assert f"{there} sent before" in capsys.readouterr().err


def test_a_part_with_other_bytes_is_sent_again(
    fake: FakeReelway, run: Run, clip: Path, server: reelway.Server, notes: Path
) -> None:
    fake.uploads["upload0"] = {1: b"aaaa", 2: b"xxxx"}
    note = reelway.Note.of(server, reelway.Source.of(clip))
    note.write(reelway.Begun("uploads/of-upload0", "upload0"))

    assert run("upload", "--no-watch", clip) == 0

    assert fake.files == {"video-of-upload0": CONTENT}
    assert puts(fake) == 2


def test_an_upload_that_the_server_has_forgotten_begins_anew(
    fake: FakeReelway, run: Run, clip: Path, server: reelway.Server, notes: Path
) -> None:
    note = reelway.Note.of(server, reelway.Source.of(clip))
    note.write(reelway.Begun("uploads/of-expired", "expired"))

    assert run("upload", "--no-watch", clip) == 0

    assert fake.files == {"video-of-upload0": CONTENT}


def test_a_note_that_cannot_be_read_is_none(
    fake: FakeReelway, run: Run, clip: Path, server: reelway.Server, notes: Path
) -> None:
    notes.mkdir()
    for text in ("", "[]", "{}", '{"key": '):
        reelway.Note.of(server, reelway.Source.of(clip)).path.write_text(text)
        assert run("upload", "--no-watch", clip) == 0

    assert list(fake.files.values()) == [CONTENT] * 4


def test_a_file_with_another_time_or_size_is_another_upload(
    fake: FakeReelway, run: Run, clip: Path, server: reelway.Server, notes: Path
) -> None:
    names = {reelway.Note.of(server, reelway.Source.of(clip)).path}
    os.utime(clip, ns=(0, 1))
    names.add(reelway.Note.of(server, reelway.Source.of(clip)).path)
    clip.write_bytes(CONTENT * 2)
    os.utime(clip, ns=(0, 1))
    names.add(reelway.Note.of(server, reelway.Source.of(clip)).path)

    assert len(names) == 3


def test_a_file_that_changes_on_the_way_becomes_no_video(
    fake: FakeReelway, run: Run, clip: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def grow(request: httpx.Request) -> None:
        if request.method == "PUT" and request.url.path.endswith("/1"):
            clip.write_bytes(CONTENT + b"d")

    fake.faults = [grow]

    assert run("upload", "--no-watch", clip) == 1

    assert "was changed while it was being sent" in capsys.readouterr().err
    assert (fake.files, fake.uploads, list(notes.iterdir())) == ({}, {}, [])


def test_a_file_that_shrinks_on_the_way_becomes_no_video(
    fake: FakeReelway, run: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def shrink(request: httpx.Request) -> None:
        if request.url.path.endswith("/s3/multipart"):
            clip.write_bytes(b"a")

    fake.faults = [shrink]

    assert run("upload", "--no-watch", clip) == 1
    assert "was changed while it was being sent" in capsys.readouterr().err
    assert fake.files == {}


def test_where_only_the_last_answer_was_lost_there_is_no_second_video(
    fake: FakeReelway, run: Run, clip: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lose(request: httpx.Request) -> httpx.ReadError | None:
        if request.url.path.endswith("/complete"):
            fake.faults.clear()
            fake.answer(request)
            fake.faults.append(lose)
            return httpx.ReadError("the connection broke", request=request)
        return None

    fake.faults = [lose]
    assert run("upload", "--no-watch", clip) == 1
    fake.faults.clear()

    assert run("upload", "--no-watch", clip) == 0

    assert capsys.readouterr().out == "video-of-upload0\n"
    assert fake.files == {"video-of-upload0": CONTENT}
    assert list(notes.iterdir()) == []


def test_too_large_a_file_is_refused_in_the_servers_words_and_forgotten(
    fake: FakeReelway, run: Run, clip: Path, notes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.max_bytes = 3

    assert run("upload", clip) == 1

    assert "The file has 10 bytes." in capsys.readouterr().err
    assert list(notes.iterdir()) == []


@pytest.mark.parametrize(
    "trouble",
    [
        problem(500, "Failed."),
        problem(503, "Busy."),
        problem(429, "Slower."),
        httpx.ReadError("reset"),
        httpx.WriteTimeout("timed out"),
    ],
)
@pytest.mark.parametrize("asked", [("GET", "/2?"), ("PUT", "/2?"), ("POST", "/complete")])
def test_what_may_pass_is_tried_again(
    fake: FakeReelway, run: Run, clip: Path, trouble: httpx.Response | Exception, asked: tuple[str, str]
) -> None:
    fake.faults = [fault(*asked, trouble, trouble)]

    assert run("upload", "--no-watch", clip) == 0

    assert fake.files == {"video-of-upload0": CONTENT}


def test_an_expired_signature_asks_for_another_one(fake: FakeReelway, run: Run, clip: Path) -> None:
    fake.faults = [fault("PUT", "/2?", httpx.Response(403, text="<Error><Message>Expired</Message></Error>"))]

    assert run("upload", "--no-watch", clip) == 0

    assert fake.asked["GET /s3/multipart/upload0/2"] == 2


def test_attempts_do_not_multiply(
    fake: FakeReelway, run: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "<Error><Message>Access denied</Message></Error>"
    fake.faults = [fault("PUT", "/2?", httpx.Response(403, text=text), repeats=True)]

    assert run("upload", "--no-watch", clip) == 1

    assert fake.asked["PUT /parts/upload0/2"] == reelway.ATTEMPTS
    assert fake.asked["GET /s3/multipart/upload0/2"] == reelway.ATTEMPTS
    said = capsys.readouterr().err
    assert "answered 403: Access denied" in said
    assert "signature" not in said


def test_a_refusal_is_not_tried_again(fake: FakeReelway, run: Run, clip: Path) -> None:
    fake.faults = [fault("GET", "/2?", problem(400, "No."), repeats=True)]

    assert run("upload", "--no-watch", clip) == 1

    assert fake.asked["GET /s3/multipart/upload0/2"] == 1


def test_an_address_where_nobody_answers_is_asked_once(
    fake: FakeReelway, run: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [fault("POST", "", httpx.ConnectError("Connection refused"), repeats=True)]

    assert run("upload", clip) == 1

    assert fake.asked.total() == 1
    assert "http://reelway.test/prefix/ cannot be reached: Connection refused" in capsys.readouterr().err


def test_a_file_that_fails_ends_none_of_the_others(
    fake: FakeReelway, run: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()

    assert run("upload", "--no-watch", tmp_path / "none.mp4", empty, tmp_path, clip) == 1

    printed = capsys.readouterr()
    assert printed.out == "video-of-upload0\n"
    assert printed.err.splitlines() == [
        f"reelway: {tmp_path / 'none.mp4'}: No such file or directory.",
        f"reelway: {empty}: The file is empty.",
        f"reelway: {tmp_path}: This is not a file.",
        "clip.mp4: 3 parts",
    ]


def test_files_are_watched_after_all_have_arrived(
    fake: FakeReelway, run: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other[bold].mp4"
    other.write_bytes(b"d")
    failure = {"code": "no_video", "message": "This is no video."}
    fake.documents = {
        "video-of-upload0": [{"state": "FAILED", "failure": failure}],
        "video-of-upload1": [{"state": "READY", "ladder": {"state": "complete"}}],
    }

    assert run("upload", clip, other) == 1

    printed = capsys.readouterr()
    assert printed.out == "video-of-upload0\nvideo-of-upload1\n"
    assert printed.err.splitlines() == [
        "clip.mp4: 3 parts",
        "other[bold].mp4: 1 part",
        "clip.mp4: FAILED",
        f"reelway: {clip}: This is no video.",
        "other[bold].mp4: READY",
        "other[bold].mp4: READY with all its renditions",
    ]


def test_the_same_command_after_ctrl_c_makes_no_second_video(
    fake: FakeReelway,
    run: Run,
    clip: Path,
    tmp_path: Path,
    notes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    other = tmp_path / "other.mp4"
    other.write_bytes(b"d")
    fake.documents = {f"video-of-upload{n}": [{"state": "READY"}] for n in range(2)}
    with monkeypatch.context() as patched:
        patched.setattr(reelway, "watch", interrupt)
        assert run("upload", clip, other) == 130
    before = puts(fake)

    assert run("upload", clip, other) == 0

    assert capsys.readouterr().out.split() == ["video-of-upload0", "video-of-upload1"] * 2
    assert (len(fake.files), puts(fake), list(notes.iterdir())) == (2, before, [])


def test_what_was_uploaded_and_deleted_since_is_uploaded_again(
    fake: FakeReelway, run: Run, clip: Path, server: reelway.Server, notes: Path
) -> None:
    note = reelway.Note.of(server, reelway.Source.of(clip))
    note.write(reelway.Begun("uploads/of-gone", "gone", [], "video-of-gone"))

    assert run("upload", "--no-watch", clip) == 0
    assert fake.files == {"video-of-upload0": CONTENT}


def test_notes_are_whole_private_and_do_not_pile_up(server: reelway.Server, clip: Path, notes: Path) -> None:
    notes.mkdir()
    old = notes / "old.json"
    old.write_text("{}")
    os.utime(old, (0, time.time() - 30 * 86_400))
    begun = reelway.Begun("uploads/a", "b", [{"PartNumber": 1, "ETag": "c"}])
    note = reelway.Note.of(server, reelway.Source.of(clip))

    note.write(begun)

    assert note.read() == begun
    assert list(notes.iterdir()) == [note.path]
    assert note.path.stat().st_mode & 0o77 == 0


@pytest.mark.parametrize("size_bytes", [1, 8 * 2**20, 8 * 2**20 + 1, 5 * 2**30, 2**37 + 1, 2**40])
def test_parts_are_as_many_and_as_large_as_s3_takes(size_bytes: int) -> None:
    source = reelway.Source(Path("a"), size_bytes, 0)

    assert source.part_bytes >= 8 * 2**20
    assert 1 <= len(source.numbers) <= 10_000
    assert (
        (len(source.numbers) - 1) * source.part_bytes < size_bytes <= len(source.numbers) * source.part_bytes
    )
