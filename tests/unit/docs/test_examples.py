"""docs/examples: a workflow that deploys from CI without long-lived keys, and the role that it takes."""

import json
import re
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]

from account import choices
from tests.support.readers import template
from tests.support.samples import ROOT

EXAMPLES = ROOT / "docs" / "examples"
TEXT = (EXAMPLES / "deploy-workflow.yml").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
ISSUER = "token.actions.githubusercontent.com"
# Which service takes the role that SAM makes for a resource.
TAKES_A_ROLE = {
    "AWS::Serverless::Function": "lambda.amazonaws.com",
    "AWS::Serverless::StateMachine": "states.amazonaws.com",
}


def statements(name: str) -> list[dict[str, Any]]:
    document = json.loads((EXAMPLES / name).read_text())
    assert document["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = document["Statement"]
    return found


def test_its_commands_are_targets_of_make() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [step["run"] for step in STEPS if "run" in step]
    assert [command.split()[1] for command in commands] == ["check", "doctor", "deploy"]
    assert {command.split()[1] for command in commands} <= targets
    assert "CONFIRM=no" in commands[-1]


def test_its_environments_are_those_of_samconfig() -> None:
    # YAML reads the key `on` as true.
    chosen = WORKFLOW[True]["workflow_dispatch"]["inputs"]["environment"]
    assert chosen["options"] == choices.environments(ROOT)
    assert chosen["default"] in chosen["options"]


def test_only_the_deploying_job_gets_a_token_and_nothing_gets_a_key() -> None:
    jobs = WORKFLOW["jobs"]
    assert WORKFLOW["permissions"] == {}
    assert jobs["deploy"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert jobs["check"]["permissions"] == {"contents": "read"}
    assert "secrets." not in TEXT
    assert not re.search(r"(?i)access-key|aws_secret|aws_session", TEXT)


def test_the_role_is_taken_before_anything_is_deployed_in_a_protected_environment() -> None:
    job = WORKFLOW["jobs"]["deploy"]
    steps = [step.get("uses", step.get("run", "")) for step in job["steps"]]
    [taking] = [number for number, step in enumerate(steps) if "configure-aws-credentials" in step]
    assert set(job["steps"][taking]["with"]) == {"role-to-assume", "aws-region"}
    assert all(steps.index(step) > taking for step in steps if step.startswith("make"))
    assert job["environment"] == job["env"]["ENV"]
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is False


def test_each_action_has_a_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action) for action in used)


def test_the_role_is_given_to_one_environment_of_one_repository() -> None:
    [statement] = statements("deploy-role-trust.json")
    equal = statement["Condition"]["StringEquals"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"]["Federated"].endswith(f":oidc-provider/{ISSUER}")
    assert equal[f"{ISSUER}:aud"] == "sts.amazonaws.com"
    assert re.fullmatch(r"repo:[\w-]+/[\w-]+:environment:[\w-]+", equal[f"{ISSUER}:sub"])
    assert list(statement["Condition"]) == ["StringEquals"]


def test_its_permissions_are_for_roles_of_the_stacks_only() -> None:
    for statement in statements("deploy-role-permissions.json"):
        assert re.fullmatch(r"arn:aws:iam::\d{12}:role/reelway\*", statement["Resource"])
        assert "*" not in statement["Action"]


def test_roles_may_be_passed_to_every_service_that_takes_one() -> None:
    [passing] = [s for s in statements("deploy-role-permissions.json") if s["Action"] == "iam:PassRole"]
    resources = template.load()["Resources"].values()
    needed = {TAKES_A_ROLE[resource["Type"]] for resource in resources if resource["Type"] in TAKES_A_ROLE}
    needed |= {
        statement["Principal"]["Service"]
        for resource in resources
        if resource["Type"] == "AWS::IAM::Role"
        for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if "Service" in statement["Principal"]
    }
    assert needed <= set(passing["Condition"]["StringEquals"]["iam:PassedToService"])


def test_the_sample_web_acl_lets_players_and_uploaders_through() -> None:
    """By what each asks for in five minutes; its limits are refused with 429 and a time to wait."""
    acl: dict[str, Any] = yaml.load((EXAMPLES / "web-acl.yaml").read_text(), _WithTags)  # noqa: S506  it is safe
    parameters = {name: of["Default"] for name, of in acl["Parameters"].items()}
    player = 3 + 20 + 300 // 4
    assert parameters["RequestsPerAddress"] >= 30 * player
    assert (
        parameters["RequestsPerAddress"] >= 300 * template.load()["Parameters"]["PartsPerSecond"]["Default"]
    )
    rules = acl["Resources"]["WebAcl"]["Properties"]["Rules"]
    for rule in rules:
        refusal = rule["Action"]["Block"]["CustomResponse"]
        assert (refusal["ResponseCode"], refusal["ResponseHeaders"][0]["Name"]) == (429, "Retry-After")
    assert {rule["Statement"]["RateBasedStatement"]["Limit"] for rule in rules} == set(parameters)
    assert acl["Resources"]["WebAcl"]["Properties"]["Scope"] == "CLOUDFRONT"


class _WithTags(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
    """With CloudFormation's `!Ref` and others as their arguments."""


_WithTags.add_multi_constructor("!", lambda loader, _, node: loader.construct_scalar(node))
