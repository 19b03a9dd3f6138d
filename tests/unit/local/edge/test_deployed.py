import io
from typing import Any

from botocore.exceptions import ClientError

from local.edge.deployed import read_distribution
from local.edge.distribution import ApiProtocol, Origin, OriginGroup, Signing
from local.edge.forwarding import Breadth, Selection

ARN = "arn:aws:cloudfront::000000000000:function/viewer"
RESPONSE_ARN = "arn:aws:cloudfront::000000000000:function/answer"
RESPONSES = "x-amazon-apigateway-gateway-responses"
CONFIG = {
    "Origins": {
        "Items": [
            {"Id": "media", "DomainName": "m.s3.us-east-1.amazonaws.com", "OriginAccessControlId": "OAC"},
            {"Id": "api", "DomainName": "rest1.execute-api.eu-west-1.amazonaws.com", "OriginPath": "/v1"},
            {"Id": "status", "DomainName": "socket1.execute-api.eu-west-1.amazonaws.com"},
            {"Id": "other", "DomainName": "example.com"},
        ]
    },
    "OriginGroups": {
        "Items": [
            {
                "Id": "both",
                "FailoverCriteria": {"StatusCodes": {"Items": [404]}},
                "Members": {"Items": [{"OriginId": "media"}, {"OriginId": "api"}]},
            }
        ]
    },
    "DefaultCacheBehavior": {
        "TargetOriginId": "api",
        "AllowedMethods": {"Items": ["GET", "HEAD", "POST"]},
        "OriginRequestPolicyId": "ORP",
    },
    "CacheBehaviors": {
        "Items": [
            {
                "PathPattern": "/a/*",
                "TargetOriginId": "both",
                "ResponseHeadersPolicyId": "RHP",
                "FunctionAssociations": {
                    "Items": [
                        {"EventType": "viewer-response", "FunctionARN": RESPONSE_ARN},
                        {"EventType": "viewer-request", "FunctionARN": ARN},
                    ]
                },
            }
        ]
    },
    "CustomErrorResponses": {"Items": [{"ErrorCode": 404, "ErrorCachingMinTTL": 0}]},
}


class FakeAws:
    """The replies of one deployed distribution, for whichever service is asked."""

    def __init__(self, service: str, region_name: str | None = None) -> None:
        self.service = service
        self.region_name = region_name

    def get_distribution(self, Id: str) -> dict[str, Any]:  # noqa: N803  boto3's own name
        return {"Distribution": {"Id": Id, "DomainName": "d1.cloudfront.net", "DistributionConfig": CONFIG}}

    def get_origin_request_policy(self, **_: str) -> dict[str, Any]:
        config = {
            "HeadersConfig": {"HeaderBehavior": "allExcept", "Headers": {"Items": ["Host"]}},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "all"},
        }
        return {"OriginRequestPolicy": {"OriginRequestPolicyConfig": config}}

    def get_response_headers_policy(self, **_: str) -> dict[str, Any]:
        custom = {"Items": [{"Header": "X-A", "Value": "b", "Override": True}]}
        security = {
            "StrictTransportSecurity": {
                "Override": False,
                "AccessControlMaxAgeSec": 9,
                "IncludeSubdomains": True,
            }
        }
        config = {"CustomHeadersConfig": custom, "SecurityHeadersConfig": security}
        return {"ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig": config}}

    def get_origin_access_control(self, **_: str) -> dict[str, Any]:
        return {"OriginAccessControl": {"OriginAccessControlConfig": {"SigningBehavior": "always"}}}

    def get_function(self, **request: str) -> dict[str, Any]:
        assert request in ({"Name": "viewer", "Stage": "LIVE"}, {"Name": "answer", "Stage": "LIVE"})
        return {"FunctionCode": io.BytesIO(b"function handler() {}")}

    def get_api(self, ApiId: str) -> dict[str, Any]:  # noqa: N803  boto3's own name
        assert self.region_name == "eu-west-1"
        if ApiId == "socket1":
            return {"ProtocolType": "WEBSOCKET"}
        raise ClientError({"Error": {"Code": "NotFoundException", "Message": ApiId}}, "GetApi")

    def get_rest_api(self, **_: str) -> dict[str, Any]:
        return {"tags": {"aws:cloudformation:stack-name": "s", "aws:cloudformation:logical-id": "Rest"}}

    def get_gateway_response(self, responseType: str, **_: str) -> dict[str, Any]:  # noqa: N803
        if responseType == "DEFAULT_5XX":
            return {"responseTemplates": {"application/json": "from the API"}, "statusCode": "500"}
        return {"defaultResponse": True}

    def get_template(self, **_: str) -> dict[str, Any]:
        body = {
            RESPONSES: {
                "REQUEST_TOO_LARGE": {"responseTemplates": {"application/json": "from the template"}},
                "DEFAULT_5XX": {"responseTemplates": {"application/json": "not this one"}},
                "UNAUTHORIZED": {"responseTemplates": {"application/json": "no token"}},
                "ACCESS_DENIED": {
                    "responseTemplates": {"application/json": "bad token"},
                    "statusCode": "401",
                },
            }
        }
        return {"TemplateBody": {"Resources": {"Rest": {"Properties": {"Body": body}}}}}


