"""Which of libav's some 500 decoders strangers' files may reach: those that real videos need.

Names are those of decoders, as libav's option -codec_whitelist takes them. A test compares what the two
builds have of them: the one that probes, and the one that decodes.
"""

_VIDEO = {
    "what phones, cameras, browsers and streaming services make": (
        *("h264", "hevc", "vvc", "libdav1d", "vp8", "vp9", "mpeg4", "mjpeg", "mjpegb"),
        *("libvpx", "libvpx-vp9"),  # the alpha of VP8 and VP9, which the others leave out
    ),
    "broadcasts, discs and camcorders": ("mpeg1video", "mpeg2video", "vc1", "wmv3", "dvvideo", "cavs"),
    "what editors exchange": (
        *("prores", "dnxhd", "cfhd", "hap", "jpeg2000", "dirac", "qtrle", "png", "aic", "pixlet"),
        *("v210", "v210x", "v308", "v408", "v410", "r210", "r10k", "rawvideo", "cljr", "avui", "yuv4"),
    ),
    "without loss": (
        *("ffv1", "huffyuv", "ffvhuff", "utvideo", "magicyuv", "lagarith", "sheervideo"),
        *("cllc", "fraps", "hymt", "ylc"),
    ),
    "recordings of screens": (
        *("flashsv", "flashsv2", "zmbv", "camtasia", "tscc2", "camstudio", "g2m", "mss1", "mss2", "mszh"),
        *("zlib", "msa1", "mts2", "vmnc", "rscc", "screenpresso"),
    ),
    "the web before 2010, and old phones": (
        *("flv", "vp3", "vp5", "vp6", "vp6a", "vp6f", "theora", "h261", "h263", "h263i", "h263p"),
        *("msmpeg4v1", "msmpeg4v2", "msmpeg4", "wmv1", "wmv2", "rv10", "rv20", "rv30", "rv40"),
    ),
    "QuickTime and Video for Windows before 2000": (
        *("svq1", "svq3", "cinepak", "indeo2", "indeo3", "indeo4", "indeo5", "msvideo1", "msrle"),
        *("rpza", "smc", "8bps", "qdraw", "asv1", "asv2"),
    ),
}
_AUDIO = {
    "what phones, cameras, browsers and streaming services make": (
        *("aac", "aac_latm", "mp3float", "mp3", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac"),
    ),
    "broadcasts, discs and cinema": (
        *("mp1float", "mp1", "mp2float", "mp2", "ac3", "eac3", "dca", "truehd", "mlp", "s302m"),
        *("pcm_bluray", "pcm_dvd", "dolby_e"),
    ),
    "samples as they are": (
        *("pcm_alaw", "pcm_mulaw", "pcm_s8", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_u16le", "pcm_u16be"),
        *("pcm_s24le", "pcm_s24be", "pcm_u24le", "pcm_u24be", "pcm_s32le", "pcm_s32be", "pcm_u32le"),
        *("pcm_u32be", "pcm_s64le", "pcm_s64be", "pcm_f16le", "pcm_f24le", "pcm_f32le", "pcm_f32be"),
        *("pcm_f64le", "pcm_f64be", "pcm_s16le_planar", "pcm_s16be_planar", "pcm_s24le_planar"),
        *("pcm_s32le_planar", "pcm_s8_planar"),
    ),
    "old cameras and phones": (
        *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "g722", "g726"),
        *("g726le", "g723_1", "amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb", "gsm", "gsm_ms"),
        *("qcelp", "dvaudio", "mace3", "mace6"),
    ),
    "the web before 2010": (
        *("wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "nellymoser", "speex", "cook", "sipr"),
        *("ralf", "atrac3", "real_144", "real_288", "qdm2", "qdmc", "truespeech", "wavpack", "tta", "ape"),
    ),
}

NAMES = frozenset(name for kind in (_VIDEO, _AUDIO) for names in kind.values() for name in names)


def codec_whitelist() -> str:
    """As libav's option takes it."""
    return ",".join(sorted(NAMES))
