"""Which sites' pages may read an answer: the CORS headers of the functions' answers."""

from collections.abc import Mapping
from dataclasses import dataclass

_EXPOSED = {
    "Access-Control-Expose-Headers": (
        "Content-Range,Content-Length,ETag,Accept-Ranges,Link,Retry-After,Location"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET,HEAD,POST,PATCH,DELETE,OPTIONS",
    "Access-Control-Allow-Headers": (
        "Authorization,Content-Type,Range,If-None-Match,If-Range,Idempotency-Key,uppy-auth-token,uppy-credentials-params"
    ),
    "Access-Control-Max-Age": "3000",  # seconds, as the buckets' and the distribution's CORS rules have it
}


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """`text` is `*`, or origins with commas between them, such as `https://a.example,https://b.example`.

    With `*` every answer is the same, also one to a request without an Origin, so that a cache never holds an
    answer that a browser may not read. Otherwise an answer names the origin that asked, if it is listed, and
    caches are told by Vary that it depends on that.
    """

    text: str

    def headers(self, request: Mapping[str, str]) -> dict[str, str]:
        """For an answer to a request with these headers, whose names are in lower case."""
        if self.text == "*":
            return {"Access-Control-Allow-Origin": "*", **_EXPOSED}
        origin = request.get("origin")
        if origin not in self.text.split(","):
            return {"Vary": "Origin"}
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **_EXPOSED}

    def preflight_headers(self, request: Mapping[str, str]) -> dict[str, str]:
        """For an answer to OPTIONS, by which a browser asks what it may send."""
        return self.headers(request) | _PREFLIGHT
