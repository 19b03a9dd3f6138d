"""Names and states of the stack, and what an earlier one has left."""

from dataclasses import replace
from datetime import UTC, datetime

import boto3
import pytest

from account import kept, stacks
from account.choices import Choices
from account.findings import Finding, Level
from tests.support.readers import template
from tests.unit.account.conftest import REGION, Answers

LONGEST = "a" * 128


def state_of(answers: Answers, choices: Choices, status: str) -> Finding:
    stack = {"StackName": choices.stack, "StackStatus": status, "CreationTime": datetime.now(UTC)}
    for _ in range(2):
        answers("cloudformation").add_response("describe_stacks", {"Stacks": [stack]})
    [finding] = stacks.findings(choices, REGION)
    return finding


@pytest.mark.parametrize("name", ["reelway", "Films-2", LONGEST])
def test_cloudformations_names_are_taken(choices: Choices, name: str) -> None:
    assert stacks.name_finding(replace(choices, stack=name)).level == Level.OK


@pytest.mark.parametrize("name", ["", "2films", "-films", "films_2", "films 2", "filme.de", LONGEST + "a"])
def test_other_names_are_refused_with_the_rule(choices: Choices, name: str) -> None:
    finding = stacks.name_finding(replace(choices, stack=name))
    assert finding.level == Level.FAILED
    assert "128 characters" in finding.remedy


@pytest.mark.parametrize(
    "status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"]
)
def test_a_stack_that_can_be_updated_is_well(answers: Answers, choices: Choices, status: str) -> None:
    finding = state_of(answers, choices, status)
    assert (finding.level, finding.found) == (Level.OK, f"it is {status}; it will be updated")


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_a_stuck_stack_is_told_with_the_command_that_frees_it(
    answers: Answers, choices: Choices, status: str, command: str
) -> None:
    finding = state_of(answers, choices, status)
    assert finding.level == Level.FAILED
    assert f"aws cloudformation {command} --stack-name films --region {REGION}" in finding.remedy


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_a_stack_that_changes_is_to_be_waited_for(answers: Answers, choices: Choices, status: str) -> None:
    assert state_of(answers, choices, status).remedy == "wait until that has ended"


@pytest.mark.parametrize("status", ["CREATE_FAILED", "UPDATE_FAILED"])
def test_a_deploy_continues_one_that_failed_without_rolling_back(
    answers: Answers, choices: Choices, status: str
) -> None:
    assert state_of(answers, choices, status).level == Level.WARNING


def test_a_state_that_may_not_be_asked_is_a_warning(answers: Answers, choices: Choices) -> None:
    answers("cloudformation").add_client_error("describe_stacks", "AccessDenied")
    [finding] = stacks.findings(choices, REGION)
    assert finding.level == Level.WARNING
    assert "may not call DescribeStacks" in finding.found


@pytest.fixture
def left_behind(mocked_aws: None) -> None:
    """What two deleted stacks have left: "films", and "films-old"."""
    s3, dynamodb = boto3.client("s3", REGION), boto3.client("dynamodb", REGION)
    for name in ("films-uploadsbucket-1a", "films-mediabucket-2b", "films-old-mediabucket-3c"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for name in ("films-VideosTable-4D", "films-ConnectionsTable-5E"):
        dynamodb.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "videoId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "videoId", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )


@pytest.mark.usefixtures("left_behind")
def test_what_a_deleted_stack_has_left_is_found_by_its_name() -> None:
    assert kept.find("films", REGION) == {
        "UploadsBucket": ["films-uploadsbucket-1a"],
        "MediaBucket": ["films-mediabucket-2b"],
        "VideosTable": ["films-VideosTable-4D"],
    }
    assert kept.told(kept.find("films-old", REGION)) == "films-old-mediabucket-3c"


@pytest.mark.usefixtures("left_behind")
def test_it_is_told_with_the_command_that_attaches_it(choices: Choices) -> None:
    _, finding = stacks.findings(choices, REGION)
    assert finding.level == Level.WARNING
    assert "films-uploadsbucket-1a, films-mediabucket-2b, films-VideosTable-4D" in finding.found
    assert finding.remedy.startswith("make restore ENV=dev")


@pytest.mark.usefixtures("mocked_aws")
def test_a_first_stack_has_nothing_to_be_told_of(choices: Choices) -> None:
    assert [finding.level for finding in stacks.findings(choices, REGION)] == [Level.OK]


@pytest.mark.usefixtures("mocked_aws")
def test_the_buckets_of_the_present_stack_are_not_left_behind(choices: Choices) -> None:
    boto3.client("cloudformation", REGION).create_stack(
        StackName="films", TemplateBody='{"Resources": {"UploadsBucket": {"Type": "AWS::S3::Bucket"}}}'
    )
    assert kept.told(kept.find("films", REGION)) == ""
    assert [finding.level for finding in stacks.findings(choices, REGION)] == [Level.OK]


def test_all_that_the_template_keeps_for_the_functions_can_be_found_and_attached() -> None:
    """Logs, which may be kept as well, are not read by the functions."""
    variables = template.load()["Globals"]["Function"]["Environment"]["Variables"].values()
    used = {value["Ref"] for value in variables if isinstance(value, dict) and "Ref" in value}
    retained = {
        name: resource["Type"]
        for name, resource in template.load()["Resources"].items()
        if name in used and "Retain" in resource.get("DeletionPolicy", "")
    }
    assert {resource.logical_id: resource.type for resource in kept.KEPT} == retained
