"""What the edge lends functions of CloudFront's module `crypto`, beside Python's own."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator

import pytest
from multidict import CIMultiDict

from local.edge.viewer_event import FunctionError, FunctionResponse, ViewerRequest
from local.edge.viewer_function import ViewerFunction

SUMS = """
import crypto from 'crypto';
function handler(event) {
  const text = decodeURIComponent(event.request.headers.text.value);
  const key = decodeURIComponent(event.request.headers.key.value);
  const encoding = event.request.headers.encoding.value;
  const plain = crypto.createHash('sha256').update(text).digest(encoding);
  const sum = crypto.createHmac('sha256', key).update(text.slice(0, 3)).update(text.slice(3));
  const keyed = sum.digest(encoding);
  return { statusCode: 200, body: plain + ' ' + keyed };
}
"""
ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base64": lambda digest: base64.b64encode(digest).decode(),
    "base64url": lambda digest: base64.urlsafe_b64encode(digest).decode().rstrip("="),
}


@pytest.fixture(scope="module")
def function() -> Iterator[ViewerFunction]:
    function = ViewerFunction(SUMS, distribution_id="E1", domain_name="d1.cloudfront.net")
    yield function
    function.close()


def answer(function: ViewerFunction, **headers: str) -> str:
    request = ViewerRequest("GET", "/", "", CIMultiDict(headers), "192.0.2.1")
    outcome = function.run_blocking(request, "request-1")
    assert isinstance(outcome, FunctionResponse)
    return outcome.body.decode()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_digests_are_those_of_python(function: ViewerFunction, encoding: str) -> None:
    encoded = ENCODINGS[encoding]
    for length in (*range(1, 130), 1000):
        text, key = "x" * length, "key" * (length // 2 + 1)
        plain = hashlib.sha256(text.encode()).digest()
        keyed = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
        found = answer(function, text=text, key=key, encoding=encoding)
        assert found == f"{encoded(plain)} {encoded(keyed)}", length


def test_text_is_taken_as_utf_8(function: ViewerFunction) -> None:
    keyed = hmac.new("ключ".encode(), "ünï€😀".encode(), hashlib.sha256).hexdigest()
    escaped = {"text": "%C3%BCn%C3%AF%E2%82%AC%F0%9F%98%80", "key": "%D0%BA%D0%BB%D1%8E%D1%87"}
    assert answer(function, **escaped, encoding="hex").endswith(keyed)


@pytest.mark.parametrize(
    "call",
    ["createHash('md5')", "createHmac('sha1', 'k')", "createHash('sha256').update('a').digest('latin1')"],
)
def test_what_is_not_lent_fails_and_says_so(call: str) -> None:
    source = (
        f"import crypto from 'crypto';\nfunction handler(event) {{ crypto.{call}; return event.request; }}"
    )
    function = ViewerFunction(source, distribution_id="E1", domain_name="d1.cloudfront.net")
    try:
        with pytest.raises(FunctionError, match=r"lent|lends"):
            function.run_blocking(ViewerRequest("GET", "/", "", CIMultiDict(), "192.0.2.1"), "request-1")
    finally:
        function.close()
