"""list, get, retry, restore and delete, addresses, and how commands end."""

import json
from pathlib import Path

import httpx
import pytest

from cli import reelway
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake import FakeReelway, fault, problem

ID = "3f0e8f3a"
MASTER = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=900,RESOLUTION=640x360
manifest?rendition=360p
#EXT-X-STREAM-INF:BANDWIDTH=500,RESOLUTION=1280x720
manifest?rendition=low
#EXT-X-STREAM-INF:BANDWIDTH=800,RESOLUTION=1280x720
manifest?rendition=best
"""
MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:6
#EXTINF:6.0,
segment/a
#EXTINF:2.5,
segment/b
#EXT-X-ENDLIST
"""


@pytest.fixture
def stored(fake: FakeReelway) -> None:
    fake.texts = {
        f"stream/{ID}/master.m3u8": MASTER,
        f"stream/{ID}/manifest?rendition=best": MEDIA,
        f"stream/{ID}/segment/a": b"first ",
        f"stream/{ID}/segment/b": b"second",
    }


def test_all_pages_are_listed(fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    fake.pages = [["c", "b"], ["a"]]

    assert run("list", "--ids") == 0
    assert capsys.readouterr() == ("c\nb\na\n", "")


def test_a_line_of_the_list_has_id_state_and_title(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.pages, fake.titles = [["b", "a"]], {"b": {"title": "Ferien \u202e\x1b[2J ☀"}}

    assert run("list") == 0
    assert capsys.readouterr().out == "b\tREADY\tFerien \ufffd\ufffd[2J ☀\na\tREADY\t\n"


def test_a_list_is_of_one_state_or_one_external_id(fake: FakeReelway, run: Run) -> None:
    fake.pages = [["b"], ["a"]]

    assert run("list", "--state", "FAILED", "--external-id", "film-1") == 0
    asked = {"limit": "100", "state": "FAILED", "externalId": "film-1"}
    assert fake.queries == [asked, asked | {"cursor": "1"}]


def test_a_video_is_described_as_json(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.documents = {ID: [{"videoId": ID, "state": "READY", "title": "Ours"}]}

    assert run("describe", ID) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Ours"


def test_an_upload_is_what_it_is_said_to_be(fake: FakeReelway, run: Run, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"film")

    said = ("--title", "Ours", "--external-id", "film-1", "--playback", "signed")
    run("upload", "--no-watch", *said, str(tmp_path / "clip.mp4"))
    named = {"title": "Ours", "externalId": "film-1", "playback": "signed"}
    assert fake.begun[0]["metadata"] == {"size": 4, **named}


def test_the_best_rendition_is_saved(
    stored: None, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("get", ID) == 0

    assert (tmp_path / f"{ID}.ts").read_bytes() == b"first second"
    assert [path.name for path in tmp_path.iterdir()] == [f"{ID}.ts"]
    assert capsys.readouterr() == ("", "")


def test_of_a_signed_video_a_playback_token_is_asked_for(
    fake: FakeReelway, stored: None, run: Run, tmp_path: Path
) -> None:
    fake.texts = {f"p/t.1.mac/{path}": text for path, text in fake.texts.items()}
    issued = httpx.Response(201, json={"videoId": ID, "token": "t.1.mac", "urls": {}})
    fake.faults = [fault("POST", f"/prefix/video/{ID}/playback-tokens", issued)]

    assert run("get", ID) == 0
    assert (tmp_path / f"{ID}.ts").read_bytes() == b"first second"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (problem(404, "There is nothing at this path."), "Gone."),  # an older Reelway, or no video
        (problem(410, "The video was deleted."), "The video was deleted."),
        (problem(403, "This server is read-only."), "Gone. If it is a signed one: This server is read-only."),
    ],
)
def test_of_a_video_without_a_playlist_all_that_is_known_is_told(
    fake: FakeReelway,
    run: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    answer: httpx.Response,
    said: str,
) -> None:
    fake.faults = [fault("POST", "/playback-tokens", answer)]

    assert run("get", ID) == 1
    assert capsys.readouterr().err == f"reelway: {said}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_gets_the_file_by_its_name(stored: None, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    assert run("get", ID, "--output", folder) == 0
    assert (folder / f"{ID}.ts").read_bytes() == b"first second"


def test_a_dash_is_stdout(stored: None, run: Run, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("get", ID, "-o", "-") == 0
    assert capfdbinary.readouterr().out == b"first second"


@pytest.mark.parametrize("trouble", [problem(404, "Gone."), httpx.ReadError("reset")])
def test_what_cannot_be_saved_whole_leaves_what_was_there(
    fake: FakeReelway, stored: None, run: Run, tmp_path: Path, trouble: httpx.Response | Exception
) -> None:
    output = tmp_path / "mine.ts"
    output.write_bytes(b"before")
    fake.faults = [fault("GET", "segment/b", trouble, repeats=True)]

    assert run("get", ID, "-o", output) == 1

    assert output.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [output]


def test_a_device_is_not_replaced(stored: None, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("get", ID, "-o", "/dev/null") == 1

    assert capsys.readouterr().err == "reelway: /dev/null is not a file.\n"
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_not_there_is_named(
    stored: None, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("get", ID, "-o", tmp_path / "none" / "a.ts") == 1
    assert "none/a.ts" in (said := capsys.readouterr().err)
    assert said.endswith("No such file or directory.\n")


def test_a_refusal_is_said_in_the_servers_words(
    fake: FakeReelway, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [fault("GET", "/master.m3u8", problem(409, "The video is not ready."), repeats=True)]

    assert run("get", ID) == 1

    assert capsys.readouterr().err == "reelway: The video is not ready.\n"
    assert list(tmp_path.iterdir()) == []


def test_deleting_says_nothing(fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    fake.faults = [fault("DELETE", f"/prefix/video/{ID}", httpx.Response(204))]

    assert run("delete", ID) == 0
    assert capsys.readouterr() == ("", "")


def test_a_video_that_is_retried_is_watched_to_its_end(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [
        fault("POST", f"/prefix/video/{ID}/retry", httpx.Response(202, json={"state": "UPLOADED"}))
    ]
    fake.documents[ID] = [{"state": "READY"}]

    assert run("retry", ID) == 0
    assert fake.asked[f"POST /video/{ID}/retry"] == 1
    assert "READY" in capsys.readouterr().err


def test_a_video_that_cannot_be_retried_is_said_with_the_reason(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [fault("POST", f"/prefix/video/{ID}/retry", problem(409, "The video has not failed."))]

    assert run("retry", ID) == 1
    assert capsys.readouterr().err == "reelway: The video has not failed.\n"


def test_a_deleted_video_is_restored_then_watched(
    run: Run, fake: FakeReelway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reelway, "RESTORE_DELAY_S", 0.0)
    answers = [httpx.Response(status, json={"state": "READY"}) for status in (202, 202, 200)]
    fake.faults = [fault("POST", f"/prefix/video/{ID}/restore", *answers)]
    fake.documents[ID] = [{"state": "READY"}]
    assert run("restore", ID) == 0
    assert fake.asked[f"POST /video/{ID}/restore"] == 3


def test_what_is_gone_for_good_is_not_restored(
    run: Run, fake: FakeReelway, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = problem(410, "A deletion is final after 7 days.")
    fake.faults = [fault("POST", f"/prefix/video/{ID}/restore", gone)]
    assert run("restore", ID) == 1
    assert "final after 7 days" in capsys.readouterr().err


def test_a_read_only_server_is_told_in_its_own_words(
    run: Run, fake: FakeReelway, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults = [fault("GET", "/prefix/videos", problem(403, "This server is read-only."))]
    assert run("list") == 1
    assert "This server is read-only." in capsys.readouterr().err


@pytest.mark.parametrize("command", ["watch", "get", "retry", "restore", "delete"])
@pytest.mark.parametrize("video_id", ["", "..", "../x", "a b", "é", "a?b", "x" * 200])
def test_what_is_no_id_is_said_without_asking(
    fake: FakeReelway, run: Run, command: str, video_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command, video_id) == 1

    assert capsys.readouterr().err == f"reelway: {video_id!r} is not the id of a video.\n"
    assert not fake.asked


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://host", "http://host/"),
        ("http://host/", "http://host/"),
        ("https://host:8443/a/b", "https://host:8443/a/b/"),
        ("https://host/a/b/", "https://host/a/b/"),
    ],
)
def test_an_address_may_have_a_path_and_a_slash(
    given: str, used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELWAY_URL", given)

    assert reelway._parser().parse_args(["list"]).url == used
    assert reelway._parser().parse_args(["--url", given, "list"]).url == used
    assert reelway._parser().parse_args(["list", "--url", given]).url == used


@pytest.mark.parametrize("name", ["REELWAY_URL", "none"])
def test_without_an_address_it_is_the_laptops(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REELWAY_URL", raising=False)
    monkeypatch.setenv(name, "")

    assert reelway._parser().parse_args(["list"]).url == "http://127.0.0.1:8080/"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["upload"],
        ["get"],
        ["--url", "host:8080", "list"],
        ["list", "--url", "ftp://host"],
        ["list", "--url", "http://"],
        ["list", "--url", "http://host:port"],
        ["list", "--url", "http://host/?a=b"],
    ],
)
def test_a_command_that_is_none_ends_with_2(arguments: list[str], run: Run) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("command", [["list"], ["watch", ID], ["get", ID], ["upload", "clip.mp4"]])
@pytest.mark.parametrize("said", ["<html>Welcome</html>", "{}", "1", ""])
def test_what_is_no_reelway_is_told_so(
    fake: FakeReelway,
    run: Run,
    command: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"a")
    fake.faults = [lambda _: httpx.Response(200, text=said)]

    assert run(*command) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert "http://reelway.test" in sentence


def test_a_server_that_has_moved_is_told_so(
    fake: FakeReelway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = httpx.Response(301, headers={"Location": "https://reelway.test/stream/ready"})
    fake.faults = [fault("GET", "", moved, repeats=True)]

    assert run("list") == 1
    assert "redirects to https://reelway.test/stream/ready" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(reelway, "run", interrupt)

    assert run("upload", "clip.mp4") == 130
    assert capsys.readouterr().err == "reelway: interrupted; the same command continues where it stopped\n"
    assert run("list") == 130
    assert capsys.readouterr().err == "reelway: interrupted\n"
