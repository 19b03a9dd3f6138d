"""Reads the APIs behind a distribution's origins through the API Gateway APIs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from local.edge.deployed_policies import Document
from local.edge.distribution import Api, ApiProtocol
from local.edge.gateway_responses import GatewayResponse, gateway_response
from local.edge.origins import ApiAddress, UnknownOriginError, locate

# Makes a boto3 client for a service and region.
ClientFactory = Callable[..., Any]

# By the error type of the emulator's own answer: the response's type, its status, and its message.
_REFUSALS = {
    "UnauthorizedException": ("UNAUTHORIZED", 401, "Unauthorized"),
    "AccessDeniedException": ("ACCESS_DENIED", 403, "User is not authorized to access this resource"),
}
_RESPONSE_TYPES = (
    *("REQUEST_TOO_LARGE", "DEFAULT_4XX", "DEFAULT_5XX"),
    *(type_ for type_, _, _ in _REFUSALS.values()),
)


def read_apis(client: ClientFactory, domain_names: Iterable[str]) -> dict[str, Api]:
    """Read the APIs among these origin domains, by API id."""
    apis: dict[str, Api] = {}
    for domain_name in domain_names:
        try:
            address = locate(domain_name)
        except UnknownOriginError:
            continue  # Requests to it are answered with 502.
        if isinstance(address, ApiAddress):
            apis[address.api_id] = _api(client, address)
    return apis


def _api(client: ClientFactory, address: ApiAddress) -> Api:
    protocol = _protocol(client("apigatewayv2", region_name=address.region), address.api_id)
    if protocol is not ApiProtocol.REST:
        return Api(protocol, _too_large({}), _malformed({}))
    customized = _customized_responses(client, address)
    too_large = customized.get("REQUEST_TOO_LARGE") or customized.get("DEFAULT_4XX") or {}
    malformed = _malformed(customized.get("DEFAULT_5XX") or {})
    return Api(protocol, _too_large(too_large), malformed, _refusals(customized))


def _protocol(gateway: Any, api_id: str) -> ApiProtocol:
    try:
        return ApiProtocol(gateway.get_api(ApiId=api_id)["ProtocolType"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return ApiProtocol.REST


def _customized_responses(client: ClientFactory, address: ApiAddress) -> dict[str, Document]:
    """Return the gateway responses the API customizes, by type.

    The emulator does not import those in an API's OpenAPI body, where SAM puts them: they come from the
    template of the API's stack, and what the API itself knows wins over them.
    """
    gateway = client("apigateway", region_name=address.region)
    tags = gateway.get_rest_api(restApiId=address.api_id).get("tags") or {}
    cloudformation = client("cloudformation", region_name=address.region)
    customized = _responses_in_template(cloudformation, tags)
    for response_type in _RESPONSE_TYPES:
        reply = gateway.get_gateway_response(restApiId=address.api_id, responseType=response_type)
        if not reply.get("defaultResponse"):
            customized[response_type] = reply
    return customized


def _responses_in_template(cloudformation: Any, tags: Document) -> dict[str, Document]:
    stack, logical_id = tags.get("aws:cloudformation:stack-name"), tags.get("aws:cloudformation:logical-id")
    if not stack or not logical_id:
        return {}
    template = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    # boto3 parses a JSON template; a processed one is JSON, unless nothing had to be processed.
    resources = template.get("Resources", {}) if isinstance(template, Mapping) else {}
    body = resources.get(logical_id, {}).get("Properties", {}).get("Body") or {}
    return dict(body.get("x-amazon-apigateway-gateway-responses") or {})


def _refusals(customized: Mapping[str, Document]) -> dict[str, GatewayResponse]:
    return {
        error: _gateway_response(customized[type_], type_, default_status=status, message=message)
        for error, (type_, status, message) in _REFUSALS.items()
        if type_ in customized
    }


def _too_large(reply: Document) -> GatewayResponse:
    return _gateway_response(reply, "REQUEST_TOO_LARGE", default_status=413, message="Request Too Long")


def _malformed(reply: Document) -> GatewayResponse:
    return _gateway_response(reply, "DEFAULT_5XX", default_status=502, message="Internal server error")


def _gateway_response(reply: Document, type_: str, *, default_status: int, message: str) -> GatewayResponse:
    return gateway_response(
        reply.get("responseParameters") or {},
        reply.get("responseTemplates") or {},
        type_=type_,
        status=int(reply.get("statusCode") or default_status),
        message=message,
    )
