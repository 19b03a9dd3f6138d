"""The audio of the whole file, prepared once where it must be encoded."""

from pathlib import Path

from reelway.ffmpeg.inputs import ONE_CLOCK, WATCH_S, Input, ffmpeg, progress, read_through, reading
from reelway.ffmpeg.loudness import measured, normalized
from reelway.ffmpeg.outputs import audio_file, audio_packets, loudness_file, no_extras
from reelway.plan.ladder import AUDIO_BPS
from reelway.plan.plan import ENCODED_SAMPLE_RATE_HZ, Plan
from reelway.probe.source import Source
from reelway.probe.streams import AudioStream

# The sum of a surround mix's channels may be three times full scale (7.1), and lossy codecs decode to a
# little more than full scale. So much room is left above it in the 16 bits that gaps are filled in.
_STEREO_HEADROOM, _SURROUND_HEADROOM = 2, 4
# 6 dB below full scale: AAC at this bitrate adds up to 4 dB to the true peak of white noise, 1 dB to that of
# music. What is decoded stays below -1 dBTP (EBU R 128).
_SURROUND_PEAK = 0.5
# Between samples of 48 kHz a peak may be 3 dB higher than they are; at twice the rate, 0.1 dB was found.
_OVERSAMPLED_HZ = 2 * ENCODED_SAMPLE_RATE_HZ


def audio(plan: Plan, stream: AudioStream, upload: Input, folder: Path) -> list[str]:
    """The audio of the whole file: copied where `plan.keeps_audio`, else encoded to AAC-LC stereo.

    It lands in `audio_file`, and a list of the source's packets in `audio_packets`; of what is encoded, the
    loudness in `loudness_file`. Encoding it per chunk would drift by an encoder delay at every joint.
    """
    mapped = ["-map", f"0:{stream.index}", *no_extras()]
    codec = (
        ["-c:a", "copy"]
        if plan.keeps_audio
        else [
            *("-af", ",".join(_filters(plan, stream, folder))),
            *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(AUDIO_BPS)),
            *("-ac", "2", "-ar", str(ENCODED_SAMPLE_RATE_HZ)),
        ]
    )
    return [
        *(*ffmpeg(), *progress(WATCH_S)),
        *ONE_CLOCK,
        *reading(read_through(upload), threads=1),
        *(*mapped, *codec, "-f", "mp4", str(audio_file(folder))),
        *(*mapped, "-c", "copy", "-f", "framecrc", str(audio_packets(folder))),
    ]


def _filters(plan: Plan, stream: AudioStream, folder: Path) -> list[str]:
    is_surround = stream.channels > 2
    headroom = _SURROUND_HEADROOM if is_surround else _STEREO_HEADROOM
    target_lufs = plan.loudness_target_lufs
    return [
        *_continuous(plan.source, headroom),
        *(_limited(is_surround=is_surround) if target_lufs is None else normalized(target_lufs)),
        *([f"aresample={ENCODED_SAMPLE_RATE_HZ}"] if is_surround or target_lufs is not None else []),
        f"apad=whole_dur={plan.source.video_end_s:.6f}",
        *measured(loudness_file(folder)),
    ]


def _continuous(source: Source, headroom: int) -> list[str]:
    """Stereo on the file's clock, with silence in gaps and before a late start; an early end is padded later.

    Channels are mixed by swresample, whose matrices are those of ITU-R BS.775: center and surround channels
    at -3 dB, without the LFE channel. In floating point they keep their level; integers would be attenuated.
    """
    latest_s = source.shown_from_s + source.latest_s
    return [
        # Packets hours behind the end: the silence up to them would all be held in memory.
        f"atrim=end={latest_s:.6f}",
        f"aformat=sample_fmts=fltp:sample_rates={ENCODED_SAMPLE_RATE_HZ}:channel_layouts=stereo",
        f"volume=1/{headroom}:precision=float",
        # All silence of one gap is held in memory: in 16 bits and two channels 23 minutes fit into what one
        # block may take (-max_alloc).
        "aformat=sample_fmts=s16p",
        "aresample=async=1:first_pts=0",
        # The silence of a gap comes as one block, which in floating point would be four times as large.
        "asetnsamples=n=1024:p=0",
        f"volume={headroom}:precision=double",
    ]


def _limited(*, is_surround: bool) -> list[str]:
    """Peaks are lowered, for as long as they last, instead of being cut off; all else keeps its level.

    Stereo is limited to full scale only, which is where its integers would end.
    """
    peak = _SURROUND_PEAK if is_surround else 1
    # Without `latency` the audio would come 5 ms late; `level` would raise it to full scale.
    limiter = f"alimiter=limit={peak}:level=disabled:latency=1"
    return [f"aresample={_OVERSAMPLED_HZ}", limiter] if is_surround else [limiter]
