"""Playback tokens: who has one of a video plays it, by a path in front of its usual paths.

    /p/{issued}-{expires}.{kid}.{mac}/stream/{videoId}/…

`issued` and `expires` are seconds of Unix time, `kid` names the key, and `mac` is the first 32 characters of
base64url(HMAC-SHA256(key, "{kid}.{issued}-{expires}.{videoId}")). The distribution's function verifies them
(distribution/viewer-request.js). Where `issued-` is left out, it takes the earliest time at which the token
could have been issued.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

# No token is valid for longer: what was recalled has to be remembered for this time only.
MAX_LIFE_S = 7 * 86_400
# By this header of a request the viewer-request function says which video's token it has verified.
VERIFIED_HEADER = "x-reelway-playback"
# Segments of signed videos, which have this prefix, are served to nobody without a token.
SIGNED_SEGMENTS = "s-"
_MAC_LENGTH = 32
_TOKEN = re.compile(r"(\d{10}-)?\d{10}\.[a-z0-9]{1,16}\.[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    kid: str
    secret: str


def signed(key: Key, video_id: str, *, issued: int, expires: int) -> str:
    """The token of a video; both times are seconds of Unix time."""
    span = f"{issued}-{expires}"
    mac = hmac.new(key.secret.encode(), f"{key.kid}.{span}.{video_id}".encode(), hashlib.sha256).digest()
    return f"{span}.{key.kid}.{base64.urlsafe_b64encode(mac)[:_MAC_LENGTH].decode()}"


def is_token(text: str) -> bool:
    """Whether it has the form of a token; only the distribution knows whether it is one."""
    return _TOKEN.fullmatch(text) is not None


def tokened(token: str, path: str) -> str:
    """The path by which a token of the video plays what is at `path`."""
    return f"/p/{token}{path}"
