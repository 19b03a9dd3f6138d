import pytest

from reelway.caller import ANYBODY, Caller, Scope
from tests.support.samples import VIDEO_ID


def test_what_the_authorizer_says_is_who_calls() -> None:
    said = {"owner": "ada", "scope": "videos:read videos:fly videos:upload", "grant": "", "principalId": "x"}
    assert Caller.of(said) == Caller("ada", frozenset({Scope.READ, Scope.UPLOAD}))
    assert Caller.of({**said, "grant": VIDEO_ID}) == Caller(
        "ada", frozenset({Scope.READ, Scope.UPLOAD}), VIDEO_ID
    )


@pytest.mark.parametrize("said", [None, {}, {"owner": ""}, {"principalId": "x"}])
def test_without_an_owner_nobody_is_known(said: dict[str, str] | None) -> None:
    assert Caller.of(said) is None


def test_everybody_may_do_everything() -> None:
    assert all(ANYBODY.has(scope) for scope in Scope)
    assert ANYBODY.may_see(VIDEO_ID, "ada")
