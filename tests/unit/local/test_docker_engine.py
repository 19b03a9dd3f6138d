"""`docker` is a script on PATH here, which answers as the real one does."""

from pathlib import Path

import pytest

from local import docker_engine
from local.errors import LocalError

ANSWERS = """#!/bin/sh
case "$1 $2" in
"version --format") {version} ;;
"network inspect") {network} ;;
"image inspect") [ "$3" = here ] ;;
esac
"""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path / "docker"


def answering(docker: Path, *, version: str = "echo 28.5.1", network: str = "exit 1") -> None:
    docker.write_text(ANSWERS.format(version=version, network=network))
    docker.chmod(0o755)


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("echo '172.17.0.1 '", "172.17.0.1"),
        ("echo 'fd00::1 172.18.0.1'", "172.18.0.1"),
        ("echo", "127.0.0.1"),
        ("echo 'network bridge not found' >&2; exit 1", "127.0.0.1"),
    ],
)
def test_containers_reach_this_machine_at_their_bridge_or_on_its_own_network(
    docker: Path, network: str, address: str
) -> None:
    answering(docker, network=network)

    assert docker_engine.host_address() == address


def test_an_engine_that_does_not_answer_is_reported_in_its_own_words(docker: Path) -> None:
    answering(docker, version="echo 'Cannot connect to the Docker daemon' >&2; exit 1")

    with pytest.raises(LocalError, match="Cannot connect to the Docker daemon"):
        docker_engine.host_address()


def test_a_machine_without_docker_is_told_so(docker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(docker.parent))

    with pytest.raises(LocalError, match="no `docker` on PATH"):
        docker_engine.host_address()


def test_an_image_is_pulled_only_if_it_is_not_there(docker: Path) -> None:
    answering(docker)

    assert docker_engine.has_image("here")
    assert not docker_engine.has_image("elsewhere")
