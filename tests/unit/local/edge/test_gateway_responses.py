from local.edge.gateway_responses import gateway_response, render


def test_a_response_that_is_not_customized_has_the_default_message() -> None:
    response = gateway_response({}, {}, type_="REQUEST_TOO_LARGE", status=413, message="Request Too Long")
    rendered = render(response, request_id="r1", path="/upload")
    assert (rendered.status, rendered.body) == (413, b'{"message":"Request Too Long"}')
    assert rendered.headers["Content-Type"] == "application/json"


def test_a_template_gets_its_context_variables() -> None:
    template = (
        '{"title":$context.error.messageString,"text":"$context.error.message","type":"$context.error.responseType",'
        '"instance":"$context.path","id":"${context.requestId}","other":"$context.stage"}'
    )
    response = gateway_response(
        {}, {"application/json": template}, type_="REQUEST_TOO_LARGE", status=413, message="Too Long"
    )
    assert render(response, request_id="r1", path="/upload").body.decode() == (
        '{"title":"Too Long","text":"Too Long","type":"REQUEST_TOO_LARGE",'
        '"instance":"/upload","id":"r1","other":"$context.stage"}'
    )


def test_quoted_header_values_are_sent_without_their_quotes_and_mapped_ones_are_left_out() -> None:
    parameters = {
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.X-Mapped": "method.request.header.X",
    }
    response = gateway_response(parameters, {}, type_="DEFAULT_5XX", status=502, message="m")
    headers = render(response, request_id="r1", path="/").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers.getall("Content-Type") == ["application/problem+json"]
    assert "X-Mapped" not in headers
