import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import samples
from tests.support.doubles import moto_aws

EVENT = samples.event("cloudformation-page")


@pytest.fixture
def handler(handlers: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The handler beside a layer with a page of one file."""
    package = tmp_path / "reelway_page"
    (package / "app").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "app/index.html").write_text("the page")
    monkeypatch.syspath_prepend(str(tmp_path))
    moto_aws.client("s3").create_bucket(Bucket=moto_aws.SITE)
    yield handlers("page.handler")
    sys.modules.pop("reelway_page", None)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_the_page_is_copied_and_cloudformation_answered(
    handler: Any, cloudformation_answers: list[dict[str, Any]], kind: str
) -> None:
    handler.lambda_handler(EVENT | {"RequestType": kind}, None)
    assert handler.site.read("app/index.html") == b"the page"
    assert json.loads(handler.site.read("app/config.json")) == {
        "access": "token",
        "issuer": "https://login.example",
        "clientId": "page",
        "audience": "https://video.example",
        "scopes": "openid videos:upload videos:read videos:delete videos:play",
    }
    [answer] = cloudformation_answers
    assert answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "page",
        "StackId": EVENT["StackId"],
        "RequestId": EVENT["RequestId"],
        "LogicalResourceId": "Page",
    }


def test_the_bucket_is_emptied_before_it_is_deleted(
    handler: Any, cloudformation_answers: list[dict[str, Any]]
) -> None:
    handler.lambda_handler(EVENT, None)
    handler.lambda_handler(EVENT | {"RequestType": "Delete"}, None)
    assert handler.site.get("app/index.html") is None
    assert [answer["Status"] for answer in cloudformation_answers] == ["SUCCESS", "SUCCESS"]


def test_cloudformation_is_answered_with_a_failure_and_its_reason(
    handler: Any, cloudformation_answers: list[dict[str, Any]]
) -> None:
    moto_aws.client("s3").delete_bucket(Bucket=moto_aws.SITE)
    handler.lambda_handler(EVENT, None)
    [answer] = cloudformation_answers
    assert answer["Status"] == "FAILED"
    assert "app/index.html" in answer["Reason"]


def test_a_build_for_another_processor_is_not_deployed(
    handler: Any,
    cloudformation_answers: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "architecture").write_text("mips")
    (tmp_path / "page").mkdir()
    monkeypatch.setattr(handler, "__file__", str(tmp_path / "page" / "handler.py"))
    handler.lambda_handler(EVENT, None)
    handler.lambda_handler(EVENT | {"RequestType": "Delete"}, None)
    assert [answer["Status"] for answer in cloudformation_answers] == ["FAILED", "SUCCESS"]
    assert "built for mips" in cloudformation_answers[0]["Reason"]
