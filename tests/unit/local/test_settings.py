from pathlib import Path
from typing import Self

import pytest

from local.errors import LocalError
from local.settings import of_checkout, on_free_ports


class EvenPorts:
    """A socket that can only be bound to even ports, as if all others were taken; unit tests open none."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def bind(self, address: tuple[str, int]) -> None:
        host, port = address
        assert host == "127.0.0.1"
        if port % 2:
            raise OSError("Address already in use")


def test_ports_default_to_8080_and_4566() -> None:
    settings = of_checkout({"PORT": ""})

    assert (settings.edge_url, settings.endpoint) == ("http://127.0.0.1:8080", "http://127.0.0.1:4566")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80x", "٣"])
def test_a_port_that_is_none_is_named_with_its_value(text: str) -> None:
    with pytest.raises(LocalError, match=f"EMULATOR_PORT={text} is not a port"):
        of_checkout({"EMULATOR_PORT": text})


def test_a_laptop_is_open_unless_it_is_told_otherwise() -> None:
    assert of_checkout({}).access == of_checkout({"ACCESS": ""}).access == "open"
    assert of_checkout({"ACCESS": "token"}).access == "token"
    with pytest.raises(
        LocalError, match="ACCESS=tokens is not known: expected one of open, token, read-only"
    ):
        of_checkout({"ACCESS": "tokens"})


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(LocalError, match="both 8080"):
        of_checkout({"EMULATOR_PORT": "8080"})


def test_on_anothers_emulator_a_test_has_a_stack_and_a_build_with_layers_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket", EvenPorts)
    ours, theirs = on_free_ports(tmp_path), on_free_ports(tmp_path, "http://127.0.0.1:4566")

    assert ours.edge_port != ours.emulator_port
    for port in (ours.edge_port, ours.emulator_port):
        # Free, and none that is given to an outgoing connection while the system is stopped.
        assert (port % 2, 20_000 <= port < 32_768) == (0, True)
    assert theirs.endpoint == "http://127.0.0.1:4566"
    assert (ours.stack_name, theirs.stack_name) == ("reelway", "reelway-tests")
    assert (ours.build.name, theirs.build.name) == ("build", "build-with-layers")


def test_state_lies_in_the_checkout_whatever_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert of_checkout({}).state == Path(__file__).resolve().parents[3] / ".reelway"


def test_origins_and_hosts_are_lists() -> None:
    settings = of_checkout({"ORIGINS": "http://localhost:3000, https://a.example", "HOSTS": "Devbox"})

    assert settings.origins == ("http://localhost:3000", "https://a.example")
    assert settings.hosts == ("devbox",)
    assert of_checkout({"ORIGINS": "*"}).origins == ("*",)
    assert of_checkout({"ORIGINS": ""}).origins == ()


@pytest.mark.parametrize("text", ["localhost:3000", "http://localhost:3000/", "http://a@b", "null"])
def test_what_is_no_origin_is_named(text: str) -> None:
    with pytest.raises(LocalError, match="is not an origin"):
        of_checkout({"ORIGINS": text})
