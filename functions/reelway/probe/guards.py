"""What libav may do with a file, in its own options; both who probes and who decodes keep to them."""

from reelway.probe.containers import format_whitelist
from reelway.probe.decoders import codec_whitelist

OPENING = {
    # Without this list a playlist or script named .mp4 makes libav open other files and URLs; hls, dash,
    # concat, sdp and image2 must never be added.
    "format_whitelist": format_whitelist(),
    "codec_whitelist": codec_whitelist(),
    # Twice libav's defaults: in transport streams the first keyframe may be seconds and megabytes away.
    "probesize": "10M",
    "analyzeduration": "10M",
}
