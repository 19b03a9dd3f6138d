"""What DynamoDB answers to a conditional write that it refused."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from reelway.adapters import video_items


def fields_at_refusal(refusal: ClientError) -> dict[str, Any]:
    """The stored item's fields that refused the write, or {} when there was no item.

    DynamoDB sends them where the write asked for ReturnValuesOnConditionCheckFailure.
    """
    response: Mapping[str, Any] = refusal.response
    return video_items.fields_of(response.get("Item", {}))
