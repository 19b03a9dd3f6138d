"""No token is taken but those that a known key has signed for this API, for now, with known scopes."""

import base64
import hashlib
import hmac
import json
import random
import string
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from authorizer.authorizing import Authorizer
from authorizer.bearer import MAX_TOKEN_BYTES
from authorizer.refusal import TokenRefused
from reelway import tokens
from reelway.tokens import TokenKey
from tests.support.doubles.provider import Provider, SigningKey
from tests.support.samples import VIDEO_ID
from tests.unit.authorizer.conftest import KEYS, Ask, event

Refusal = Callable[[str], str]
KEY = KEYS["2"]
FOREVER = 4_000_000_000
SECRET_OF_OTHERS = TokenKey("2", b"a secret of somebody else's, with as many characters as ours")


def own(key: TokenKey = KEY, **changed: Any) -> str:
    """A good token of the stack's own but for what is changed; None leaves a claim out."""
    now_s = int(time.time())
    good = {"aud": "reelway", "sub": "alice", "scope": "videos:read", "iat": now_s, "exp": now_s + 60}
    return tokens.signed({n: v for n, v in (good | changed).items() if v is not None}, key)


def encoded(document: Any) -> str:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def by_hand(head: Any, claims: Any, secret: bytes = KEY.secret, digest: str = "sha256") -> str:
    """A token that is signed whatever its head says."""
    text = f"{encoded(head)}.{encoded(claims)}"
    return f"{text}.{encoded(hmac.new(secret, text.encode(), digest).digest())}"


def claims_of(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def test_good_ones_are_taken(ask: Ask, provider: Provider, rsa_key: SigningKey, ec_key: SigningKey) -> None:
    assert ask(own()).owner == ask(own(KEYS["1"])).owner == "alice"
    for key in (rsa_key, ec_key):
        assert ask(key.sign(provider.claims())).owner == "auth0|alice"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": int(time.time()) - 31}, "expired"),
        ({"exp": None}, "no exp"),
        ({"exp": "4000000000"}, "exp is no time"),
        ({"exp": True}, "exp is no time"),
        ({"exp": float("inf")}, "exp is no time"),
        ({"exp": float("nan")}, "exp is no time"),
        ({"exp": None, "iat": None}, "no exp"),
        ({"nbf": FOREVER}, "not valid yet"),
        ({"iat": FOREVER, "exp": FOREVER + 1}, "not valid yet"),
        ({"nbf": []}, "nbf is no time"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["another", "reelway:"]}, "audience"),
        ({"aud": {"reelway": 1}}, "audience"),
        ({"sub": None}, "owner"),
        ({"sub": ""}, "owner"),
        ({"sub": 7}, "owner"),
        ({"sub": "a b"}, "owner"),
        ({"sub": "alice\n"}, "owner"),
        ({"sub": "alice#bob"}, "owner"),
        ({"sub": "alicé"}, "owner"),
        ({"sub": "a" * 256}, "owner"),
        ({"scope": "videos:read videos:steal"}, "unknown scope"),
        ({"scope": "openid"}, "unknown scope"),
        ({"scope": ["videos:read", 1]}, "no list of words"),
        ({"scope": {"videos:read": True}}, "no list of words"),
        ({"scope": None, "scp": "root"}, "unknown scope"),
        ({"iss": "another"}, "nobody here knows its issuer"),
        ({"iss": "https://issuer.example"}, "no key of the issuer"),
        ({"iss": ["reelway"]}, "nobody here knows its issuer"),
    ],
)
def test_of_the_stacks_own(refusal: Refusal, changed: dict[str, Any], why: str) -> None:
    assert why in refusal(own(**changed))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "no exp"),
        ({"nbf": FOREVER}, "not valid yet"),
        ({"iat": FOREVER}, "not valid yet"),
        ({"iss": "https://issuer.example/"}, "nobody here knows its issuer"),
        ({"iss": None}, "nobody here knows its issuer"),
        ({"iss": "reelway"}, "no key of the stack"),
        ({"aud": "reelway"}, "audience"),
        ({"aud": ["https://other.example"]}, "audience"),
        ({"sub": None}, "owner"),
        ({"scope": "openid videos:steal"}, "unknown scope"),
        ({"scope": None, "scp": ["webhooks:all"]}, "unknown scope"),
    ],
)
def test_of_the_providers(
    refusal: Refusal, provider: Provider, rsa_key: SigningKey, changed: dict[str, Any], why: str
) -> None:
    assert why in refusal(rsa_key.sign(provider.claims(**changed)))


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "", None, 7, "HS384", "HS512", "RS256", "ES256"]
)
def test_another_algorithm_than_the_keys(refusal: Refusal, algorithm: Any) -> None:
    claims = claims_of(own())
    head = {"alg": algorithm, "kid": KEY.kid, "typ": "JWT"}
    digest = {"HS384": "sha384", "HS512": "sha512"}.get(str(algorithm), "sha256")
    for token in (
        by_hand(head, claims, digest=digest),
        f"{encoded(head)}.{encoded(claims)}.",
        f"{encoded(head)}.{encoded(claims)}.{encoded(b'x')}",
    ):
        assert refusal(token)


