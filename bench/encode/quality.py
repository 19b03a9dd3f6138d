"""VMAF and bytes of every rung: chunked against one pass, and against shaka-streamer's rung."""

from dataclasses import asdict
from typing import Any

from bench.encode import shaka
from bench.encode.clip_encoder import ClipEncoder, caps_bps
from bench.encode.clips import Clip
from bench.encode.vmaf import VmafMeter

# shaka-streamer's bitrates: the caps of our rungs; the mean bitrates of our renditions; its own, with its own
# preset.
_AT_CAPS, _AT_OUR_BYTES, _AS_IT_COMES = "shaka", "shaka-at-our-bytes", "shaka-as-it-comes"


def measure(
    clip_encoder: ClipEncoder, vmaf_meter: VmafMeter, clips: list[Clip], *, with_defaults: bool
) -> dict[str, Any]:
    """Per clip and rung; `with_defaults` adds shaka-streamer's own bitrates and preset, which takes long."""
    return {clip.name: _measured(clip_encoder, vmaf_meter, clip, with_defaults) for clip in clips}


def _measured(
    clip_encoder: ClipEncoder, vmaf_meter: VmafMeter, clip: Clip, with_defaults: bool
) -> dict[str, Any]:
    rungs, preset = clip_encoder.rungs(clip), clip_encoder.preset(clip)
    found: dict[str, dict[str, Any]] = {}
    for rung in rungs:
        found[rung.name] = {
            "pipeline": asdict(vmaf_meter.score(clip_encoder.pipeline_playlist(clip, rung), clip)),
            "bare": asdict(vmaf_meter.score(clip_encoder.bare_playlist(clip, rung), clip)),
        }
    ours_bps = {
        name: round(of["pipeline"]["video_bytes"] * 8 / clip.duration_s) for name, of in found.items()
    }
    bitrates = {_AT_CAPS: (caps_bps(rungs), preset), _AT_OUR_BYTES: (ours_bps, preset)}
    if with_defaults:
        bitrates[_AS_IT_COMES] = (shaka.DEFAULT_BPS, "")
    usage = {}
    for kind, (bitrates_bps, its_preset) in bitrates.items():
        used = clip_encoder.by_shaka(clip, bitrates_bps, preset=its_preset, kind=kind)
        usage[kind] = {"wall_s": round(used.wall_s, 2), "cpu_s": round(used.cpu_s, 2)}
        for rung in rungs:
            url = clip_encoder.shaka_playlist(clip, rung, kind)
            found[rung.name][kind] = asdict(vmaf_meter.score(url, clip))
    return {"rungs": found, "shaka_usage": usage, "subsample": vmaf_meter.subsample}
