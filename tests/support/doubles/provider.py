"""An OpenID Connect provider on a real socket of this machine, whose keys can be exchanged."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

AUDIENCE = "https://video.example"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class SigningKey:
    """A key pair and its id."""

    kid: str
    private: PrivateKey

    @classmethod
    def rsa(cls, kid: str, bits: int = 2048) -> "SigningKey":
        return cls(kid, rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @classmethod
    def ec(cls, kid: str, curve: ec.EllipticCurve | None = None) -> "SigningKey":
        return cls(kid, ec.generate_private_key(curve or ec.SECP256R1()))

    @cached_property
    def algorithm(self) -> str:
        return "RS256" if isinstance(self.private, rsa.RSAPrivateKey) else "ES256"

    @cached_property
    def jwk(self) -> dict[str, Any]:
        """The public half, as in a JWK Set."""
        kind: Any = jwt.algorithms.get_default_algorithms()[self.algorithm]
        document: dict[str, Any] = kind.to_jwk(self.private.public_key(), as_dict=True)
        return document | {"kid": self.kid, "use": "sig", "alg": self.algorithm}

    def sign(self, claims: Mapping[str, Any], **head: Any) -> str:
        key: Any = self.private
        return jwt.encode(dict(claims), key, self.algorithm, headers={"kid": self.kid} | head)


@dataclass
class Provider:
    """Serves `documents` by their paths; `asked` are the paths of all requests."""

    url: str
    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def publish(self, *keys: SigningKey, **described: Any) -> None:
        self.documents["/.well-known/openid-configuration"] = {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
        } | described
        self.documents["/keys"] = {"keys": [key.jwk for key in keys]}

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Of a good token; a claim that is changed to None is left out."""
        now_s = int(time.time())
        good = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "auth0|alice",
            "scope": "openid videos:read",
            "iat": now_s,
            "exp": now_s + 600,
        }
        return {name: value for name, value in (good | changed).items() if value is not None}


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider on a free port of the loopback, without documents yet."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            document = provider.documents.get(self.path)
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(404 if document is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
