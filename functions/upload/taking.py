"""What takes uploads, put together of the places that they go to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from reelway.access import Access
from reelway.details import Details
from reelway.ports.pending import PendingUploads
from reelway.ports.quotas import QuotaLedger
from reelway.ports.storage import Bucket, PartUploads
from reelway.ports.videos import Videos
from reelway.quotas import Quotas
from reelway.tokens import TokenKey
from reelway.video import Playback
from upload.accepting import Accepting
from upload.allowances import Allowances
from upload.bearers import Bearers
from upload.granting import Granting
from upload.multipart import MultipartUploads
from upload.receiving import Receiver


class Repeats(Protocol):
    def call(self, key: str, file: bytes, details: Details, context: Any) -> str: ...


class Stores(Protocol):
    """The places, what counts uploads, and the keys that sign upload grants."""

    @property
    def uploads(self) -> Bucket: ...
    @property
    def videos(self) -> Videos: ...
    @property
    def pending(self) -> PendingUploads: ...
    @property
    def parts(self) -> PartUploads: ...
    @property
    def quotas(self) -> Quotas: ...
    @property
    def ledger(self) -> QuotaLedger: ...
    def present_key(self) -> TokenKey: ...
    def find_key(self, kid: str) -> TokenKey | None: ...
    def repeats(
        self, receive: Callable[[str, bytes, Details], None], is_deleted: Callable[[str], bool]
    ) -> Repeats: ...


class Limits(Protocol):
    """What is taken of anybody; `playback_policy` is who may play a video of which nobody says it."""

    @property
    def access(self) -> Access: ...
    @property
    def max_upload_bytes(self) -> int: ...
    @property
    def max_duration_s(self) -> int: ...
    @property
    def playback_policy(self) -> Playback: ...


@dataclass(frozen=True, slots=True)
class Taking:
    bearers: Bearers
    allowances: Allowances
    granting: Granting
    receiver: Receiver
    multipart: MultipartUploads
    accepting: Accepting

    @classmethod
    def of(cls, stores: Stores, limits: Limits) -> Self:
        allowances = Allowances(stores.pending, stores.ledger, stores.quotas, limits.max_upload_bytes)
        receiver = Receiver(stores.uploads, stores.videos, allowances)
        granted = limits.max_upload_bytes, limits.max_duration_s, limits.playback_policy
        return cls(
            Bearers(limits.access, stores.find_key),
            allowances,
            Granting(stores.pending, stores.present_key, *granted),
            receiver,
            MultipartUploads(stores.parts, stores.uploads, stores.videos, allowances),
            Accepting(receiver, stores.repeats(receiver.receive_as, stores.videos.was_deleted).call),
        )
