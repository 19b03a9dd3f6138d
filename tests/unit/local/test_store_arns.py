"""On the installed MiniStack: no other version passes unnoticed."""

import pytest
from ministack.core import iam_actions

from local import store_arns
from local.named_errors import UnknownEmulator

ARN = "arn:aws:cloudfront::000000000000:key-value-store/playback"


def resource(service: str, path: str) -> str:
    return str(
        iam_actions.extract_resource_arn(service, "GET", path, {}, b"", {}, "us-east-1", "000000000000")
    )


def test_a_policy_is_asked_for_the_store_that_a_request_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam_actions, "extract_resource_arn", iam_actions.extract_resource_arn)
    paths = [f"/key-value-stores/{ARN}/keys", f"/key-value-stores/{ARN.replace(':', '%3A')}"]
    assert {resource("cloudfront-keyvaluestore", path) for path in paths} == {"*"}
    store_arns.install()
    assert {resource("cloudfront-keyvaluestore", path) for path in paths} == {ARN}
    assert resource("cloudfront-keyvaluestore", "/key-value-stores/other") == "*"
    assert ARN not in resource("sqs", paths[0])


def test_another_version_of_the_emulator_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(iam_actions, "extract_resource_arn")
    with pytest.raises(UnknownEmulator):
        store_arns.install()
