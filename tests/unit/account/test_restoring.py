"""The template that is imported, and which resources are."""

from typing import Any
from unittest.mock import ANY

import pytest

from account import kept, restoring
from account.choices import Choices
from account.errors import AccountError
from account.kept import KEPT
from tests.unit.account.conftest import Answers

FOUND = {"UploadsBucket": ["up-1"], "MediaBucket": ["media-1"], "VideosTable": ["videos-1"]}


def restored(choices: Choices, template: Any) -> list[str]:
    named = {logical_id: names[0] for logical_id, names in FOUND.items()}
    return restoring.restore(choices, template, earlier="films", named=named)


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deleted stack has left one of each."""
    monkeypatch.setattr(kept, "find", lambda stack, region: FOUND)


def test_nothing_but_what_is_imported_is_in_the_cut_template(full_template: Any) -> None:
    cut = restoring.cut(full_template)
    assert set(cut["Resources"]) == {resource.logical_id for resource in KEPT}
    # CloudFormation takes no outputs in an import, and macros would have to be expanded first.
    assert set(cut) == {"AWSTemplateFormatVersion", "Description", "Resources"}


def test_each_resource_keeps_its_policies_because_an_import_needs_one(full_template: Any) -> None:
    for logical_id, resource in restoring.cut(full_template)["Resources"].items():
        full = full_template["Resources"][logical_id]
        assert resource["DeletionPolicy"] == full["DeletionPolicy"]
        assert resource["UpdateReplacePolicy"] == full["UpdateReplacePolicy"]


def test_buckets_are_without_properties_so_that_the_deploy_sets_them(full_template: Any) -> None:
    resources = restoring.cut(full_template)["Resources"]
    assert "Properties" not in resources["UploadsBucket"]
    assert "Properties" not in resources["MediaBucket"]


def test_the_table_has_its_keys_indexes_and_stream_so_that_the_deploy_does_not_make_them(
    full_template: Any,
) -> None:
    properties = restoring.cut(full_template)["Resources"]["VideosTable"]["Properties"]
    full = full_template["Resources"]["VideosTable"]["Properties"]
    for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "StreamSpecification"):
        assert properties[name] == full[name]


def test_a_property_that_refers_to_anything_is_left_to_the_deploy(full_template: Any) -> None:
    table = full_template["Resources"]["VideosTable"]
    changed = {
        "Tags": [{"Key": "a", "Value": {"Fn::Sub": "${AWS::StackName}"}}],
        "SSESpecification": {"Ref": "A"},
    }
    template = {"Resources": {**full_template["Resources"], "VideosTable": table | {
        "Properties": table["Properties"] | changed
    }}}  # fmt: skip
    properties = restoring.cut(template)["Resources"]["VideosTable"]["Properties"]
    assert properties == table["Properties"]


def test_no_resource_has_a_name_in_the_template_which_the_import_would_contradict(full_template: Any) -> None:
    for resource in KEPT:
        properties = full_template["Resources"][resource.logical_id]["Properties"]
        assert resource.identifier not in properties


def test_what_is_there_once_is_restored() -> None:
    assert restoring.chosen(FOUND, {}) == {
        "UploadsBucket": "up-1", "MediaBucket": "media-1", "VideosTable": "videos-1",
    }  # fmt: skip


def test_what_is_named_is_not_looked_for() -> None:
    names = restoring.chosen({**FOUND, "MediaBucket": []}, {"MediaBucket": "mine", "VideosTable": ""})
    assert (names["MediaBucket"], names["VideosTable"]) == ("mine", "videos-1")


@pytest.mark.parametrize(
    ("there", "told"), [([], "none was found"), (["media-1", "media-2"], "media-1, media-2")]
)
def test_what_is_not_clear_is_asked_with_what_was_found(there: list[str], told: str) -> None:
    with pytest.raises(AccountError, match=rf"which MediaBucket .* MEDIA_BUCKET=… \({told}\)"):
        restoring.chosen({**FOUND, "MediaBucket": there}, {})


def test_a_stack_that_is_there_is_not_restored_into(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    stack: Any = {"StackName": "films", "StackStatus": "UPDATE_COMPLETE", "CreationTime": "2026-01-01"}
    answers("cloudformation").add_response("describe_stacks", {"Stacks": [stack]})
    with pytest.raises(AccountError, match=r"there is a stack films already.*#tearing-down"):
        restoring.restore(choices, full_template, earlier="films", named={})


@pytest.fixture
def waits_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_ASKED_EVERY_S", 0)


def change_set(status: str) -> dict[str, Any]:
    return {"ChangeSetName": "restore-1", "Status": status, "StatusReason": "Bucket up-1 is not there"}


@pytest.mark.usefixtures("waits_little")
def test_exactly_these_resources_are_imported(answers: Answers, choices: Choices, full_template: Any) -> None:
    formation = answers("cloudformation")
    stack: Any = {"StackName": "films", "StackStatus": "IMPORT_COMPLETE", "CreationTime": "2026-01-01"}
    asked: Any = {
        "StackName": "films", "ChangeSetName": ANY, "ChangeSetType": "IMPORT", "TemplateBody": ANY,
        "ResourcesToImport": [
            {
                "ResourceType": resource.type,
                "LogicalResourceId": resource.logical_id,
                "ResourceIdentifier": {resource.identifier: FOUND[resource.logical_id][0]},
            }
            for resource in KEPT
        ],
    }  # fmt: skip
    formation.add_client_error("describe_stacks", "ValidationError")
    formation.add_response("create_change_set", {}, asked)
    formation.add_response("describe_change_set", change_set("CREATE_COMPLETE"))
    formation.add_response("execute_change_set", {})
    formation.add_response("describe_stacks", {"Stacks": [stack]})

    names = restored(choices, full_template)

    assert names == ["up-1", "media-1", "videos-1"]
    formation.assert_no_pending_responses()


@pytest.mark.usefixtures("waits_little")
def test_cloudformations_reason_is_told_when_it_does_not_import(
    answers: Answers, choices: Choices, full_template: Any
) -> None:
    formation = answers("cloudformation")
    formation.add_client_error("describe_stacks", "ValidationError")
    formation.add_response("create_change_set", {})
    formation.add_response("describe_change_set", change_set("FAILED"))
    with pytest.raises(AccountError, match="does not import into films: Bucket up-1 is not there"):
        restored(choices, full_template)


def test_a_refused_import_is_told(answers: Answers, choices: Choices, full_template: Any) -> None:
    answers("cloudformation").add_client_error("describe_stacks", "ValidationError")
    answers("cloudformation").add_client_error("create_change_set", "AccessDenied")
    with pytest.raises(AccountError, match="may not call CreateChangeSet"):
        restored(choices, full_template)
