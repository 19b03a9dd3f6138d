"""What the account allows: Lambda's concurrency and memory, and distributions of CloudFront."""

from collections.abc import Mapping
from typing import Any

from account import aws
from account.choices import Choices
from account.findings import Finding, failed, ok, warning

USUAL_CONCURRENCY = 1000
# New accounts have reduced quotas of both: few executions at once, no function with more memory than this.
NEW_ACCOUNT_CONCURRENCY = 100  # they have less: 10 or 50 were seen
REDUCED_MEMORY_MB = 3008
# So many executions must stay unreserved in every account.
UNRESERVED = 100
_RESERVES = "ReservedConcurrentExecutions"
_CONCURRENCY_CODE = "L-B99A9384"
_DISTRIBUTIONS_CODE = "L-24B04930"
# Quotas of global services are asked and raised in this region.
_GLOBAL = "us-east-1"


def findings(choices: Choices, region: str, template: Mapping[str, Any]) -> list[Finding]:
    return [*_lambda_findings(choices, region, template), _distributions(choices, region)]


def _lambda_findings(choices: Choices, region: str, template: Mapping[str, Any]) -> list[Finding]:
    functions = aws.client("lambda", region)
    try:
        allowed = int(functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    except aws.ERRORS as error:
        found, remedy = aws.explain(error)
        return [warning("concurrency", f"unknown: {found}", remedy)]
    wanted = int(choices.parameter(template, "EncodeConcurrency"))
    memory_mb = int(choices.parameter(template, "EncodeMemoryMb"))
    return [
        _concurrency(choices, allowed, wanted),
        *_reserved(allowed, choices, template),
        _memory(choices, functions, allowed, memory_mb),
    ]


def _concurrency(choices: Choices, allowed: int, wanted: int) -> Finding:
    """The functions of the API need concurrency beside the chunks of one video."""
    fitting = fitting_concurrency(allowed)
    if wanted <= fitting:
        return ok(
            "concurrency", f"{allowed} functions at once, of which a video's chunks take up to {wanted}"
        )
    return warning(
        "concurrency",
        f"the account runs {allowed} functions at once; EncodeConcurrency={wanted} leaves none for the API",
        f"{choices.deploy_with(f'EncodeConcurrency={fitting}')}, or ask AWS for more:\n"
        f"{_raise_command('lambda', _CONCURRENCY_CODE, USUAL_CONCURRENCY)}",
    )


def fitting_concurrency(allowed: int) -> int:
    """How many of the account's executions one video may take: a tenth is left, and at least two."""
    return max(1, allowed - max(2, allowed // 10))


def _reserved(allowed: int, choices: Choices, template: Mapping[str, Any]) -> list[Finding]:
    """Whether functions may reserve what the parameters say; nothing is found where none does."""
    names = _reserving(template)
    reserved = sum(int(choices.parameter(template, name)) for name in names)
    if reserved == 0:
        return []
    found = f"{reserved} of {allowed} executions would be reserved"
    if reserved <= allowed - UNRESERVED:
        return [ok("reserved", found)]
    none = " ".join(f"{name}=0" for name in dict.fromkeys(names))
    return [
        failed(
            "reserved",
            f"{found}, and Lambda refuses that unless {UNRESERVED} stay unreserved",
            choices.deploy_with(none),
        )
    ]


def _reserving(template: Mapping[str, Any]) -> list[str]:
    """The parameter of each function that reserves concurrency, once for each of these functions."""
    properties = [resource.get("Properties", {}) for resource in template["Resources"].values()]
    values = [found[_RESERVES] for found in properties if _RESERVES in found]
    return [name for value in values for name in _references(value) if name in template["Parameters"]]


def _references(value: Any) -> list[str]:
    """What an expression of the template refers to by `!Ref`."""
    if isinstance(value, dict):
        own = [str(value["Ref"])] if "Ref" in value else []
        return own + [name for inner in value.values() for name in _references(inner)]
    return [name for inner in value for name in _references(inner)] if isinstance(value, list) else []


def _memory(choices: Choices, functions: Any, concurrency: int, memory_mb: int) -> Finding:
    """No call tells the limit. A function with as much memory proves that the account allows it."""
    subject = "memory"
    if memory_mb <= REDUCED_MEMORY_MB:
        return ok(subject, f"EncodeMemoryMb={memory_mb} is allowed in every account")
    largest = _largest_function_mb(functions)
    if largest >= memory_mb:
        return ok(subject, f"EncodeMemoryMb={memory_mb}; there is a function with {largest} MB already")
    found = (
        f"EncodeMemoryMb={memory_mb}, but new accounts allow {REDUCED_MEMORY_MB}; no call of AWS tells which"
    )
    remedy = choices.deploy_with(f"EncodeMemoryMb={REDUCED_MEMORY_MB}")
    if concurrency < NEW_ACCOUNT_CONCURRENCY:
        found += f", and a concurrency of {concurrency} is that of a new account"
        return failed(subject, found, f"{remedy}, or DOCTOR=skip if you know better")
    return warning(subject, found, remedy)


def _largest_function_mb(functions: Any) -> int:
    """The memory of the largest function of the region, 0 if it may not be asked or there is none."""
    try:
        pages = list(functions.get_paginator("list_functions").paginate())
    except aws.ERRORS:
        return 0
    return max((int(f["MemorySize"]) for page in pages for f in page["Functions"]), default=0)


def _distributions(choices: Choices, region: str) -> Finding:
    subject = "distributions"
    try:
        pages = list(aws.client("cloudfront", region).get_paginator("list_distributions").paginate())
        allowed = _distributions_allowed()
    except aws.ERRORS as error:
        found, remedy = aws.explain(error)
        return warning(subject, f"unknown how many are allowed: {found}", remedy)
    listed = [entry for page in pages for entry in page["DistributionList"].get("Items", [])]
    found = f"{len(listed)} of {allowed} in use"
    if len(listed) < allowed or any(entry.get("Comment") == choices.stack for entry in listed):
        return ok(subject, found)
    return failed(subject, found, _raise_command("cloudfront", _DISTRIBUTIONS_CODE, allowed + 20))


def _distributions_allowed() -> int:
    quotas = aws.client("service-quotas", _GLOBAL)
    names = {"ServiceCode": "cloudfront", "QuotaCode": _DISTRIBUTIONS_CODE}
    try:
        answer = quotas.get_service_quota(**names)
    except quotas.exceptions.NoSuchResourceException:  # it was never changed
        answer = quotas.get_aws_default_service_quota(**names)
    return int(answer["Quota"]["Value"])


def _raise_command(service: str, code: str, value: int) -> str:
    where = f" --region {_GLOBAL}" if service == "cloudfront" else ""
    return (
        f"aws service-quotas request-service-quota-increase --service-code {service} --quota-code {code} "
        f"--desired-value {value}{where}"
    )
