import json
import shutil
from pathlib import Path

import pytest

from local.saved_state import prepare, unsaved_mark
from local.settings import Settings

ACCOUNT = "000000000000"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def session(settings: Settings, *uploads: str, saves: bool, stack: str = "CREATE_COMPLETE") -> str:
    """Start, upload and end, gracefully or not. What the start said was lost."""
    lost = prepare(settings)
    folder = settings.object_data / ACCOUNT / "reelway-uploads" / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for name in uploads:
        replace(folder / name, f"file {name}")
        replace(folder / f"{name}.meta.json", "{}")
    if saves:
        stacks = {"reelway": {"StackStatus": stack}}
        cloudformation = {"payload": {"stacks": {"data": stacks}}}
        replace(settings.emulator_state / "cloudformation.json", json.dumps(cloudformation))
        replace(settings.emulator_state / "dynamodb.json", json.dumps(sorted(known(settings))))
        unsaved_mark(settings).unlink()
    return lost


def replace(path: Path, text: str) -> None:
    """As the emulator writes: a new file in the old one's place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.tmp").write_text(text)
    path.with_name(f"{path.name}.tmp").replace(path)


def known(settings: Settings) -> set[str]:
    """The uploads whose files are there."""
    files = settings.object_data.glob("*/*/uploads/*")
    return {path.name for path in files if not path.name.endswith((".meta.json", ".tmp"))}


def recorded(settings: Settings) -> set[str]:
    """The uploads in the table."""
    return set(json.loads((settings.emulator_state / "dynamodb.json").read_text()))


def test_a_first_start_has_lost_nothing_and_begins_without_objects(settings: Settings) -> None:
    replace(settings.object_data / ACCOUNT / "reelway-uploads" / "uploads" / "old", "of another life")

    assert prepare(settings) == ""
    assert not known(settings)


def test_what_was_saved_is_there_after_graceful_stops(settings: Settings) -> None:
    session(settings, "a", saves=True)
    session(settings, "b", saves=True)

    assert prepare(settings) == ""
    assert known(settings) == recorded(settings) == {"a", "b"}


def test_a_kill_in_the_first_session_leaves_nothing_behind(settings: Settings) -> None:
    session(settings, "a", saves=False)
    replace(settings.emulator_state / "cognito-rsa-key.pem", "written at once")

    assert prepare(settings) == (
        "The emulator was not stopped gracefully: 1 upload and all else since its first start is lost."
    )
    assert not known(settings)
    assert not settings.emulator_state.exists()


def test_after_a_kill_objects_and_tables_are_those_of_the_last_graceful_stop(settings: Settings) -> None:
    session(settings, "a", "deleted later", saves=True)
    session(settings, "b", "c", saves=False)
    (settings.object_data / ACCOUNT / "reelway-uploads" / "uploads" / "deleted later").unlink()

    assert ": 2 uploads and all else since its last `make down` (" in prepare(settings)
    assert known(settings) == recorded(settings) == {"a", "deleted later"}
    session(settings, "d", saves=True)
    assert known(settings) == recorded(settings) == {"a", "deleted later", "d"}


def test_a_kill_while_state_is_saved_leaves_the_state_before(settings: Settings) -> None:
    session(settings, "a", saves=True)
    session(settings, "b", saves=False)
    replace(settings.emulator_state / "dynamodb.json", json.dumps(["a", "b"]))
    (settings.emulator_state / "sqs.json.tmp").write_text('{"half')

    assert "1 upload and all else" in prepare(settings)
    assert known(settings) == recorded(settings) == {"a"}
    assert not list(settings.emulator_state.glob("*.tmp"))


@pytest.mark.parametrize("content", ["", '{"half', '{"payload": {}}'])
def test_a_state_that_cannot_be_read_is_lost(settings: Settings, content: str) -> None:
    session(settings, "a", saves=True)
    session(settings, "b", saves=True)
    (settings.emulator_state / "cloudformation.json").unlink()
    replace(settings.emulator_state / "cloudformation.json", content)

    assert "1 upload and all else" in prepare(settings)
    assert known(settings) == recorded(settings) == {"a"}


@pytest.mark.parametrize("stack", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_a_state_that_no_deploy_can_update_is_lost(settings: Settings, stack: str) -> None:
    session(settings, "a", saves=True)
    session(settings, "b", saves=True, stack=stack)

    assert "1 upload and all else" in prepare(settings)
    assert recorded(settings) == {"a"}


@pytest.mark.parametrize("interrupted", ["before", "unfinished", "both"])
def test_saving_may_be_interrupted(settings: Settings, interrupted: str) -> None:
    session(settings, "a", saves=True)
    session(settings, "b", saves=False)
    saved = settings.state / "saved"
    if interrupted != "unfinished":
        saved.rename(settings.state / "saved.before")
    if interrupted != "before":
        (settings.state / "saved.unfinished" / "s3").mkdir(parents=True)

    assert "is lost" in prepare(settings)
    assert known(settings) == recorded(settings) == {"a"}


def test_without_hard_links_files_are_copied(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: str, target: str) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refused)
    session(settings, "a", saves=True)
    session(settings, "b", saves=False)
    shutil.rmtree(settings.object_data)

    prepare(settings)

    assert known(settings) == {"a"}
