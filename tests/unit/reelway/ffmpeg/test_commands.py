from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from reelway import ffmpeg
from reelway.ffmpeg import ChunkInputs, Input
from reelway.plan.chunks import Chunk
from reelway.probe.source import Bounds, Source
from tests.support.samples import AUDIO_STREAM, HDR, SOURCE, plan, source

URL = "https://bucket.example/uploads/1?X-Amz-Signature=secret"
UPLOAD = Input(URL)
AUDIO = Input("https://bucket.example/jobs/1/audio.m4a?X-Amz-Signature=secret")
FOLDER = Path("/job")
CONTINUOUS = (
    "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,"
    "aformat=sample_fmts=s16p,aresample=async=1:first_pts=0"
)
FIRST, MIDDLE, LAST = Chunk(0, None, 500), Chunk(1, 500, 1000), Chunk(3, 1000, 1250)


def encode(
    chunk: Chunk = MIDDLE,
    of: Source = SOURCE,
    *,
    video: Input = UPLOAD,
    audio: Input | None = AUDIO,
    threads: int = 2,
    preroll_s: int | None = 2,
) -> list[str]:
    return ffmpeg.encode_chunk(
        plan(of), chunk, ChunkInputs(video, audio), FOLDER, threads=threads, preroll_s=preroll_s
    )


def values(command: list[str], option: str) -> list[str]:
    """Every value that `option` is given in the command."""
    return [command[n + 1] for n, word in enumerate(command) if word == option]


