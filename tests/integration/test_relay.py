"""Containers on Docker's bridge reach the emulator through a relay; 127.0.0.2 stands for the bridge."""

import json
from collections.abc import Iterator

import boto3
import httpx
import psutil
import pytest

from local import docker_engine, processes, sam_local, seed_events
from local.account import Account
from local.errors import LocalError
from local.settings import Settings
from local.system import System

BRIDGE = "127.0.0.2"
NOT_OURS = "192.0.2.1"  # of a network that is kept for documentation


@pytest.fixture
def bridged(settings: Settings, running: System, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The emulator's address for containers on a bridge; `make env` was run."""
    monkeypatch.setattr(docker_engine, "host_address", lambda: BRIDGE)
    sam_local.write_variables(settings)
    yield f"http://{BRIDGE}:{settings.emulator_port}"
    sam_local.stop_relay(settings)
    sam_local.variables_file(settings).unlink()


def test_the_emulator_answers_at_the_bridge(settings: Settings, running: System, bridged: str) -> None:
    variables = json.loads(sam_local.variables_file(settings).read_text())["StreamingFunction"]
    there = boto3.client("s3", endpoint_url=variables["AWS_ENDPOINT_URL"])
    names = {bucket["Name"] for bucket in there.list_buckets()["Buckets"]}

    assert variables["AWS_ENDPOINT_URL"] == bridged
    assert variables["MEDIA_BUCKET"] in names


def test_a_signed_url_of_the_bridge_takes_a_file(settings: Settings, running: System, bridged: str) -> None:
    seed_events.write(settings, Account(settings))
    event = json.loads((seed_events.folder(settings) / "cloudformation-page.json").read_text())
    answer = httpx.put(event["ResponseURL"], content=b"{}", headers={"Content-Type": ""}, trust_env=False)

    assert event["ResponseURL"].startswith(f"{bridged}/")
    assert answer.status_code == 200


def test_large_files_pass_whole(settings: Settings, running: System, bridged: str) -> None:
    content = bytes(range(256)) * 40_000
    bucket = running.outputs["UploadsBucketName"]
    there = boto3.client("s3", endpoint_url=bridged)
    there.put_object(Bucket=bucket, Key="jobs/relayed", Body=content)

    assert there.get_object(Bucket=bucket, Key="jobs/relayed")["Body"].read() == content


def test_a_second_make_env_leaves_one_relay(settings: Settings, running: System, bridged: str) -> None:
    before = processes.running(settings.state / "relay.pid")
    sam_local.write_variables(settings)
    after = processes.running(settings.state / "relay.pid")

    assert before
    assert after
    assert not psutil.pid_exists(before.pid) or not processes.alive(before)
    assert boto3.client("s3", endpoint_url=bridged).list_buckets()["Buckets"]


def test_an_address_that_is_not_this_machines_is_explained(
    settings: Settings, running: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_engine, "host_address", lambda: NOT_OURS)

    with pytest.raises(LocalError, match=r"192\.0\.2\.1, where nothing can listen"):
        sam_local.write_variables(settings)
    assert processes.running(settings.state / "relay.pid") is None
