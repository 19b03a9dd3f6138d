import json
from pathlib import Path

import pytest

from local.errors import LocalError
from local.stream_positions import rewind


def test_every_position_is_set_to_the_start_and_nothing_else_changes(tmp_path: Path) -> None:
    def document(*positions: int) -> dict[str, object]:
        scoped = {f"000000000000\0us-east-1\0'{number}'": at for number, at in enumerate(positions)}
        payload = {"esms": {"kept": 1}, "dynamodb_stream_positions": {"__scoped__": True, "data": scoped}}
        return {"__ministack_format__": 2, "payload": payload}

    saved = tmp_path / "lambda.json"
    saved.write_text(json.dumps(document(57, 3)))

    rewind(tmp_path)

    assert json.loads(saved.read_text()) == document(0, 0)
    assert list(tmp_path.iterdir()) == [saved]


def test_a_first_start_has_nothing_to_rewind(tmp_path: Path) -> None:
    rewind(tmp_path)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["", "[]", '{"payload": {}}'])
def test_state_of_another_layout_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    saved = tmp_path / "lambda.json"
    saved.write_text(content)

    with pytest.raises(LocalError, match="dynamodb_stream_positions"):
        rewind(tmp_path)

    assert saved.read_text() == content
