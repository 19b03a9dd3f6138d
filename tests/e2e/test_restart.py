"""Stopping and starting the local system, as `make down` and `make up` do."""

import uuid
from dataclasses import dataclass

import pytest

from local import system
from local.settings import Settings
from local.system import System
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.token_stack import TokenStack

pytestmark = pytest.mark.needs("restart")


@dataclass(frozen=True, slots=True)
class Before:
    """What clients got before the restart; `started` is what the start afterwards returned."""

    manifest: str
    segment: bytes
    owned_video: str
    started: System


@pytest.fixture(scope="module")
def before(settings: Settings, client: Client, short_video: str, tokens: TokenStack) -> Before:
    manifest = client.get(f"/stream/{short_video}/manifest").text
    segment = client.get(f"/stream/{short_video}/{manifest.splitlines()[-2]}").content
    with tokens.client("ada") as ada:
        owned_video = ada.upload_until(corpus.file("carphone_pristine.mp4"), "READY")

    system.stop(settings)
    started = system.start(settings)
    tokens.follow(settings)
    return Before(manifest, segment, owned_video, started)


def test_videos_survive_a_restart(running: System, client: Client, short_video: str, before: Before) -> None:
    assert before.started == running
    assert client.get(f"/stream/{short_video}/manifest").text == before.manifest
    segment = before.manifest.splitlines()[-2]
    assert client.get(f"/stream/{short_video}/{segment}").content == before.segment
    assert short_video in client.get("/stream/ready").json()


@pytest.mark.usefixtures("before")
def test_the_system_works_after_a_restart_as_before(client: Client, cloud: Cloud) -> None:
    watched = client.watch(client.upload(corpus.file("bikes.mp4")))
    assert (watched.states[-1], watched.close_code) == ("READY", 1000)
    waiting = str(uuid.uuid4())
    cloud.put_video(waiting)
    with client.open_socket(waiting) as watching:
        watching.recv(timeout=10)
        cloud.invoke("FailFunction", {"videoId": waiting, "error": {"Cause": "null"}})
        assert "FAILED" in str(watching.recv(timeout=10))


def test_owners_and_their_tokens_outlive_a_restart(tokens: TokenStack, before: Before) -> None:
    with tokens.client("ada") as ada, tokens.client("bob") as bob:
        assert before.owned_video in ada.get("/stream/ready").json()
        assert bob.get(f"/video/{before.owned_video}").status_code == 404


def test_starting_a_running_system_changes_nothing(settings: Settings, running: System) -> None:
    assert system.start(settings) == running
