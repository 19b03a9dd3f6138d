"""Which environment is deployed, and where its choices come from."""

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from account import choices
from account.choices import Choices
from account.errors import AccountError
from tests.support.samples import ROOT

CONFIGURED = """
version = 0.1
[default.global.parameters]
stack_name = "films"
[test.global.parameters]
stack_name = "films-test"
[test.deploy.parameters]
parameter_overrides = ["EncodeConcurrency=40", "MaxStreams=8"]
[live.global.parameters]
stack_name = "films"
[live.reelway.parameters]
termination_protection = true
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "samconfig.toml").write_text(CONFIGURED)
    return tmp_path


def loaded(checkout: Path, template: Any, **environ: str) -> Choices:
    return choices.load(checkout, {"ENV": "test"} | environ, template)


def test_an_environment_has_its_own_stack_and_parameters(checkout: Path, full_template: Any) -> None:
    test, live = loaded(checkout, full_template), loaded(checkout, full_template, ENV="live")
    assert (test.stack, test.parameters) == ("films-test", {"EncodeConcurrency": "40", "MaxStreams": "8"})
    assert (live.stack, live.parameters) == ("films", {})
    assert (test.protected, live.protected) == (False, True)


def test_what_is_kept_wins_over_samconfig_and_the_command_line_over_both(
    checkout: Path, full_template: Any
) -> None:
    kept = loaded(checkout, full_template, STACK="mine", REGION="eu-west-1", PARAMETERS="MaxStreams=9")
    choices.keep(checkout, kept)

    again = loaded(checkout, full_template)
    assert (again.stack, again.region) == ("mine", "eu-west-1")
    assert again.parameters == {"EncodeConcurrency": "40", "MaxStreams": "9"}
    other = loaded(checkout, full_template, STACK="yours", REGION="eu-north-1", PARAMETERS="MaxStreams=1")
    assert (other.stack, other.region, other.parameters["MaxStreams"]) == ("yours", "eu-north-1", "1")


def test_only_what_differs_from_samconfig_is_kept(checkout: Path, full_template: Any) -> None:
    choices.keep(checkout, loaded(checkout, full_template, PARAMETERS="MaxStreams=9 MaxFrames=7"))
    kept = tomllib.loads((checkout / ".deploy" / "test.toml").read_text())
    assert kept["parameters"] == {"MaxStreams": "9", "MaxFrames": "7"}


def test_an_emulator_is_known_by_its_address_and_not_kept(checkout: Path, full_template: Any) -> None:
    chosen = loaded(checkout, full_template, AWS_ENDPOINT_URL="http://127.0.0.1:4566")
    choices.keep(checkout, chosen)
    assert chosen.parameters["EmulatorEndpoint"] == "http://127.0.0.1:4566"
    assert "EmulatorEndpoint" not in loaded(checkout, full_template).parameters


def test_a_value_may_have_blanks(checkout: Path, full_template: Any) -> None:
    chosen = loaded(checkout, full_template, PARAMETERS="'MaxStreams=a b' MaxFrames=")
    assert (chosen.parameters["MaxStreams"], chosen.parameters["MaxFrames"]) == ("a b", "")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"ENV": "moon"}, "ENV=moon is not in samconfig.toml; it has test, live"),
        ({"PARAMETERS": "MaxStreams"}, "expected Name=value"),
        ({"PARAMETERS": "MaxStreams='1"}, "expected Name=value"),
        ({"PARAMETERS": "MaxStream=1"}, "the template has no parameter MaxStream; it has .*MaxStreams"),
        ({"PARAMETERS": "Architecture=arm64"}, "choose it with ARCH=arm64"),
        ({"PARAMETERS": "EmulatorEndpoint=http://x"}, "set AWS_ENDPOINT_URL"),
    ],
)
def test_what_cannot_be_is_told(
    checkout: Path, full_template: Any, environ: dict[str, str], said: str
) -> None:
    with pytest.raises(AccountError, match=said):
        loaded(checkout, full_template, **environ)


def test_a_broken_file_of_answers_is_named(checkout: Path, full_template: Any) -> None:
    (checkout / ".deploy").mkdir()
    (checkout / ".deploy" / "test.toml").write_text("region = eu")
    with pytest.raises(AccountError, match=r"test\.toml is not TOML"):
        loaded(checkout, full_template)


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"REGION": "eu-west-1", "AWS_REGION": "eu-west-2"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-2"}, "eu-west-2"),
        ({}, "us-east-1"),  # AWS_DEFAULT_REGION of unit tests
    ],
)
def test_the_region_is_that_of_make_then_that_of_the_sdk(
    checkout: Path, full_template: Any, environ: dict[str, str], region: str
) -> None:
    assert loaded(checkout, full_template, **environ).region == region


def test_without_any_there_is_no_region(
    checkout: Path, full_template: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert loaded(checkout, full_template).region is None


def test_a_profile_that_is_not_there_is_left_to_the_check_of_credentials(
    checkout: Path, full_template: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert loaded(checkout, full_template).region is None


def test_a_parameter_has_the_templates_default_unless_it_was_chosen(full_template: Any) -> None:
    chosen = Choices("dev", "films", None, "arm64", {"MaxStreams": "8"})
    assert chosen.parameter(full_template, "MaxStreams") == "8"
    assert chosen.parameter(full_template, "MaxFrames") == "864000"


@pytest.mark.parametrize("environment", choices.environments(ROOT))
def test_the_projects_own_environments_can_be_deployed(environment: str, full_template: Any) -> None:
    chosen = choices.load(ROOT, {"ENV": environment, "REGION": "eu-central-1"}, full_template)
    assert chosen.protected == (environment == "prod")


def test_dev_and_prod_are_stacks_of_their_own_with_tags() -> None:
    assert choices.environments(ROOT) == ["dev", "prod"]
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert config["dev"]["global"] != config["prod"]["global"]
    for name in ("dev", "prod"):
        deploy = config[name]["deploy"]["parameters"]
        assert f"environment={name}" in deploy["tags"]
        assert deploy["capabilities"] == config["default"]["deploy"]["parameters"]["capabilities"]
        assert deploy["fail_on_empty_changeset"] is False
    assert config["dev"]["deploy"]["parameters"]["disable_rollback"] is True
    assert "disable_rollback" not in config["prod"]["deploy"]["parameters"]


def test_answers_are_not_committed() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", ".deploy/dev.toml"], cwd=ROOT, check=False, capture_output=True
    )
    assert ignored.returncode in (0, 128)  # 128: this is no checkout of git
