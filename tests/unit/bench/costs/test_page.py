import json
import re
from typing import Any

import pytest

from bench.costs import amounts, burst, film, page, requests_report, rivals, tables, template_facts
from bench.costs.film import Film
from bench.costs.prices import load
from local.settings import CHECKOUT
from tests.support.readers import template
from transcode import watching

RESULTS = CHECKOUT / "bench" / "results"
INPUTS = page.inputs(RESULTS)
PAGE = page.page(INPUTS)
BURST = {
    "rows": [
        {
            "concurrency": concurrency,
            "encode_concurrency": 120,
            "api_reserved": 50,
            "videos": videos,
            "duration_s": 3600,
            "failed_percent": 0.0,
            "all_ready_after_s": 11_798,
            "retries": 1_808_864,
            "api_throttled_percent": 48.6,
            "cost_of_waiting_usd": 45.22,
        }
        for concurrency, videos in ((1000, 1000), (50, 1))
    ]
}


def test_the_page_is_what_the_script_makes_of_the_stored_results() -> None:
    assert (CHECKOUT / "docs" / "costs.md").read_text() == PAGE, "run `make costs`"


def test_the_figures_for_programs_are_what_the_script_makes() -> None:
    stored = json.loads((RESULTS / "costs.json").read_text())

    assert stored == page.summary(INPUTS)
    assert set(stored["encode_hour_1080p30"]) == {"arm64", "x86_64"}


def test_the_stored_tables_are_made_of_the_stored_counts() -> None:
    text = requests_report.table(json.loads((RESULTS / "requests.json").read_text()))

    assert text == (RESULTS / "requests.md").read_text()


def test_lines_of_text_are_short() -> None:
    assert [line for line in PAGE.splitlines() if len(line) > 120 and not line.startswith("|")] == []


@pytest.mark.parametrize("table", [block for block in PAGE.split("\n\n") if "**together" in block])
def test_cells_add_up_to_what_stands_below_them(table: str) -> None:
    rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    end = next(index for index, row in enumerate(rows) if row[0].startswith("together"))
    for column in range(1, len(rows[0])):
        numbers = [float(row[column].replace(",", "")) for row in rows[: end + 1]]
        # Each cell is rounded to two digits.
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], rel=0.03, abs=0.02)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0.00001, "0"),
        (0.00423, "0.0042"),
        (0.217, "0.22"),
        (3.1499, "3.15"),
        (45.5, "45.50"),
        (1240.4, "1,240"),
    ],
)
def test_dollars_have_no_more_digits_than_count(amount: float, shown: str) -> None:
    assert tables.usd(amount) == shown


def test_large_numbers_have_two_digits() -> None:
    assert [tables.count(number) for number in (784, 72_133, 14_230_000)] == ["780", "72,000", "14 million"]


def test_without_a_simulation_nothing_is_said_of_bursts() -> None:
    assert burst.section([]) == ""


def test_a_burst_is_shown_without_smaller_ones() -> None:
    text = burst.section(burst.rows(BURST))

    assert "1,000 videos of an hour" in text
    assert "| 1,000 | 120 | 50 | 0 % | 3 hours | 48.6 % of the time | 1,808,864 | 45 |" in text
    assert "| 50 |" not in text.replace("| 120 | 50 |", "")


@pytest.mark.parametrize(
    ("threads", "expected"), [(1, 1.0), (2, 1.5), (3, 2.0), (4, 2.5), (6, 3.5), (8, 3.5)]
)
def test_cpu_time_of_other_numbers_of_threads_lies_between_the_measured(
    threads: int, expected: float
) -> None:
    of = Film(1.0, {}, {1: 1.0, 3: 2.0, 6: 3.5}, 0.0, 4.0)

    assert of.cpu_with(threads) == pytest.approx(expected)


def test_renditions_add_up_to_the_bitrate_that_was_measured() -> None:
    of = film.film_of(INPUTS.encode)

    assert of.ladder_bps == pytest.approx(INPUTS.encode["hour"]["measured"]["ladders"]["all"]["bps"])
    assert of.segments(3600) == 5 * 900


def test_the_film_is_cut_and_encoded_as_the_template_says() -> None:
    _, size = film.as_deployed(film.film_of(INPUTS.encode), 3600)
    parameters = template.load()["Parameters"]

    assert size.memory_mb == int(parameters["EncodeMemoryMb"]["Default"])
    assert size.concurrency == int(parameters["EncodeConcurrency"]["Default"])


def test_the_template_is_read_for_what_costs_money() -> None:
    facts = template_facts.read()

    assert facts.alarms >= 4
    assert facts.queues_polled == 11
    assert facts.states_entered == 4  # Prepare, HasManyChunks, Encode, Publish
    assert {"VideosReady", "VideosFailed"} <= set(facts.metrics)


def test_an_inline_map_has_no_more_chunks_than_step_functions_takes() -> None:
    assert 1 < template_facts.read().distributed_from <= 41


def test_conditions_are_those_of_the_defaults() -> None:
    yes: dict[str, Any] = {"Fn::Equals": ["a", "a"]}
    no: dict[str, Any] = {"Fn::Not": [yes]}

    assert template_facts.holds({"Condition": None})
    assert not template_facts.holds({"Condition": "OnEmulator"})
    assert template_facts.holds({"Fn::Equals": [{"Ref": "EncodeMemoryMb"}, _default("EncodeMemoryMb")]})
    assert not template_facts.holds({"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]})
    assert template_facts.holds({"Fn::Or": [no, yes]})
    assert not template_facts.holds({"Fn::And": [no, yes]})


def _default(parameter: str) -> Any:
    return template.load()["Parameters"][parameter]["Default"]


def test_mediaconvert_is_paid_by_output_and_its_resolution() -> None:
    of, prices = Film(1.0, {"1080p": 1.0, "480p": 1.0, "240p": 1.0}, {1: 1.0}, 0.0, 4.0), load()
    own = rivals.Offer("Reelway", 0.2, 0.1, 0.3, ())

    mediaconvert = rivals.others(of, own, prices)[0]

    assert mediaconvert.uploaded == pytest.approx(60 * (0.015 + 2 * 0.0075))
    assert (mediaconvert.stored, mediaconvert.watched) == (own.stored, own.watched)
    assert own.example == pytest.approx(0.2 + 12 * 0.1 + 20 * 0.3)


def test_progress_is_written_as_often_as_the_model_says() -> None:
    modelled = amounts._PROGRESS_EVERY_S, amounts._PROGRESS_SHARE, amounts._LOOK_EVERY_S
    assert modelled == (watching._EVERY_S, watching._SHARE, watching._LOOK_S)


def test_the_readme_quotes_the_page() -> None:
    paragraph = re.search(r"\*\*Cost\.\*\*.*?\n\n", (CHECKOUT / "README.md").read_text(), re.DOTALL)
    assert paragraph
    quoted = [float(number) for number in re.findall(r"\$(\d+\.\d\d)", paragraph[0])]
    figures = page.summary(INPUTS)

    assert quoted == pytest.approx(
        [
            figures["encode_hour_1080p30"]["arm64"],
            figures["stored_hour_month"],
            figures["watched_hour_1080p"],
        ],
        rel=0.1,
    )


def test_executions_entered_as_many_states_as_the_state_machine_has_on_their_way() -> None:
    entered = INPUTS.requests["requests"]["videos"]["one chunk"]["transitions"]

    assert sum(entered.values()) == template_facts.read().states_entered
