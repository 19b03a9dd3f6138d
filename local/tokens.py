"""A token of the running system, where it asks for one; as `reelway token` makes it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

import boto3

from local.settings import Settings

_LASTS_S = 3600
_SCOPE = "videos:upload videos:read"


def demo_token(settings: Settings, outputs: Mapping[str, str]) -> str:
    """A token that uploads and watches for an hour; empty where none is asked for."""
    if settings.access != "token":
        return ""
    client = boto3.client("secretsmanager", endpoint_url=settings.endpoint)
    key = json.loads(client.get_secret_value(SecretId=outputs["TokenKeyArn"])["SecretString"])
    now_s = int(time.time())
    claims = {"iss": "reelway", "aud": "reelway", "sub": "me", "scope": _SCOPE}
    head = {"alg": "HS256", "kid": key["kid"], "typ": "JWT"}
    text = ".".join(map(_encoded, (head, claims | {"iat": now_s, "exp": now_s + _LASTS_S})))
    return f"{text}.{_base64(hmac.new(key['key'].encode(), text.encode(), hashlib.sha256).digest())}"


def _encoded(document: Mapping[str, object]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
