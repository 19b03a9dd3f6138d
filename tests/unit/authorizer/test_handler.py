"""What API Gateway is answered."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from reelway import tokens
from reelway.caller import Caller, Scope
from reelway.tokens import TokenKey
from tests.support import samples
from tests.support.doubles import moto_aws
from tests.support.samples import VIDEO_ID

KEY = TokenKey("1", b"a key of sixty-four characters, as long as that of the template!!!")
STAGE = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/v1"


@pytest.fixture
def answered(handlers: Callable[[str], Any]) -> Callable[..., dict[str, Any]]:
    """The answer to a request with this token."""
    stored = json.dumps({"kid": KEY.kid, "key": KEY.secret.decode()})
    moto_aws.client("secretsmanager").create_secret(
        Name=moto_aws.REFERENCES["TokenKey.Id"], SecretString=stored
    )
    handler = handlers("authorizer.handler")

    def answer(token: str, **changed: Any) -> dict[str, Any]:
        asked = samples.event("authorizer-request")
        asked["methodArn"] = f"{STAGE}/DELETE/video/{VIDEO_ID}"
        asked["multiValueHeaders"] |= {"Authorization": [f"Bearer {token}"]}
        answered: dict[str, Any] = handler.lambda_handler(asked | changed, None)
        return answered

    return answer


def token(**changed: Any) -> str:
    now_s = int(time.time())
    good = {"aud": "reelway", "sub": "alice", "scope": "videos:read admin", "iat": now_s, "exp": now_s + 60}
    return tokens.signed(good | changed, KEY)


def test_a_good_token_opens_the_whole_stage_since_the_answer_is_kept(
    answered: Callable[..., dict[str, Any]],
) -> None:
    answer = answered(token())
    assert answer["principalId"] == "alice"
    [statement] = answer["policyDocument"]["Statement"]
    assert statement == {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{STAGE}/*"}
    until = int(answer["context"].pop("until"))
    assert 0 < until - time.time() < 86_400
    assert answer["context"] == {"owner": "alice", "scope": "admin videos:read", "grant": ""}
    answer["context"]["until"] = str(until)
    assert Caller.of(answer["context"], time.time()) == Caller("alice", frozenset({Scope.READ, Scope.ADMIN}))


def test_a_grant_is_of_its_video(answered: Callable[..., dict[str, Any]]) -> None:
    grant = tokens.upload_grant(VIDEO_ID, "alice", KEY, now_s=int(time.time()), lasts_s=60)
    caller = Caller.of(answered(grant)["context"], time.time())
    assert caller == Caller("alice", frozenset({Scope.UPLOAD, Scope.READ}), VIDEO_ID)


def test_a_bad_token_closes_the_whole_stage_and_says_nothing(
    answered: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    expired = token(exp=1)
    answer = answered(expired)
    [statement] = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", f"{STAGE}/*")
    assert "context" not in answer
    said = [record for record in caplog.records if record.name == "authorizer"]
    assert [vars(record)["reason"] for record in said] == ["it has expired"]
    assert expired.rpartition(".")[2] not in str([vars(record) for record in said])


def test_a_socket_with_a_bad_token_is_nobodys(answered: Callable[..., dict[str, Any]]) -> None:
    """The function of $connect answers it, 401."""
    request = samples.event("websocket-connect")["requestContext"]
    answer = answered(token(exp=1), requestContext=request)
    assert Caller.of(answer.get("context"), 0) is None
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"