DISTRIBUTION = read_distribution(FakeAws, "E1")


def test_origins_carry_their_path_and_their_access_controls_signing() -> None:
    assert DISTRIBUTION.origins["api"].path == "/v1"
    assert DISTRIBUTION.origins["media"] == Origin(
        "media", "m.s3.us-east-1.amazonaws.com", signing=Signing.ALWAYS
    )


def test_groups_name_their_members_in_order() -> None:
    assert DISTRIBUTION.groups == {"both": OriginGroup("both", "media", "api", frozenset({404}))}


def test_a_behavior_that_lists_no_methods_allows_get_and_head() -> None:
    assert DISTRIBUTION.ordered_behaviors[0].allowed_methods == {"GET", "HEAD"}


def test_a_behaviors_function_comes_with_its_live_code() -> None:
    assert DISTRIBUTION.ordered_behaviors[0].function_arn == ARN
    assert DISTRIBUTION.ordered_behaviors[0].response_function_arn == RESPONSE_ARN
    assert DISTRIBUTION.functions == dict.fromkeys((ARN, RESPONSE_ARN), "function handler() {}")


def test_an_origin_request_policy_decides_what_is_forwarded() -> None:
    forwarding = DISTRIBUTION.default_behavior.forwarding
    assert forwarding.headers == (Selection(Breadth.ALL_EXCEPT, frozenset({"host"})),)
    assert forwarding.cookies == (Selection(Breadth.NONE),)
    assert forwarding.query == (Selection(Breadth.ALL),)


def test_a_response_policy_has_security_and_custom_headers() -> None:
    policy = DISTRIBUTION.ordered_behaviors[0].response_policy
    assert policy is not None
    assert [(header.name, header.value) for header in policy.headers] == [
        ("Strict-Transport-Security", "max-age=9; includeSubDomains"),
        ("X-A", "b"),
    ]


def test_apis_are_told_apart_by_their_protocol() -> None:
    protocols = {api_id: api.protocol for api_id, api in DISTRIBUTION.apis.items()}
    assert protocols == {"rest1": ApiProtocol.REST, "socket1": ApiProtocol.WEBSOCKET}


def test_gateway_responses_in_the_apis_body_count_when_the_api_does_not_know_them() -> None:
    too_large = DISTRIBUTION.apis["rest1"].request_too_large
    assert (too_large.status, too_large.template) == (413, "from the template")


def test_refusals_are_known_by_the_error_of_the_emulators_own_answer() -> None:
    refusals = DISTRIBUTION.apis["rest1"].refusals
    assert {error: (each.status, each.template) for error, each in refusals.items()} == {
        "UnauthorizedException": (401, "no token"),
        "AccessDeniedException": (401, "bad token"),
    }
    assert DISTRIBUTION.apis["socket1"].refusals == {}


def test_gateway_responses_the_api_knows_win() -> None:
    malformed = DISTRIBUTION.apis["rest1"].malformed_reply
    assert (malformed.status, malformed.template) == (500, "from the API")


def test_an_error_entry_that_only_sets_a_caching_time_is_no_custom_error() -> None:
    assert not DISTRIBUTION.has_custom_errors