def test_a_public_key_is_no_secret(
    refusal: Refusal, provider: Provider, rsa_key: SigningKey, ec_key: SigningKey
) -> None:
    """HS256 with the text of a public key for its secret, in each of its forms."""
    for key in (rsa_key, ec_key):
        public = key.private.public_key()
        secrets = [
            public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            json.dumps(key.jwk).encode(),
            b"",
        ]
        for secret in secrets:
            assert refusal(by_hand({"alg": "HS256", "kid": key.kid}, provider.claims(), secret))


def test_a_key_opens_no_others_tokens(
    refusal: Refusal, provider: Provider, rsa_key: SigningKey, ec_key: SigningKey
) -> None:
    other = SigningKey.ec(rsa_key.kid)
    assert refusal(other.sign(provider.claims()))
    assert refusal(rsa_key.sign(provider.claims(), kid=ec_key.kid))
    assert refusal(rsa_key.sign(provider.claims(), kid="unknown"))
    assert refusal(SigningKey("ec-1", ec.generate_private_key(ec.SECP256R1())).sign(provider.claims()))
    assert refusal(own(SECRET_OF_OTHERS))
    assert refusal(own(TokenKey("3", KEY.secret)))
    assert refusal(own(TokenKey("1", KEY.secret)))
    # The issuer's key says that it is the stack, and the stack's that it is the issuer.
    assert refusal(rsa_key.sign(provider.claims(iss="reelway", aud="reelway")))
    assert refusal(by_hand({"alg": "HS256", "kid": rsa_key.kid}, provider.claims()))


@pytest.mark.parametrize("kid", [None, 1, [], {}, "", "0", "2 ", "../2"])
def test_an_unknown_kid(refusal: Refusal, kid: Any) -> None:
    assert refusal(by_hand({"alg": "HS256", "kid": kid}, claims_of(own())))


@pytest.mark.parametrize(
    "head", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"alg"', b"[" * 5000, b'{"alg":' * 2000]
)
def test_what_is_no_json(refusal: Refusal, head: bytes) -> None:
    assert refusal(f"{encoded(head) or 'e30'}.{encoded(claims_of(own()))}.{encoded(b'x')}")
    good = {"alg": "HS256", "kid": KEY.kid}
    assert refusal(by_hand(good, head or b"x"))


def test_a_head_that_asks_for_more_is_not_followed(refusal: Refusal, ask: Ask) -> None:
    critical = {"alg": "HS256", "kid": KEY.kid, "crit": ["b64"], "b64": False}
    assert refusal(by_hand(critical, claims_of(own())))
    pointing = {
        "alg": "HS256",
        "kid": KEY.kid,
        "jku": "https://evil.example",
        "jwk": {"kty": "oct", "k": "AA"},
    }
    assert refusal(by_hand(pointing, claims_of(own()), secret=b"\x00"))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"sub": "no-video", "own": "alice"}, "no video"),
        ({"sub": VIDEO_ID, "own": ""}, "owner"),
        ({"sub": VIDEO_ID}, "owner"),
        ({"sub": VIDEO_ID, "own": "alice", "exp": 1}, "expired"),
        ({"sub": VIDEO_ID.upper(), "own": "alice"}, "no video"),
        ({"sub": [VIDEO_ID], "own": "alice"}, "no video"),
    ],
)
def test_grants(refusal: Refusal, claims: dict[str, Any], why: str) -> None:
    assert why in refusal(own(aud="reelway:upload", scope=None, **claims))


