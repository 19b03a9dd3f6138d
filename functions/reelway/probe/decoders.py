"""Which of libav's some 500 decoders strangers' files may reach: those that most real videos need.

Each is code that a hostile file can attack, and few are tried by as many people as those of this list. A
codec that one upload in thousands has is refused by its name; docs/encoding.md says which, and what to do.

Names are those of decoders, as libav's option -codec_whitelist takes them. A test compares what the two
builds have of them: the one that probes, and the one that decodes.
"""

_VIDEO = {
    "what phones, cameras, browsers and streaming services make": (
        *("h264", "hevc", "vvc", "libdav1d", "vp8", "vp9", "mpeg4", "mjpeg"),
        *("libvpx", "libvpx-vp9"),  # the alpha of VP8 and VP9, which the others leave out
    ),
    "broadcasts, discs and camcorders": ("mpeg1video", "mpeg2video", "vc1", "wmv3", "dvvideo"),
    "what editors exchange, and recorders of screens": (
        *("prores", "dnxhd", "qtrle", "png", "v210", "rawvideo", "ffv1", "huffyuv", "ffvhuff", "utvideo"),
        *("flashsv", "msrle"),
    ),
    "the web before 2010, and old phones": (
        *(
            "flv",
            "vp3",
            "vp6",
            "vp6a",
            "vp6f",
            "theora",
            "h263",
            "h263p",
            "msmpeg4v1",
            "msmpeg4v2",
            "msmpeg4",
        ),
        *("wmv1", "wmv2", "rv10", "rv20", "rv30", "rv40", "svq1", "svq3", "cinepak"),
    ),
}
_AUDIO = {
    "what phones, cameras, browsers and streaming services make": (
        *("aac", "aac_latm", "mp3float", "mp3", "opus", "libopus", "vorbis", "libvorbis", "flac", "alac"),
    ),
    "broadcasts, discs and cinema": (
        *("mp1float", "mp1", "mp2float", "mp2", "ac3", "eac3", "dca", "truehd", "mlp", "s302m"),
        *("pcm_bluray", "pcm_dvd"),
    ),
    "samples as they are": (
        *("pcm_alaw", "pcm_mulaw", "pcm_s8", "pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be"),
        *("pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
    ),
    "old cameras and phones": (
        *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha"),
        *("amrnb", "libopencore_amrnb", "amrwb", "libopencore_amrwb", "dvaudio"),
    ),
    "the web before 2010": ("wmav1", "wmav2", "wmapro", "nellymoser", "speex", "cook"),
}

NAMES = frozenset(name for kind in (_VIDEO, _AUDIO) for names in kind.values() for name in names)


def codec_whitelist() -> str:
    """As libav's option takes it."""
    return ",".join(sorted(NAMES))
