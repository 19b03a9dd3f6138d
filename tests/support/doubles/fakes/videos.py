"""The table of videos in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import count
from typing import Any

from reelway.details import Details
from reelway.failure_codes import is_retryable
from reelway.video import Failure, LadderState, Loudness, Rendition, State, Video, execution_name
from tests.support.doubles.fakes import REFUSED


@dataclass(slots=True)
class FakeVideos:
    """Videos by id, which only move to states of higher rank. The clock advances a second with each write.

    `details` are those of pending uploads. `create` and `add_progress` fail while `refuses`.
    """

    videos: dict[str, Video] = field(default_factory=dict)
    deleted: dict[str, str] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    tombstones: dict[str, Video] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    details: dict[str, Details] = field(default_factory=dict)
    frames: dict[str, list[int]] = field(default_factory=dict)
    refuses: bool = False
    _clock: Iterator[int] = field(default_factory=count)

    def find(self, video_id: str) -> Video | None:
        return self.videos.get(video_id)

    def was_deleted(self, video_id: str) -> bool:
        return video_id in self.deleted

    def find_deleted(self, video_id: str) -> Video | None:
        return self.tombstones.get(video_id)

    def was_purged(self, video_id: str) -> bool:
        return video_id in self.purged

    def execution_of(self, video_id: str) -> str:
        video = self.videos.get(video_id) or self.tombstones.get(video_id)
        return video.execution_name if video else video_id

    def delete(self, video_id: str) -> bool:
        video = self.videos.pop(video_id, None)
        if video is None:
            return False
        self.tombstones[video_id] = video
        self.unlist(video_id)
        self.deleted[video_id] = self._now()
        return True

    def create(self, video_id: str, *, size_bytes: int) -> None:
        if self.refuses:
            raise REFUSED
        if video_id in self.deleted:
            return
        now = self._now()
        details = self.details.get(video_id, Details())
        shared = {each.name for each in fields(Details)} & {each.name for each in fields(Video)}
        known = {name: getattr(details, name) for name in shared}
        made = Video(video_id, State.UPLOADED, 1, now, now, size_bytes=size_bytes, **known)
        self.videos.setdefault(video_id, made)

    def start(self, video_id: str, *, run_id: str, duration_s: float, total_frames: int) -> bool:
        execution = execution_name(video_id, run_id)
        return self._advance(
            video_id, State.PROCESSING, run_id=run_id, execution=execution, duration_s=duration_s
        )

    def add_progress(self, video_id: str, *, run_id: str, frames: int) -> bool:
        if self.refuses:
            raise REFUSED
        video = self.videos.get(video_id)
        is_encoding = video and (video.state is State.PROCESSING or video.ladder is LadderState.ENCODING)
        is_wanted = bool(is_encoding and video and video.run_id == run_id)
        if is_wanted and frames:
            self.frames.setdefault(video_id, []).append(frames)
        return is_wanted

    def finish(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        ladder: LadderState,
        loudness: Loudness | None = None,
    ) -> bool:
        if ladder is LadderState.COMPLETE:
            self._take_up(video_id, run_id)
        is_ours = self._advance(
            video_id,
            State.READY,
            run_id=run_id,
            renditions=tuple(renditions),
            progress=1.0,
            ladder=ladder,
            loudness=loudness,
        )
        if is_ours and video_id not in self.listed:
            self.listed.insert(0, video_id)
        return is_ours

    def complete_ladder(
        self,
        video_id: str,
        *,
        run_id: str,
        renditions: Sequence[Rendition],
        loudness: Loudness | None = None,
    ) -> bool:
        self._take_up(video_id, run_id)
        video = self.videos.get(video_id)
        if video is None or video.run_id != run_id:
            return False
        complete = LadderState.COMPLETE
        return self._end_ladder(video, ladder=complete, renditions=tuple(renditions), loudness=loudness)

    def fail_ladder(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        video = self.videos.get(video_id)
        if video is None or execution not in (None, video.execution_name):
            return False
        return self._end_ladder(video, ladder=LadderState.FAILED, failure=failure)

    def fail(self, video_id: str, failure: Failure, *, execution: str | None = None) -> bool:
        if execution not in (None, self.execution_of(video_id)):
            return False
        return self._advance(video_id, State.FAILED, failure=failure)

    def rerun(self, video_id: str, *, run_id: str) -> bool:
        video = self.videos.get(video_id)
        if video is None or video.failure is None or not is_retryable(video.failure.code):
            return False
        back: dict[str, Any] = (
            {"state": State.UPLOADED, "version": video.version + 1}
            if video.state is State.FAILED
            else {"ladder": LadderState.ENCODING}
        )
        self.videos[video_id] = replace(
            video,
            run_id=run_id,
            execution=execution_name(video_id, run_id),
            reruns=video.reruns + 1,
            failure=None,
            updated_at=self._now(),
            **back,
        )
        return True

    def rerun_lost(self, video_id: str, *, run_id: str, execution: str) -> bool:
        """The video's place in its list is that of `updated_at`, which stays."""
        video = self.videos.get(video_id)
        is_lost = video and (video.state is State.PROCESSING or video.ladder is LadderState.ENCODING)
        if video is None or not is_lost or video.execution_name != execution:
            return False
        self.videos[video_id] = replace(
            video,
            version=video.version + (video.state is State.PROCESSING),
            run_id=run_id,
            execution=execution_name(video_id, run_id),
            reruns=video.reruns + 1,
        )
        return True

    def unlist(self, video_id: str) -> None:
        if video_id in self.listed:
            self.listed.remove(video_id)

    def _take_up(self, video_id: str, run_id: str) -> None:
        """What was given up as failed by us goes on, if it is still this run's."""
        video = self.videos.get(video_id)
        if video and video.failure and is_retryable(video.failure.code) and video.run_id == run_id:
            back: dict[str, Any] = (
                {"state": State.PROCESSING}
                if video.state is State.FAILED
                else {"ladder": LadderState.ENCODING}
            )
            self.videos[video_id] = replace(video, failure=None, **back)

    def _end_ladder(self, video: Video, **changes: Any) -> bool:
        if video.ladder is not LadderState.ENCODING:
            return False
        self.videos[video.video_id] = replace(video, updated_at=self._now(), **changes)
        return True

    def _advance(self, video_id: str, state: State, **changes: Any) -> bool:
        video = self.videos.get(video_id)
        if video is None:
            return False
        is_of_another_run = changes.get("run_id", video.run_id) != video.run_id and video.run_id is not None
        if video.state.rank >= state.rank or is_of_another_run:
            return False
        self.videos[video_id] = replace(
            video, state=state, version=video.version + 1, updated_at=self._now(), **changes
        )
        return True

    def _now(self) -> str:
        return f"2026-01-01T00:00:{next(self._clock):02d}.000000Z"
