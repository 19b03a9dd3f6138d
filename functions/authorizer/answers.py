"""What API Gateway is answered: a policy, and what the functions get to know of the caller.

The answer is kept for all requests that have the same header, so it is about the whole stage.
"""

from collections.abc import Mapping
from typing import Any

from authorizer.claims import Bearer


def allowing(bearer: Bearer, method_arn: str) -> dict[str, Any]:
    """The functions read `context` as `reelway.caller.Caller.of` does."""
    known = {
        "owner": bearer.owner,
        "scope": " ".join(sorted(bearer.scopes)),
        "grant": bearer.grant,
        "until": str(bearer.until_s),
    }
    return _answer(bearer.owner, "Allow", method_arn) | {"context": known}


def refusing(event: Mapping[str, Any]) -> dict[str, Any]:
    """Of a request by REST, 401 (the template's ACCESS_DENIED).

    To a socket API Gateway would answer 403. It is answered by the function of `$connect`, for which the
    caller then is nobody: 401.
    """
    is_socket = event["requestContext"].get("eventType") == "CONNECT"
    return _answer("nobody", "Allow" if is_socket else "Deny", event["methodArn"])


def _answer(principal: str, effect: str, method_arn: str) -> dict[str, Any]:
    """`method_arn` is arn:…:API/STAGE/METHOD/PATH."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