def test_a_grant_for_several_audiences_is_none(refusal: Refusal) -> None:
    assert "no" in refusal(own(aud=["reelway:upload"], sub=VIDEO_ID, own="alice"))


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        ["Bearer a.b"],
        ["Bearer a.b.c.d"],
        ["Basic e30.e30.e30"],
        ["Bearer é.b.c"],
        ["Bearer a.b.c\n"],
        ["e30.e30.e30"],
        ["Bearer e30.e30.e30, Bearer e30.e30.e30"],
    ],
)
def test_headers_of_other_forms(authorizer: Authorizer, values: list[str]) -> None:
    with pytest.raises(TokenRefused):
        authorizer.bearer_of(event(*values), time.time())


def test_two_headers_are_none(authorizer: Authorizer) -> None:
    """API Gateway would keep the answer under one of them."""
    good = f"Bearer {own()}"
    assert authorizer.bearer_of(event(good), time.time())
    with pytest.raises(TokenRefused, match="2 headers"):
        authorizer.bearer_of(event(good, good), time.time())
    with pytest.raises(TokenRefused):
        authorizer.bearer_of({}, time.time())


def test_one_that_is_too_long_is_not_looked_at(refusal: Refusal) -> None:
    assert refusal(own(pad="x" * MAX_TOKEN_BYTES)) == "it is too long"


def mutated(token: str, chance: random.Random) -> str:
    """The token with a few characters or parts changed, moved, cut or added."""
    parts = token.split(".")
    kind = chance.randrange(7)
    if kind == 0:
        return token[: chance.randrange(len(token))]
    if kind == 1:
        chance.shuffle(parts)
        return ".".join(parts)
    if kind == 2:
        return ".".join([*parts[:2], ""])
    if kind == 3:
        return token + chance.choice(string.ascii_letters)
    if kind == 4:
        claims = claims_of(token) | {chance.choice(["sub", "aud", "scope", "exp", "iss"]): chance.random()}
        return ".".join([parts[0], encoded(claims), parts[2]])
    at = chance.randrange(len(token))
    characters = string.ascii_letters + string.digits + "-_."
    return token[:at] + chance.choice(characters) + token[at + (kind == 5) :]


def random_token(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return ".".join(encoded(chance.randbytes(chance.randrange(1, 60))) for _ in range(3))
    head = {
        "alg": chance.choice(["HS256", "RS256", "ES256", "none"]),
        "kid": chance.choice(["1", "2", "rsa-1", "ec-1"]),
    }
    claims = claims_of(own()) | {"iss": chance.choice(["reelway", "https://issuer.example"])}
    signature = hashlib.sha256(chance.randbytes(8)).digest() * chance.choice([1, 2, 8])
    return f"{encoded(head)}.{encoded(claims)}.{encoded(signature)}"


def means_the_same(token: str, other: str) -> bool:
    """The last character of a part holds bits that are not read: base64 has several spellings for them."""
    try:
        parts = [
            [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in each.split(".")]
            for each in (token, other)
        ]
    except ValueError:
        return False
    return parts[0] == parts[1]


def test_ten_thousand_random_and_mutated_ones(
    ask: Ask, provider: Provider, rsa_key: SigningKey, ec_key: SigningKey
) -> None:
    chance = random.Random(16)  # noqa: S311  the same ones each time
    good = [own(), own(KEYS["1"]), rsa_key.sign(provider.claims()), ec_key.sign(provider.claims())]
    good.append(tokens.upload_grant(VIDEO_ID, "alice", KEY, now_s=int(time.time()), lasts_s=60))
    taken = []
    for number in range(10_000):
        original = chance.choice(good)
        token = random_token(chance) if number % 4 == 0 else mutated(original, chance)
        try:
            ask(token)
        except TokenRefused:
            continue
        if not means_the_same(token, original):
            taken.append(token)
    assert taken == []
