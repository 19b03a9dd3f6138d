"""What the CloudFront distribution keeps of published media."""

import uuid
from typing import Any


class Distribution:
    """`client` is a boto3 CloudFront client; without a `distribution_id` nothing is kept anywhere."""

    def __init__(self, client: Any, distribution_id: str) -> None:
        self._client = client
        self._distribution_id = distribution_id

    def forget(self, path: str) -> None:
        """Invalidate `path` and everything below it, which is through in a minute or two."""
        if self._distribution_id:
            paths = {"Quantity": 1, "Items": [f"{path}*"]}
            self._client.create_invalidation(
                DistributionId=self._distribution_id,
                InvalidationBatch={"Paths": paths, "CallerReference": str(uuid.uuid4())},
            )
