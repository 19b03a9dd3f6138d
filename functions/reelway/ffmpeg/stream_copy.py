"""Commands that move the source's own packets into another container."""

from pathlib import Path

from reelway.ffmpeg.inputs import ONE_CLOCK, Input, ffmpeg, progress, read_through, reading
from reelway.ffmpeg.outputs import COPY, copied_packets, gop_files, no_extras, sound
from reelway.ffmpeg.x264 import decoding_lead_s
from reelway.plan.plan import Plan


def remux(container: str, upload: Input, output: Path) -> list[str]:
    """Copy the picture into a container that seeks exactly; the sound is prepared apart."""
    return [
        *ffmpeg(),
        *ONE_CLOCK,
        *("-fflags", "+genpts"),
        *reading(read_through(upload), threads=1),
        *("-map", f"0:{upload.picture}", "-c", "copy"),
        *no_extras(),
        *("-avoid_negative_ts", "disabled"),
        *("-f", container, str(output)),
    ]


def copy_source(plan: Plan, upload: Input, folder: Path) -> list[str]:
    """The source's own packets as HLS, cut at its keyframes but a second apart at least; all in one reading.

    Its GOPs land as those of a rung named COPY, its sound in `sound`, and a list of all packets in
    `copied_packets`. The keyframes of the first ten seconds are decoded, to see that they can be; of a minute
    it would take as long as all the rest. It fails at the first complaint. Progress is reported on stdout
    twice a second, while the list of GOPs grows.
    """
    audio = plan.source.audio
    track = ["-map", f"0:{audio.index}"] if audio else []
    both = ["-map", f"0:{upload.picture}", *track, "-c", "copy", *no_extras()]
    lead = f"round({float(decoding_lead_s(plan.grid, plan.rungs)):.6f}/TB)"
    as_early = ["-bsf:v", rf"setts=pts=PTS:dts=DTS-max(0\,{lead}-(STARTPTS-STARTDTS))"]
    health = ["-skip_frame", "nokey", "-skip_loop_filter", "all"]
    command = [
        *ffmpeg(),
        *progress(0.5),
        "-xerror",
        *ONE_CLOCK,
        *health,
        *reading(read_through(upload), threads=1),
    ]
    command += [*both, *as_early, *gop_files(folder, COPY, min_s=1)]
    command += [*both, "-avoid_negative_ts", "disabled", "-f", "framecrc", str(copied_packets(folder))]
    command += ["-map", f"0:{upload.picture}", "-t", "10", "-f", "null", "-"]
    if audio:
        command += [*track, "-c", "copy", *no_extras(), "-f", "mp4", str(sound(folder))]
    return command
