"""What functions of webhooks use, over boto3's clients."""

import boto3
from botocore.config import Config

from reelway.adapters import clients
from reelway.adapters.deliveries_table import DeliveriesTable
from reelway.adapters.delivery_queue import DeliveryQueue
from reelway.adapters.environment import ca_bundle
from reelway.adapters.receivers import HttpReceivers
from reelway.adapters.webhooks_table import WebhooksTable
from reelway.webhooks.reach import Reach


def webhooks_table(name: str, config: Config = clients.ANSWERING) -> WebhooksTable:
    return WebhooksTable(clients.dynamodb(config), name)


def deliveries_table(name: str, config: Config = clients.ANSWERING) -> DeliveriesTable:
    return DeliveriesTable(clients.dynamodb(config), name)


def delivery_queue(url: str, config: Config = clients.ANSWERING) -> DeliveryQueue:
    return DeliveryQueue(boto3.client("sqs", config=config), url)


def receivers(reach: Reach) -> HttpReceivers:
    return HttpReceivers(reach, ca_bundle())
