"""The definition as text; it is executed in the integration tests."""

import json
import re
from typing import Any

import pytest

from bench.burst.retries import waiting_of
from reelway import keys
from reelway.adapters.s3_events import retry_delay_s
from tests.support.readers import state_machine, template
from transcode.job import MAX_INLINE_CHUNKS

DEFINITION = state_machine.definition()
TASKS = state_machine.tasks(DEFINITION)
SUBSTITUTIONS, TEXT, machines = state_machine.SUBSTITUTIONS, state_machine.TEXT, state_machine.machines

# States that do something which may go wrong.
STEPS = [
    name
    for name, state in DEFINITION["States"].items()
    if state["Type"] in ("Task", "Map") and name != "Fail"
]
CHUNKS = [name for name, state in DEFINITION["States"].items() if state["Type"] == "Map"]


def targets(state: dict[str, Any]) -> list[str]:
    rules = [*state.get("Catch", []), *state.get("Choices", [])]
    return [rule["Next"] for rule in rules] + [state[key] for key in ("Next", "Default") if key in state]


def test_every_placeholder_is_filled_in_by_the_template() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(SUBSTITUTIONS)


def test_only_strings_are_substituted_as_localstack_takes_nothing_else() -> None:
    parameters = template.load()["Parameters"]
    referred = [value["Ref"] for value in SUBSTITUTIONS.values() if "Ref" in value]
    types = {name: parameters[name]["Type"] for name in referred if name in parameters}

    assert types == {"EncodeConcurrency": "String"}
    assert all(isinstance(value, str | dict) for value in SUBSTITUTIONS.values())


@pytest.mark.parametrize("text", ["1", "9", "10", "999", "9999", "10000"])
def test_a_number_of_chunks_at_once_that_step_functions_takes_is_taken(text: str) -> None:
    assert re.fullmatch(template.load()["Parameters"]["EncodeConcurrency"]["AllowedPattern"], text)


@pytest.mark.parametrize("text", ["", "0", "01", "-1", "1.5", "10001", "99999", "1e3", "many", " 8"])
def test_any_other_text_is_refused_before_anything_is_deployed(text: str) -> None:
    """The definition has it without quotes, so that it would be no JSON, or another number of chunks."""
    assert not re.fullmatch(template.load()["Parameters"]["EncodeConcurrency"]["AllowedPattern"], text)


def test_every_state_that_is_gone_to_exists_and_every_state_is_gone_to() -> None:
    for machine in machines(DEFINITION):
        gone_to = {target for state in machine["States"].values() for target in targets(state)}
        assert gone_to | {machine["StartAt"]} == set(machine["States"])


def test_every_state_ends_or_goes_on() -> None:
    for machine in machines(DEFINITION):
        for state in machine["States"].values():
            goes_on = "Next" in state or "Choices" in state
            assert state["Type"] in ("Fail", "Succeed") or goes_on != (state.get("End") is True)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_ends_by_a_timeout_that_its_function_reaches_first(name: str) -> None:
    placeholder = re.search(rf'"{name}": {{\s*"Type": "Task",\s*"Resource": "\${{(\w+)Arn}}"', TEXT)
    assert placeholder
    function = template.properties(placeholder[1])
    timeout_s = function.get("Timeout", template.load()["Globals"]["Function"]["Timeout"])
    assert timeout_s < TASKS[name]["TimeoutSeconds"] <= DEFINITION["TimeoutSeconds"]


