import pytest

from reelway.adapters.settings import PlanSettings, UploadSettings
from reelway.adapters.variables import BadSetting
from tests.support.doubles import moto_aws
from tests.support.readers import function_environment


@pytest.fixture(autouse=True)
def plan_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in function_environment.environment_of("PlanFunction", moto_aws.REFERENCES).items():
        monkeypatch.setenv(name, value)


def test_values_have_the_types_of_their_fields() -> None:
    settings = PlanSettings.from_environ()
    assert (settings.uploads_bucket, settings.max_frames) == (moto_aws.UPLOADS, 864_000)
    assert (settings.step_timeout_s, settings.chunk_s) == (840.0, 0)


@pytest.mark.parametrize("name", [variable.name for variable in PlanSettings.variables().values()])
def test_each_variable_is_needed_and_named_when_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(BadSetting, match=f"^{name} is not set; expected "):
        PlanSettings.from_environ()


def test_a_function_reads_no_variable_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_FRAMES", "many")
    monkeypatch.setenv("ALLOWED_ORIGINS", "*")
    monkeypatch.setenv("ACCESS", "open")
    monkeypatch.setenv("PLAYBACK_POLICY", "public")
    monkeypatch.setenv("TOKEN_KEY_SECRET", "reelway-token-key")
    for quota in ("OWNER_MAX_BYTES_PER_DAY", "OWNER_MAX_MINUTES_PER_DAY", "OWNER_MAX_CONCURRENT"):
        monkeypatch.setenv(quota, "0")
    assert UploadSettings.from_environ().max_upload_bytes == 5_368_709_120


def test_settings_stay_as_they_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = PlanSettings.from_environ()
    monkeypatch.setenv("MAX_FRAMES", "1")
    assert settings.max_frames == 864_000
