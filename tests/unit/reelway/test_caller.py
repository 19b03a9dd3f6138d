import pytest

from reelway.caller import ANYBODY, Caller, Scope
from tests.support.samples import VIDEO_ID


def test_what_the_authorizer_says_is_who_calls() -> None:
    said = {"owner": "ada", "scope": "videos:read videos:fly videos:upload", "grant": "", "until": "99"}
    assert Caller.of(said, 98) == Caller("ada", frozenset({Scope.READ, Scope.UPLOAD}))
    assert Caller.of({**said, "grant": VIDEO_ID}, 98) == Caller(
        "ada", frozenset({Scope.READ, Scope.UPLOAD}), VIDEO_ID
    )


@pytest.mark.parametrize("said", [None, {}, {"owner": ""}, {"principalId": "x"}])
def test_without_an_owner_nobody_is_known(said: dict[str, str] | None) -> None:
    assert Caller.of(said, 98) is None


def test_everybody_may_do_everything() -> None:
    assert all(ANYBODY.has(scope) for scope in Scope)
    assert ANYBODY.may_see(VIDEO_ID, "ada")


@pytest.mark.parametrize("until", ["98", "0", "-1"])
def test_what_was_said_of_a_token_is_worth_nothing_after_its_end(until: str) -> None:
    assert Caller.of({"owner": "ada", "scope": "admin", "until": until}, 98) is None
    assert Caller.of({"owner": "ada", "scope": "admin"}, 98) is None
