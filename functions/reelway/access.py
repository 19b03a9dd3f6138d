"""Which requests the API answers: the kind of each route, and what each kind of access allows."""

from enum import StrEnum
from http import HTTPStatus

from reelway.errors import RequestRefused


class Kind(StrEnum):
    """What a request does."""

    WATCH = "watch"  # plays, describes and watches a video whose id is known; asks how the service is doing
    LIST = "list"  # tells ids
    UPLOAD = "upload"
    CHANGE = "change"  # deletes, restores, or processes again


class Access(StrEnum):
    """What the API does for everybody; the template's parameter of this name."""

    OPEN = "open"
    READ_ONLY = "read-only"


# By method and rule, as `HttpApi.route` has it; HEAD is as GET. OPEN alone answers requests of no kind.
KINDS = {
    ("POST", "/upload"): Kind.UPLOAD,
    ("GET", "/s3/params"): Kind.UPLOAD,
    ("POST", "/s3/multipart"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>"): Kind.UPLOAD,
    ("DELETE", "/s3/multipart/<uploadId>"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>/batch"): Kind.UPLOAD,
    ("POST", "/s3/multipart/<uploadId>/complete"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>/<partNumber>"): Kind.UPLOAD,
    ("GET", "/stream/ready"): Kind.LIST,
    ("GET", "/stream/<videoId>/manifest"): Kind.WATCH,
    ("GET", "/stream/<videoId>/master"): Kind.WATCH,
    ("GET", "/stream/<videoId>/iframes"): Kind.WATCH,
    ("GET", "/stream/<videoId>/poster"): Kind.WATCH,
    ("GET", "/stream/<videoId>/storyboard"): Kind.WATCH,
    ("GET", "/stream/<videoId>/storyboard.jpg"): Kind.WATCH,
    ("GET", "/stream/<videoId>/segment/<segmentId>"): Kind.WATCH,
    ("GET", "/video/<videoId>"): Kind.WATCH,
    ("DELETE", "/video/<videoId>"): Kind.CHANGE,
    ("POST", "/video/<videoId>/retry"): Kind.CHANGE,
    ("POST", "/video/<videoId>/restore"): Kind.CHANGE,
    ("GET", "/video/<videoId>/status/stream"): Kind.WATCH,
    ("GET", "/status"): Kind.WATCH,
}
_ALLOWED = {Access.OPEN: frozenset((*Kind, None)), Access.READ_ONLY: frozenset({Kind.WATCH})}


def check(access: Access, method: str, rule: str) -> None:
    """Raises RequestRefused 403 unless a request by `method` to the route of this `rule` is answered."""
    kind = KINDS.get(("GET" if method == "HEAD" else method, rule))
    if kind not in _ALLOWED[access]:
        raise RequestRefused(
            HTTPStatus.FORBIDDEN,
            "read_only",
            "This server is read-only: who knows a video's id may watch it, and nobody may upload, list, "
            "delete or restore any through the API. Its owner opens it by deploying with Access=open.",
        )
