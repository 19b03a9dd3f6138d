"""Makes the clips of `test_joints`: film whose keyframes are at no chunk, flashes with clicks, slides."""

from pathlib import Path

from tests.support.media import corpus

# A prime number, so that within a minute no keyframe falls on a whole second at any common frame rate.
_GOP_FRAMES = 157
# Every third frame of the film: neighbouring frames must differ enough for SSIM to distinguish them.
_FRAME_STEP = 3
_OPEN_GOPS = ["-bf", "3", "-x264-params", "open-gop=1"]
_WITHOUT_B_FRAMES = ["-bf", "0"]
AUDIO_TO_COPY = ["-c:a", "aac", "-ac", "2", "-ar", "44100"]
AUDIO_TO_ENCODE = ["-c:a", "ac3", "-ac", "6"]
OPUS = ["-c:a", "libopus", "-ac", "2"]


def moving(
    ffmpeg: Path,
    output: Path,
    *,
    duration_s: float,
    rate: str = "25",
    size: str = "640:360",
    audio: list[str],
    has_b_frames: bool = True,
) -> Path:
    """A film of cyclists in which no two neighbouring frames are alike, with the audio of another film.

    `rate` is in ffmpeg's notation, `size` is width:height, `audio` are the options of the audio encoder.
    With B-frames the GOPs are open: the first frames shown after a keyframe need the GOP before it.
    """
    video: list[str | Path] = ["-r", rate, "-stream_loop", "-1", "-i", corpus.file("bikes.mp4")]
    film_audio: list[str | Path] = ["-stream_loop", "-1", "-i", corpus.file("bigbuckbunny.mp4")]
    gops = ["-g", str(_GOP_FRAMES), "-keyint_min", str(_GOP_FRAMES), "-sc_threshold", "0"]
    filters = f"framestep={_FRAME_STEP},setpts=N/({rate})/TB,scale={size},setsar=1"
    corpus.run(
        ffmpeg, *video, *film_audio, "-map", "0:v", "-map", "1:a", "-t", str(duration_s), "-vf", filters,
        "-r", rate, "-c:v", "libx264", "-preset", "ultrafast", *gops,
        *(_OPEN_GOPS if has_b_frames else _WITHOUT_B_FRAMES), *audio, output,
    )  # fmt: skip
    return output


def marked(ffmpeg: Path, output: Path, *, duration_s: float, audio_delay_s: float, audio: list[str]) -> Path:
    """A flash and a click every 3 s from 1.52 s on; each click comes `audio_delay_s` after its flash."""
    first_s = 1.52  # a frame time at 25 fps, off the whole seconds at which chunks begin
    flash = f"drawbox=color=white:thickness=fill:enable='lt(mod(t+{3 - first_s}+0.001,3),0.08)'"
    after_s = f"mod(t+{3 - first_s - audio_delay_s},3)"
    click = f"aevalsrc='if(lt({after_s},0.06),0.5*sin(6283*{after_s}),0)':sample_rate=48000"
    corpus.run(
        ffmpeg, "-f", "lavfi", "-i", f"color=black:size=320x240:rate=25,{flash}", "-f", "lavfi", "-i", click,
        "-t", str(duration_s), "-c:v", "libx264", "-preset", "ultrafast", "-g", str(_GOP_FRAMES), *audio,
        output,
    )  # fmt: skip
    return output


def still_with_a_burst(ffmpeg: Path, output: Path) -> Path:
    """12 s of a gray slide, 4 s of motion, and 12 s of the slide again; no audio."""
    slide = "color=gray:size=640x360:rate=25:duration=12"
    motion: list[str | Path] = ["-t", "4", "-i", corpus.file("bikes.mp4")]
    joined = "[1:v]scale=640:360,setsar=1[m];[0:v][m][2:v]concat=n=3"
    corpus.run(
        ffmpeg, "-f", "lavfi", "-i", slide, *motion, "-f", "lavfi", "-i", slide, "-filter_complex", joined,
        "-c:v", "libx264", "-preset", "ultrafast", "-g", str(_GOP_FRAMES), output,
    )  # fmt: skip
    return output
