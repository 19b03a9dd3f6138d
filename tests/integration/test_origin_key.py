"""Both APIs answer to the distribution alone: a request past it is refused, and no function runs for it."""

import uuid

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local import edge_process
from local.settings import Settings
from tests.integration.test_updates import update
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

pytestmark = pytest.mark.needs("restart")  # emulators that somebody else has started are asked for no key

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def logged(cloud: Cloud, text: str) -> bool:
    """Whether any function has logged a line with this."""
    found = cloud.client("logs").filter_log_events(
        logGroupName=cloud.outputs["LogGroupName"], filterPattern=f'"{text}"'
    )
    return bool(found["events"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path", ["/video/{}", "/stream/{}/manifest", "/upload", "/s3/multipart/{}", "/{}", "/"]
)
def test_the_rest_api_answers_nobody_who_does_not_know_the_key(cloud: Cloud, method: str, path: str) -> None:
    url = f"{cloud.rest_api_url}{path.format(uuid.uuid4())}"

    for headers in ({}, {"x-api-key": ""}, {"x-api-key": "guessed"}, {"x-api-key": cloud.origin_key[:-1]}):
        assert httpx.request(method, url, headers=headers, trust_env=False).status_code == 403
    known = httpx.request(method, url, headers={"x-api-key": cloud.origin_key}, trust_env=False)
    assert known.status_code != 403


def test_no_function_runs_for_a_request_past_the_distribution(client: Client, cloud: Cloud) -> None:
    refused, answered = str(uuid.uuid4()), str(uuid.uuid4())

    assert httpx.get(f"{cloud.rest_api_url}/video/{refused}", trust_env=False).status_code == 403
    assert client.get(f"/video/{answered}").status_code == 404

    assert eventually(lambda: logged(cloud, answered))
    assert not logged(cloud, refused)


def test_the_websocket_api_answers_nobody_who_does_not_know_the_key(cloud: Cloud, short_video: str) -> None:
    for headers in ({}, {"x-api-key": "guessed"}):
        with pytest.raises(InvalidStatus) as refusal:
            connect(f"{cloud.socket_url}?videoId={short_video}", additional_headers=headers, proxy=None)
        assert refusal.value.response.status_code == 403
    with connect(
        f"{cloud.socket_url}?videoId={short_video}",
        additional_headers={"x-api-key": cloud.origin_key},
        proxy=None,
    ) as socket:
        assert "READY" in str(socket.recv(timeout=30))


def test_a_key_of_the_clients_own_changes_nothing(client: Client, short_video: str) -> None:
    assert client.get(f"/video/{short_video}", x_api_key="mine").status_code == 200


def test_the_key_is_in_no_log_output_or_change_set(client: Client, cloud: Cloud, short_video: str) -> None:
    stacks, key = cloud.client("cloudformation"), cloud.origin_key

    assert len(key) == 40
    assert not logged(cloud, key)
    for told in (
        stacks.describe_stacks(StackName=cloud.stack_name),
        stacks.get_template(StackName=cloud.stack_name, TemplateStage="Processed"),
        stacks.describe_stack_events(StackName=cloud.stack_name),
        stacks.list_change_sets(StackName=cloud.stack_name),
    ):
        assert key not in str(told)


def test_another_version_makes_another_key_and_the_former_ends(
    client: Client, cloud: Cloud, settings: Settings, short_video: str
) -> None:
    former, url = cloud.origin_key, f"{cloud.rest_api_url}/"
    try:
        update(cloud, OriginKeyVersion="2")
        present = cloud.origin_key

        assert present != former
        assert httpx.get(url, headers={"x-api-key": present}, trust_env=False).status_code == 404
        assert httpx.get(url, headers={"x-api-key": former}, trust_env=False).status_code == 403
        assert sent_keys(cloud) == {present}
        restart_edge(cloud, settings)
        assert client.get(f"/video/{short_video}").status_code == 200
        assert client.watch(short_video).states == ["READY"]
    finally:
        update(cloud, OriginKeyVersion="1")
        restart_edge(cloud, settings)


def restart_edge(cloud: Cloud, settings: Settings) -> None:
    """It reads the distribution when it starts."""
    edge_process.stop(settings)
    edge_process.start(settings, cloud.outputs["DistributionId"])


def sent_keys(cloud: Cloud) -> set[str]:
    """What the distribution sends to its two APIs."""
    answer = cloud.client("cloudfront").get_distribution(Id=cloud.outputs["DistributionId"])
    origins = answer["Distribution"]["DistributionConfig"]["Origins"]["Items"]
    headers = [origin["CustomHeaders"]["Items"] for origin in origins if origin["Id"] in ("api", "status")]
    assert len(headers) == 2
    return {header["HeaderValue"] for [header] in headers if header["HeaderName"] == "x-api-key"}
