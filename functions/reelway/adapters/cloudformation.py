"""Answers to the events of a CloudFormation custom resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from aws_lambda_powertools import Logger

# S3 takes a document of a few hundred bytes in far less; the function itself ends after 29 s.
_TIMEOUT_S = 10


@contextmanager
def answered(event: dict[str, Any], resource_id: str, logger: Logger) -> Iterator[None]:
    """Answer SUCCESS when the body ends, or log its exception and answer FAILED with its text.

    There is always an answer: CloudFormation would wait for it until the resource's timeout.
    """
    try:
        yield
        _answer(event, resource_id, "SUCCESS", "")
    except Exception as error:
        logger.exception("the custom resource failed")
        _answer(event, resource_id, "FAILED", str(error) or type(error).__name__)


def _answer(
    event: dict[str, Any], resource_id: str, status: Literal["SUCCESS", "FAILED"], reason: str
) -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": resource_id,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(  # noqa: S310  a presigned URL of CloudFormation's own
        event["ResponseURL"], data=json.dumps(document).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310
        pass
