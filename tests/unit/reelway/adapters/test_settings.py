import pytest

from reelway.adapters.settings import PlanSettings, UploadSettings, search_path
from reelway.adapters.variables import BadSetting
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment


@pytest.fixture(autouse=True)
def plan_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in function_environment.environment_of("PlanFunction", moto_aws.REFERENCES).items():
        monkeypatch.setenv(name, value)


def refusal() -> str:
    with pytest.raises(BadSetting) as caught:
        PlanSettings.from_environ()
    return str(caught.value)


def test_values_have_the_types_of_their_fields() -> None:
    settings = PlanSettings.from_environ()
    assert (settings.uploads_bucket, settings.max_frames) == (moto_aws.UPLOADS, 864_000)
    assert (settings.step_timeout_s, settings.chunk_s) == (840.0, 0)


@pytest.mark.parametrize("value", ["many", "", "-1", "1.5", " 1", "1_000", "\u0661"])
def test_a_number_that_is_none_is_named_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("MAX_FRAMES", value)
    assert refusal() == f"MAX_FRAMES is {value!r}; expected a whole number"


@pytest.mark.parametrize("value", ["soon", "", "0", "-1", "nan", "inf"])
def test_a_time_is_a_number_above_0(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("STEP_TIMEOUT_SECONDS", value)
    assert refusal() == f"STEP_TIMEOUT_SECONDS is {value!r}; expected a number of seconds above 0"


def test_a_missing_variable_is_named_with_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPLOADS_BUCKET")
    assert refusal() == "UPLOADS_BUCKET is not set; expected the name of the bucket of uploads and jobs"


def test_an_empty_name_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_MACHINE_ARN", " ")
    assert refusal() == "STATE_MACHINE_ARN is ' '; expected the ARN of the state machine"


def test_a_function_reads_no_variable_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_FRAMES", "many")
    assert UploadSettings.from_environ().max_upload_bytes == 5_368_709_120


def test_settings_stay_as_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = PlanSettings.from_environ()
    monkeypatch.setenv("MAX_FRAMES", "1")
    assert settings.max_frames == 864_000


def test_programs_are_found_where_lambda_puts_layers_if_nothing_else_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PATH")
    assert search_path().split(":")[0] == "/opt/bin"
