"""Stopping and starting the local system, as `make down` and `make up` do."""

import uuid

import pytest

from local import system
from local.settings import Settings
from local.system import System
from tests.support.media import corpus
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

pytestmark = pytest.mark.needs("restart")


def test_videos_survive_a_restart_and_the_system_works_as_before(
    settings: Settings, running: System, client: Client, cloud: Cloud, short_video: str
) -> None:
    manifest = client.get(f"/stream/{short_video}/manifest").text
    segment = client.get(f"/stream/{short_video}/{manifest.splitlines()[-2]}").content

    system.stop(settings)
    again = system.start(settings)

    assert again == running
    assert client.get(f"/stream/{short_video}/manifest").text == manifest
    assert client.get(f"/stream/{short_video}/{manifest.splitlines()[-2]}").content == segment
    assert short_video in client.get("/stream/ready").json()
    watched = client.watch(client.upload(corpus.file("bikes.mp4")))
    assert (watched.states[-1], watched.close_code) == ("READY", 1000)
    waiting = str(uuid.uuid4())
    cloud.put_video(waiting)
    with client.open_socket(waiting) as watching:
        watching.recv(timeout=10)
        cloud.invoke("FailFunction", {"videoId": waiting, "error": {"Cause": "null"}})
        assert "FAILED" in str(watching.recv(timeout=10))


def test_starting_a_running_system_changes_nothing(settings: Settings, running: System) -> None:
    assert system.start(settings) == running
