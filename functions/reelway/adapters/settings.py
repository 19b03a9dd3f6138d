"""The environment of each function: one class per function, read when its handler is imported.

`SomeSettings.from_environ()` raises BadSetting with the variable, its value and what was expected. The
variables are those that template.yaml sets for the function, and those that Lambda sets itself.
"""

from typing import Annotated

from reelway import access
from reelway.adapters.environment import FromEnvironment
from reelway.adapters.variables import anything, loudness, one_of, seconds, text, whole_number
from reelway.video import Playback
from reelway.webhooks.reach import Reach

UploadsBucket = Annotated[str, text("UPLOADS_BUCKET", "the name of the bucket of uploads and jobs")]
MediaBucket = Annotated[str, text("MEDIA_BUCKET", "the name of the bucket of published media")]
SiteBucket = Annotated[str, text("SITE_BUCKET", "the name of the bucket of the web page")]
VideosTable = Annotated[str, text("VIDEOS_TABLE", "the name of the table of videos")]
ConnectionsTable = Annotated[str, text("CONNECTIONS_TABLE", "the name of the table of open sockets")]
IdempotencyTable = Annotated[str, text("IDEMPOTENCY_TABLE", "the name of the table of idempotency keys")]
RemovalQueueUrl = Annotated[str, text("REMOVAL_QUEUE_URL", "the URL of the queue of removals")]
InvalidationQueueUrl = Annotated[str, text("INVALIDATION_QUEUE_URL", "the URL of the queue of invalidations")]
AnnouncementQueueUrl = Annotated[str, text("ANNOUNCEMENT_QUEUE_URL", "the URL of the queue of announcements")]
EventQueueUrl = Annotated[str, text("EVENT_QUEUE_URL", "the URL of the queue of S3's events")]
EventBus = Annotated[str, text("EVENT_BUS", "the name of the bus of events")]
StackName = Annotated[str, text("STACK_NAME", "the name of the stack, a dimension of its metrics")]
AllowedOrigins = Annotated[
    str, text("ALLOWED_ORIGINS", "* or the origins whose pages may use the API, with commas between them")
]
Access = Annotated[access.Access, one_of("ACCESS", access.Access)]
TokenKeySecret = Annotated[str, text("TOKEN_KEY_SECRET", "the ARN of the secret of the stack's own tokens")]
StateMachineArn = Annotated[str, text("STATE_MACHINE_ARN", "the ARN of the state machine")]
JobRoleArn = Annotated[str, text("JOB_ROLE_ARN", "the ARN of the role that jobs take for one video")]
DistributionId = Annotated[str, text("DISTRIBUTION_ID", "the id of the CloudFront distribution")]
RecallQueueUrl = Annotated[str, text("RECALL_QUEUE_URL", "the URL of the queue of recalls")]
StoreArn = Annotated[str, text("PLAYBACK_STORE_ARN", "the ARN of the distribution's key value store")]
PlaybackSecretArn = Annotated[
    str, text("PLAYBACK_SECRET_ARN", "the ARN of the secret that signs playback tokens")
]
PlaybackKid = Annotated[str, text("PLAYBACK_KEY_ID", "the id of the key that signs playback tokens")]
WebhooksTable = Annotated[str, text("WEBHOOKS_TABLE", "the name of the table of webhooks")]
DeliveriesTable = Annotated[str, text("DELIVERIES_TABLE", "the name of the table of webhooks' deliveries")]
DeliveryQueueUrl = Annotated[str, text("DELIVERY_QUEUE_URL", "the URL of the queue of webhooks' deliveries")]
WebhookReach = Annotated[Reach, one_of("WEBHOOK_REACH", Reach)]
WindowDays = Annotated[int, whole_number("RESTORE_WINDOW_DAYS")]
StepTimeoutS = Annotated[float, seconds("STEP_TIMEOUT_SECONDS")]
FunctionMemoryMb = Annotated[int, whole_number("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")]


class UploadSettings(FromEnvironment):
    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    allowed_origins: AllowedOrigins
    access: Access
    playback_policy: Annotated[Playback, one_of("PLAYBACK_POLICY", Playback)]
    token_key_secret: TokenKeySecret
    max_upload_bytes: Annotated[int, whole_number("MAX_UPLOAD_BYTES")]
    max_duration_s: Annotated[int, whole_number("MAX_DURATION_SECONDS")]
    owner_bytes: Annotated[int, whole_number("OWNER_MAX_BYTES_PER_DAY")]
    owner_minutes: Annotated[int, whole_number("OWNER_MAX_MINUTES_PER_DAY")]
    owner_at_once: Annotated[int, whole_number("OWNER_MAX_CONCURRENT")]


class StreamingSettings(FromEnvironment):
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName
    allowed_origins: AllowedOrigins
    access: Access


class UnlistSettings(FromEnvironment):
    videos_table: VideosTable
    stack_name: StackName
    event_queue_url: EventQueueUrl


class VideosSettings(FromEnvironment):
    """A deletion can be undone for `window_days`; so in the settings of maintenance."""

    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    event_queue_url: EventQueueUrl
    idempotency_table: IdempotencyTable
    stack_name: StackName
    allowed_origins: AllowedOrigins
    access: Access
    window_days: WindowDays
    playback_secret_arn: PlaybackSecretArn
    playback_kid: PlaybackKid


