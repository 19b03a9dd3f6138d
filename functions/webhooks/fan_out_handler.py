"""Messages with the bus's events → an order for each webhook that wants to hear of one."""

import json
from typing import Any

from reelway.adapters import messages, telemetry, webhook_wiring
from reelway.adapters.settings import FanOutSettings
from webhooks.fanning_out import FanOut

settings, logger = FanOutSettings.from_environ(), telemetry.logger_for("fan-out")
fan_out = FanOut(
    webhook_wiring.webhooks_table(settings.webhooks_table),
    webhook_wiring.deliveries_table(settings.deliveries_table),
    webhook_wiring.delivery_queue(settings.delivery_queue_url),
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return messages.handle(event, take, logger.exception)


def take(message: messages.Message) -> None:
    event = json.loads(message["body"])["detail"]
    logger.set_correlation_id(event.get("subject"))
    ordered = fan_out.take(event)
    logger.info("fanned out", type=event["type"], webhooks=ordered)
