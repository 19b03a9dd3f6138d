"""CloudFormation events of the page's custom resource → its files are copied, or taken out again.

CloudFormation asks for an update when the layer that brings the files, or this function, has a new version,
and when what the page is told changes.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from page.architecture import check_build
from page.publishing import publish
from reelway.adapters import cloudformation, telemetry, wiring
from reelway.adapters.settings import PageSettings

settings = PageSettings.from_environ()
logger = telemetry.logger_for("page")
site = wiring.bucket(settings.site_bucket)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    with cloudformation.answered(event, "page", logger):
        if event["RequestType"] == "Delete":
            site.delete_all("")
        else:
            check_build(Path(__file__).parent.parent)
            copied = publish(files("reelway_page"), event["ResourceProperties"], site)
            logger.info("page copied", files=len(copied))
