from typing import Any

from reelway.adapters.cloudfront import CloudFrontCache


class Client:
    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def create_invalidation(self, **asked: Any) -> None:
        self.asked.append(asked)


def test_everything_below_a_path_is_invalidated_each_time_anew() -> None:
    client: Any = Client()
    cache = CloudFrontCache(client, "E1")

    cache.forget("/stream/id/")
    cache.forget("/stream/id/")

    first, second = client.asked
    assert first["DistributionId"] == "E1"
    assert first["InvalidationBatch"]["Paths"] == {"Quantity": 1, "Items": ["/stream/id/*"]}
    # CloudFront takes a second request with the same reference for the first one.
    assert first["InvalidationBatch"]["CallerReference"] != second["InvalidationBatch"]["CallerReference"]
