"""Videos that are played with playback tokens, on a whole system."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from reelway.adapters.key_value_store import KeyValueStore
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud

_URI = re.compile(r'URI="([^"]+)"')


@dataclass(frozen=True, slots=True)
class SignedVideo:
    """A READY signed video with all renditions."""

    client: Client
    cloud: Cloud
    video_id: str

    def token(self, seconds: int = 600) -> str:
        answer = self.client.http.post(f"/video/{self.video_id}/playback-tokens", json={"expiresIn": seconds})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    @property
    def key(self) -> tuple[str, str]:
        """The id of the key that signs at present, and the key."""
        secrets = self.cloud.client("secretsmanager")
        stacks = self.cloud.client("cloudformation").describe_stacks(StackName=self.cloud.stack_name)
        [stack] = stacks["Stacks"]
        given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        kid = given["PlaybackKeyVersion"]
        found = secrets.get_secret_value(SecretId=self.cloud.physical_id("PlaybackKey"))
        return kid, str(found["SecretString"])

    def signed(self, *, issued: int, expires: int, video_id: str = "") -> str:
        """A token signed with the stack's key; the times are seconds from now."""
        now = int(time.time())
        kid, key = self.key
        span = f"{now + issued}-{now + expires}"
        text = f"{kid}.{span}.{video_id or self.video_id}"
        mac = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
        return f"{span}.{kid}.{base64.urlsafe_b64encode(mac)[:32].decode()}"

    def path(self, token: str, name: str) -> str:
        return f"/p/{token}/stream/{self.video_id}/{name}"

    def status(self, token: str, name: str) -> int:
        return self.client.get(self.path(token, name)).status_code

    def url(self, token: str, name: str = "master") -> str:
        return f"{self.client.base_url}{self.path(token, name)}"

    def names(self, token: str) -> list[str]:
        """Whatever can be reached from the master playlist and the storyboard, below the video's path."""
        base = httpx.URL(self.url(token, ""))
        found = {base.join(name).raw_path.decode() for name in ("master", "manifest", "poster", "storyboard")}
        unread = sorted(found)
        while unread:
            path = unread.pop()
            for reference in _references(self.client.get(path)):
                target = base.join(path).join(reference).raw_path.decode()
                if target not in found:
                    found.add(target)
                    unread.append(target)
        prefix = base.raw_path.decode()
        assert all(path.startswith(prefix) for path in found), found
        return sorted(path.removeprefix(prefix) for path in found)


def _references(answer: httpx.Response) -> Iterator[str]:
    """What a playlist, or a storyboard's cues, refer to."""
    assert answer.status_code == 200, answer.url
    if not answer.headers["content-type"].startswith(("application/vnd.apple.mpegurl", "text/vtt")):
        return
    for line in answer.text.splitlines():
        yield from _URI.findall(line)
        if line.startswith("storyboard.jpg"):
            yield line.partition("#")[0]
        elif line and not line.startswith(("#", "WEBVTT")) and "-->" not in line and "#" not in line:
            yield line


def upload_signed(client: Client, cloud: Cloud, file: Path) -> SignedVideo:
    """Upload a file whose video is signed, whatever the deployment's policy; wait for all renditions."""
    content = file.read_bytes()
    begun = client.http.post("/s3/multipart", json={"type": "video/mp4", "metadata": {}}).json()
    video_id = begun["key"].rpartition("/")[2]
    cloud.dynamodb.update_item(
        TableName=cloud.outputs["VideosTableName"],
        Key={"videoId": {"S": video_id}},
        UpdateExpression="SET playback = :signed",
        ExpressionAttributeValues={":signed": {"S": "signed"}},
    )
    upload, where = f"/s3/multipart/{begun['uploadId']}", {"key": begun["key"]}
    part = client.http.get(f"{upload}/1", params=where).json()["url"]
    stored = httpx.put(part, content=content, trust_env=False)
    parts = [{"PartNumber": 1, "ETag": stored.headers["etag"]}]
    client.http.post(f"{upload}/complete", params=where, json={"parts": parts}).raise_for_status()
    assert client.final_state(video_id) == "READY"
    assert client.ladder_of(video_id) == "complete"
    return SignedVideo(client, cloud, video_id)


def edge_values(cloud: Cloud) -> KeyValueStore:
    """What the distribution's function reads; signed in the older way, for which no library is needed."""
    make: Any = boto3.client
    client = make(
        "cloudfront-keyvaluestore",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        config=Config(signature_version="v4"),
    )
    name = cloud.physical_id("PlaybackStore")
    found = cloud.client("cloudfront").describe_key_value_store(Name=name)["KeyValueStore"]
    return KeyValueStore(client, found["ARN"])
