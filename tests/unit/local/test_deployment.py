import json
from pathlib import Path

import pytest

from local import deployment, stacks
from local.settings import Settings


def test_another_emulator_port_needs_another_deploy(tmp_path: Path) -> None:
    state = tmp_path / ".reelway"

    assert deployment.deploy_digest(
        Settings(state, emulator_port=4771, checkout=tmp_path)
    ) != deployment.deploy_digest(Settings(state, emulator_port=4772, checkout=tmp_path))


def test_another_emulator_gets_the_template_in_cloudformations_own_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(deployment, "_run", lambda argv, **_: asked.append(argv))
    monkeypatch.setattr(stacks, "outputs", lambda _: {"DistributionId": "unknown"})
    settings = Settings(tmp_path, checkout=tmp_path, emulator_url="http://localhost:1", stack_name="mine")

    assert deployment.deploy(settings).outputs == {"DistributionId": "unknown"}
    package, translate, deploy = asked
    packaged, translated = f"{settings.temporary}/packaged.yaml", f"{settings.temporary}/translated.json"
    assert f"--output-template-file={packaged}" in package
    assert [packaged, translated] == translate[3:5]
    assert f"--template-file={translated}" in deploy
    assert "--stack-name=mine" in deploy
    for argv in (translate, deploy):
        assert "EmulatorEndpoint=http://localhost:1" in argv


def test_the_last_deploy_is_the_one_that_was_noted(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert deployment.last(settings) is None

    settings.deployed.write_text(json.dumps({"digest": "d", "outputs": {"DistributionId": "E1"}}))

    assert deployment.last(settings) == deployment.Deployed("d", {"DistributionId": "E1"})


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_note_that_cannot_be_read_is_no_deploy(tmp_path: Path, content: str) -> None:
    settings = Settings(tmp_path)
    settings.deployed.write_text(content)

    assert deployment.last(settings) is None
