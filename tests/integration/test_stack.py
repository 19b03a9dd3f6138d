"""What the template made of the account, looked at from behind."""

import json

from local.settings import Settings
from tests import media
from tests.client import Client, eventually
from tests.cloud import Cloud

LAMBDA_UNZIPPED_BYTES = 250 * 1024 * 1024


def test_both_buckets_are_private_and_encrypted(cloud: Cloud) -> None:
    for output in ("UploadsBucketName", "MediaBucketName"):
        bucket = cloud.outputs[output]
        access = cloud.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        rules = cloud.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert all(access.values())
        assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


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


def test_every_function_has_a_role_of_its_own(cloud: Cloud) -> None:
    functions = cloud.functions.list_functions()["Functions"]
    ours = [function for function in functions if function["FunctionName"].startswith("reelway-")]

    assert len(ours) == 12
    assert len({function["Role"] for function in ours}) == len(ours)


def states_entered(cloud: Cloud, video_id: str) -> list[str]:
    """Names of the execution's own states, in order; those inside the Map are left out, as emulators do."""
    history = cloud.states.get_execution_history(
        executionArn=cloud.execution(video_id)["executionArn"], maxResults=500
    )
    entered = [event.get("stateEnteredEventDetails", {}).get("name") for event in history["events"]]
    return [name for name in entered if name and name != "EncodeChunk"]


def test_the_state_machine_runs_its_definition_over_all_chunks(client: Client, cloud: Cloud) -> None:
    video_id = client.upload_until(media.file("demo.mov"), "READY")
    reports = cloud.s3.list_objects_v2(
        Bucket=cloud.outputs["UploadsBucketName"], Prefix=f"jobs/{video_id}/chunks/"
    )["Contents"]

    eventually(lambda: cloud.execution(video_id)["status"] == "SUCCEEDED")
    assert states_entered(cloud, video_id) == ["Prepare", "Encode", "Publish"]
    assert [entry["Key"].rsplit("/", 1)[1] for entry in reports] == ["00000.json", "00001.json", "00002.json"]


def test_a_failing_step_runs_into_the_fail_state(client: Client, cloud: Cloud) -> None:
    with cloud.denied("PrepareFunction", "s3:GetObject"):
        video_id = client.upload_until(media.file("bikes.mp4"), "FAILED")

    eventually(lambda: cloud.execution(video_id)["status"] == "FAILED")
    assert states_entered(cloud, video_id) == ["Prepare", "Fail", "Failed"]
