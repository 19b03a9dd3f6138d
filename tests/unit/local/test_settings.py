from pathlib import Path

import pytest

from local.errors import LocalError
from local.settings import of_checkout


def test_ports_default_to_8080_and_4566() -> None:
    settings = of_checkout({"PORT": ""})

    assert (settings.edge_url, settings.endpoint) == ("http://127.0.0.1:8080", "http://127.0.0.1:4566")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80x", "٣"])
def test_a_port_that_is_none_is_named_with_its_value(text: str) -> None:
    with pytest.raises(LocalError, match=f"EMULATOR_PORT={text} is not a port"):
        of_checkout({"EMULATOR_PORT": text})


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(LocalError, match="both 8080"):
        of_checkout({"EMULATOR_PORT": "8080"})


def test_state_lies_in_the_checkout_whatever_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert of_checkout({}).state == Path(__file__).resolve().parents[3] / ".reelway"
