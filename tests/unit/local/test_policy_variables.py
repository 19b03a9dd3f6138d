"""On the installed MiniStack: no other version passes unnoticed."""

import json
from typing import Any

import pytest
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

from local import emulated_aws, policy_variables
from local.named_errors import UnknownEmulator

OWN = "arn:aws:s3:::bucket/uploads/${aws:PrincipalTag/video}"
KEYS = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:PrincipalTag/video}"]}}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a caller whose session is tagged with video a, and a table of videos."""
    keys = {"aws:principaltag/video": "a"}
    policies = [[statement("s3:GetObject", OWN), statement("dynamodb:GetItem", "*", KEYS)]]
    caller = iam_evaluator.PrincipalInfo("arn", "AssumedRole", "1", policies, keys)
    monkeypatch.setattr(iam_evaluator, "resolve_principal", lambda *_: caller)
    monkeypatch.setattr(iam_actions, "dynamodb_service_context", lambda _: {"dynamodb:Select": "ALL"})
    schema = [{"AttributeName": "videoId", "KeyType": "HASH"}]
    monkeypatch.setattr(dynamodb, "_tables", {"videos": {"KeySchema": schema}})
    policy_variables.install()


def statement(action: str, resource: str, conditions: dict[str, Any] | None = None) -> Any:
    return iam_evaluator.ParsedStatement("", "Allow", [action], [], [resource], [], conditions or {})


def decision(action: str, resource: str, context: dict[str, Any] | None = None) -> str:
    caller = iam_evaluator.resolve_principal("key", "1")
    named = {name.lower(): value for name, value in (context or {}).items()}
    asked = iam_evaluator.EvalContext(
        "arn", "AssumedRole", "1", action, resource, "", service_context=named, principal_keys=caller.keys
    )
    return str(iam_evaluator.evaluate(asked, caller.policies).decision)


@pytest.mark.usefixtures("installed")
def test_a_tag_stands_for_its_value() -> None:
    assert decision("s3:GetObject", "arn:aws:s3:::bucket/uploads/a") == "Allow"
    assert decision("s3:GetObject", "arn:aws:s3:::bucket/uploads/b") == "ImplicitDeny"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"TableName": "videos", "Key": {"videoId": {"S": "a"}}}, "Allow"),
        ({"TableName": "videos", "Key": {"videoId": {"S": "b"}}}, "ImplicitDeny"),
        ({"TableName": "videos", "Item": {"videoId": {"S": "b"}, "rank": {"N": "1"}}}, "ImplicitDeny"),
        (
            {"TransactItems": [{"Put": {"TableName": "videos", "Item": {"videoId": {"S": "b"}}}}]},
            "ImplicitDeny",
        ),
    ],
)
@pytest.mark.usefixtures("installed")
def test_items_are_known_by_their_keys(body: dict[str, Any], expected: str) -> None:
    context = iam_actions.dynamodb_service_context(json.dumps(body).encode())
    assert context["dynamodb:Select"] == "ALL"
    assert decision("dynamodb:GetItem", "arn:aws:dynamodb:table/videos", context) == expected


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"TableName": "other", "Key": {"id": {"S": "a"}}}'])
@pytest.mark.usefixtures("installed")
def test_other_requests_are_as_they_were(body: bytes) -> None:
    assert iam_actions.dynamodb_service_context(body) == {"dynamodb:Select": "ALL"}


@pytest.mark.usefixtures("installed")
def test_a_statement_for_a_tag_that_the_caller_does_not_have_allows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    untagged = iam_evaluator.PrincipalInfo("arn", "AssumedRole", "1", [[statement("s3:GetObject", OWN)]], {})
    monkeypatch.setattr(iam_evaluator, "resolve_principal", lambda *_: untagged)
    policy_variables.install()
    assert decision("s3:GetObject", OWN) == "ImplicitDeny"


def test_root_and_who_is_refused_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam_actions, "dynamodb_service_context", iam_actions.dynamodb_service_context)
    for found in (iam_evaluator.PrincipalInfo("arn", "Root", "1", None), iam_evaluator.AuthError("a", "b")):
        monkeypatch.setattr(iam_evaluator, "resolve_principal", lambda *_, found=found: found)
        policy_variables.install()
        assert iam_evaluator.resolve_principal("key", "1") is found


@pytest.fixture
def other_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(iam_actions, "dynamodb_service_context")


@pytest.mark.usefixtures("other_version")
def test_another_version_is_not_changed_in_part() -> None:
    before = iam_evaluator.resolve_principal
    with pytest.raises(UnknownEmulator):
        policy_variables.install()
    assert iam_evaluator.resolve_principal is before


@pytest.mark.usefixtures("other_version")
def test_the_emulator_does_not_start_as_another_version(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("named_errors", "lasting", "bounding"):
        monkeypatch.setattr(getattr(emulated_aws, name), "install", lambda *_: None)
    with pytest.raises(SystemExit, match="does not know this version"):
        emulated_aws.main(tmp_path / "unsaved", tmp_path / "secret")
