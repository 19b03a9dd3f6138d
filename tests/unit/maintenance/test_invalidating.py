"""However many videos are deleted, the CDN forgets them within a minute of having room: in fake time.

The queue, Lambda's batches and CloudFront are models: up to 1,000 messages in 20 s become one call, of which
there are two at a time at most; CloudFront works on 15 paths with a wildcard, each for so long, and refuses
what is more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from maintenance.invalidating import MAX_PATHS, forget
from reelway.adapters import invalidation_queue
from reelway.adapters.cloudfront import CloudFrontCache
from reelway.adapters.invalidation_queue import InvalidationBatch
from tests.support.readers import template
from tests.unit.maintenance.test_invalidate_handler import CloudFront

WINDOW_S = template.properties("InvalidationQueueMapping")["MaximumBatchingWindowInSeconds"]
BATCH = template.properties("InvalidationQueueMapping")["BatchSize"]
MINUTE_S = 60
FREE_PATHS, USD_PER_PATH = 1000, 0.005


@dataclass
class System:
    """In seconds of fake time: how long CloudFront works on a path, and when it has room."""

    works_s: float = 90.0
    full_until_s: float = 0.0
    now_s: float = 0.0
    queue: list[tuple[float, str, str]] = field(default_factory=list)  # visible from, id, body
    ending: list[tuple[float, int]] = field(default_factory=list)
    cloudfront: CloudFront = field(default_factory=CloudFront)
    deleted_s: dict[str, float] = field(default_factory=dict)
    forgotten_s: dict[str, float] = field(default_factory=dict)
    free_s: float = 0.0
    paths: int = 0

    def send_all(self, *, refusals: int) -> None:
        visible_s = self.now_s + invalidation_queue._SOON_S
        self.queue.append(
            (visible_s, f"all-{len(self.queue)}-{self.now_s}", json.dumps({"refusals": refusals}))
        )

    def delete(self, video_id: str) -> None:
        self.deleted_s[video_id] = self.now_s
        self.queue.append((self.now_s, video_id, json.dumps({"videoId": video_id})))

    def forget(self, paths: Sequence[str], *, reference: str) -> bool:
        client: Any = self.cloudfront
        taken = CloudFrontCache(client, "E1").forget(paths, reference=reference)
        if taken:
            self.paths += len(paths)
            self.ending.append((self.now_s + self.works_s, len(paths)))
            for video_id in self.deleted_s:
                if f"/stream/{video_id}/" in paths or "/stream/" in paths:
                    self.forgotten_s.setdefault(video_id, self.now_s)
        return taken

    def second(self) -> None:
        self.now_s += 1
        for end_s, count in [each for each in self.ending if each[0] <= self.now_s]:
            self.ending.remove((end_s, count))
            self.cloudfront.in_progress -= count
        if self.full_until_s and self.now_s >= self.full_until_s:
            self.cloudfront.in_progress, self.full_until_s = sum(count for _, count in self.ending), 0.0
        if self.cloudfront.in_progress < MAX_PATHS:
            self.free_s = self.free_s or self.now_s
        waiting = sorted(each for each in self.queue if each[0] <= self.now_s)
        if waiting and (len(waiting) >= BATCH or self.now_s - waiting[0][0] >= WINDOW_S):
            self.take(waiting[:BATCH])

    def take(self, messages: Sequence[tuple[float, str, str]]) -> None:
        records = [{"messageId": name, "body": body} for _, name, body in messages]
        batch = InvalidationBatch({"Records": records})
        about = {"cache": self, "later": self, "reference": batch.reference}
        done: Any = forget
        assert done(batch.video_ids, refusals=batch.refusals, **about)
        for message in messages:
            self.queue.remove(message)


def deletions(system: System, count: int, *, within_s: int) -> None:
    for second in range(within_s):
        for n in range(count * second // within_s, count * (second + 1) // within_s):
            system.delete(f"v{n:05d}")
        system.second()
    for _ in range(10 * MINUTE_S):
        system.second()


@pytest.mark.parametrize("within_s", [1, 60, 600])
@pytest.mark.parametrize("count", [1, 16, 100, 10_000])
def test_every_deletion_is_forgotten_within_a_minute(count: int, within_s: int) -> None:
    system = System()
    deletions(system, count, within_s=within_s)
    assert system.queue == []
    lags = [system.forgotten_s[video_id] - when_s for video_id, when_s in system.deleted_s.items()]
    assert len(lags) == count
    # Where CloudFront has been full, from when it had room again.
    assert max(lags) <= MINUTE_S


@pytest.mark.parametrize("count", [1, 100, 10_000])
def test_after_cloudfront_was_full_everything_is_forgotten_within_a_minute(count: int) -> None:
    system = System(full_until_s=300.0)
    system.cloudfront.in_progress = MAX_PATHS
    deletions(system, count, within_s=60)
    assert system.queue == []
    assert max(system.forgotten_s.values()) <= 300 + MINUTE_S
    assert len(system.forgotten_s) == count


@pytest.mark.parametrize(("count", "paths"), [(1, 1), (100, 6), (10_000, 16)])
def test_what_deletions_within_a_minute_cost(count: int, paths: int) -> None:
    """Nothing, as long as it is less than a thousand paths in a month; then half a cent each."""
    system = System()
    deletions(system, count, within_s=60)
    assert system.paths <= paths
    assert paths * USD_PER_PATH <= 0.08
