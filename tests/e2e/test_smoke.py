"""`make smoke` as a person runs it: on the local system, and through something that spoils its answers."""

import os
import re
import subprocess

from tests.support.doubles.relay import relay
from tests.support.samples import ROOT
from tests.support.smoke.report import TOPICS
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

LIMIT_S = 600  # for a busy machine
ONLY_ON_AWS = {"https", "CloudFront"}
# What proxies in front of a stack have done: a header dropped on its way in, and on its way out.
SPOILED = {b"\r\nRange: ": b"\r\nXange: ", b"ccess-Control-Allow-Origin": b"ccess-Control-Allow-Nobody"}


def smoke(url: str, topic: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", "smoke", f"URL={url}", f"TOPIC={topic}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def all_are_deleted(client: Client, keys: set[str]) -> bool:
    """Files of deleted videos stay as long as these may be restored."""
    statuses = {client.get(f"/video/{key.removeprefix('uploads/')}").status_code for key in keys}
    return statuses <= {404, 410}


def test_it_passes_by_the_url_alone_and_leaves_the_stack_as_it_was(
    client: Client, cloud: Cloud, short_video: str
) -> None:
    before, begun = cloud.upload_keys(), set(open_multipart_uploads(cloud))

    shown = smoke(client.base_url)

    assert shown.returncode == 0, shown.stdout + shown.stderr
    verdicts = dict(re.findall(r"^  (\S.*?)  +(\S+) +\d+ checks", shown.stdout, re.MULTILINE))
    assert verdicts == dict.fromkeys([each for each in TOPICS if each not in ONLY_ON_AWS], "ok")
    assert "Not checked here:" in shown.stdout
    assert "all passed" in shown.stdout
    eventually(lambda: all_are_deleted(client, cloud.upload_keys() - before))
    assert set(open_multipart_uploads(cloud)) <= begun
    assert client.describe(short_video)["state"] == "READY"


def test_it_fails_where_ranges_are_swallowed_and_deletes_its_uploads_all_the_same(
    client: Client, cloud: Cloud
) -> None:
    before = cloud.upload_keys()
    with relay(client.base_url, SPOILED) as spoiler:
        shown = smoke(spoiler.url, "segments")

    assert shown.returncode != 0
    assert re.search(r"^  segments +\d+ FAILED", shown.stdout, re.MULTILINE), shown.stdout
    assert "a range of a segment is 206 with the requested bytes" in shown.stdout
    assert "assert 200 == 206" in shown.stdout
    assert "access-control-allow-origin" in shown.stdout
    eventually(lambda: all_are_deleted(client, cloud.upload_keys() - before))


def test_an_address_where_no_reelway_answers_is_refused_with_one_sentence(cloud: Cloud) -> None:
    shown = smoke(cloud.endpoint)

    assert shown.returncode == 2
    assert shown.stdout == ""
    assert f"smoke: {cloud.endpoint} is no Reelway: it answers 404" in shown.stderr


def open_multipart_uploads(cloud: Cloud) -> list[str]:
    listed = cloud.s3.list_multipart_uploads(Bucket=cloud.outputs["UploadsBucketName"])
    return [upload["Key"] for upload in listed.get("Uploads", [])]
