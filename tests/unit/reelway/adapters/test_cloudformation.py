from typing import Any

import pytest
from aws_lambda_powertools import Logger

from reelway.adapters.cloudformation import answered
from tests.support import samples

EVENT = samples.event("cloudformation-page")
LOGGER = Logger(service="test", level="CRITICAL")


def test_success_is_answered_once_the_work_is_done(cloudformation_answers: list[dict[str, Any]]) -> None:
    with answered(EVENT, "page", LOGGER):
        assert cloudformation_answers == []
    assert cloudformation_answers == [
        {
            "Status": "SUCCESS",
            "Reason": "",
            "PhysicalResourceId": "page",
            **{name: EVENT[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        }
    ]


@pytest.mark.parametrize(
    ("error", "reason"), [(ValueError("no bucket"), "no bucket"), (KeyError(), "KeyError")]
)
def test_a_failure_is_answered_with_its_reason_and_goes_no_further(
    cloudformation_answers: list[dict[str, Any]], error: Exception, reason: str
) -> None:
    with answered(EVENT, "page", LOGGER):
        raise error
    assert [(answer["Status"], answer["Reason"]) for answer in cloudformation_answers] == [("FAILED", reason)]
