"""The state that the emulator had when it was last stopped gracefully, to which it returns after a kill.

While the emulator runs there is the file `emulator.unsaved`: made before the start, and removed by the
emulator when it has saved everything. Objects are on disk at once, all else only then. A start without that
file copies the state into `saved/`, and one with it copies `saved/` back, so that objects and tables always
belong together. Copies are hard links: the emulator replaces files and never changes one.
"""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from local.settings import Settings

STABLE = frozenset(
    {
        *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_COMPLETE"),
        "REVIEW_IN_PROGRESS",  # the first deploy has not begun
    }
)
"""States of stacks that can be updated, or made anew."""

_UPLOADS = "s3/*/*/uploads/*"  # of an account, in a bucket; beside each file is one with its headers
_HEADERS = ".meta.json"


def unsaved_mark(settings: Settings) -> Path:
    return settings.state / "emulator.unsaved"


def prepare(settings: Settings) -> str:
    """Before each start: leaves the state of the last graceful stop, and says what was lost, or "".

    A state that cannot be read, or in which no deploy can go on, counts as lost.
    """
    saved = _saved(settings)
    if not settings.emulator_state.exists():
        shutil.rmtree(settings.object_data, ignore_errors=True)
    if unsaved_mark(settings).exists() or not _is_sound(settings.emulator_state):
        lost = _description(settings.state, saved)
        for part in _parts(settings):
            _copy(saved / part.name, part)
    else:
        lost = ""
        _save(settings, saved)
    unsaved_mark(settings).touch()
    return lost


def _parts(settings: Settings) -> tuple[Path, ...]:
    return settings.emulator_state, settings.object_data, settings.deployed


def _saved(settings: Settings) -> Path:
    """The saved state; that before it, where `_save` was interrupted."""
    saved, before = settings.state / "saved", settings.state / "saved.before"
    if before.exists() and not saved.exists():
        before.rename(saved)
    return saved


def _save(settings: Settings, saved: Path) -> None:
    unfinished, before = saved.with_suffix(".unfinished"), saved.with_suffix(".before")
    for leftover in (unfinished, before):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for part in _parts(settings):
        _copy(part, unfinished / part.name)
    if saved.exists():
        saved.rename(before)
    unfinished.rename(saved)
    shutil.rmtree(before, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Replace `target`, without the files that were being written; without a `source` there is none then."""
    if target.is_file():
        target.unlink()
    shutil.rmtree(target, ignore_errors=True)
    if source.is_file():
        _link(str(source), str(target))
    elif source.exists():
        shutil.copytree(source, target, copy_function=_link, ignore=shutil.ignore_patterns("*.tmp"))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _is_sound(emulator_state: Path) -> bool:
    """Whether every file can be read, and no stack was left in the middle of a deploy."""
    try:
        documents = {path.stem: json.loads(path.read_text()) for path in emulator_state.glob("*.json")}
        return all(stack["StackStatus"] in STABLE for stack in _stacks(documents.get("cloudformation")))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _stacks(document: Any) -> list[Any]:
    return list(document["payload"]["stacks"]["data"].values()) if document else []


def _description(state: Path, saved: Path) -> str:
    """A line for who has started the system."""
    uploads = len(_uploads(state) - _uploads(saved))
    what = f"{uploads} upload{'s' * (uploads != 1)} and all else" if uploads else "all"
    tables = saved / "emulator" / "dynamodb.json"
    since = "its first start"
    if tables.exists():
        since = f"its last `make down` ({datetime.fromtimestamp(tables.stat().st_mtime):%Y-%m-%d %H:%M})"
    return f"The emulator was not stopped gracefully: {what} since {since} is lost."


def _uploads(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(_UPLOADS) if not path.name.endswith(_HEADERS)}