def inputs_of(command: list[str]) -> list[list[str]]:
    """The options in front of each input, since the input before it."""
    ends = [n for n, word in enumerate(command) if word == "-i"]
    return [command[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def graph(command: list[str]) -> str:
    return values(command, "-filter_complex")[0]


ALL = {
    "remux": ffmpeg.remux("mp4", UPLOAD, FOLDER / "source"),
    "audio": ffmpeg.audio(SOURCE, AUDIO_STREAM, UPLOAD, FOLDER),
    "copy": ffmpeg.copy_source(plan(), UPLOAD, FOLDER),
    "encode": encode(),
}


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_every_input_is_guarded_against_hostile_files(command: list[str]) -> None:
    for options in inputs_of(command):
        assert values(options, "-protocol_whitelist") == ["https,tls,tcp"]
        [formats] = values(options, "-format_whitelist")
        assert {"mov", "matroska", "mpegts"} <= set(formats.split(","))
        assert not {"hls", "dash", "concat", "sdp", "image2"} & set(formats.split(","))
        assert values(options, "-max_streams") == ["32"]
        assert values(options, "-probesize") == ["10M"]
        assert values(options, "-analyzeduration") == ["10M"]
        assert values(options, "-max_pixels") == ["35389440"]


@pytest.mark.parametrize(
    ("url", "protocols"),
    [
        ("https://bucket.example/1", "https,tls,tcp"),
        ("http://127.0.0.1:4566/1", "http,tcp"),
        ("/job/1", "file"),
        ("concat:/job/1|/job/2", "file"),
        ("subfile,,start,0,end,9,,:/job/1", "file"),
    ],
)
def test_an_input_can_be_read_in_the_way_of_its_own_address_only(url: str, protocols: str) -> None:
    assert values(ffmpeg.probe(url, Bounds()), "-protocol_whitelist") == [protocols]
    command = ffmpeg.remux("mp4", Input(url), FOLDER / "source")
    assert values(command, "-protocol_whitelist") == [protocols]


def test_pictures_may_not_outgrow_what_the_probe_saw() -> None:
    of = replace(SOURCE, bounds=Bounds(pixels=5_000_000, streams=9))
    upload = ffmpeg.uploaded(of, URL)
    remuxed = Input("https://bucket.example/jobs/1/source")
    for command in (
        ffmpeg.remux("mp4", upload, FOLDER / "source"),
        ffmpeg.audio(of, AUDIO_STREAM, upload, FOLDER / "audio.m4a"),
        encode(of=of, video=upload, audio=None),
        encode(of=of, video=remuxed, audio=None),
    ):
        assert values(command, "-max_pixels") == ["5000000"]
        assert values(command, "-max_streams") == ["9"]


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_every_run_is_limited_and_never_asks(command: list[str]) -> None:
    assert command[0] == "ffmpeg"
    assert "-nostdin" in command
    assert values(command, "-max_alloc") == ["335544320"]
    assert values(command, "-max_error_rate") == ["0.05"]


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_nothing_but_picture_and_sound_is_taken_over(command: list[str]) -> None:
    assert {"-sn", "-dn"} <= set(command)
    assert set(values(command, "-map_metadata")) == set(values(command, "-map_chapters")) == {"-1"}


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_all_steps_keep_the_clock_of_the_file(command: list[str]) -> None:
    assert command.index("-copyts") < command.index("-i")
    assert "-start_at_zero" not in command
    assert all(values(options, "-itsoffset") == ["0.000000"] for options in inputs_of(command))


def test_the_clock_is_zero_where_the_uploaded_file_starts() -> None:
    late = ffmpeg.uploaded(replace(SOURCE, start_s=1.4), URL)
    assert values(ffmpeg.remux("mp4", late, FOLDER / "source"), "-itsoffset") == ["-1.400000"]
    assert values(encode(video=late), "-itsoffset") == ["-1.400000", "0.000000"]
    assert values(encode(video=late), "-ss") == ["19.400000", "18.000000"]


@pytest.mark.parametrize("command", ALL.values(), ids=ALL.keys())
def test_audio_packets_are_never_spread_over_a_pes_each(command: list[str]) -> None:
    assert "-muxdelay" not in command


def test_the_probe_is_guarded_too_and_reads_its_file_last() -> None:
    command = ffmpeg.probe(URL, Bounds(pixels=7, streams=3))
    assert command[0] == "ffprobe"
    assert command[-1] == URL
    assert values(command, "-protocol_whitelist")
    assert values(command, "-format_whitelist")
    assert (values(command, "-max_pixels"), values(command, "-max_streams")) == (["7"], ["3"])
    assert values(command, "-max_alloc") == ["167772160"]
    assert values(command, "-threads") == ["1"]
    assert values(command, "-of") == ["json"]
    assert {"-show_format", "-show_streams"} <= set(command)


def test_the_picture_that_is_shown_is_the_one_that_is_read() -> None:
    second = ffmpeg.uploaded(source(index=3), URL)
    assert values(ffmpeg.remux("mp4", second, FOLDER / "source"), "-map") == ["0:3"]
    assert graph(encode(video=second)).startswith("[0:3]")
    assert "0:V:0" not in ffmpeg.copy_source(plan(source(index=3)), second, FOLDER)


def test_measuring_is_guarded_and_lists_packets_only() -> None:
    command = ffmpeg.measure(URL, Bounds())
    assert command[0] == "ffprobe"
    assert command[-1] == URL
    assert values(command, "-format_whitelist")
    assert values(command, "-protocol_whitelist")
    assert values(command, "-show_entries") == ["packet=stream_index,pts_time,dts_time,duration_time"]


def test_only_network_inputs_are_reconnected() -> None:
    assert values(ffmpeg.audio(SOURCE, AUDIO_STREAM, UPLOAD, FOLDER), "-reconnect") == ["1"]
    assert "-reconnect" not in ffmpeg.audio(SOURCE, AUDIO_STREAM, Input("/job/source"), FOLDER)


@pytest.mark.parametrize("container", ["mp4", "matroska"])
def test_a_remux_copies_the_picture_into_the_asked_container(container: str) -> None:
    command = ffmpeg.remux(container, UPLOAD, FOLDER / "source")
    assert values(command, "-c") == ["copy"]
    assert values(command, "-map") == ["0:V:0"]
    assert command[-3:] == ["-f", container, "/job/source"]


def test_sound_that_players_take_is_copied() -> None:
    command = ffmpeg.audio(SOURCE, AUDIO_STREAM, UPLOAD, FOLDER)
    assert values(command, "-c:a") == ["copy"]
    assert "-af" not in command


def test_other_sound_becomes_aac_lc_stereo_on_the_files_clock() -> None:
    of = source(container="matroska,webm")
    command = ffmpeg.audio(of, replace(AUDIO_STREAM, index=3), UPLOAD, FOLDER)
    assert values(command, "-map") == ["0:3", "0:3"]
    assert values(command, "-c:a") == ["aac"]
    assert values(command, "-profile:a") == ["aac_low"]
    assert values(command, "-ac") == ["2"]
    assert values(command, "-ar") == ["48000"]
    assert values(command, "-b:a") == ["128000"]
    assert values(command, "-af") == [f"atrim=end=75.000000,{CONTINUOUS},apad=whole_dur=30.000000"]


def test_sound_that_ends_early_goes_on_in_silence_until_the_picture_ends() -> None:
    late = source(container="matroska,webm", start_s=1.5, audio=replace(AUDIO_STREAM, duration_s=12.0))
    command = ffmpeg.audio(late, AUDIO_STREAM, UPLOAD, FOLDER / "audio.m4a")
    assert values(command, "-af") == [f"atrim=end=76.500000,{CONTINUOUS},apad=whole_dur=31.500000"]


def test_the_first_chunk_is_read_from_the_start_and_the_others_after_a_pre_roll() -> None:
    assert "-ss" not in encode(FIRST)
    assert values(encode(MIDDLE), "-ss") == ["18.000000"] * 2  # 500 / 25 s less 2 s, picture and sound
    for options in inputs_of(encode(MIDDLE)):
        assert {"-ss", "-noaccurate_seek"} <= set(options)
        assert values(options, "-seek_timestamp") == ["1"]


def test_the_way_to_a_chunk_can_be_longer() -> None:
    assert values(encode(LAST, preroll_s=30), "-ss") == ["10.000000"] * 2
    assert "-ss" not in encode(LAST, preroll_s=None)


def test_the_times_of_the_frames_of_one_rung_are_written_down() -> None:
    assert values(encode(), "-stats_enc_pre:v") == [str(ffmpeg.chunk_times(FOLDER))]


def test_the_pre_roll_spans_several_frames_of_a_slow_source() -> None:
    assert (
        values(encode(Chunk(1, 40, 80), source(frame_rate=Fraction(1), is_steady=False)), "-ss")[0]
        == "36.000000"
    )


def test_a_pre_roll_never_reaches_before_the_file() -> None:
    assert "-ss" not in encode(Chunk(1, 25, 50))
    early = Input(URL, offset_s=1.5)
    assert "-ss" not in encode(Chunk(1, 75, 150), video=early, audio=None)


@pytest.mark.parametrize(
    ("chunk", "trim"),
    [
        (FIRST, ",trim=end_pts=500,"),
        (MIDDLE, ",trim=start_pts=500:end_pts=1000,"),
        (LAST, ",trim=start_pts=1000:end_pts=1250,"),
    ],
)
def test_a_chunk_is_trimmed_by_frames_after_the_rate_is_set(chunk: Chunk, trim: str) -> None:
    assert f"fps=25{trim}split=" in graph(encode(chunk))


def test_the_last_picture_is_held_before_the_cut_is_made() -> None:
    longer = source(audio=replace(AUDIO_STREAM, duration_s=70.0))
    assert "[0:V:0]fps=25,tpad=stop=-1:stop_mode=clone,trim=" in graph(encode(LAST, longer))
    assert "tpad" not in graph(encode(LAST))


def test_one_decode_feeds_every_rung() -> None:
    filters = graph(encode())
    assert filters.startswith("[0:V:0]")
    assert filters.count("[0:V:0]") == 1
    for n, name in enumerate(("720p", "480p", "360p", "240p")):
        assert f"[s{n}]" in filters
        assert filters.count(f"[{name}]") == 1
        assert f"[{name}]" in values(encode(), "-map")


def test_a_rung_is_scaled_to_its_size_in_square_pixels_and_bt709() -> None:
    filters = graph(encode(of=source(color_matrix="bt601")))
    assert (
        "scale=854:480:flags=bicubic:in_color_matrix=bt601:out_color_matrix=bt709:out_range=tv,"
        "setsar=1,format=yuv420p[480p]" in filters
    )


def test_interlaced_pictures_are_deinterlaced_before_the_rate_is_set() -> None:
    assert "bwdif=mode=send_frame:deint=interlaced,fps=25" in graph(encode(of=source(is_interlaced=True)))
    assert "bwdif" not in graph(encode())


def test_transparent_parts_are_laid_on_black_before_anything_else_is_done_to_colors() -> None:
    filters = graph(encode(of=source(has_alpha=True, hdr=HDR)))
    assert filters.index("premultiply=inplace=1") < filters.index("tonemap=")
    assert "premultiply" not in graph(encode())


@pytest.mark.parametrize(
    ("codec", "has_alpha", "decoder"),
    [
        ("vp8", True, ["libvpx"]),
        ("vp9", True, ["libvpx-vp9"]),
        ("vp9", False, []),
        ("prores", True, []),
    ],
)
def test_alpha_beside_vp8_and_vp9_needs_the_decoder_that_reads_it(
    codec: str, has_alpha: bool, decoder: list[str]
) -> None:
    picture = inputs_of(encode(of=source(codec=codec, has_alpha=has_alpha)))[0]
    assert values(picture, "-c:v") == decoder


def test_hdr_is_tone_mapped_once_for_all_rungs() -> None:
    filters = graph(encode(of=source(hdr=HDR, color_matrix="bt2020")))
    assert "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc,zscale=" in filters
    assert filters.count("tonemap=") == 1
    assert filters.index("tonemap=") < filters.index("split=5")
    assert "in_color_matrix=bt709" in filters
    assert "tonemap" not in graph(encode())


def test_rungs_at_half_the_rate_keep_the_same_idr_times() -> None:
    command = encode(of=source(frame_rate=Fraction(50)))
    assert values(command, "-g") == values(command, "-keyint_min") == ["100", "50", "50", "50"]
    assert r"[s1]select=not(mod(pts\,2)),fps=25,scale=" in graph(command)
    assert "[s0]scale=" in graph(command)


def test_rungs_at_the_full_rate_are_decoded_as_early_as_those_at_half_of_it() -> None:
    command = encode(of=source(frame_rate=Fraction(50)))
    assert values(command, "-bsf:v") == ["setts=pts=PTS:dts=DTS-2"]
    assert command.index("-bsf:v") < command.index("[480p]")
    assert "-bsf:v" not in encode()


def test_idr_frames_stand_where_the_grid_puts_them_and_nowhere_else() -> None:
    command = encode()
    assert set(values(command, "-sc_threshold")) == {"0"}
    assert set(values(command, "-flags")) == {"+cgop"}
    assert set(values(command, "-fps_mode")) == {"passthrough"}


def test_bitrate_and_level_are_the_rungs() -> None:
    command = encode()
    assert values(command, "-maxrate") == ["2800000", "1400000", "800000", "400000"]
    assert values(command, "-bufsize") == values(command, "-maxrate")
    assert values(command, "-level:v") == ["3.1", "3.0", "3.0", "3.0"]
    assert set(values(command, "-profile:v")) == {"high"}


def test_decoders_encoders_and_filters_use_the_threads_that_were_bought() -> None:
    command = encode(threads=3, audio=None)
    assert set(values(command, "-threads")) == set(values(command, "-filter_complex_threads")) == {"3"}
    assert len(values(command, "-threads")) == 1 + 4


def test_what_decodes_no_picture_has_one_thread_for_decoders() -> None:
    assert values(ALL["remux"], "-threads") == values(ALL["audio"], "-threads") == ["1"]
    assert values(inputs_of(encode(threads=3))[1], "-threads") == ["1"]


@pytest.mark.parametrize(
    ("chunk", "dropped"),
    [
        (FIRST, r"lt(pts*tb\,-0.021338)+gte(pts*tb\,19.919995)"),
        (MIDDLE, r"lt(pts*tb\,19.919995)+gte(pts*tb\,39.919995)"),
        (LAST, r"lt(pts*tb\,39.919995)+gte(pts*tb\,49.999995)"),
    ],
)
def test_a_chunk_gets_its_share_of_the_audio_packets_by_time(chunk: Chunk, dropped: str) -> None:
    command = encode(chunk)
    assert values(command, "-bsf:a") == [f"noise=amount=0:drop='{dropped}'"] * 4
    assert values(command, "-c:a") == ["copy"] * 4
    assert values(command, "-map").count("1:a:0") == 4


def test_sound_is_read_no_further_than_a_frame_past_the_chunk() -> None:
    assert values(encode(MIDDLE), "-t") == ["40.021333"] * 4
    assert "-t" not in encode(audio=None)


def test_sound_in_the_file_of_the_picture_is_read_with_it() -> None:
    upload = ffmpeg.uploaded(source(audio=replace(AUDIO_STREAM, index=2)), URL)
    command = encode(video=upload, audio=upload, preroll_s=0)
    assert values(command, "-i") == [URL]
    assert values(command, "-map").count("0:2") == 4


def test_sound_that_is_dealt_out_with_the_first_picture_lies_behind_the_seek() -> None:
    upload = ffmpeg.uploaded(SOURCE, URL)
    assert values(encode(video=upload, audio=upload, preroll_s=0), "-ss") == ["19.840000"]  # 4 of 25 fps
    assert values(encode(video=upload, audio=AUDIO, preroll_s=0), "-ss") == ["20.010000", "19.840000"]
    fast = source(frame_rate=Fraction(50))  # decoded 4 of its frames ahead
    at_50 = encode(of=fast, video=upload, audio=upload, preroll_s=0)
    assert values(at_50, "-ss") == ["9.900000"]


def test_a_silent_video_has_one_input_and_no_audio() -> None:
    command = encode(audio=None)
    assert values(command, "-i") == [URL]
    assert "-c:a" not in command
    assert "1:a:0" not in command


def test_all_chunks_share_one_offset_so_that_they_join() -> None:
    offsets = {
        offset for chunk in (FIRST, MIDDLE, LAST) for offset in values(encode(chunk), "-output_ts_offset")
    }
    assert offsets == {"10"}
    assert set(values(encode(), "-avoid_negative_ts")) == {"disabled"}


def test_an_idr_stands_at_every_cut_within_the_chunk_half_a_frame_early() -> None:
    assert set(values(encode(Chunk(1, 200, 500)), "-force_key_frames")) == {"11.980000,15.980000"}
    assert set(values(encode(), "-forced-idr")) == {"1"}
    assert "-force_key_frames" not in encode(Chunk(1, 200, 300))


def test_every_gop_is_a_file_of_its_own() -> None:
    assert set(values(encode(), "-hls_time")) == {"0.001"}
    assert values(ffmpeg.copy_source(plan(), UPLOAD, FOLDER), "-hls_time") == ["1"]


def test_pictures_come_out_of_the_decode_that_feeds_the_rungs() -> None:
    command = encode(FIRST)
    assert "select='not(mod((pts-0),50))',scale=160:90" in graph(command)
    assert "thumbnail=5[poster]" in graph(command)
    assert str(ffmpeg.chunk_tiles(FOLDER)) in command
    assert str(ffmpeg.chunk_poster(FOLDER)) in command


def test_only_the_chunk_that_has_it_makes_the_poster() -> None:
    assert "[poster]" not in graph(encode(MIDDLE))
    assert str(ffmpeg.chunk_poster(FOLDER)) not in encode(MIDDLE)


def test_a_copy_reads_the_source_once_and_fails_at_the_first_complaint() -> None:
    command = ffmpeg.copy_source(plan(), UPLOAD, FOLDER)
    assert values(command, "-i") == [URL]
    assert "-xerror" in command
    assert values(command, "-map").count("0:V:0") == 3
    assert {str(ffmpeg.sound(FOLDER)), str(ffmpeg.copied_packets(FOLDER))} <= set(command)


def test_a_copy_is_decoded_as_far_ahead_as_the_rungs_that_it_may_go_with() -> None:
    [shift] = values(ffmpeg.copy_source(plan(), UPLOAD, FOLDER), "-bsf:v")
    assert r"dts=DTS-max(0\,round(0.080000/TB)-(STARTPTS-STARTDTS))" in shift
    fast = plan(source(frame_rate=Fraction(50)))
    assert "round(0.080000/TB)" in values(ffmpeg.copy_source(fast, UPLOAD, FOLDER), "-bsf:v")[0]


def test_a_copy_of_a_silent_source_has_no_sound() -> None:
    command = ffmpeg.copy_source(plan(source(audio=None)), UPLOAD, FOLDER)
    assert str(ffmpeg.sound(FOLDER)) not in command
    assert set(values(command, "-map")) == {"0:V:0"}


def test_a_sprite_reads_our_own_tiles_and_nothing_else() -> None:
    command = ffmpeg.sprite(FOLDER / "tiles.mjpeg", rows=3, output=FOLDER / "sprite.jpg")
    assert values(command, "-protocol_whitelist") == ["file"]
    assert values(command, "-format_whitelist") == values(command, "-f")[:1] == ["mjpeg"]
    assert values(command, "-vf") == ["tile=10x3"]


def test_each_rung_writes_its_own_segments_and_the_playlist_that_is_read_back() -> None:
    command = encode()
    names = ("720p", "480p", "360p", "240p")
    assert values(command, "-hls_segment_filename") == [f"/job/{name}-%05d.ts" for name in names]
    for name in names:
        assert str(ffmpeg.chunk_playlist(FOLDER, name)) in command


def test_progress_is_reported_where_the_runner_reads_it() -> None:
    assert values(encode(), "-progress") == ["pipe:1"]
