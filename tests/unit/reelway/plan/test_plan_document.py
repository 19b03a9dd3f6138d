import json
from fractions import Fraction

import pytest

from reelway.plan.plan import Plan
from reelway.plan.plan_document import PLAN
from tests.support.samples import HDR, RUN_ID, TOKEN, VIDEO_ID, plan, source


@pytest.mark.parametrize(
    "planned",
    [
        plan(),
        plan(source(frame_rate=Fraction(60000, 1001), start_s=0.04, hdr=HDR, is_interlaced=True)),
        plan(source(audio=None, duration_s=1.0, width=176, height=144)),
    ],
)
def test_a_stored_plan_is_read_as_it_was_written(planned: Plan) -> None:
    assert PLAN.load(PLAN.dump(planned)) == planned


def test_a_stored_plan_holds_what_a_person_looks_for() -> None:
    written = json.loads(PLAN.dump(plan()))
    assert (written["videoId"], written["runId"], written["token"]) == (VIDEO_ID, RUN_ID, TOKEN)
    assert written["grid"] == {"rate": "25", "gopFrames": 50}
    assert written["cuts"] == [100, 200, 300, 400, 500, 600, 700]
    assert written["chunks"][:2] == [
        {"index": 0, "startFrame": None, "endFrame": 200},
        {"index": 1, "startFrame": 200, "endFrame": 400},
    ]
    assert written["rungs"][0] == {
        "name": "720p",
        "width": 1280,
        "height": 720,
        "frameStep": 1,
        "maxBps": 2_800_000,
        "audioBps": 128_000,
    }


def test_a_stored_plan_says_its_version() -> None:
    assert json.loads(PLAN.dump(plan()))["version"] == 2
