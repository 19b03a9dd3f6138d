"""Notes down which segments no playlist lists any more, or ever did: maintenance removes them a day later."""

from collections.abc import Sequence

from reelway import documents, keys
from reelway.hls.passthrough.declarations import is_candidate
from reelway.hls.unused_segments import UNUSED_SEGMENTS, UnusedRendition, UnusedSegments
from reelway.plan.ladder import name_of
from reelway.plan.plan import Plan
from reelway.ports.storage import Bucket
from reelway.timestamps import utc_now


def note_unused(plan: Plan, pruned: Sequence[str], uploads: Bucket) -> None:
    """Those of renditions that were `pruned`, and those of a copy that the plan does not keep.

    A player that has read the copy's playlist goes on with it for a while. Where a copy is possible, it is
    noted without looking whether there was one.
    """
    ids = {name: keys.encoded_segments(plan.token, name) for name in pruned}
    if is_candidate(plan.source) and not plan.keeps_source:
        copied = name_of(plan.source.video)
        ids[copied] = keys.copied_segments(plan.token, copied)
    if ids:
        unused = tuple(UnusedRendition(name, segment_ids) for name, segment_ids in ids.items())
        uploads.put(
            keys.unused_segments(plan.video_id, utc_now()),
            UNUSED_SEGMENTS.dump(UnusedSegments(plan.video_id, unused)),
            content_type=documents.CONTENT_TYPE,
        )
