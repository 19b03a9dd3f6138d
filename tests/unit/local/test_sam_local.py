import json
from pathlib import Path

import pytest

from local import docker_engine, sam_local, sources
from local.settings import Settings

DEPLOYED = {
    "ChangesFunction": {
        "VIDEOS_TABLE": "reelway-VideosTable-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4771",
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://127.0.0.1:4771/_aws/execute-api/a1/ws",
    }
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(sam_local, "deployed_variables", lambda _: DEPLOYED)
    return Settings(tmp_path / ".reelway", emulator_port=4771, checkout=tmp_path)


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What Docker says of this machine's address."""
    said = {"address": "127.0.0.1"}
    monkeypatch.setattr(docker_engine, "host_address", lambda: said["address"])
    monkeypatch.setattr(docker_engine, "has_image", lambda name: name == said.get("image"))
    return said


def test_containers_on_the_machines_network_get_the_deployed_variables_as_they_are(
    settings: Settings,
) -> None:
    settings.state.mkdir()
    sam_local.write_variables(settings)

    assert json.loads(sam_local.variables_file(settings).read_text()) == DEPLOYED
    assert sam_local.endpoint_of_containers(settings) == settings.endpoint


def test_containers_on_a_bridge_get_its_address_in_every_variable(
    settings: Settings, engine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, str]] = []
    monkeypatch.setattr(sam_local, "_start_relay", lambda _, host, endpoint: started.append((host, endpoint)))
    settings.state.mkdir()
    engine["address"] = "172.17.0.1"
    sam_local.write_variables(settings)

    found = json.loads(sam_local.variables_file(settings).read_text())["ChangesFunction"]
    assert started == [("172.17.0.1", "http://172.17.0.1:4771")]
    assert found["AWS_ENDPOINT_URL"] == "http://172.17.0.1:4771"
    assert (
        found["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] == "http://172.17.0.1:4771/_aws/execute-api/a1/ws"
    )
    assert found["VIDEOS_TABLE"] == "reelway-VideosTable-1"
    assert sam_local.endpoint_of_containers(settings) == "http://172.17.0.1:4771"


def test_before_the_variables_are_written_the_machines_own_address_is_taken(settings: Settings) -> None:
    assert sam_local.endpoint_of_containers(settings) == settings.endpoint


def test_the_command_hides_the_developers_account_and_names_this_machines_build(settings: Settings) -> None:
    command = sam_local.command(settings, "start-api", "--port", "3001")

    assert command[:6] == [
        *("env", "-u", "AWS_PROFILE"),
        *("AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1"),
    ]
    assert command[6:11] == [".venv-sam/bin/sam", "local", "start-api", "--port", "3001"]
    assert command[11:] == [
        *("--template", ".reelway/sam/template.yaml", "--env-vars", ".reelway/env.json"),
        *("--parameter-overrides", f"Architecture={sources.architecture()}", "Access=open"),
    ]


def test_an_image_that_is_there_is_not_pulled(settings: Settings, engine: dict[str, str]) -> None:
    engine["image"] = f"public.ecr.aws/lambda/python:3.13-{sources.architecture()}"

    assert sam_local.command(settings, "invoke")[-1] == "--skip-pull-image"