class AuthorizerSettings(FromEnvironment):
    """`issuer` is empty where the stack's own tokens are the only ones."""

    token_key_secret: TokenKeySecret
    issuer: Annotated[str, anything("AUTH_ISSUER", "the URL of an OIDC provider, or nothing")]
    audience: Annotated[str, anything("AUTH_AUDIENCE", "the audience of its tokens, or nothing")]


class PageSettings(FromEnvironment):
    site_bucket: SiteBucket


class SocketsSettings(FromEnvironment):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    stack_name: StackName
    access: Access


class ChangesSettings(FromEnvironment):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    removal_queue_url: RemovalQueueUrl
    announcement_queue_url: AnnouncementQueueUrl
    event_bus: EventBus
    recall_queue_url: RecallQueueUrl


class AnnounceSettings(FromEnvironment):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    announcement_queue_url: AnnouncementQueueUrl


class RedeliverSettings(FromEnvironment):
    videos_table: VideosTable
    stack_name: StackName
    removal_queue_url: RemovalQueueUrl
    announcement_queue_url: AnnouncementQueueUrl
    event_bus: EventBus
    recall_queue_url: RecallQueueUrl


class JobSettings(FromEnvironment):
    """Of a function that works on one video at a time, by a role that may touch nothing else."""

    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName
    job_role_arn: JobRoleArn


class PlanSettings(JobSettings):
    """`max_…` are the limits of what is accepted; most others decide how long a video's chunks are."""

    idempotency_table: IdempotencyTable
    state_machine_arn: StateMachineArn
    event_queue_url: EventQueueUrl
    minutes_at_once: Annotated[int, whole_number("MINUTES_AT_ONCE")]
    minutes_per_hour: Annotated[int, whole_number("MINUTES_PER_HOUR")]
    max_duration_s: Annotated[int, whole_number("MAX_DURATION_SECONDS")]
    max_pixels: Annotated[int, whole_number("MAX_PIXELS")]
    max_frame_rate: Annotated[int, whole_number("MAX_FRAME_RATE")]
    max_frames: Annotated[int, whole_number("MAX_FRAMES")]
    max_upload_bytes: Annotated[int, whole_number("MAX_UPLOAD_BYTES")]
    max_streams: Annotated[int, whole_number("MAX_STREAMS")]
    chunk_s: Annotated[int, whole_number("CHUNK_SECONDS")]
    chunk_target_s: Annotated[float, seconds("CHUNK_TARGET_SECONDS")]
    encode_concurrency: Annotated[int, whole_number("ENCODE_CONCURRENCY")]
    encode_memory_mb: Annotated[int, whole_number("ENCODE_MEMORY_MB")]
    step_timeout_s: StepTimeoutS
    loudness_target_lufs: Annotated[int, loudness("LOUDNESS_TARGET_LUFS")]


class _StepSettings(JobSettings):
    """Of a step of the state machine that runs ffmpeg; `step_timeout_s` is how long ffmpeg may take."""

    step_timeout_s: StepTimeoutS
    function_memory_mb: FunctionMemoryMb


class PrepareSettings(_StepSettings):
    pass


class EncodeSettings(_StepSettings):
    pass


class PublishSettings(_StepSettings):
    idempotency_table: IdempotencyTable


class FailSettings(FromEnvironment):
    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    state_machine_arn: StateMachineArn
    event_queue_url: EventQueueUrl


class RemoveSettings(FromEnvironment):
    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName
    state_machine_arn: StateMachineArn
    removal_queue_url: RemovalQueueUrl
    event_queue_url: EventQueueUrl
    window_days: WindowDays
    invalidation_queue_url: InvalidationQueueUrl


class InvalidateSettings(FromEnvironment):
    distribution_id: DistributionId
    invalidation_queue_url: InvalidationQueueUrl


class LostWorkSettings(FromEnvironment):
    uploads_bucket: UploadsBucket
    videos_table: VideosTable
    idempotency_table: IdempotencyTable
    stack_name: StackName
    state_machine_arn: StateMachineArn
    event_queue_url: EventQueueUrl


class KeepAliveSettings(FromEnvironment):
    videos_table: VideosTable
    connections_table: ConnectionsTable
    stack_name: StackName
    share_queue_url: Annotated[str, text("SHARE_QUEUE_URL", "the URL of the queue of shares of the sockets")]


class DeletionsSettings(FromEnvironment):
    """What videos that FAILED have in storage is removed after `failed_days`."""

    uploads_bucket: UploadsBucket
    media_bucket: MediaBucket
    videos_table: VideosTable
    stack_name: StackName
    removal_queue_url: RemovalQueueUrl
    window_days: WindowDays
    failed_days: Annotated[int, whole_number("FAILED_RETENTION_DAYS")]


class PlaybackKeysSettings(FromEnvironment):
    store_arn: StoreArn


class RecallSettings(FromEnvironment):
    videos_table: VideosTable
    stack_name: StackName
    store_arn: StoreArn


class WebhooksSettings(FromEnvironment):
    webhooks_table: WebhooksTable
    deliveries_table: DeliveriesTable
    delivery_queue_url: DeliveryQueueUrl
    stack_name: StackName
    allowed_origins: AllowedOrigins
    access: Access
    reach: WebhookReach


class FanOutSettings(FromEnvironment):
    webhooks_table: WebhooksTable
    deliveries_table: DeliveriesTable
    delivery_queue_url: DeliveryQueueUrl


class DeliverSettings(FromEnvironment):
    webhooks_table: WebhooksTable
    deliveries_table: DeliveriesTable
    delivery_queue_url: DeliveryQueueUrl
    stack_name: StackName
    reach: WebhookReach
