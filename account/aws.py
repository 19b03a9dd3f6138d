"""boto3 clients with the person's own credentials, and AWS's errors as sentences."""

from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config

# A check that cannot reach AWS says so soon.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_WRONG_KEYS = {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_SIGN_IN = "sign in again (aws sso login, or new keys), then repeat the command"
ERRORS = (exceptions.BotoCoreError, exceptions.ClientError)


def client(service: str, region: str) -> Any:
    """A boto3 client; raises BotoCoreError when the profile or its configuration is at fault."""
    make: Any = boto3.client  # its types know services by literal names only
    return make(service, region_name=region, config=_CONFIG)


def code_of(error: Exception) -> str:
    """AWS's code of a refusal, e.g. "AccessDenied"; "" when AWS has not answered at all."""
    if isinstance(error, exceptions.ClientError):
        return str(error.response["Error"]["Code"])
    return ""


def is_denied(error: Exception) -> bool:
    return code_of(error) in _DENIED


def explain(error: Exception) -> tuple[str, str]:
    """What is wrong when AWS refuses or cannot be asked, and what mends it."""
    code = code_of(error)
    if isinstance(error, exceptions.NoCredentialsError):
        return (
            "there are no AWS credentials",
            "set AWS_PROFILE to a profile of ~/.aws/config, or run aws configure or aws sso login",
        )
    if isinstance(error, exceptions.ProfileNotFound):
        return f"{error}", "set AWS_PROFILE to a profile of ~/.aws/config, or unset it"
    if code in _EXPIRED or isinstance(error, exceptions.SSOError | exceptions.TokenRetrievalError):
        return "the AWS credentials have expired", _SIGN_IN
    if code in _WRONG_KEYS:
        return f"AWS does not accept the credentials ({code})", _SIGN_IN
    if code in _DENIED:
        action = getattr(error, "operation_name", "this")
        return f"the credentials may not call {action}", "allow it in the policy of the user or role"
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        return (
            f"AWS cannot be reached: {error}",
            "check the network, HTTPS_PROXY and, if it is set, AWS_ENDPOINT_URL",
        )
    return f"{error}", ""
