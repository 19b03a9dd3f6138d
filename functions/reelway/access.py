"""Which requests the API answers: the kind of each route, and what each kind of access allows."""

from enum import StrEnum
from http import HTTPStatus

from reelway.caller import Caller, Scope
from reelway.errors import AnswerCode, RequestRefused


class Kind(StrEnum):
    """What a request does."""

    PLAY = "play"  # plays a video whose id is known
    WATCH = "watch"  # describes and watches a video whose id is known; asks how the service is doing
    LIST = "list"  # tells ids
    UPLOAD = "upload"
    GRANT = "grant"  # lets others upload a video
    EDIT = "edit"  # changes what is said of a video, or processes it again
    DELETE = "delete"  # deletes, or undoes that
    SHARE = "share"  # lets others play a video that is not public
    WEBHOOKS = "webhooks"


class Access(StrEnum):
    """What the API does for whom; the template's parameter of this name."""

    TOKEN = "token"  # noqa: S105  no secret: everything but playing needs one
    OPEN = "open"
    READ_ONLY = "read-only"


# By method and rule, as `HttpApi.route` has it; HEAD is as GET. OPEN alone answers requests of no kind.
KINDS = {
    ("POST", "/upload"): Kind.UPLOAD,
    ("POST", "/uploads"): Kind.GRANT,
    ("GET", "/s3/params"): Kind.UPLOAD,
    ("POST", "/s3/multipart"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>"): Kind.UPLOAD,
    ("DELETE", "/s3/multipart/<uploadId>"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>/batch"): Kind.UPLOAD,
    ("POST", "/s3/multipart/<uploadId>/complete"): Kind.UPLOAD,
    ("GET", "/s3/multipart/<uploadId>/<partNumber>"): Kind.UPLOAD,
    ("GET", "/stream/ready"): Kind.LIST,
    ("GET", "/videos"): Kind.LIST,
    ("GET", "/stream/<videoId>/manifest"): Kind.PLAY,
    ("GET", "/stream/<videoId>/manifest.m3u8"): Kind.PLAY,
    ("GET", "/stream/<videoId>/master"): Kind.PLAY,
    ("GET", "/stream/<videoId>/master.m3u8"): Kind.PLAY,
    ("GET", "/stream/<videoId>/iframes"): Kind.PLAY,
    ("GET", "/stream/<videoId>/poster"): Kind.PLAY,
    ("GET", "/stream/<videoId>/storyboard"): Kind.PLAY,
    ("GET", "/stream/<videoId>/storyboard.jpg"): Kind.PLAY,
    ("GET", "/stream/<videoId>/segment/<segmentId>"): Kind.PLAY,
    ("GET", "/video/<videoId>"): Kind.WATCH,
    ("PATCH", "/video/<videoId>"): Kind.EDIT,
    ("DELETE", "/video/<videoId>"): Kind.DELETE,
    ("POST", "/video/<videoId>/retry"): Kind.EDIT,
    ("POST", "/video/<videoId>/restore"): Kind.DELETE,
    ("POST", "/video/<videoId>/playback-tokens"): Kind.SHARE,
    ("DELETE", "/video/<videoId>/playback-tokens"): Kind.SHARE,
    ("GET", "/video/<videoId>/status/stream"): Kind.WATCH,
    ("GET", "/status"): Kind.WATCH,
    ("GET", "/webhooks"): Kind.WEBHOOKS,
    ("POST", "/webhooks"): Kind.WEBHOOKS,
    ("GET", "/webhooks/<webhookId>"): Kind.WEBHOOKS,
    ("DELETE", "/webhooks/<webhookId>"): Kind.WEBHOOKS,
    ("POST", "/webhooks/<webhookId>/secret"): Kind.WEBHOOKS,
    ("POST", "/webhooks/<webhookId>/test"): Kind.WEBHOOKS,
    ("GET", "/webhooks/<webhookId>/deliveries"): Kind.WEBHOOKS,
    ("POST", "/webhooks/<webhookId>/deliveries/<deliveryId>/redeliver"): Kind.WEBHOOKS,
}
# What a token must allow; None where none is asked for.
SCOPES: dict[Kind | None, Scope | None] = {
    Kind.PLAY: None,
    Kind.WATCH: Scope.READ,
    Kind.LIST: Scope.READ,
    Kind.UPLOAD: Scope.UPLOAD,
    Kind.GRANT: Scope.UPLOAD,
    Kind.EDIT: Scope.UPLOAD,
    Kind.DELETE: Scope.DELETE,
    Kind.SHARE: Scope.PLAY,
    Kind.WEBHOOKS: Scope.WEBHOOKS,
    None: Scope.ADMIN,
}
# For everybody. What an upload grant allows, whatever its scopes.
_FOR_ALL = {Access.OPEN: frozenset((*Kind, None)), Access.READ_ONLY: frozenset({Kind.PLAY, Kind.WATCH})}
_GRANTED = frozenset({Kind.PLAY, Kind.WATCH, Kind.UPLOAD})


def kind_of(method: str, rule: str) -> Kind | None:
    """The kind of a request by `method` to the route of this `rule`; None for one that has none."""
    return KINDS.get(("GET" if method == "HEAD" else method, rule))


def check(access: Access, method: str, rule: str, caller: Caller | None) -> None:
    """Raises RequestRefused unless a request by `method` to the route of this `rule` is answered.

    `caller` is None where no token was shown: 401 where one is needed. Else 403.
    """
    kind = kind_of(method, rule)
    if access is Access.TOKEN:
        _check_token(kind, caller)
    elif kind not in _FOR_ALL[access]:
        raise _forbidden(
            "read_only",
            "This server is read-only: who knows a video's id may watch it, and nobody may upload, list, "
            "delete or restore any through the API. Its owner opens it by deploying with Access=open.",
        )


def _check_token(kind: Kind | None, caller: Caller | None) -> None:
    scope = SCOPES[kind]
    if scope is None:
        return
    if caller is None:
        detail = "This needs a token: send it as 'Authorization: Bearer …'."
        headers = {"WWW-Authenticate": 'Bearer realm="reelway"'}
        raise RequestRefused(HTTPStatus.UNAUTHORIZED, "token_required", detail, headers)
    if caller.video_id and kind not in _GRANTED:
        raise _insufficient("An upload grant uploads one video and watches it, and does nothing else.", scope)
    if not caller.has(scope):
        raise _insufficient(f"This needs a token with the scope {scope}.", scope)


def _insufficient(detail: str, scope: Scope) -> RequestRefused:
    challenge = f'Bearer realm="reelway", error="insufficient_scope", scope="{scope}"'
    return _forbidden("insufficient_scope", detail, {"WWW-Authenticate": challenge})


def _forbidden(code: AnswerCode, detail: str, headers: dict[str, str] | None = None) -> RequestRefused:
    return RequestRefused(HTTPStatus.FORBIDDEN, code, detail, headers)
