"""CloudFormation events of the page's custom resource → its files are copied, or taken out again.

The files come with a layer, whose new version is what makes CloudFormation ask for an update.
"""

import json
import urllib.request
from importlib.resources import files
from typing import Any

from page.publishing import copy_page
from reelway.adapters import telemetry, wiring

_PACKAGE = "reelway_page"
_TIMEOUT_S = 10

logger = telemetry.logger_for("page")
site = wiring.site_bucket()


def lambda_handler(event: dict[str, Any], context: Any) -> None:
    """Whatever happens, CloudFormation is told: it would wait for an hour."""
    try:
        if event["RequestType"] == "Delete":
            site.delete_all("")
        else:
            copied = copy_page(files(_PACKAGE), site)
            logger.info("page copied", files=len(copied))
        _answer(event, "SUCCESS", "")
    except Exception as error:
        logger.exception("the page could not be copied")
        _answer(event, "FAILED", str(error) or type(error).__name__)


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    document = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": "page",
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    request = urllib.request.Request(  # noqa: S310  a presigned URL of CloudFormation's own
        event["ResponseURL"], data=json.dumps(document).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S):  # noqa: S310
        pass
