"""`make doctor`, `make deploy` and `make restore` with the real SAM CLI, into the emulator's account."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local import emulator, environment, processes, sources
from local.settings import Settings
from local.system import System
from tests.e2e.test_upload import assert_problem
from tests.support.media import corpus
from tests.support.samples import ROOT
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

# The second is never deployed: unless the stack's name is the old one, the emulator gives an imported table
# another name when one of its properties changes. AWS does not.
FIRST, OTHER = "films", "films-again"


_PARAMETERS = "EncodeMemoryMb=1769 EncodeConcurrency=2"
# A test asks more often than a person.
_RATES = ("UploadsPerSecond", "PartsPerSecond", "CallsPerSecond", "OthersPerSecond", "SocketsPerSecond")
_OPEN = " ".join((_PARAMETERS, "Access=open", *(f"{name}=10000" for name in _RATES)))


class Account:
    """`python -m account`, as make runs it, with the emulator in the place of AWS."""

    def __init__(self, settings: Settings) -> None:
        self.environ = environment.deploying(settings) | {
            "ARCH": sources.architecture(),
            "BUILT": str(settings.build / "template.yaml"),
            "CONFIRM": "no",
            "ENV": "dev",
            "PARAMETERS": _PARAMETERS,
            "STACK": FIRST,
        }

    def run(self, action: str, **environ: str) -> tuple[int, str]:
        """The exit status, and what it has said."""
        ended = subprocess.run(
            [sys.executable, "-m", "account", action],
            cwd=ROOT,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ended.returncode, ended.stdout

    def succeed(self, action: str, **environ: str) -> str:
        status, said = self.run(action, **environ)
        assert status == 0, said
        return said


class Stacks:
    """The stacks of the emulator's account."""

    def __init__(self, cloud: Cloud) -> None:
        self.formation = cloud.client("cloudformation")

    def describe(self, name: str) -> Any:
        [stack] = self.formation.describe_stacks(StackName=name)["Stacks"]
        return stack

    def outputs(self, name: str) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.describe(name)["Outputs"]}

    def exists(self, name: str) -> bool:
        try:
            return bool(self.describe(name)["StackStatus"] != "DELETE_COMPLETE")
        except self.formation.exceptions.ClientError:
            return False

    def delete(self, name: str) -> None:
        """Deletes a stack, whatever protects it, if there is one."""
        if self.exists(name):
            self.formation.update_termination_protection(EnableTerminationProtection=False, StackName=name)
            self.formation.delete_stack(StackName=name)
            eventually(lambda: not self.exists(name))


@pytest.fixture(scope="module")
def account(running: System, settings: Settings) -> Account:
    return Account(settings)


@pytest.fixture(scope="module")
def stacks(cloud: Cloud) -> Iterator[Stacks]:
    stacks = Stacks(cloud)
    yield stacks
    for name in (FIRST, OTHER):
        stacks.delete(name)


@pytest.fixture(scope="module")
def first_deploy(account: Account, stacks: Stacks) -> str:
    """What the first deploy has said."""
    return account.succeed("deploy")


