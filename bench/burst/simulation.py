"""Uploads that come in a minute, on an account with so much Lambda concurrency: simulated event by event.

A call of a function gets one of the account's places, or is throttled and tried again after a pause of the
state machine's retrier. Where all places are taken the API is throttled, too, unless it has places of its
own. Waiting calls whose pauses have reached their longest are not simulated one by one, as there may be a
hundred thousand: together they come like a Poisson process, each on average twice in the longest pause.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from bench.burst.account import Account, Outcome
from bench.burst.retries import Waiting
from bench.burst.videos import Work

_ARRIVING_S = 60.0
_PLAN_S = 2.0  # as `bench.encode.lambda_model` assumes it, and the next two as well
_STEP_S = {"prepare": 2.1, "publish": 2.1}
_SPREAD = 0.2  # of the time that a chunk takes
# Of one call: scheduled, started, failed. A state adds two events, an iteration of a Map two more.
_EVENTS_PER_TRY, _EVENTS_PER_CHUNK, _OTHER_EVENTS = 3, 4, 30
_TRY, _END, _POOL = range(3)


@dataclass(slots=True)
class _Video:
    began_s: float
    unstarted: int
    unfinished: int
    tries: int = 0
    most_tries: int = 0
    is_failed: bool = False


@dataclass(slots=True)
class _Call:
    """A call that waits; `since_s` is when its pauses reached their longest."""

    step: str
    video: _Video
    tries: int = 0
    since_s: float = 0.0


@dataclass(slots=True)
class Burst:
    """`inline` is the maximum number of chunks whose tries are all in one history."""

    account: Account
    waiting: Waiting
    work: Work
    inline: int
    random: Random = field(default_factory=lambda: Random(20261125))  # noqa: S311  no secret
    _growing_s: Sequence[float] = ()
    _heap: list[tuple[float, int, int, _Call | None]] = field(default_factory=list)
    _pool: list[_Call] = field(default_factory=list)
    _places: int = 0
    _now_s: float = 0.0
    _full_s: float = 0.0
    _full_since_s: float | None = None
    _retries: int = 0
    _pushed: int = 0
    _is_pool_due: bool = False
    _last_end_s: float = 0.0
    _longest_history: int = 0

    def run(self, videos: int) -> Outcome:
        self._growing_s = self.waiting.growing_s()
        self._places = self.account.concurrency - self.account.api_reserved
        planned_s = [0.0] * self.account.plans_at_once
        arriving = sorted(self.random.uniform(0, _ARRIVING_S) for _ in range(videos)) if videos > 1 else [0.0]
        films = []
        for arrived_s in arriving:
            ended_s = max(arrived_s, heapq.heappop(planned_s)) + _PLAN_S
            heapq.heappush(planned_s, ended_s)
            films.append(_Video(ended_s, self.work.chunks, self.work.chunks))
            self._push(ended_s, _TRY, _Call("prepare", films[-1]))
        while self._heap:
            self._now_s, _, kind, call = heapq.heappop(self._heap)
            if kind == _POOL:
                self._take_from_pool()
            elif call and kind == _TRY:
                self._try(call)
            elif call:
                self._end(call)
        failed = sum(film.is_failed for film in films)
        throttled = self._full_s / self._last_end_s if not self.account.api_reserved else 0.0
        return Outcome(videos, failed, self._last_end_s, self._retries, throttled, self._longest_history)

    def _push(self, at_s: float, kind: int, call: _Call | None) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (at_s, self._pushed, kind, call))

    def _try(self, call: _Call) -> None:
        if not self._may_go_on(call.video):
            return
        if self._places:
            self._start(call)
        elif call.tries >= self.waiting.max_attempts:
            call.video.is_failed = True
        else:
            self._wait(call)

    def _wait(self, call: _Call) -> None:
        if call.tries < len(self._growing_s):
            pause_s = self.random.random() * self._growing_s[call.tries]
            call.tries += 1
            self._push(self._now_s + pause_s, _TRY, call)
        else:
            call.since_s = self._now_s
            self._pool.append(call)

    def _start(self, call: _Call) -> None:
        self._places -= 1
        if not self._places:
            self._full_since_s = self._now_s
        self._retries += call.tries
        call.video.tries += call.tries
        call.video.most_tries = max(call.video.most_tries, call.tries)
        self._note_history(call.video)
        spread = self.random.uniform(1 - _SPREAD, 1 + _SPREAD)
        takes_s = self.work.chunk_s * spread if call.step == "chunk" else _STEP_S[call.step]
        self._push(self._now_s + takes_s, _END, call)

    def _end(self, call: _Call) -> None:
        if self._full_since_s is not None:
            self._full_s += self._now_s - self._full_since_s
            self._full_since_s = None
        self._places += 1
        self._last_end_s = self._now_s
        self._go_on(call.step, call.video)
        self._expect_pool()

    def _go_on(self, step: str, video: _Video) -> None:
        if not self._may_go_on(video):
            return
        if step == "prepare":
            for _ in range(min(self.work.at_once, self.work.chunks)):
                self._next_chunk(video)
        elif step == "chunk":
            video.unfinished -= 1
            self._next_chunk(video)
            if not video.unfinished:
                self._try(_Call("publish", video))

    def _next_chunk(self, video: _Video) -> None:
        if video.unstarted:
            video.unstarted -= 1
            self._try(_Call("chunk", video))

    def _expect_pool(self) -> None:
        """Let one of the pool come, as many of them come in a time, but only where it would get a place."""
        if self._pool and self._places and not self._is_pool_due:
            per_s = 2 * len(self._pool) / self.waiting.max_delay_s
            self._push(self._now_s + self.random.expovariate(per_s), _POOL, None)
            self._is_pool_due = True

    def _take_from_pool(self) -> None:
        self._is_pool_due = False
        if self._places and self._pool:
            index = self.random.randrange(len(self._pool))
            self._pool[index], self._pool[-1] = self._pool[-1], self._pool[index]
            call = self._pool.pop()
            call.tries += 1 + round((self._now_s - call.since_s) * 2 / self.waiting.max_delay_s)
            if call.tries > self.waiting.max_attempts:
                call.video.is_failed = True
            elif self._may_go_on(call.video):
                self._start(call)
        self._expect_pool()

    def _may_go_on(self, video: _Video) -> bool:
        if self._now_s - video.began_s > self.account.run_timeout_s:
            video.is_failed = True
        return not video.is_failed

    def _note_history(self, video: _Video) -> None:
        is_inline = self.work.chunks <= self.inline
        tries = video.tries + self.work.chunks if is_inline else video.most_tries + 1
        chunks = self.work.chunks if is_inline else 1
        history = tries * _EVENTS_PER_TRY + chunks * _EVENTS_PER_CHUNK + _OTHER_EVENTS
        self._longest_history = max(self._longest_history, history)
        if history > self.account.max_events:
            video.is_failed = True
