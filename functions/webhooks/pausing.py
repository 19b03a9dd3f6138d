"""A receiver that fails again and again is asked less often, and by one attempt at a time.

So one that answers nothing, for ten seconds of each attempt, keeps one execution busy now and then, and not
all that there are. When an attempt succeeds, everything goes on.
"""

from dataclasses import dataclass
from datetime import timedelta

from reelway.ports.webhooks import Webhooks
from reelway.timestamps import later, seconds_until, utc_now
from reelway.webhooks.schedule import FAILURES_BEFORE_PAUSE, TURN_S, pause_s
from reelway.webhooks.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Pauses:
    webhooks: Webhooks

    def wait_s(self, webhook: Webhook) -> float:
        """0 when something may be sent now; of several who ask at the end of a pause one is told so."""
        if webhook.failures < FAILURES_BEFORE_PAUSE:
            return 0.0
        paused_s = seconds_until(webhook.paused_until) if webhook.paused_until else 0.0
        if paused_s:
            return paused_s
        until = later(utc_now(), timedelta(seconds=TURN_S))
        return 0.0 if self.webhooks.take_turn(webhook, until=until) else TURN_S

    def note(self, webhook: Webhook, *, is_success: bool) -> None:
        if not is_success:
            pause = timedelta(seconds=pause_s(webhook.failures))
            self.webhooks.note_failure(webhook, paused_until=later(utc_now(), pause))
        elif webhook.failures or webhook.disabled_at:
            self.webhooks.note_success(webhook)
