from dataclasses import asdict, replace

import pytest

from reelway.adapters.settings import PlanSettings
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment
from transcode.plan_settings import limits_of, pace_of


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> PlanSettings:
    for name, value in function_environment.environment_of("PlanFunction", moto_aws.REFERENCES).items():
        monkeypatch.setenv(name, value)
    return PlanSettings.from_environ()


def test_every_limit_is_the_setting_of_its_name(settings: PlanSettings) -> None:
    changed = replace(
        settings,
        max_duration_s=1,
        max_pixels=2,
        max_frame_rate=3,
        max_frames=4,
        max_upload_bytes=5,
        max_streams=6,
    )
    assert asdict(limits_of(changed)) == {
        "duration_s": 1,
        "pixels": 2,
        "frame_rate": 3,
        "frames": 4,
        "size_bytes": 5,
        "streams": 6,
    }


def test_the_pace_is_that_of_the_function_that_encodes(settings: PlanSettings) -> None:
    changed = replace(
        settings,
        chunk_target_s=1.5,
        encode_memory_mb=3538,
        encode_concurrency=7,
        step_timeout_s=9.0,
        chunk_s=4,
    )
    assert asdict(pace_of(changed)) == {
        "target_s": 1.5,
        "vcpus": 2.0,
        "concurrency": 7,
        "timeout_s": 9.0,
        "chunk_s": 4,
    }
