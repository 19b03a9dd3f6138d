"""What the template takes of an account: by its defaults no more than a new one has."""

from typing import Any

import pytest

from reelway.adapters import ffmpeg_process
from reelway.probing import ranged_file
from tests.support.readers import template

FUNCTIONS = template.of_type("AWS::Serverless::Function")
GLOBALS = template.load()["Globals"]["Function"]
PARAMETERS = template.load()["Parameters"]
MAPPINGS = template.of_type("AWS::Lambda::EventSourceMapping")
# Of each parameter, the functions whose concurrency it reserves, and so bounds.
RESERVED = {
    "ApiReserved": (
        *("UploadFunction", "StreamingFunction", "VideosFunction", "SocketFunction", "ChangesFunction"),
        "AuthorizerFunction",
    ),
    "EncodeReserved": ("EncodeFunction",),
    "PrepareReserved": ("PrepareFunction",),
    "PlanReserved": ("PlanFunction",),
}
# Of a new account: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
NEW_MEMORY_MB, NEW_CONCURRENCY = 3008, 10
CPU_S_PER_GIB = 4  # of the child that measures (docs/decisions/processing.md)
FIRST_BYTE_S = 0.03  # of S3's answer to a request for a range, assumed
LAMBDA_MB_PER_S = 75  # what one function reads, as bench/encode/lambda_model.py assumes it


def by_default(value: Any) -> Any:
    """A value, or the default of the parameter that it refers to."""
    return PARAMETERS[value["Ref"]]["Default"] if isinstance(value, dict) else value


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_has_more_memory_than_a_new_account_allows(name: str) -> None:
    assert by_default(FUNCTIONS[name].get("MemorySize", GLOBALS["MemorySize"])) <= NEW_MEMORY_MB


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nothing_is_reserved_by_default(name: str) -> None:
    """Lambda keeps 100 of every account unreserved, so that a new one cannot reserve anything."""
    for parameter in RESERVED:
        assert PARAMETERS[parameter]["Default"] == 0
        assert template.load()["Conditions"][f"Has{parameter}"] == {
            "Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, 0]}]
        }
    none = {f"Has{parameter}": False for parameter in RESERVED}
    assert "ReservedConcurrentExecutions" not in template.resolved(FUNCTIONS[name], **none)
    assert "ProvisionedConcurrencyConfig" not in FUNCTIONS[name]


def test_concurrency_is_reserved_where_it_is_asked_for_and_bounds_what_costs() -> None:
    for name, function in FUNCTIONS.items():
        parameter = next((each for each, names in RESERVED.items() if name in names), None)
        all_ = {f"Has{each}": True for each in RESERVED}
        reserved = template.resolved(function, **all_).get("ReservedConcurrentExecutions")
        assert reserved == ({"Ref": parameter} if parameter else None)


def test_no_queue_alone_can_take_all_that_a_new_account_has() -> None:
    at_most = [
        mapping["ScalingConfig"]["MaximumConcurrency"]
        for mapping in MAPPINGS.values()
        if "ScalingConfig" in mapping
    ]
    from_queues = [
        mapping for mapping in MAPPINGS.values() if "Queue" in mapping["EventSourceArn"]["Fn::GetAtt"][0]
    ]
    assert len(at_most) == len(from_queues)
    assert max(at_most) <= NEW_CONCURRENCY / 2


def test_a_recording_of_the_maximum_size_can_be_measured_before_planning_ends() -> None:
    """5 GiB without a declared length are read whole. Half as much time again is left, for a slow day."""
    measuring_s, probing_s = ffmpeg_process._MEASURE_TIMEOUT_S, ffmpeg_process._PROBE_TIMEOUT_S
    size_bytes = PARAMETERS["MaxUploadBytes"]["Default"]
    sent_s = size_bytes / (LAMBDA_MB_PER_S * 1e6)
    waited_s = size_bytes / ranged_file._MAX_REQUEST_BYTES * FIRST_BYTE_S
    read_s = size_bytes / 2**30 * CPU_S_PER_GIB
    assert measuring_s > 1.5 * (sent_s + waited_s + read_s)
    # A cold start, the record that is waited for, the plan and the start of the execution come on top.
    assert FUNCTIONS["PlanFunction"]["Timeout"] >= measuring_s + probing_s + 10