@contextmanager
def at_the_edge(settings: Settings, distribution_id: str, state: Path) -> Iterator[Client]:
    """A client of another distribution than that of the running system."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = replace(settings, state=state, edge_port=free.getsockname()[1])
    pid_file = state / "edge.pid"
    command = [sys.executable, "-m", "local.edge", "--endpoint", own.endpoint, "--port", str(own.edge_port)]
    process = processes.spawn(
        [*command, "--distribution-id", distribution_id],
        environ=environment.edge(settings),
        folder=ROOT,
        log=own.logs / "edge.log",
        pid_file=pid_file,
    )
    try:
        emulator.wait_until_answers(f"{own.edge_url}/_edge/health", process, own, "edge")
        with Client(own.edge_url) as client:
            yield client
    finally:
        processes.stop(pid_file, grace_s=10)


def everything_of(client: Client, video_id: str) -> dict[str, bytes]:
    """All playlists and segments of a video, by path."""
    master = f"/stream/{video_id}/master"
    content = {master: client.get(master).content}
    for line in client.get(master).text.splitlines():
        if line and not line.startswith("#"):
            playlist = f"/stream/{video_id}/{line}"
            content[playlist] = client.get(playlist).content
            for segment in content[playlist].decode().splitlines():
                if segment and not segment.startswith("#"):
                    content[segment] = client.get(f"/stream/{video_id}/{segment}").content
    return content


def test_the_doctor_finds_an_account_fit_for_a_first_deploy(account: Account) -> None:
    said = account.succeed("doctor", STACK="films-of-nobody")
    assert "ok    credentials     account 000000000000" in said
    assert "ok    stack           there is none of that name yet" in said
    assert "functions at once, of which a video's chunks take up to 2" in said
    assert said.endswith("Ready to deploy.\n")


def test_the_doctor_tells_what_is_wrong_by_its_status(account: Account) -> None:
    status, said = account.run("doctor", STACK="no_stack")
    assert status == 1
    assert "fail  stack name" in said


def test_without_a_network_the_doctor_says_so_and_ends(account: Account) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    status, said = account.run("doctor", AWS_ENDPOINT_URL=url)
    assert status == 1
    assert "AWS cannot be reached" in said
    assert "Traceback" not in said


def test_a_deploy_that_could_not_ask_changes_nothing(account: Account) -> None:
    status, said = account.run("deploy", CONFIRM="", STACK="films-of-nobody")
    assert (status, said) == (1, "there is no terminal to ask on; CONFIRM=no goes on without asking\n")


def test_a_deploy_tells_what_it_has_published(first_deploy: str, stacks: Stacks) -> None:
    outputs = stacks.outputs(FIRST)
    assert f"page and API  {outputs['Url']}" in first_deploy
    assert f"alarms        {outputs['AlarmTopicArn']}" in first_deploy
    assert "to process an hour of 1080p30" in first_deploy
    assert "Access=token: anyone who knows a public video's id may play it" in first_deploy


def test_the_stack_has_the_environments_tags_and_the_chosen_parameters(
    first_deploy: str, account: Account, stacks: Stacks
) -> None:
    stack = stacks.describe(FIRST)
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in stack["Parameters"]}
    assert {tag["Key"]: tag["Value"] for tag in stack["Tags"]} == {
        "application": "reelway", "environment": "dev",
    }  # fmt: skip
    assert stack["DisableRollback"] is True
    assert stack["EnableTerminationProtection"] is False
    assert (parameters["EncodeMemoryMb"], parameters["EncodeConcurrency"]) == ("1769", "2")
    assert parameters["EmulatorEndpoint"] == account.environ["AWS_ENDPOINT_URL"]
    assert parameters["Architecture"] == sources.architecture()


def test_a_second_deploy_has_nothing_to_do(first_deploy: str, account: Account, stacks: Stacks) -> None:
    said = account.succeed("deploy")
    assert f"No changes to deploy. Stack {FIRST} is up to date" in said
    assert f"page and API  {stacks.outputs(FIRST)['Url']}" in said


def test_nothing_is_restored_into_a_stack_that_is_there(first_deploy: str, account: Account) -> None:
    status, said = account.run("restore")
    assert status == 1
    assert said.startswith(f"there is a stack {FIRST} already")


def test_a_new_stack_serves_the_videos_of_a_deleted_one(
    first_deploy: str, account: Account, stacks: Stacks, cloud: Cloud, settings: Settings, tmp_path: Path
) -> None:
    before = stacks.outputs(FIRST)
    with at_the_edge(settings, before["DistributionId"], tmp_path / "first") as client:
        for method, path in (("POST", "/upload"), ("GET", "/s3/params"), ("GET", "/stream/ready")):
            assert_problem(client.http.request(method, path), 401, "token_required")
    assert "Access=open: anyone" in account.succeed("deploy", PARAMETERS=_OPEN)
    with at_the_edge(settings, before["DistributionId"], tmp_path / "open") as client:
        video_id = client.upload_until(corpus.file("bigbuckbunny.mp4"), "READY")
        description, content = client.describe(video_id), everything_of(client, video_id)
    stacks.delete(FIRST)
    assert before["MediaBucketName"] in account.succeed("doctor")

    kept = ("UploadsBucketName", "MediaBucketName", "VideosTableName")
    attached = [word for name in kept for word in ("attached", before[name])]
    for name in (OTHER, FIRST):
        assert account.succeed("restore", ENV="prod", STACK=name, FROM=FIRST).split() == attached
        assert stacks.describe(name)["StackStatus"] == "IMPORT_COMPLETE"
        stacks.delete(OTHER)
    account.succeed("deploy", ENV="prod", PARAMETERS=_OPEN)

    after = stacks.outputs(FIRST)
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert stacks.describe(FIRST)["EnableTerminationProtection"] is True
    with at_the_edge(settings, after["DistributionId"], tmp_path / "second") as client:
        assert client.get("/stream/ready").json() == [video_id]
        assert client.describe(video_id) == description
        assert everything_of(client, video_id) == content
        assert len(content) > 5
        works_as_before(client, cloud, video_id, after)


def works_as_before(client: Client, cloud: Cloud, video_id: str, outputs: dict[str, str]) -> None:
    """The bucket's events and the table's stream reach the functions of the new stack."""
    client.upload_until(corpus.file("bikes.mp4"), "READY")
    assert client.http.delete(f"/video/{video_id}").status_code == 204
    eventually(lambda: not objects_of(cloud, outputs["MediaBucketName"], f"stream/{video_id}/segment/"))
    assert client.get(f"/stream/{video_id}/master").status_code == 410


def objects_of(cloud: Cloud, bucket: str, prefix: str) -> int:
    return int(cloud.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])
