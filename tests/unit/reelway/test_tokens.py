"""The stack's own tokens are what a library makes."""

import jwt

from reelway import tokens
from reelway.tokens import TokenKey
from tests.support.samples import VIDEO_ID

KEY = TokenKey("1", b"a key of sixty-four characters, as long as that of the template!!!")


def test_a_token_is_a_jwt_of_hs256_with_the_id_of_its_key() -> None:
    token = tokens.signed({"sub": "älice", "n": 1}, KEY)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "1", "typ": "JWT"}
    assert jwt.decode(token, KEY.secret, ["HS256"]) == {"iss": "reelway", "sub": "älice", "n": 1}


def test_a_grant_is_for_one_video_of_an_owner_and_ends() -> None:
    grant = tokens.upload_grant(VIDEO_ID, "alice", KEY, now_s=4_000_000_000, lasts_s=60)
    claims = jwt.decode(grant, options={"verify_signature": False})
    assert claims == {
        "iss": "reelway",
        "aud": "reelway:upload",
        "sub": VIDEO_ID,
        "own": "alice",
        "iat": 4_000_000_000,
        "exp": 4_000_000_060,
    }


def test_a_key_is_not_shown() -> None:
    assert "sixty" not in repr(KEY)
