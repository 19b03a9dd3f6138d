"""What has to be changed in the emulator's state while it is down, so that everything goes on."""

import json
import re
import shutil
import time
from pathlib import Path

from local import stream_positions

_PORT = "port"
"""The file with the port on which the state was saved."""


def adapt(emulator_state: Path, port: int) -> None:
    """Before each start. Raises LocalError when the state is not laid out as MiniStack 1.5.33 does."""
    stream_positions.rewind(emulator_state)
    _show_messages(emulator_state / "sqs.json")
    _move(emulator_state, port)


def _show_messages(saved: Path) -> None:
    """Messages that a function was working on are received again at once: nobody works on them any more."""
    if not saved.exists():
        return
    document, now = json.loads(saved.read_text()), time.time()
    for queue in document["payload"]["queues"]["data"].values():
        for message in queue["messages"]:
            message["visible_at"] = min(message["visible_at"], now)
    _rewrite(saved, json.dumps(document))


def _move(emulator_state: Path, port: int) -> None:
    """Queues are found by addresses with the port in them; those of another port are never polled."""
    noted = emulator_state / _PORT
    before = noted.read_text() if noted.exists() else ""
    if before and before != str(port):
        address = re.compile(rf"\b(localhost|127\.0\.0\.1):{before}\b")
        for path in emulator_state.glob("*.json"):
            _rewrite(path, address.sub(rf"\g<1>:{port}", path.read_text()))
    emulator_state.mkdir(parents=True, exist_ok=True)
    _rewrite(noted, str(port))


def _rewrite(path: Path, text: str) -> None:
    """Replaced, not changed: `saved_state` has another link to it. The time remains that of the save."""
    rewritten = path.with_suffix(".tmp")
    rewritten.write_text(text)
    if path.exists():
        shutil.copystat(path, rewritten)
    rewritten.replace(path)
