"""An emulator that somebody else has started, by its address; and the addresses of APIs on any emulator."""

import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import urlsplit

from local.errors import LocalError

VARIABLE = "AWS_ENDPOINT_URL"
# LocalStack's own name is 127.0.0.1 in public DNS.
_LOOPBACK_NAMES = ("localhost", "localhost.localstack.cloud")
_LIMIT_S = 10
# Where each emulator says what it is. MiniStack answers LocalStack's path as well, so it is asked first.
_HEALTH_PATHS = {
    "MiniStack": "/_ministack/health",
    "LocalStack": "/_localstack/health",
    "moto server": "/moto-api/data.json",
}


def named_in(environ: Mapping[str, str]) -> str | None:
    """AWS_ENDPOINT_URL without a slash at its end; None when it is not set or blank.

    Raises LocalError unless it names this machine: whoever asks is going to write and delete there.
    """
    text = environ.get(VARIABLE, "").strip()
    if not text:
        return None
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or url.path not in ("", "/") or url.query or url.fragment:
        raise LocalError(f"{VARIABLE}={text}: expected an address such as http://127.0.0.1:4566")
    if not _is_loopback(url.hostname or "") or url.username is not None:
        raise LocalError(
            f"{VARIABLE}={text} is not on this machine. Tests write and delete there, so only localhost, "
            "127.0.0.1 and localhost.localstack.cloud are taken."
        )
    return text.rstrip("/")


def name_of(endpoint: str) -> str:
    """Name and version of the emulator that answers at `endpoint`; raises LocalError when none does."""
    for name, path in _HEALTH_PATHS.items():
        document = _document(f"{endpoint}{path}", endpoint)
        if document is not None:
            return f"{name} {document.get('version', '')}".strip()
    raise LocalError(f"what answers at {endpoint} is not MiniStack, LocalStack or moto server")


def api_url(endpoint: str, api_id: str, stage: str = "") -> str:
    """The URL of a deployed REST or WebSocket API, and of @connections below it; without a slash at its end.

    MiniStack and LocalStack since 3.8 know this form; neither needs names that the machine cannot resolve.
    """
    return f"{endpoint}/_aws/execute-api/{api_id}/{stage}".rstrip("/")


def rest_api_url(endpoint: str, outputs: Mapping[str, str]) -> str:
    """The URL of the REST API itself, without the edge in front, by the outputs of the stack."""
    api_id = outputs["RestApiUrl"].removeprefix("https://").split(".")[0]
    return api_url(endpoint, api_id, "v1")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES or host.endswith(tuple(f".{name}" for name in _LOOPBACK_NAMES))


def _document(url: str, endpoint: str) -> dict[str, object] | None:
    """The JSON object at `url`, or None if there is another answer."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            url, timeout=_LIMIT_S
        ) as answer:
            found = json.load(answer)
    except (urllib.error.HTTPError, ValueError):
        return None
    except OSError as error:
        raise LocalError(
            f"nothing answers at {endpoint} ({error}): start an emulator there, or name another with "
            f"{VARIABLE}=…; docs/local.md, Other emulators, says how"
        ) from error
    return found if isinstance(found, dict) else None
