from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from reelway.adapters.settings import PlanSettings
from reelway.probe.limits import Limits
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment, template
from transcode.plan_settings import limits_of, pace_of, target_lufs_of


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> PlanSettings:
    for name, value in function_environment.environment_of("PlanFunction", moto_aws.REFERENCES).items():
        monkeypatch.setenv(name, value)
    return PlanSettings.from_environ()


def test_each_limit_is_a_setting_of_its_own(settings: PlanSettings) -> None:
    names = [field.name for field in fields(settings) if field.name.startswith("max_")]
    changes: dict[str, Any] = {name: number for number, name in enumerate(names)}
    limits = asdict(limits_of(replace(settings, **changes)))
    assert sorted(limits.values()) == list(range(len(names)))


def test_limits_are_parameters_with_the_defaults_of_the_code(settings: PlanSettings) -> None:
    assert limits_of(settings) == Limits()
    variables = function_environment.own_variables("PlanFunction")
    limits = [value for name, value in variables.items() if name.startswith("MAX_")]
    assert len(limits) == len(fields(Limits))
    assert {value["Ref"] for value in limits} <= set(template.load()["Parameters"])


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


def test_audio_keeps_its_loudness_unless_the_stacks_owner_wants_another(settings: PlanSettings) -> None:
    assert target_lufs_of(settings) is None
    assert target_lufs_of(replace(settings, loudness_target_lufs=-23)) == -23
