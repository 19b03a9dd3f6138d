"""The template in CloudFormation's own terms, as it goes to emulators that somebody else has started."""

import json
import subprocess
from typing import Any

import pytest

from local.sources import architecture
from tests.support.samples import ROOT


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("translated") / "template.json"
    command = [
        *(str(ROOT / ".venv-sam/bin/python"), "-m", "local.translation", "template.yaml", str(target)),
        *(f"Architecture={architecture()}", "TrafficShift=Canary10Percent5Minutes"),
    ]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(target.read_text())
    return found


def test_nothing_of_sam_is_left_and_what_the_parameters_ask_for_is_there(translated: dict[str, Any]) -> None:
    assert "Transform" not in translated
    kinds = {resource["Type"] for resource in translated["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith("AWS::Serverless")]
    assert {
        "AWS::ApiGatewayV2::Api",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::Lambda::Alias",
        "AWS::StepFunctions::StateMachine",
    } <= kinds


def test_every_reference_leads_to_a_resource_or_a_parameter(translated: dict[str, Any]) -> None:
    known = set(translated["Resources"]) | set(translated["Parameters"])
    asked = set(references(translated["Resources"]))
    assert {name for name in asked if not name.startswith("AWS::")} <= known


def references(node: Any) -> list[str]:
    """What every `Ref` and `Fn::GetAtt` names."""
    if isinstance(node, list):
        return [name for entry in node for name in references(entry)]
    if not isinstance(node, dict):
        return []
    if set(node) == {"Ref"}:
        return [node["Ref"]]
    if set(node) == {"Fn::GetAtt"}:
        return [node["Fn::GetAtt"][0]]
    return [name for entry in node.values() for name in references(entry)]
