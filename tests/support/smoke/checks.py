"""Checks of single answers of a deployed stack. Each fails by an AssertionError that says what was seen."""

import httpx


def came_from_s3(answer: httpx.Response) -> None:
    """The bytes came from the bucket, past API Gateway and the function."""
    signs = {
        name: answer.headers.get(name) for name in ("server", "x-amz-id-2", "x-amzn-trace-id", "x-cache")
    }
    is_from_s3 = signs["server"] == "AmazonS3" or signs["x-amz-id-2"]
    assert answer.status_code in {200, 206}, f"{answer.status_code}: {answer.text[:200]}"
    assert is_from_s3, f"not from S3 but through the function, by its headers {signs}"


def is_our_problem(answer: httpx.Response, status: int, code: str) -> None:
    """The answer is Reelway's own document, readable by scripts of every origin, and kept by no cache."""
    seen = f"{answer.status_code} {answer.headers.get('content-type')}: {answer.text[:200]}"
    assert answer.status_code == status, seen
    assert answer.headers.get("content-type") == "application/problem+json", seen
    assert answer.json().get("code") == code, seen
    is_readable_by_scripts(answer)


def is_readable_by_scripts(answer: httpx.Response) -> None:
    """Pages of every origin may read the answer, or those of the origin that the request named."""
    allowed = answer.headers.get("access-control-allow-origin")
    asking = answer.request.headers.get("origin")
    assert allowed in {"*", asking or "*"}, f"access-control-allow-origin is {allowed}, to a page of {asking}"


def is_not_replayed(first: httpx.Response, second: httpx.Response) -> None:
    """Two equal requests were answered one by one: the second error is not the first out of a cache."""
    ids = [answer.json()["requestId"] for answer in (first, second)]
    assert ids[0] != ids[1], f"the same error was answered twice, from a cache: requestId {ids[0]}"
    assert "age" not in second.headers, f"the error is {second.headers['age']} s old"


def is_cached(answers: list[httpx.Response]) -> None:
    """One of several equal requests was answered from CloudFront's cache."""
    seen = [answer.headers.get("x-cache") for answer in answers]
    assert any(value and value.lower().startswith("hit") for value in seen), f"never from the cache: {seen}"


def refuses_method(answer: httpx.Response) -> None:
    """CloudFront itself answers 403 to methods that the page's paths do not take."""
    assert answer.status_code == 403, f"{answer.request.method}: {answer.status_code}, expected 403"


def redirects_to_https(answer: httpx.Response) -> None:
    """Plain HTTP is answered with the same address under https, and with nothing else."""
    expected = str(answer.request.url.copy_with(scheme="https", port=None))
    assert answer.status_code in {301, 307, 308}, f"plain HTTP is answered with {answer.status_code}"
    assert answer.headers.get("location") == expected, f"sent on to {answer.headers.get('location')}"


def offers_http3(answer: httpx.Response) -> None:
    """Browsers are told that they may come back by HTTP/3."""
    offered = answer.headers.get("alt-svc", "")
    assert "h3=" in offered, f"HTTP/3 is not offered: alt-svc is {offered!r}"


def is_denied(answer: httpx.Response) -> None:
    """S3 refuses a request that carries no permission, and tells nothing but that."""
    seen = f"{answer.request.method} {answer.request.url.copy_with(query=None)}: {answer.status_code}"
    assert answer.status_code == 403, f"{seen}, expected 403"
    assert "AccessDenied" in answer.text, f"{seen}: {answer.text[:200]}"
