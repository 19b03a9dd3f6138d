import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reelway import keys
from reelway.adapters import probe_process, wiring
from reelway.adapters.job_wiring import JobAccess
from reelway.adapters.ready_index import ReadyListIndex
from reelway.adapters.video_lists import VideoLists
from reelway.details import Details
from reelway.errors import MediaRejected, ProcessingInterrupted
from reelway.plan.plan_document import PLAN
from reelway.video import LadderState, State
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import EXECUTION, ROOT, RUN_ID, UNKNOWN_ID, VIDEO_ID

Load = Callable[..., Any]
InQueue = Callable[[str], dict[str, Any]]
PROBED = ROOT / "tests/unit/reelway/probe/reports/bigbuckbunny.mp4.json"
# Writes beside every playlist that it is asked for one GOP of 5.28 s, the time of chunk 2's first frame, a
# audio file with one packet, a loudness, and whatever its last argument is. A GOP has as many bytes as the
# rung has lines. A copy that it makes holds no packets.
FFMPEG = """
echo frame=132
for word; do
  case "$word" in
    */frames.txt) seq 400 531 | sed 's|.*|& 1/25 & 1/25|' > "$word" ;;
    */packets.txt) echo '#tb 0: 1/25' > "$word" ;;
    */audio-packets.txt) printf '#tb 0: 1/48000\\n0, 0, 0, 1024, 300, 0x00000000\\n' > "$word" ;;
    *,ametadata=*) echo 'lavfi.r128.I=-23.1' > "${word##*file=}" ;;
    */audio.m4a | */tiles.mjpeg | */poster.jpg) echo made > "$word" ;;
    *.m3u8)
      name="${word##*/}"; name="${name%.m3u8}"
      printf '#EXTM3U\\n#EXTINF:5.280000,\\n%s-000.ts\\n#EXT-X-ENDLIST\\n' "$name" > "$word"
      printf "%-${name%p}s\\n" "$name" > "${word%.m3u8}-000.ts" ;;
  esac
done
[ -e "$word" ] || echo made > "$word"
"""


