"""Audio: prepared once for the whole file where it must be encoded, and dealt out to chunks by packets."""

from fractions import Fraction
from pathlib import Path

from reelway.ffmpeg.inputs import ONE_CLOCK, WATCH_S, Input, ffmpeg, progress, read_through, reading
from reelway.ffmpeg.outputs import audio_file, audio_packets, no_extras
from reelway.ffmpeg.x264 import decoding_lead_s
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import AUDIO_BPS
from reelway.plan.plan import Plan
from reelway.probe.source import AAC_FRAME_SAMPLES, AudioStream, Source

_SAMPLE_RATE_HZ = 48_000  # what nearly all video has already
# A packet on the border belongs to one chunk only, though its time and the border's are rounded.
_LESS_THAN_A_SAMPLE_S = Fraction(5, 10**6)


def audio(source: Source, stream: AudioStream, upload: Input, folder: Path) -> list[str]:
    """The audio of the whole file: copied where `source.keeps_audio`, else encoded to AAC-LC stereo.

    It lands in `audio_file`, and a list of the source's packets in `audio_packets`. Encoding it per chunk
    would drift by an encoder delay at every joint.
    """
    mapped = ["-map", f"0:{stream.index}", *no_extras()]
    codec = (
        ["-c:a", "copy"]
        if source.keeps_audio
        else [
            *("-af", _on_the_files_clock(source)),
            *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(AUDIO_BPS)),
            *("-ac", "2", "-ar", str(_SAMPLE_RATE_HZ)),
        ]
    )
    return [
        *(*ffmpeg(), *progress(WATCH_S)),
        *ONE_CLOCK,
        *reading(read_through(upload), threads=1),
        *(*mapped, *codec, "-f", "mp4", str(audio_file(folder))),
        *(*mapped, "-c", "copy", "-f", "framecrc", str(audio_packets(folder))),
    ]


# All silence of one gap is held in memory: in 16 bits and two channels 23 minutes fit into what one block may
# take (-max_alloc). Channels are mixed before that in floating point, which keeps their level; integers would
# be attenuated.
_CONTINUOUS = (
    f"aformat=sample_fmts=fltp:sample_rates={_SAMPLE_RATE_HZ}:channel_layouts=stereo,"
    "aformat=sample_fmts=s16p,aresample=async=1:first_pts=0"
)


def _on_the_files_clock(source: Source) -> str:
    """Filters that fill gaps, a late start and an early end with silence.

    Packets hours behind the end are cut off first: the silence up to them would all be held in memory.
    """
    latest_s = source.shown_from_s + source.latest_s
    return f"atrim=end={latest_s:.6f},{_CONTINUOUS},apad=whole_dur={source.video_end_s:.6f}"


def packets_of(plan: Plan, chunk: Chunk) -> list[str]:
    """A bitstream filter that passes only the chunk's share of the audio packets, by time.

    Packets go to segments as the muxer would deal them out: by decoding time of the video. Reading ends where
    the last packet of the chunk does; otherwise it would go on to the end of the file.
    """
    lead_s = decoding_lead_s(plan.grid, plan.rungs)
    is_last = chunk.index == plan.chunks[-1].index
    # Before 0 is what an edit list cut away, except for the frame that primes the decoder.
    first_s = (
        -_aac_frame_s(plan.source)
        if chunk.start_frame is None
        else chunk.start_frame / plan.grid.rate - lead_s
    )
    ends_s = chunk.end_frame / plan.grid.rate - (0 if is_last else lead_s)
    first, last = (f"{float(time_s - _LESS_THAN_A_SAMPLE_S):.6f}" for time_s in (first_s, ends_s))
    dropped = rf"lt(pts*tb\,{first})+gte(pts*tb\,{last})"
    until_s = chunk.end_frame / plan.grid.rate + _aac_frame_s(plan.source)
    # `noise` is the one filter that drops packets by an expression; with amount=0 it changes no others.
    return ["-bsf:a", f"noise=amount=0:drop='{dropped}'", "-t", f"{float(until_s):.6f}"]


def _aac_frame_s(source: Source) -> Fraction:
    """Duration of an AAC frame of what is published."""
    rate_hz = source.audio.sample_rate_hz if source.audio and source.keeps_audio else _SAMPLE_RATE_HZ
    return Fraction(AAC_FRAME_SAMPLES, rate_hz)
