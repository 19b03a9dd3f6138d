"""docs/asyncapi.yaml against real sockets at the edge."""

import json
import uuid

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.media import corpus
from tests.support.readers import descriptions
from tests.support.system.client import Client

MESSAGE = descriptions.validator(descriptions.message_schema())
PROBLEM = descriptions.validator(
    descriptions.resolved(
        descriptions.strict_openapi()["components"]["schemas"]["Problem"], descriptions.strict_openapi()
    )
)


@pytest.mark.parametrize("query", ["", "?progress=true", "?progress=yes"])
@pytest.mark.parametrize(("source", "final"), [("carphone_pristine.mp4", "READY"), (None, "FAILED")])
def test_every_message_up_to_the_last_is_as_described(
    client: Client, query: str, source: str | None, final: str
) -> None:
    video_id = client.upload(corpus.file(source) if source else b"this is no video " * 100)

    watched = client.watch(video_id, query)

    for message in watched.messages:
        MESSAGE.validate(message)
        assert message["videoId"] == video_id
        assert ("progress" in message) is (query == "?progress=true")
    assert watched.states[-1] == final
    assert watched.close_code == 1000


@pytest.mark.parametrize("query", ["", "?progress=true"])
def test_an_unknown_video_is_404_before_the_upgrade(client: Client, query: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        client.open_socket(str(uuid.uuid4()), query)

    answer = refused.value.response
    assert answer.status_code == 404
    PROBLEM.validate(json.loads(bytes(answer.body or b"")))


def test_a_request_without_an_upgrade_is_400(client: Client, short_video: str) -> None:
    answer = client.get(f"/video/{short_video}/status/stream")

    assert answer.status_code == 400
    PROBLEM.validate(answer.json())