@pytest.fixture
def load(handlers: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """The handlers, with shell scripts for the probe and ffmpeg, and the sample events' upload in place."""
    for name, script in (("reader", f"cat '{PROBED}'"), ("ffmpeg", FFMPEG)):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(probe_process, "READER", (str(tmp_path / "reader"),))
    loaded = handlers("transcode.prepare_handler")
    with loaded.jobs.of(VIDEO_ID) as job:
        job.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y")
    return handlers


@pytest.fixture
def job(load: Load) -> JobAccess:
    """What belongs to the sample events' video."""
    with load("transcode.prepare_handler").jobs.of(VIDEO_ID) as access:
        found: JobAccess = access
    return found


def run(load: Load, *steps: str) -> None:
    events = {
        "plan": "sqs-object-created",
        "prepare": "step-prepare",
        "encode": "step-encode",
        "publish": "step-publish",
    }
    for step in steps:
        load(f"transcode.{step}_handler").lambda_handler(samples.event(events[step]), None)


def state_of(job: JobAccess) -> State:
    video = job.videos.find(VIDEO_ID)
    assert video
    return video.state


def test_an_upload_becomes_ready_step_by_step(load: Load, job: JobAccess) -> None:
    videos, media = job.videos, job.media
    run(load, "plan")
    assert state_of(job) is State.PROCESSING
    run(load, "prepare", "encode")
    encoded = videos.find(VIDEO_ID)
    assert encoded
    assert encoded.progress == 0.99
    assert media.read(keys.manifest(VIDEO_ID)) is None
    run(load, "publish")
    video = videos.find(VIDEO_ID)
    assert video
    assert video.state is State.READY
    assert [rendition.name for rendition in video.renditions] == ["720p", "540p", "360p", "240p"]
    manifest = media.read(keys.manifest(VIDEO_ID)) or b""
    [uri] = [line for line in manifest.decode().splitlines() if line[0] != "#"]
    assert media.read(f"stream/{VIDEO_ID}/{uri}") == b"720p".ljust(720) + b"\n"
    index = ReadyListIndex(VideoLists(moto_aws.client("dynamodb"), moto_aws.VIDEOS))
    assert [entry.video_id for entry in index.page(limit=2, after=None)[0]] == [VIDEO_ID]


def test_the_plan_handler_starts_the_execution(load: Load, job: JobAccess) -> None:
    run(load, "plan")
    handler = load("transcode.plan_handler")
    workflows = handler.workflows
    client, arn = workflows._client, workflows._state_machine_arn
    [execution] = client.list_executions(stateMachineArn=arn)["executions"]
    started = client.describe_execution(executionArn=execution["executionArn"])
    planned = job.videos.find(VIDEO_ID)
    assert planned
    run_id = planned.run_id
    assert json.loads(started["input"]) == {"videoId": VIDEO_ID, "runId": run_id, "job": VIDEO_ID}
    assert execution["name"] == f"{VIDEO_ID}_{run_id}"


def test_preparing_answers_with_the_chunks_for_the_map(load: Load) -> None:
    run(load, "plan")
    answer = load("transcode.prepare_handler").lambda_handler(samples.event("step-prepare"), None)
    assert answer == samples.event("step-prepare") | {"isMany": False, "chunks": [0]}


def test_many_chunks_are_left_in_s3_for_a_distributed_map(load: Load, job: JobAccess) -> None:
    many = samples.plan(samples.source(container="matroska,webm", duration_s=400.0), etag=_etag(job))
    job.uploads.put(keys.plan(VIDEO_ID), PLAN.dump(many), content_type="x/y")
    _processing(job)
    answer = load("transcode.prepare_handler").lambda_handler(samples.event("step-prepare"), None)
    assert answer == samples.event("step-prepare") | {"isMany": True, "chunks": []}
    assert json.loads(job.uploads.read(keys.chunk_list(VIDEO_ID)) or b"") == list(range(50))


def _processing(job: JobAccess) -> None:
    """The video's record, as planning of `samples.plan` leaves it."""
    job.videos.create(VIDEO_ID, size_bytes=1)
    job.videos.start(VIDEO_ID, run_id=RUN_ID, duration_s=30.0, total_frames=750)


def _etag(job: JobAccess) -> str:
    upload = job.uploads.head(keys.upload(VIDEO_ID))
    assert upload
    return upload.etag


def test_keys_that_are_not_ours_are_passed_over(load: Load) -> None:
    handler = load("transcode.plan_handler")
    answer = handler.lambda_handler(samples.queued("uploads/holiday+clip.mp4"), None)
    assert answer == {"batchItemFailures": []}
    assert moto_aws.listed("open") == []


def test_the_test_event_that_s3_tries_its_queue_with_is_passed_over(load: Load) -> None:
    handler = load("transcode.plan_handler")
    assert handler.lambda_handler(samples.event("sqs-s3-test-event"), None) == {"batchItemFailures": []}


def test_an_upload_that_cannot_be_planned_now_stays_in_the_queue(
    load: Load, in_queue: InQueue, job: JobAccess
) -> None:
    handler = load("transcode.plan_handler")
    workflows = handler.workflows
    arn = workflows._state_machine_arn
    workflows._state_machine_arn = arn + "-gone"
    event = in_queue("uploads%2F" + VIDEO_ID)
    [message] = event["Records"]
    failed = handler.lambda_handler(event, None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": message["messageId"]}]}

    workflows._state_machine_arn = arn
    assert handler.lambda_handler(event, None) == {"batchItemFailures": []}
    assert workflows.status(job.videos.execution_of(VIDEO_ID))


def test_the_limits_come_from_the_settings(load: Load, job: JobAccess) -> None:
    load("transcode.plan_handler", MAX_DURATION_SECONDS="5")
    run(load, "plan")
    video = job.videos.find(VIDEO_ID)
    assert video
    assert video.failure
    assert (video.state, video.failure.code) == (State.FAILED, "too_long")


def test_a_step_without_a_plan_is_retried_by_its_errors_name(load: Load) -> None:
    with pytest.raises(ProcessingInterrupted, match=r"^ProcessingInterrupted plan_missing"):
        run(load, "prepare")


def test_a_job_leaves_no_file_behind(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(jobs))
    run(load, "plan", "prepare", "encode")
    assert list(jobs.iterdir()) == []


def test_the_chunk_of_the_input_is_the_one_that_is_encoded(load: Load, job: JobAccess) -> None:
    prepared = PLAN.dump(samples.plan(etag=_etag(job)))
    job.uploads.put(keys.prepared_plan(VIDEO_ID), prepared, content_type="x/y")
    _processing(job)
    load("transcode.encode_handler").lambda_handler(samples.event("step-encode") | {"chunk": 2}, None)
    assert job.uploads.read(keys.chunk_report(VIDEO_ID, 2))
    assert job.uploads.read(keys.chunk_report(VIDEO_ID, 0)) is None


@pytest.fixture
def in_queue(load: Load) -> InQueue:
    """Sends S3's event about a key to the queue; the event that the function then gets, with a receipt."""
    sqs = moto_aws.client("sqs")
    url = moto_aws.REFERENCES["PlanQueue"]

    def send(key: str) -> dict[str, Any]:
        event = samples.queued(key)
        sqs.send_message(QueueUrl=url, MessageBody=event["Records"][0]["body"])
        [received] = sqs.receive_message(QueueUrl=url)["Messages"]
        event["Records"][0] |= {
            "messageId": received["MessageId"],
            "receiptHandle": received["ReceiptHandle"],
        }
        return event

    return send


@pytest.fixture
def fail(load: Load) -> Any:
    handler = load("transcode.fail_handler")
    handler.videos.create(VIDEO_ID, size_bytes=1)
    return handler


def start(fail: Any, run_id: str | None = RUN_ID) -> None:
    """Without a `run_id`, as an earlier release did it."""
    fail.videos.start(VIDEO_ID, run_id=run_id or RUN_ID, duration_s=1.0, total_frames=25)
    if run_id is None:
        without_name(fail)


def without_name(fail: Any) -> None:
    """Take the execution's name out of the record."""
    moto_aws.client("dynamodb").update_item(
        TableName=moto_aws.VIDEOS, Key={"videoId": {"S": VIDEO_ID}}, UpdateExpression="REMOVE execution"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("step-fail", "undecodable"),
        ("eventbridge-execution-ended", "processing_failed"),
        ("sqs-upload-unplanned", "processing_failed"),
    ],
)
def test_whoever_reports_the_end_the_video_has_failed_with_a_reason(fail: Any, name: str, code: str) -> None:
    start(fail)
    fail.lambda_handler(samples.event(name), None)
    video = fail.videos.find(VIDEO_ID)
    assert (video.state, video.failure.code) == (State.FAILED, code)


@pytest.mark.parametrize("name", ["step-fail", "eventbridge-execution-ended"])
@pytest.mark.parametrize("last_run_id", [UNKNOWN_ID, None])
def test_the_end_of_a_run_fails_no_other_run_of_the_video(
    fail: Any, name: str, last_run_id: str | None
) -> None:
    """The video's last run is a later one, or is one that an earlier release began."""
    start(fail, last_run_id)
    fail.lambda_handler(samples.event(name), None)
    assert fail.videos.find(VIDEO_ID).state is State.PROCESSING

    fail.videos.finish(VIDEO_ID, run_id=last_run_id or RUN_ID, renditions=[], ladder=LadderState.ENCODING)
    fail.lambda_handler(samples.event(name), None)
    assert fail.videos.find(VIDEO_ID).ladder is LadderState.ENCODING


def test_the_end_of_a_run_that_an_earlier_release_began_fails_its_video_and_no_later_run(fail: Any) -> None:
    event = samples.event("step-fail")
    del event["runId"]
    start(fail)
    fail.lambda_handler(event, None)
    assert fail.videos.find(VIDEO_ID).state is State.PROCESSING

    without_name(fail)
    fail.lambda_handler(event, None)
    assert fail.videos.find(VIDEO_ID).state is State.FAILED


def test_the_first_reason_is_kept_when_several_report_the_same_end(fail: Any) -> None:
    start(fail)
    for name in ("step-fail", "eventbridge-execution-ended"):
        fail.lambda_handler(samples.event(name), None)
    assert fail.videos.find(VIDEO_ID).failure.code == "undecodable"


def test_a_failed_execution_has_its_cause_in_eventbridges_event_too(fail: Any) -> None:
    event = samples.event("eventbridge-execution-ended")
    start(fail)
    event["detail"] |= {"status": "FAILED", "cause": samples.event("step-fail")["error"]["Cause"]}
    fail.lambda_handler(event, None)
    assert fail.videos.find(VIDEO_ID).failure.code == "undecodable"


def test_a_ready_video_does_not_fail_any_more(fail: Any) -> None:
    fail.videos.finish(VIDEO_ID, run_id="run", renditions=[], ladder=LadderState.COMPLETE)
    before = fail.videos.find(VIDEO_ID)
    fail.lambda_handler(samples.event("eventbridge-execution-ended"), None)
    assert fail.videos.find(VIDEO_ID) == before


def test_a_ladder_that_breaks_leaves_its_video_ready(fail: Any) -> None:
    start(fail)
    fail.videos.finish(VIDEO_ID, run_id=RUN_ID, renditions=[], ladder=LadderState.ENCODING)
    fail.lambda_handler(samples.event("step-fail"), None)
    video = fail.videos.find(VIDEO_ID)
    assert (video.state, video.ladder, video.failure.code) == (State.READY, LadderState.FAILED, "undecodable")


def test_a_chunk_that_was_rejected_leaves_the_reason_for_the_fail_step(
    load: Load, fail: Any, job: JobAccess
) -> None:
    prepared = PLAN.dump(samples.plan(etag="other"))
    job.uploads.put(keys.prepared_plan(VIDEO_ID), prepared, content_type="x/y")
    _processing(job)
    with pytest.raises(MediaRejected):
        load("transcode.encode_handler").lambda_handler(samples.event("step-encode"), None)
    fail.lambda_handler(samples.event("eventbridge-execution-ended"), None)
    assert fail.videos.find(VIDEO_ID).failure.code == "upload_replaced"


def test_an_event_that_was_given_up_fails_no_video_that_another_event_got_planned(fail: Any) -> None:
    start(fail)
    fail.workflows.start(EXECUTION, {})
    fail.lambda_handler(samples.event("sqs-upload-unplanned"), None)
    assert fail.videos.find(VIDEO_ID).state is State.PROCESSING


def test_an_event_that_was_given_up_before_its_execution_began_fails_a_processing_video(fail: Any) -> None:
    fail.videos.start(VIDEO_ID, run_id="run", duration_s=1.0, total_frames=25)
    fail.lambda_handler(samples.event("sqs-upload-unplanned"), None)
    assert fail.videos.find(VIDEO_ID).state is State.FAILED


@pytest.mark.parametrize("is_expected", [False, True])
def test_an_upload_that_could_not_even_be_recorded_is_shown_as_failed(load: Load, is_expected: bool) -> None:
    fail = load("transcode.fail_handler")
    if is_expected:
        wiring.pending_uploads(moto_aws.VIDEOS).expect(VIDEO_ID, within=timedelta(days=1), details=Details())
    assert fail.lambda_handler(samples.event("sqs-upload-unplanned"), None) == {"batchItemFailures": []}
    video = fail.videos.find(VIDEO_ID)
    assert (video.state, video.size_bytes) == (State.FAILED, 4)


@pytest.mark.parametrize("metadata", [None, keys.RECEIVED])
def test_no_video_is_made_of_what_is_gone_or_was_answered_with_an_error(
    load: Load, metadata: dict[str, str] | None
) -> None:
    fail = load("transcode.fail_handler")
    fail.uploads.delete(keys.upload(VIDEO_ID))
    if metadata:
        fail.uploads.put(keys.upload(VIDEO_ID), b"film", content_type="x/y", metadata=metadata)
    fail.lambda_handler(samples.event("sqs-upload-unplanned"), None)
    assert fail.videos.find(VIDEO_ID) is None


def test_failures_of_unknown_videos_and_foreign_keys_are_passed_over(fail: Any) -> None:
    fail.lambda_handler(samples.event("step-fail") | {"videoId": UNKNOWN_ID}, None)
    fail.lambda_handler(samples.queued("uploads/clip.mp4"), None)
    assert fail.videos.find(UNKNOWN_ID) is None
    assert fail.videos.find(VIDEO_ID).state is State.UPLOADED
