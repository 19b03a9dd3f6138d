"""What the CloudFront distribution has cached of published media."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_cloudfront.client import CloudFrontClient

# That there is too much to do at the moment, or that there were too many requests.
_LATER = {"TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException"}


@dataclass(frozen=True, slots=True)
class CloudFrontCache:
    """`client` is a boto3 CloudFront client."""

    client: "CloudFrontClient"
    distribution_id: str

    def forget(self, paths: Sequence[str], *, reference: str) -> bool:
        """Invalidate these paths and everything below them; CloudFront takes a minute or two to do so.

        False when it takes no more at the moment. A request that is repeated with the same `reference` is
        taken for the first one, and one with other paths is refused: it belongs to one set of paths. Raises
        botocore's exceptions for other refusals and where CloudFront does not answer.
        """
        items = [f"{path}*" for path in paths]
        try:
            self.client.create_invalidation(
                DistributionId=self.distribution_id,
                InvalidationBatch={
                    "Paths": {"Quantity": len(items), "Items": items},
                    "CallerReference": reference,
                },
            )
        except ClientError as refusal:
            if refusal.response.get("Error", {}).get("Code") in _LATER:
                return False
            raise
        return True
