"""The deployed stack as the owner of the account sees it: its resources, and how they work together."""

import json
import re
from pathlib import Path

import pytest

from local.settings import Settings
from tests.support.media import corpus
from tests.support.readers import template
from tests.support.readers.hls_player import Player
from tests.support.system.client import Client, eventually
from tests.support.system.cloud import Cloud

LAMBDA_UNZIPPED_BYTES = 250 * 1024 * 1024  # Lambda's quota for a function with its layers


def test_both_buckets_are_private_and_encrypted(cloud: Cloud) -> None:
    for output in ("UploadsBucketName", "MediaBucketName"):
        bucket = cloud.outputs[output]
        access = cloud.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        rules = cloud.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert all(access.values())
        assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


@pytest.mark.needs("distribution")
def test_only_the_distribution_may_read_segments_anonymously(cloud: Cloud) -> None:
    policy = json.loads(cloud.s3.get_bucket_policy(Bucket=cloud.outputs["MediaBucketName"])["Policy"])
    allowed = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]

    assert [statement["Principal"] for statement in allowed] == [{"Service": "cloudfront.amazonaws.com"}]
    assert allowed[0]["Condition"]["StringEquals"]["aws:SourceArn"].endswith(cloud.outputs["DistributionId"])


def test_the_layer_and_a_function_fit_into_lambda_together(settings: Settings) -> None:
    function = settings.build / "EncodeFunction"
    unzipped_bytes = sum(
        path.stat().st_size for folder in (settings.binaries, function) for path in folder.rglob("*")
    )

    assert unzipped_bytes < LAMBDA_UNZIPPED_BYTES


def test_both_tables_stream_their_changes(cloud: Cloud) -> None:
    for output in ("VideosTableName", "ConnectionsTableName"):
        table = cloud.dynamodb.describe_table(TableName=cloud.outputs[output])["Table"]
        assert table["StreamSpecification"]["StreamEnabled"]


def test_every_function_has_a_role_of_its_own_but_for_steps(cloud: Cloud) -> None:
    """Two that run ffmpeg share one, by which they may do nothing but take the role of a job."""
    ours, steps = cloud.function_names(), ("PrepareFunction", "EncodeFunction")
    roles = {cloud.functions.get_function_configuration(FunctionName=name)["Role"] for name in ours}

    assert len(roles) == len(ours) - len(steps) + 1
    assert len(ours) == len(template.of_type("AWS::Serverless::Function"))


@pytest.mark.needs("binary_answers")
@pytest.mark.needs("distribution")
def test_the_distribution_serves_segments_while_no_function_can_run(
    client: Client, cloud: Cloud, short_video: str
) -> None:
    manifest = f"/stream/{short_video}/manifest"
    [first, *_] = re.findall(r"^segment/.+$", client.get(manifest).text, re.MULTILINE)

    with cloud.without_functions():
        segments = [
            client.get(f"/stream/{short_video}/{first}", Range=f"bytes={n}-").status_code for n in (0, 9)
        ]
        playlist = client.get(manifest).status_code

    assert segments == [206, 206]
    assert playlist == 429


@pytest.mark.needs("binary_answers")
def test_a_manifest_and_the_ready_list_take_one_function_each(
    client: Client, cloud: Cloud, short_video: str
) -> None:
    for path in (f"/stream/{short_video}/manifest", "/stream/ready"):
        # Work that other tests began may invoke functions meanwhile, but not at every attempt.
        assert eventually(lambda path=path: invocations_for(client, cloud, path) == 1)


def invocations_for(client: Client, cloud: Cloud, path: str) -> int:
    before = cloud.function_starts()
    assert client.get(path).status_code == 200
    return cloud.function_starts() - before


def states_entered(cloud: Cloud, video_id: str) -> list[str]:
    """Names of the execution's states in order, without those inside the Map, which emulators leave out."""
    history = cloud.states.get_execution_history(
        executionArn=cloud.execution(video_id)["executionArn"], maxResults=500
    )
    entered = [event.get("stateEnteredEventDetails", {}).get("name") for event in history["events"]]
    return [name for name in entered if name and name != "EncodeChunk"]


def test_a_few_chunks_are_encoded_by_an_inline_map(client: Client, cloud: Cloud) -> None:
    with cloud.environment("PlanFunction", CHUNK_SECONDS="20"):
        video_id = client.upload_until(corpus.file("demo.mov"), "READY")
    reports = cloud.s3.list_objects_v2(
        Bucket=cloud.outputs["UploadsBucketName"], Prefix=f"jobs/{video_id}/chunks/"
    )["Contents"]

    eventually(lambda: cloud.execution(video_id)["status"] == "SUCCEEDED")
    assert states_entered(cloud, video_id) == ["Prepare", "HasManyChunks", "Encode", "Publish"]
    names = [entry["Key"].rsplit("/", 1)[1] for entry in reports]
    assert [name for name in names if name.endswith(".json")] == ["00000.json", "00001.json", "00002.json"]


@pytest.fixture(scope="module")
def many_chunks(
    client: Client, cloud: Cloud, player: Player, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A READY video of 45 chunks and 180 frames."""
    small = corpus.derive(
        "demo.webm", "-an", "-vf", "setpts=N/TB,fps=1,scale=32:32", "-t", "180", "-c:v", "libvpx",
        ffmpeg=player.ffmpeg, output=tmp_path_factory.mktemp("many") / "small.webm",
    )  # fmt: skip
    with cloud.environment("PlanFunction", CHUNK_SECONDS="4"):
        return client.upload_until(small, "READY")


def test_more_than_a_few_chunks_are_encoded_by_a_distributed_map(cloud: Cloud, many_chunks: str) -> None:
    eventually(lambda: cloud.execution(many_chunks)["status"] == "SUCCEEDED")
    assert states_entered(cloud, many_chunks) == ["Prepare", "HasManyChunks", "EncodeMany", "Publish"]


@pytest.mark.needs("binary_answers")
def test_more_than_a_few_chunks_make_one_video(client: Client, player: Player, many_chunks: str) -> None:
    assert player.frame_count(f"{client.base_url}/stream/{many_chunks}/manifest") == 180


def test_a_damaged_file_fails_at_once_with_its_own_code(
    client: Client, cloud: Cloud, player: Player, tmp_path: Path
) -> None:
    whole = corpus.derive(
        "demo.webm", "-an", "-vf", "setpts=N/TB,fps=1,scale=320:240,noise=alls=60", "-t", "180", "-c:v",
        "libvpx", "-b:v", "200k", ffmpeg=player.ffmpeg, output=tmp_path / "rotten.webm",
    )  # fmt: skip
    content = bytearray(whole.read_bytes())
    for position in range(20_000, len(content), 61):
        content[position] ^= 0xFF
    with cloud.environment("PlanFunction", CHUNK_SECONDS="4"):
        video_id = client.upload_until(bytes(content), "FAILED")

    assert client.describe(video_id)["failure"]["code"] in {"undecodable", "truncated", "unreadable"}
    eventually(lambda: cloud.execution(video_id)["status"] == "FAILED")
    assert states_entered(cloud, video_id)[-2:] == ["Fail", "Failed"]
    assert cloud.step_errors(video_id) == ["MediaRejected"]
