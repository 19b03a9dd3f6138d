import pytest

from reelway.adapters.environment import search_path


def test_programs_are_found_where_lambda_puts_layers_if_nothing_else_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PATH")
    assert search_path().split(":")[0] == "/opt/bin"
