"""What the CloudFront distribution has cached of published media."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_cloudfront.client import CloudFrontClient


@dataclass(frozen=True, slots=True)
class CloudFrontCache:
    """`client` is a boto3 CloudFront client."""

    client: "CloudFrontClient"
    distribution_id: str

    def forget(self, path: str) -> None:
        """Invalidate `path` and everything below it; CloudFront takes a minute or two to do so."""
        self.client.create_invalidation(
            DistributionId=self.distribution_id,
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": [f"{path}*"]},
                # CloudFront takes a second request with the same reference for the first one.
                "CallerReference": str(uuid.uuid4()),
            },
        )
