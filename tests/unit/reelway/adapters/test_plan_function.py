import json
from typing import Any

from reelway import keys
from reelway.adapters.plan_function import PlanFunction
from tests.support.samples import VIDEO_ID


class Client:
    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def invoke(self, **asked: Any) -> None:
        self.asked.append(asked)


def test_planning_is_started_without_waiting_for_it() -> None:
    client: Any = Client()
    PlanFunction(client, "plan").replan(VIDEO_ID)
    [asked] = client.asked
    assert (asked["FunctionName"], asked["InvocationType"]) == ("plan", "Event")
    [record] = json.loads(asked["Payload"])["Records"]
    assert keys.video_of_upload_event(record["s3"]["object"]["key"]) == VIDEO_ID
