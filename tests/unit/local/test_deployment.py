import json
from pathlib import Path

import pytest

from local import deployment
from local.settings import Settings


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("template.yaml", "samconfig.toml", "functions/upload/handler.py", "layers/ffmpeg/Makefile"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize("name", ["template.yaml", "functions/upload/handler.py", "layers/ffmpeg/new"])
def test_any_change_of_a_source_changes_the_digest(checkout: Path, name: str) -> None:
    before = deployment.digest(checkout)

    (checkout / name).write_text("changed")

    assert deployment.digest(checkout) != before


@pytest.mark.parametrize("name", ["functions/__pycache__/a.pyc", "functions/.libraries/a.py", "README.md"])
def test_what_no_build_reads_does_not_change_the_digest(checkout: Path, name: str) -> None:
    before = deployment.digest(checkout)

    (checkout / name).parent.mkdir(exist_ok=True)
    (checkout / name).write_text("new")

    assert deployment.digest(checkout) == before


def test_a_file_that_moves_changes_the_digest(checkout: Path) -> None:
    before = deployment.digest(checkout)

    (checkout / "functions/upload/handler.py").rename(checkout / "functions/handler.py")

    assert deployment.digest(checkout) != before


def test_another_emulator_port_needs_another_deploy(checkout: Path) -> None:
    state = checkout / ".reelway"

    assert deployment.deploy_digest(
        Settings(state, emulator_port=4771, checkout=checkout)
    ) != deployment.deploy_digest(Settings(state, emulator_port=4772, checkout=checkout))


def test_the_stack_of_the_settings_is_deployed_and_asked_for_a_distribution(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(deployment, "_run", lambda argv, **_: asked.append(argv))
    monkeypatch.setattr(deployment, "_outputs", lambda _: {"DistributionId": "unknown"})
    settings = Settings(checkout, checkout=checkout, emulator_url="http://localhost:1", stack_name="mine")

    assert deployment.deploy(settings).outputs == {"DistributionId": "unknown"}
    [argv] = asked
    assert "--stack-name=mine" in argv
    assert "EmulatorEndpoint=http://localhost:1" in argv


def test_a_forgotten_deploy_is_not_the_last_one(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    (tmp_path / "deployed.json").write_text(json.dumps({"digest": "d", "outputs": {"DistributionId": "E1"}}))

    assert deployment.last(settings) == deployment.Deployed("d", {"DistributionId": "E1"})
    deployment.forget(settings)
    assert deployment.last(settings) is None


@pytest.mark.parametrize(
    ("machine", "name"), [("aarch64", "arm64"), ("arm64", "arm64"), ("x86_64", "x86_64")]
)
def test_the_machines_processor_has_lambdas_name(
    monkeypatch: pytest.MonkeyPatch, machine: str, name: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert deployment.architecture() == name
