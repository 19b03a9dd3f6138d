from fractions import Fraction
from pathlib import Path

import pytest

from bench.encode import bare
from reelway import ffmpeg
from reelway.plan.plan import Plan
from tests.support import samples

FOLDER = Path("/job")
CLIP = Path("/clips/clip.mp4")


@pytest.fixture
def plan() -> Plan:
    return samples.plan()


def encoders(command: list[str]) -> list[list[str]]:
    """The options of each H.264 encoder, up to its threads."""
    starts = [n for n, part in enumerate(command) if part == "libx264"]
    return [command[n : command.index("-threads", n) + 2] for n in starts]


def test_the_encoders_have_exactly_the_pipelines_options(plan: Plan) -> None:
    inputs = ffmpeg.ChunkInputs(ffmpeg.Input("video"), ffmpeg.Input("audio"))
    ours = ffmpeg.encode_chunk(plan, plan.chunks[0], inputs, FOLDER, threads=2)

    plain = bare.ladder(plan, CLIP, FOLDER, threads=2)

    assert encoders(plain) == encoders(ours)
    assert len(encoders(plain)) == len(plan.rungs)


def test_all_chunks_are_one_pass(plan: Plan) -> None:
    graph = bare.value_of(bare.ladder(plan, CLIP, FOLDER, threads=2), "-filter_complex")

    assert len(plan.chunks) > 1
    assert f"trim=start_pts={plan.first_frame}:end_pts={plan.chunks[-1].end_frame}" in graph


def test_nothing_is_left_that_only_the_pipeline_needs(plan: Plan) -> None:
    command = bare.ladder(plan, CLIP, FOLDER, threads=2)

    assert not {"-progress", "-stats_enc_pre:v", "-bsf:a", "mjpeg"} & set(command)
    assert not any("tiles" in part or "poster" in part for part in command)
    assert command.count("-f") == len(plan.rungs)


def test_the_graph_has_an_outlet_for_each_rung_and_no_other(plan: Plan) -> None:
    graph = bare.value_of(bare.ladder(plan, CLIP, FOLDER, threads=2), "-filter_complex")
    shared, *branches = graph.split(";")

    assert shared.endswith("split=4[s0][s1][s2][s3]")
    assert [branch[-6:] for branch in branches] == ["[720p]", "[540p]", "[360p]", "[240p]"]


def test_a_branch_in_the_middle_is_taken_out_and_the_others_are_numbered_anew() -> None:
    graph = "[0:V:0]fps=25,split=3[s0][s1][s2];[s0]scale=2[a];[s1]select='not(mod(1,2))'[b];[s2]null[c]"

    left = bare.without_branches(graph, {"b"})

    assert left == "[0:V:0]fps=25,split=2[s0][s1];[s0]scale=2[a];[s1]null[c]"


def test_an_option_is_taken_out_with_its_value() -> None:
    assert bare.without(["ffmpeg", "-a", "1", "-b", "2"], ["-a"]) == ["ffmpeg", "-b", "2"]


def test_an_option_is_changed_wherever_it_stands() -> None:
    assert bare.changed(["-crf", "23", "x", "-crf", "23"], {"-crf": "20"}) == [
        "-crf",
        "20",
        "x",
        "-crf",
        "20",
    ]


def test_changing_an_option_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="-crf"):
        bare.changed(["-b", "2"], {"-crf": "20"})


def test_x264_options_are_added_for_every_encoder() -> None:
    command = ["-c:v", "libx264", "-o", "1", "-c:v", "libx264", "-o", "2"]

    assert bare.extended(command, "ref=3").count("-x264-params") == 2
    assert bare.extended(command, "") == command


def test_sound_that_could_be_copied_is_encoded_to_see_what_that_takes(plan: Plan) -> None:
    command = bare.audio(plan, CLIP, FOLDER)

    assert plan.keeps_audio
    assert bare.value_of(command, "-c:a") == "aac"


def test_above_thirty_frames_per_second_small_rungs_keep_every_second() -> None:
    fast = samples.plan(samples.source(frame_rate=Fraction(50)))

    graph = bare.value_of(bare.ladder(fast, CLIP, FOLDER, threads=1), "-filter_complex")

    assert graph.count("fps=25:round=up") == sum(rung.frame_step == 2 for rung in fast.rungs) > 0
