"""What each sample event of `events/` does to a seeded system: which function takes it, with what outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.system.event_outcomes import changes, processing, rest, sockets, upkeep
from tests.support.system.event_outcomes.stage import Outcome


@dataclass(frozen=True, slots=True)
class Sample:
    """`function` is a logical id; `outcome` sends the event, and asserts what has come of it."""

    function: str
    outcome: Outcome


SAMPLES: Mapping[str, Sample] = {
    "authorizer-request": Sample("AuthorizerFunction", rest.token_is_refused),
    "cloudformation-page": Sample("PageFunction", upkeep.page_is_copied),
    "dynamodb-connection-inserted": Sample("ChangesFunction", changes.socket_that_left_is_forgotten),
    "dynamodb-video-deleted": Sample("ChangesFunction", changes.files_are_removed_and_sockets_dismissed),
    "dynamodb-video-modified": Sample("ChangesFunction", changes.watching_socket_is_sent_the_state),
    "eventbridge-execution-ended": Sample("FailFunction", processing.ladder_fails("processing_failed")),
    "rest-direct-upload": Sample("UploadFunction", rest.form_takes_a_file),
    "rest-multipart-begun": Sample("UploadFunction", rest.upload_in_parts_is_begun),
    "rest-stream-manifest": Sample("StreamingFunction", rest.manifest_lists_the_segments),
    "rest-stream-ready": Sample("StreamingFunction", rest.video_is_listed),
    "rest-stream-segment-range": Sample("StreamingFunction", rest.bytes_of_the_segment),
    "rest-upload": Sample("UploadFunction", rest.file_is_stored),
    "rest-video": Sample("VideosFunction", rest.video_is_described),
    "schedule-deletions": Sample("DeletionsFunction", upkeep.what_a_deleted_video_left_is_removed),
    "schedule-keep-alive": Sample("KeepAliveFunction", upkeep.quiet_socket_is_sent_the_state_again),
    "schedule-lost-work": Sample("LostWorkFunction", upkeep.upload_without_a_file_has_failed),
    "sqs-announcement": Sample("AnnounceFunction", changes.watching_socket_hears_nothing_twice),
    "sqs-invalidation": Sample("InvalidateFunction", upkeep.cdn_forgets_the_media),
    "sqs-object-created": Sample("PlanFunction", processing.upload_is_planned),
    "sqs-object-removed": Sample("UnlistFunction", upkeep.video_leaves_the_ready_list),
    "sqs-removal": Sample("RemoveFunction", upkeep.files_are_removed),
    "sqs-s3-test-event": Sample("PlanFunction", processing.message_is_taken),
    "sqs-undelivered": Sample("RedeliverFunction", changes.batch_of_another_stack_is_refused),
    "sqs-upload-unplanned": Sample("FailFunction", processing.upload_that_cannot_be_planned_fails),
    "step-encode": Sample("EncodeFunction", processing.chunk_is_encoded),
    "step-fail": Sample("FailFunction", processing.ladder_fails("undecodable")),
    "step-prepare": Sample("PrepareFunction", processing.job_area_is_prepared),
    "step-publish": Sample("PublishFunction", processing.ladder_is_complete),
    "websocket-connect": Sample("SocketFunction", sockets.socket_is_recorded),
    "websocket-disconnect": Sample("SocketFunction", sockets.socket_is_forgotten),
}
