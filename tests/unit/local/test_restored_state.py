import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.restored_state import adapt

PORT = 4671


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """As saved on another port, while one of two messages was being worked on."""
    url, now = "http://localhost:4670/000000000000/plan", time.time()
    messages = [{"visible_at": now + 600, "body": "at work"}, {"visible_at": now - 5, "body": "waits"}]
    queues = {f"scope\0{url}": {"url": url, "messages": messages}}
    save(tmp_path / "sqs.json", {"queues": {"data": queues}})
    save(tmp_path / "apigateway.json", {"endpoint": "http://127.0.0.1:4670", "kept": "46705:4670x"})
    (tmp_path / "port").write_text("4670")
    return tmp_path


def save(path: Path, payload: Any) -> None:
    path.write_text(json.dumps({"__ministack_format__": 2, "payload": payload}))


def queue_of(state: Path) -> Any:
    [queue] = json.loads((state / "sqs.json").read_text())["payload"]["queues"]["data"].values()
    return queue


def test_messages_that_a_function_had_received_are_received_again_at_once(state: Path) -> None:
    adapt(state, PORT)

    assert all(message["visible_at"] <= time.time() for message in queue_of(state)["messages"])


def test_addresses_move_to_the_new_port(state: Path) -> None:
    adapt(state, PORT)

    assert queue_of(state)["url"] == f"http://localhost:{PORT}/000000000000/plan"
    payload = json.loads((state / "apigateway.json").read_text())["payload"]
    assert payload == {"endpoint": f"http://127.0.0.1:{PORT}", "kept": "46705:4670x"}
    adapt(state, PORT + 1)
    assert queue_of(state)["url"] == f"http://localhost:{PORT + 1}/000000000000/plan"


def test_other_links_to_a_file_and_its_time_stay_as_they_are(state: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.link"
    saved.hardlink_to(state / "sqs.json")
    before = saved.read_text(), saved.stat().st_mtime

    adapt(state, PORT)

    assert (saved.read_text(), (state / "sqs.json").stat().st_mtime) == before


def test_a_first_start_notes_its_port(tmp_path: Path) -> None:
    adapt(tmp_path / "emulator", PORT)

    assert [path.name for path in (tmp_path / "emulator").iterdir()] == ["port"]
