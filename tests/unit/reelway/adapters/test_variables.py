import pytest

from reelway.adapters import variables
from reelway.adapters.variables import BadSetting, Variable

NAME = variables.text("UPLOADS_BUCKET", "the name of a bucket")
FRAMES = variables.whole_number("MAX_FRAMES")
TARGET = variables.loudness("LOUDNESS_TARGET_LUFS")
TIMEOUT = variables.seconds("STEP_TIMEOUT_SECONDS")


def refusal(variable: Variable, value: str | None) -> str:
    with pytest.raises(BadSetting) as caught:
        variable.read({} if value is None else {variable.name: value})
    return str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "read"),
    [
        (NAME, "bucket", "bucket"),
        (FRAMES, "0", 0),
        (FRAMES, "864000", 864_000),
        (TIMEOUT, "0.5", 0.5),
        (TARGET, "0", 0),
        (TARGET, "-10", -10),
        (TARGET, "-31", -31),
    ],
)
def test_a_value_is_read_as_its_kind(variable: Variable, value: str, read: object) -> None:
    assert variable.read({variable.name: value}) == read


@pytest.mark.parametrize("value", ["many", "", "-1", "1.5", " 1", "1_000", "\u0661"])
def test_an_invalid_number_is_named_with_what_was_expected(value: str) -> None:
    assert refusal(FRAMES, value) == f"MAX_FRAMES is {value!r}; expected a whole number"


@pytest.mark.parametrize("value", ["soon", "", "0", "-1", "nan", "inf"])
def test_a_time_is_a_number_above_0(value: str) -> None:
    assert (
        refusal(TIMEOUT, value) == f"STEP_TIMEOUT_SECONDS is {value!r}; expected a number of seconds above 0"
    )


@pytest.mark.parametrize("value", ["loud", "", "-9", "-32", "16", "-16.5", "--16"])
def test_a_loudness_is_a_usual_target(value: str) -> None:
    expected = "0, or a whole number of LUFS from -31 to -10"
    assert refusal(TARGET, value) == f"LOUDNESS_TARGET_LUFS is {value!r}; expected {expected}"


@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_name_is_refused(value: str) -> None:
    assert refusal(NAME, value) == f"UPLOADS_BUCKET is {value!r}; expected the name of a bucket"


def test_a_missing_variable_is_named_with_what_was_expected() -> None:
    assert refusal(NAME, None) == "UPLOADS_BUCKET is not set; expected the name of a bucket"
