"""Sources for joints: real pictures in motion, with keyframes where no chunk begins, and marked ones."""

from pathlib import Path

from tests.support.media import corpus

# A prime: it meets whole seconds of no common frame rate within a minute.
_GOP_FRAMES = 157
# Stills next to each other must not look alike, or nobody could tell one from the other.
_SPEED = 3
_OPEN_GOPS = ["-bf", "3", "-x264-params", "open-gop=1"]
_WITHOUT_B_FRAMES = ["-bf", "0"]
SOUND_TO_COPY = ["-c:a", "aac", "-ac", "2", "-ar", "44100"]
SOUND_TO_ENCODE = ["-c:a", "ac3", "-ac", "6"]
OPUS = ["-c:a", "libopus", "-ac", "2"]


def moving(
    ffmpeg: Path,
    output: Path,
    *,
    duration_s: float,
    rate: str = "25",
    size: str = "640:360",
    sound: list[str],
    has_b_frames: bool = True,
) -> Path:
    """Cyclists on a mountain path, each frame another, with the sound of a film; `rate` as ffmpeg takes it.

    With B-frames the GOPs are open: the first pictures after a keyframe need the GOP before it.
    """
    pictures: list[str | Path] = ["-r", rate, "-stream_loop", "-1", "-i", corpus.file("bikes.mp4")]
    film: list[str | Path] = ["-stream_loop", "-1", "-i", corpus.file("bigbuckbunny.mp4")]
    gops = ["-g", str(_GOP_FRAMES), "-keyint_min", str(_GOP_FRAMES), "-sc_threshold", "0"]
    filters = f"framestep={_SPEED},setpts=N/({rate})/TB,scale={size},setsar=1"
    corpus.run(
        ffmpeg, *pictures, *film, "-map", "0:v", "-map", "1:a", "-t", str(duration_s), "-vf", filters,
        "-r", rate, "-c:v", "libx264", "-preset", "ultrafast", *gops,
        *(_OPEN_GOPS if has_b_frames else _WITHOUT_B_FRAMES), *sound, output,
    )  # fmt: skip
    return output


def marked(ffmpeg: Path, output: Path, *, duration_s: float, sound_delay_s: float, sound: list[str]) -> Path:
    """A flash and a click every 3 s, the first after 1.52 s; the click comes `sound_delay_s` later."""
    first_s = 1.52
    flash = f"drawbox=color=white:thickness=fill:enable='lt(mod(t+{3 - first_s}+0.001,3),0.08)'"
    after_s = f"mod(t+{3 - first_s - sound_delay_s},3)"
    click = f"aevalsrc='if(lt({after_s},0.06),0.5*sin(6283*{after_s}),0)':sample_rate=48000"
    corpus.run(
        ffmpeg, "-f", "lavfi", "-i", f"color=black:size=320x240:rate=25,{flash}", "-f", "lavfi", "-i", click,
        "-t", str(duration_s), "-c:v", "libx264", "-preset", "ultrafast", "-g", str(_GOP_FRAMES), *sound,
        output,
    )  # fmt: skip
    return output


def still_with_a_burst(ffmpeg: Path, output: Path) -> Path:
    """A slide for 12 s, then 4 s of motion, then a slide for 12 s again; no sound."""
    slide = "color=gray:size=640x360:rate=25:duration=12"
    motion: list[str | Path] = ["-t", "4", "-i", corpus.file("bikes.mp4")]
    joined = "[1:v]scale=640:360,setsar=1[m];[0:v][m][2:v]concat=n=3"
    corpus.run(
        ffmpeg, "-f", "lavfi", "-i", slide, *motion, "-f", "lavfi", "-i", slide, "-filter_complex", joined,
        "-c:v", "libx264", "-preset", "ultrafast", "-g", str(_GOP_FRAMES), output,
    )  # fmt: skip
    return output
