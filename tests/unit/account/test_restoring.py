"""The template that is imported, and which resources are."""

from typing import Any

import pytest

from account import restoring
from account.choices import Choices
from account.errors import AccountError
from account.kept import KEPT
from tests.unit.account.conftest import Answers

FOUND = {"UploadsBucket": ["up-1"], "MediaBucket": ["media-1"], "VideosTable": ["videos-1"]}


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
