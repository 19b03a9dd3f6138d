"""Commands that move the source's own packets into another container (`-c copy`)."""

from pathlib import Path

from reelway.ffmpeg.inputs import ONE_CLOCK, WATCH_S, Input, ffmpeg, progress, read_through, reading
from reelway.ffmpeg.outputs import COPY, audio_file, copied_packets, gop_files, no_extras
from reelway.ffmpeg.x264 import decoding_lead_s
from reelway.plan.plan import Plan

_PROGRESS_S = 0.5  # twice a second, so that a source that is not standard is noticed early
# The keyframes of ten seconds show that the decoder takes the stream; those of a minute would take as long as
# all the rest.
_DECODED_S = "10"
# Players gain nothing from shorter segments, and each part is a file.
_MIN_PART_S = 1


def remux(container: str, upload: Input, output: Path) -> list[str]:
    """Copy the video into a container that seeks exactly; the audio is prepared apart."""
    return [
        *(*ffmpeg(), *progress(WATCH_S)),
        *ONE_CLOCK,
        # Some files have packets without a presentation time, which neither MP4 nor Matroska takes.
        *("-fflags", "+genpts"),
        *reading(read_through(upload), threads=1),
        *("-map", f"0:{upload.video}", "-c", "copy"),
        *no_extras(),
        *("-avoid_negative_ts", "disabled"),
        *("-f", container, str(output)),
    ]


def copy_source(plan: Plan, upload: Input, folder: Path) -> list[str]:
    """The source's own packets as HLS, cut at its keyframes but a second apart at least; all in one reading.

    Its GOPs land as those of a rung named COPY, its audio in `audio_file`, and a list of all packets in
    `copied_packets`. The keyframes of the first ten seconds are decoded, to see that they can be. Progress is
    reported on stdout twice a second, while the list of GOPs grows.
    """
    video, audio = f"0:{upload.video}", plan.source.audio
    heard = ["-map", f"0:{audio.index}"] if audio else []
    both = ["-map", video, *heard, "-c", "copy", *no_extras()]
    command = [
        *ffmpeg(),
        *progress(_PROGRESS_S),
        "-xerror",  # any complaint, and the source is encoded instead
        *ONE_CLOCK,
        # Only keyframes are decoded, without the deblocking that nobody sees.
        *("-skip_frame", "nokey", "-skip_loop_filter", "all"),
        *reading(read_through(upload), threads=1),
    ]
    command += [*both, *_decoded_as_early(plan), *gop_files(folder, COPY, min_s=_MIN_PART_S)]
    command += [*both, "-avoid_negative_ts", "disabled", "-f", "framecrc", str(copied_packets(folder))]
    command += ["-map", video, "-t", _DECODED_S, "-f", "null", "-"]
    if audio:
        command += [*heard, "-c", "copy", *no_extras(), "-f", "mp4", str(audio_file(folder))]
    return command


def _decoded_as_early(plan: Plan) -> list[str]:
    """Move decoding times as far ahead as the rungs have them, unless the source's are earlier."""
    lead = f"round({float(decoding_lead_s(plan.grid, plan.rungs)):.6f}/TB)"
    return ["-bsf:v", rf"setts=pts=PTS:dts=DTS-max(0\,{lead}-(STARTPTS-STARTDTS))"]
