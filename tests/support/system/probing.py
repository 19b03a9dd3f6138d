"""Finds out what an emulator can do, by trying it on the deployed stack."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from local.system import System
from tests.support.media import corpus
from tests.support.samples import UNKNOWN_ID
from tests.support.system.capabilities import Capabilities, without
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

_JPEG = b"\xff\xd8"


def capabilities_of(running: System) -> Capabilities:
    """Those of an emulator that somebody else has started; takes as long as one short video does.

    Our own emulator is not asked: it has all of them, and a test that fails there must not be skipped.
    """
    probe = _Probe(running)
    found: dict[str, Callable[[], bool]] = {
        "restart": lambda: False,
        "distribution": lambda: running.has_edge,
        "websockets": lambda: running.has_edge and probe.has_websocket_api(),
        "custom_resource": probe.has_page,
        "iam": probe.enforces_policies,
        "reserved_concurrency": probe.throttles,
        "log_group": probe.logs_into_the_group,
        "sent_bodies": probe.leaves_forms_alone,
        "processing": probe.processes,
        "binary_answers": probe.passes_bytes_on,
    }
    return without(name for name, is_there in found.items() if not is_there())


class _Probe:
    def __init__(self, running: System) -> None:
        self._cloud = Cloud(running)
        self._url = running.edge_url
        self._ready = ""  # the id of a READY video

    def has_websocket_api(self) -> bool:
        try:
            self._cloud.client("apigatewayv2").get_api(ApiId=self._cloud.physical_id("WebSocketApi"))
        except ClientError:
            return False
        return True

    def has_page(self) -> bool:
        listed = self._cloud.s3.list_objects_v2(Bucket=self._cloud.physical_id("SiteBucket"))
        return bool(listed.get("Contents"))

    def enforces_policies(self) -> bool:
        with self._cloud.denied("VideosFunction", "dynamodb:GetItem"):
            return self._status_of_unknown_video() != 404

    def throttles(self) -> bool:
        with self._cloud.without_functions():
            return self._status_of_unknown_video() != 404

    def logs_into_the_group(self) -> bool:
        return _in_time(self._cloud.function_starts, within_s=20)

    def processes(self) -> bool:
        """Twice, because a function's first start may take longer than the emulator waits for it."""
        with Client(self._url, capabilities=without(["websockets"])) as client:
            return any(self._becomes_ready(client) for _ in range(2))

    def _becomes_ready(self, client: Client) -> bool:
        video_id = client.upload(corpus.file("carphone_pristine.mp4"))
        try:
            is_ready = client.final_state(video_id) == "READY"
        except AssertionError:  # neither READY nor FAILED in time
            return False
        self._ready = video_id if is_ready else ""
        return is_ready

    def passes_bytes_on(self) -> bool:
        with Client(self._url) as client:
            return client.get(f"/stream/{self._ready}/poster").content.startswith(_JPEG)

    def leaves_forms_alone(self) -> bool:
        with Client(self._url) as client:
            return bool(client.post_file(b"").json()["code"] == "empty_file")

    def _status_of_unknown_video(self) -> int:
        with Client(self._url) as client:
            return client.get(f"/video/{UNKNOWN_ID}").status_code


def _in_time(condition: Callable[[], object], *, within_s: float) -> bool:
    try:
        return bool(eventually(condition, within_s=within_s))
    except AssertionError:
        return False
