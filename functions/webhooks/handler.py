"""REST API events → webhooks: made, listed, tested, deleted; their deliveries listed, and sent again."""

from http import HTTPStatus
from typing import Any

from reelway.adapters import http_api, telemetry, webhook_wiring
from reelway.adapters.settings import WebhooksSettings
from webhooks import described
from webhooks.looping import refuse_webhooks
from webhooks.registry import Registry

settings, logger = WebhooksSettings.from_environ(), telemetry.logger_for("webhooks")
registry = Registry(
    webhook_wiring.webhooks_table(settings.webhooks_table),
    webhook_wiring.deliveries_table(settings.deliveries_table),
    webhook_wiring.delivery_queue(settings.delivery_queue_url),
    webhook_wiring.receivers(settings.reach),
    f"urn:reelway:{settings.stack_name}",
)
api = http_api.HttpApi(logger, settings.allowed_origins, settings.access)


@api.route("/webhooks", "GET", "POST")
def webhooks() -> http_api.Answer:
    if api.method != "POST":
        listed = registry.webhooks.of_owner(api.caller.owner)
        return http_api.json_response(HTTPStatus.OK, {"webhooks": [*map(described.webhook, listed)]})
    made = registry.create(api.caller.owner, api.json_object())
    logger.info("webhook made", webhook=made.webhook_id)
    return http_api.json_response(HTTPStatus.CREATED, described.webhook(made, secret=made.secret))


@api.route("/webhooks/<webhookId>", "GET", "DELETE")
def webhook(webhookId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    if api.method == "DELETE":
        registry.delete(api.caller.owner, webhookId)
        logger.info("webhook deleted", webhook=webhookId)
        return http_api.Answer(HTTPStatus.NO_CONTENT, {"Cache-Control": "no-store"})
    found = registry.find(api.caller.owner, webhookId)
    return http_api.json_response(HTTPStatus.OK, described.webhook(found))


@api.route("/webhooks/<webhookId>/secret", "POST")
def secret(webhookId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    changed = registry.change_secret(api.caller.owner, webhookId)
    logger.info("secret changed", webhook=webhookId)
    return http_api.json_response(HTTPStatus.OK, described.webhook(changed, secret=changed.secret))


@api.route("/webhooks/<webhookId>/test", "POST")
def test(webhookId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    refuse_webhooks(api.headers)
    ordered = registry.test(api.caller.owner, webhookId)
    return http_api.json_response(HTTPStatus.ACCEPTED, described.delivery(ordered))


@api.route("/webhooks/<webhookId>/deliveries", "GET")
def deliveries(webhookId: str) -> http_api.Answer:  # noqa: N803  the path parameter's public name
    document, headers = described.page(*registry.page(api.caller.owner, webhookId, api.query))
    return http_api.json_response(HTTPStatus.OK, document, headers)


@api.route("/webhooks/<webhookId>/deliveries/<deliveryId>/redeliver", "POST")
def redeliver(webhookId: str, deliveryId: str) -> http_api.Answer:  # noqa: N803  the path parameters' public names
    refuse_webhooks(api.headers)
    ordered = registry.redeliver(api.caller.owner, webhookId, deliveryId)
    return http_api.json_response(HTTPStatus.ACCEPTED, described.delivery(ordered))


def lambda_handler(event: http_api.Event, context: object) -> dict[str, Any]:
    return api.serve(event, context)
