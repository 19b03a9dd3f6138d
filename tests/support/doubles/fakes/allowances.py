"""What may be uploaded in tests: by default anything, of any size that is taken."""

from dataclasses import dataclass, field

from reelway.caller import ANYBODY
from reelway.details import Details
from reelway.errors import RequestRefused
from reelway.ports.pending import PendingUploads
from reelway.quotas import Quotas
from upload.allowances import Allowance, Allowances


@dataclass(slots=True)
class FakeLedger:
    """What was counted, by id; `refusal` is raised instead."""

    counted: dict[str, tuple[str, int]] = field(default_factory=dict)
    refusal: RequestRefused | None = None

    def take(self, owner: str, video_id: str, *, size_bytes: int) -> None:
        if self.refusal:
            raise self.refusal
        self.counted[video_id] = (owner, size_bytes)


def allowances(
    pending: PendingUploads,
    *,
    max_bytes: int = 5 * 2**30,
    quotas: Quotas | None = None,
    ledger: FakeLedger | None = None,
) -> Allowances:
    return Allowances(pending, ledger or FakeLedger(), quotas or Quotas(), max_bytes)


def anything(of: Allowances, details: Details | None = None) -> Allowance:
    """For a new video of anybody."""
    return of.of(details or Details(), ANYBODY)
