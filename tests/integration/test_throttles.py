"""Requests above the template's throttles. The emulator throttles as API Gateway does.

Its answer is its own; the template's is a unit test's, and the smoke test's.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.readers import template
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

SETTINGS: list[dict[str, Any]] = template.properties("RestApi")["MethodSettings"]
BURST = 3


@pytest.fixture
def gateway(cloud: Cloud) -> Any:
    return cloud.client("apigateway")


@pytest.fixture
def api_id(cloud: Cloud) -> str:
    return str(cloud.physical_id("RestApi"))


def test_the_stage_has_a_throttle_for_each_method_that_the_template_lists(gateway: Any, api_id: str) -> None:
    deployed = gateway.get_stage(restApiId=api_id, stageName="v1")["methodSettings"]
    found = {key.replace("~1", "/").strip("/") for key in deployed}
    declared = {f"{of['ResourcePath'].replace('~1', '/').strip('/')}/{of['HttpMethod']}" for of in SETTINGS}
    assert {key.replace("//", "/") for key in declared} <= {key.replace("//", "/") for key in found}


@pytest.fixture
def throttled(gateway: Any, api_id: str) -> Iterator[None]:
    """As few requests of all other methods as a bucket of `BURST` has."""

    def limit(burst: int, rate: float) -> None:
        patches = [
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)}
            for name, value in (("burstLimit", burst), ("rateLimit", rate))
        ]
        gateway.update_stage(restApiId=api_id, stageName="v1", patchOperations=patches)

    limit(BURST, 0.01)
    yield
    limit(20, 10_000)


def test_more_requests_than_the_stage_takes_are_429_and_call_no_function(
    throttled: None, client: Client, cloud: Cloud
) -> None:
    before = cloud.function_starts()
    answers = [client.http.request("PATCH", "/upload") for _ in range(BURST + 5)]
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(405), statuses.count(429)) == (BURST, 5)
    assert cloud.function_starts() - before <= BURST
