from typing import Any

import pytest
from botocore.exceptions import ClientError

from reelway.adapters.cloudfront import CloudFrontCache


class Client:
    def __init__(self, refusal: str | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refusal = refusal

    def create_invalidation(self, **asked: Any) -> None:
        self.asked.append(asked)
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "CreateInvalidation")


def forget(client: Any) -> bool:
    return CloudFrontCache(client, "E1").forget(["/stream/a/", "/stream/b/"], reference="r")


def test_everything_below_the_paths_is_invalidated_by_one_request() -> None:
    client = Client()
    assert forget(client)
    batch = {"Paths": {"Quantity": 2, "Items": ["/stream/a/*", "/stream/b/*"]}, "CallerReference": "r"}
    assert client.asked == [{"DistributionId": "E1", "InvalidationBatch": batch}]


@pytest.mark.parametrize("code", ["TooManyInvalidationsInProgress", "Throttling", "ThrottlingException"])
def test_that_there_is_too_much_to_do_is_no_error(code: str) -> None:
    assert not forget(Client(code))


def test_any_other_refusal_is() -> None:
    with pytest.raises(ClientError):
        forget(Client("AccessDenied"))
