"""The answers API Gateway makes itself, rendered from an API's GatewayResponses."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from multidict import CIMultiDict

DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'

_HEADER_PREFIX = "gatewayresponse.header."
_VARIABLE = re.compile(r"\$(?:context\.([A-Za-z.]*[A-Za-z])|\{context\.([A-Za-z.]+)\})")


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """One response of one API, `type` as API Gateway names it; `template` is the one for application/json."""

    type: str
    status: int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    template: str = DEFAULT_TEMPLATE


@dataclass(frozen=True, slots=True)
class RenderedResponse:
    """A response ready to send."""

    status: int
    headers: CIMultiDict[str]
    body: bytes


def gateway_response(
    parameters: Mapping[str, str], templates: Mapping[str, str], *, type_: str, status: int, message: str
) -> GatewayResponse:
    """Read what needs no request of a GatewayResponse: its quoted header values and its JSON template."""
    headers = tuple(
        (name.removeprefix(_HEADER_PREFIX), source[1:-1])
        for name, source in parameters.items()
        if name.startswith(_HEADER_PREFIX) and source[:1] == source[-1:] == "'"
    )
    template = templates.get("application/json", DEFAULT_TEMPLATE)
    return GatewayResponse(type=type_, status=status, message=message, headers=headers, template=template)


def render(response: GatewayResponse, *, request_id: str, path: str) -> RenderedResponse:
    """Fill in the template; a variable that is not known here is left as it stands."""
    variables = {
        "requestId": request_id,
        "path": path,
        "error.message": response.message,
        "error.messageString": json.dumps(response.message),
        "error.responseType": response.type,
    }
    body = _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), response.template)
    headers = CIMultiDict({"Content-Type": "application/json", "x-amzn-RequestId": request_id})
    headers.update(response.headers)
    return RenderedResponse(response.status, headers, body.encode())
