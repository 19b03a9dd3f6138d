"""Orders of deliveries → one attempt each, or a later one."""

from typing import Any

from reelway.adapters import messages, telemetry, webhook_wiring
from reelway.adapters.delivery_queue import order_in
from reelway.adapters.settings import DeliverSettings
from webhooks.delivering import Deliverer

settings, logger = DeliverSettings.from_environ(), telemetry.logger_for("deliver")
deliverer = Deliverer(
    webhook_wiring.webhooks_table(settings.webhooks_table),
    webhook_wiring.deliveries_table(settings.deliveries_table),
    webhook_wiring.delivery_queue(settings.delivery_queue_url),
    webhook_wiring.receivers(settings.reach),
    telemetry.Metrics(settings.stack_name).count,
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return messages.handle(event, deliver, logger.exception)


def deliver(message: messages.Message) -> None:
    order = order_in(message)
    done = deliverer.deliver(order)
    logger.info(done, webhook=order.webhook_id, delivery=order.delivery_id, attempt=order.attempt)
