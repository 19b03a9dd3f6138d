"""A chunk's share of the audio: its packets, copied, or encoded to fewer bits with the same times."""

from fractions import Fraction

from reelway.ffmpeg.x264 import decoding_lead_s
from reelway.plan.chunks import Chunk
from reelway.plan.ladder import Rung
from reelway.plan.plan import Plan
from reelway.probe.source import AAC_FRAME_SAMPLES

# A packet on the border belongs to one chunk only, though its time and the border's are rounded.
_LESS_THAN_A_SAMPLE_S = Fraction(5, 10**6)
# AAC frames before the chunk that are decoded and encoded in vain. Each overlaps with its neighbor, in the
# decoder and again in the encoder, whose bit reservoir takes a few more to settle.
_PREROLL_AAC_FRAMES = 8
# AAC frames after the chunk: the encoder looks two ahead.
_FOLLOWING_AAC_FRAMES = 4


def chunk_audio(plan: Plan, chunk: Chunk, rung: Rung, stream: str) -> list[str]:
    """Output options for the audio of a rung; `stream` is ffmpeg's specifier of it.

    What is encoded gets the times of what is copied, packet by packet: the AAC frames of the input are
    decoded whole, and each becomes one frame again.
    """
    mapped = ["-map", stream]
    if not plan.encodes_audio(rung):
        # Reading ends where the chunk does; otherwise it would go on to the end of the file.
        until_s = chunk.end_frame / plan.grid.rate + aac_frame_s(plan)
        return [*mapped, "-c:a", "copy", *_packets_of(plan, chunk), "-t", f"{float(until_s):.6f}"]
    until_s = chunk.end_frame / plan.grid.rate + _FOLLOWING_AAC_FRAMES * aac_frame_s(plan)
    return [
        *(*mapped, "-af", f"atrim=end={float(until_s):.6f}"),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(rung.audio_bps)),
        # Its first packet only primes the decoder.
        *_packets_of(plan, chunk, also_dropped="eq(n\\,0)+"),
    ]


def whole_frames(plan: Plan) -> list[str]:
    """An input option for audio that is encoded again: decode the samples that an edit list cuts away too."""
    return ["-flags2:a", "+skip_manual"] if any(map(plan.encodes_audio, plan.rungs)) else []


def audio_preroll_s(plan: Plan) -> Fraction:
    """How far before its first packet a chunk's audio must be read."""
    frames = _PREROLL_AAC_FRAMES if any(map(plan.encodes_audio, plan.rungs)) else 0
    return frames * aac_frame_s(plan)


def _packets_of(plan: Plan, chunk: Chunk, *, also_dropped: str = "") -> list[str]:
    """A bitstream filter that passes only the chunk's share of the audio packets, by time.

    Packets go to segments as the muxer would deal them out: by decoding time of the video.
    """
    lead_s = decoding_lead_s(plan.grid, plan.rungs)
    is_last = chunk.index == plan.chunks[-1].index
    # Before 0 is what an edit list cut away, except for the frame that primes the decoder.
    first_s = -aac_frame_s(plan) if chunk.start_frame is None else chunk.start_frame / plan.grid.rate - lead_s
    ends_s = chunk.end_frame / plan.grid.rate - (0 if is_last else lead_s)
    first, last = (f"{float(time_s - _LESS_THAN_A_SAMPLE_S):.6f}" for time_s in (first_s, ends_s))
    dropped = rf"{also_dropped}lt(pts*tb\,{first})+gte(pts*tb\,{last})"
    # `noise` is the one filter that drops packets by an expression; with amount=0 it changes no others.
    return ["-bsf:a", f"noise=amount=0:drop='{dropped}'"]


def aac_frame_s(plan: Plan) -> Fraction:
    """Duration of an AAC frame of what is published."""
    return Fraction(AAC_FRAME_SAMPLES, plan.audio_sample_rate_hz)