@pytest.mark.parametrize("name", STEPS)
def test_every_step_that_breaks_leads_to_fail(name: str) -> None:
    state = DEFINITION["States"][name]
    assert state["Catch"][-1] == {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Fail"}


def test_after_fail_the_execution_has_failed() -> None:
    assert DEFINITION["States"]["Fail"]["Next"] == "Failed"
    assert DEFINITION["States"]["Failed"]["Type"] == "Fail"


DAY_S = 86_400
# As Lambda and Step Functions name them; KeyError and OSError stand for whatever else there is.
OUR_FAULTS = [
    "ProcessingInterrupted",
    "StorageFailed",
    "KeyError",
    "OSError",
    "Lambda.ServiceException",
    "Lambda.SdkClientException",
    "Lambda.ResourceConflictException",
    "Lambda.AccessDeniedException",
]
# A program or a function that was ended; it has worked for up to 15 minutes until then.
ABORTS = [
    "ProcessingAborted",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    "States.Timeout",
]


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("error", [*OUR_FAULTS, *ABORTS])
def test_a_fault_of_ours_is_retried_for_a_day(name: str, error: str) -> None:
    retrier = state_machine.retrier_of(TASKS[name], error)
    assert retrier
    assert state_machine.mean_retry_s(retrier) >= DAY_S
    assert retrier["IntervalSeconds"] < retrier["MaxDelaySeconds"] < 31_622_400


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("error", OUR_FAULTS)
def test_an_outage_that_is_over_is_noticed_within_a_quarter_of_an_hour(name: str, error: str) -> None:
    retrier = state_machine.retrier_of(TASKS[name], error)
    assert retrier
    assert max(state_machine.pauses_s(retrier)) <= 900
    assert sum(state_machine.pauses_s(retrier)[:4]) <= 30
    assert retrier["JitterStrategy"] == "FULL"  # or all videos of the outage would come back at once


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("error", ABORTS)
def test_work_that_was_aborted_is_done_again_soon_but_only_a_few_times(name: str, error: str) -> None:
    retrier = state_machine.retrier_of(TASKS[name], error)
    assert retrier
    assert state_machine.pauses_s(retrier)[0] <= 10
    assert retrier["MaxAttempts"] <= 6


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("error", ["MediaRejected", "VideoGone"])
def test_neither_a_files_fault_nor_the_end_of_a_video_is_retried(name: str, error: str) -> None:
    retrier = state_machine.retrier_of(TASKS[name], error)
    assert retrier
    assert retrier["MaxAttempts"] == 0


@pytest.mark.parametrize("name", [*TASKS, *CHUNKS])
def test_all_errors_are_named_alone_and_last(name: str) -> None:
    """As Amazon States Language wants it; it refuses the definition otherwise."""
    state = TASKS.get(name) or DEFINITION["States"][name]
    for rule in state.get("Retry", [])[:-1]:
        assert "States.ALL" not in rule["ErrorEquals"]
    for rule in state.get("Retry", []):
        assert "States.ALL" not in rule["ErrorEquals"] or len(rule["ErrorEquals"]) == 1


def test_a_list_of_chunks_that_cannot_be_read_is_read_again_but_no_chunk_is_encoded_again() -> None:
    retrier = state_machine.retrier_of(DEFINITION["States"]["EncodeMany"], "States.ItemReaderFailed")
    assert retrier
    assert state_machine.mean_retry_s(retrier) >= DAY_S
    for name in CHUNKS:
        assert not state_machine.retrier_of(
            DEFINITION["States"][name], "States.ExceedToleratedFailureThreshold"
        )


@pytest.mark.parametrize("name", TASKS)
def test_a_step_waits_for_concurrency_as_long_as_the_machine_may_run(name: str) -> None:
    waiting, run_s = waiting_of(TASKS[name]), DEFINITION["TimeoutSeconds"]
    assert TASKS[name]["Retry"][0]["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
    assert waiting.interval_s < waiting.max_delay_s < 31_622_400  # as Amazon States Language wants it
    assert waiting.max_attempts * waiting.max_delay_s / 2 > 2 * run_s


@pytest.mark.parametrize(("chunks", "is_enough"), [(MAX_INLINE_CHUNKS, True), (40, False)])
def test_an_inline_map_that_waits_all_the_time_does_not_fill_its_history(
    chunks: int, is_enough: bool
) -> None:
    """On average a pause is half of its longest; scheduled, started and failed are the events of a try.

    Whatever a chunk waits for, the longest pauses decide how many tries there are.
    """
    longest_s = {waiting_of(TASKS["EncodeChunk"]).max_delay_s}
    longest_s |= {pauses_s[-1] for pauses_s in map(state_machine.pauses_s, TASKS["EncodeChunk"]["Retry"][2:])}
    tries = 2 * DEFINITION["TimeoutSeconds"] / min(longest_s)
    assert (chunks * tries * 3 * 1.02 < 25_000) is is_enough


def test_what_a_run_needs_outlives_the_longest_run() -> None:
    rules = template.properties("UploadsBucket")["LifecycleConfiguration"]["Rules"]
    [kept_days] = [rule["ExpirationInDays"] for rule in rules if rule.get("Prefix") == "jobs/"]
    queued_s = sum(
        retry_delay_s(tries)
        for tries in range(1, template.properties("PlanQueue")["RedrivePolicy"]["maxReceiveCount"] + 1)
    )
    assert kept_days * 86_400 > queued_s + DEFINITION["TimeoutSeconds"] + 86_400


def test_steps_keep_the_input_for_the_steps_after_them() -> None:
    for name in (*CHUNKS, "Publish", "Fail"):
        assert DEFINITION["States"][name]["ResultPath"] is None


def test_more_chunks_than_an_inline_map_runs_at_once_go_to_a_distributed_one() -> None:
    [choice] = DEFINITION["States"]["HasManyChunks"]["Choices"]
    modes = [
        DEFINITION["States"][name]["ItemProcessor"]["ProcessorConfig"]["Mode"]
        for name in (choice["Next"], DEFINITION["States"]["HasManyChunks"]["Default"])
    ]
    assert choice["Variable"] == "$.isMany"
    assert modes == ["DISTRIBUTED", "INLINE"]


def test_both_maps_encode_in_the_same_way() -> None:
    one, other = (DEFINITION["States"][name]["ItemProcessor"]["States"] for name in CHUNKS)
    assert one == other


def test_a_distributed_map_reads_its_chunks_where_preparing_has_written_them() -> None:
    read = DEFINITION["States"]["EncodeMany"]["ItemReader"]["Parameters"]["Key.$"]
    assert read == f"States.Format('{keys.chunk_list('{}')}', $.job)"


@pytest.mark.parametrize("name", CHUNKS)
def test_the_map_hands_each_chunk_to_the_encoder_as_its_sample_event_has_it(name: str) -> None:
    selected = DEFINITION["States"][name]["ItemSelector"]
    sample = json.loads((template.ROOT / "events/step-encode.json").read_text())
    assert {key.removesuffix(".$") for key in selected} == set(sample)
