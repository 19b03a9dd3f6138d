"""An OpenID Connect provider on loopback: describes itself, has people sign in, gives tokens that are JWTs.

It takes the code flow with PKCE of one client without a secret, and refresh tokens, each once.
"""

import base64
import hashlib
import html
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.doubles.faulty_servers import serving
from tests.support.doubles.provider import AUDIENCE, SigningKey

CLIENT = "reelway-page"
EVERYTHING = "videos:upload videos:read videos:delete videos:play"
_LASTS_S = 3600
_FORM = """<!doctype html><title>Provider</title><link rel="icon" href="data:,">
<form action="/signed-in">{fields}
<label>Name <input name="name"></label><button>Continue</button></form>"""


class Refused(Exception):
    """The text is an error code of OAuth (RFC 6749, section 5.2)."""


@dataclass(slots=True)
class IdentityProvider:
    """Whoever signs in may do whatever is asked for."""

    url: str = ""
    key: SigningKey = field(default_factory=lambda: SigningKey.rsa("first"))
    _codes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _refresh: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def token(self, owner: str, scope: str = EVERYTHING, **claims: Any) -> str:
        """An access token; `claims` replace those of it."""
        now_s = int(time.time())
        said = {"aud": AUDIENCE, "sub": owner, "scope": scope, "iat": now_s, "exp": now_s + _LASTS_S}
        return self.signed(said | claims)

    def signed(self, claims: Mapping[str, Any]) -> str:
        return self.key.sign({"iss": self.url, **claims})

    def described(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 3."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/signed-out",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def code(self, name: str, request: Mapping[str, str]) -> str:
        """For who has signed in, to send to where the client asked for it."""
        if request["client_id"] != CLIENT or request["code_challenge_method"] != "S256":
            raise Refused("invalid_request")
        made = secrets.token_urlsafe()
        self._codes[made] = {**request, "name": name}
        return made

    def tokens(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer of the token endpoint."""
        if asked.get("client_id") != CLIENT:
            raise Refused("invalid_client")
        request = self._granted(asked)
        name = request["name"]
        refresh = secrets.token_urlsafe()
        self._refresh[refresh] = request
        now_s = int(time.time())
        about = {"aud": CLIENT, "sub": name, "iat": now_s, "exp": now_s + _LASTS_S}
        if asked["grant_type"] == "authorization_code":
            about["nonce"] = request["nonce"]
        return {
            "access_token": self.token(name, request["scope"]),
            "refresh_token": refresh,
            "id_token": self.signed(about),
            "token_type": "Bearer",
            "expires_in": _LASTS_S,
        }

    def end_sessions(self) -> None:
        """No refresh token is good for anything any more."""
        self._refresh.clear()

    def _granted(self, asked: Mapping[str, str]) -> Mapping[str, str]:
        if asked["grant_type"] == "refresh_token":
            request = self._refresh.pop(asked["refresh_token"], None)
        else:
            request = self._codes.pop(asked["code"], None)
            digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if request and (challenge, asked["redirect_uri"]) != (
                request["code_challenge"],
                request["redirect_uri"],
            ):
                request = None
        if request is None:
            raise Refused("invalid_grant")
        return request


class _Handler(BaseHTTPRequestHandler):
    provider: ClassVar[IdentityProvider]

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/.well-known/openid-configuration":
            self._json(200, self.provider.described())
        elif path == "/keys":
            self._json(200, {"keys": [self.provider.key.jwk]})
        elif path == "/authorize":
            fields = (
                f'<input type=hidden name="{html.escape(name)}" value="{html.escape(value)}">'
                for name, value in query.items()
            )
            self._answer(200, "text/html", _FORM.format(fields="".join(fields)).encode())
        elif path == "/signed-in":
            self._go(
                query["redirect_uri"], code=self.provider.code(query["name"], query), state=query["state"]
            )
        elif path == "/signed-out":
            self._go(query["post_logout_redirect_uri"])
        else:
            self._answer(404, "text/plain", b"")

    def do_POST(self) -> None:
        asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        try:
            self._json(200, self.provider.tokens(asked))
        except Refused as refused:
            self._json(400, {"error": str(refused)})

    def _go(self, url: str, **parameters: str) -> None:
        self.send_response(302)
        self.send_header("Location", f"{url}?{urlencode(parameters)}" if parameters else url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, status: int, document: Mapping[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(document).encode())

    def _answer(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    with serving(handler) as url:
        provider.url = url
        yield provider
