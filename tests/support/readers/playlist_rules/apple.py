"""Apple's HLS Authoring Specification for Apple Devices (as of 2025): a row for each rule that applies here.

Numbers are Apple's, sentences are ours. What applies is what there is: H.264 and AAC in MPEG-TS, video on
demand, without encryption, subtitles, ads and HDR.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.support.readers.playlist_rules import continuity, media, streams
from tests.support.readers.playlist_rules import text as texts
from tests.support.readers.playlist_rules.multivariant import I_FRAMES, VARIANT
from tests.support.readers.playlist_rules.reading import Reading

Check = Callable[[Reading], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` yields a sentence for each violation; `is_must` is false where Apple only recommends it."""

    number: str
    says: str
    check: Check
    is_must: bool = True


def _has(tag_name: str, attribute: str) -> Check:
    def check(reading: Reading) -> Iterator[str]:
        for tag in texts.tags(reading.video.master, tag_name):
            if attribute not in (texts.attributes(tag.value) or {attribute: ""}):
                yield f"Line {tag.line}: {attribute} is missing."

    return check


def _is_on_demand(reading: Reading) -> Iterator[str]:
    for uri, text in reading.listed:
        if [tag.value for tag in texts.tags(text, "EXT-X-PLAYLIST-TYPE")] != ["VOD"]:
            yield f"{uri}: #EXT-X-PLAYLIST-TYPE is not VOD."


def _lists_i_frames_only(reading: Reading) -> Iterator[str]:
    for uri, text in reading.video.i_frames.items():
        if not texts.tags(text, "EXT-X-I-FRAMES-ONLY"):
            yield f"{uri}: #EXT-X-I-FRAMES-ONLY is missing."


def _is_independent(reading: Reading) -> Iterator[str]:
    missing = [uri for uri, text in reading.video.playlists.items() if not _says_independent(text)]
    if missing and not _says_independent(reading.video.master):
        yield f"Neither the master playlist nor {missing[0]} has #EXT-X-INDEPENDENT-SEGMENTS."


def _is_independent_there(reading: Reading) -> Iterator[str]:
    if not _says_independent(reading.video.master):
        yield "#EXT-X-INDEPENDENT-SEGMENTS is missing, though every segment starts with an IDR picture."


def _says_independent(text: str) -> bool:
    return bool(texts.tags(text, "EXT-X-INDEPENDENT-SEGMENTS"))


RULES = (
    Rule("1.1", "Video is H.264.", streams.declares_avc),
    Rule("1.2", "H.264 is in transport streams (or fMP4).", streams.is_transport_stream),
    Rule("1.3", "At most High profile and level 5.2.", streams.keeps_level),
    Rule("1.14", "Interlaced sources are deinterlaced.", streams.is_progressive),
    Rule("1.19", "At most 60 frames per second.", streams.keeps_rate),
    Rule("1.26", "AVERAGE-BANDWIDTH is the measured average, to a tenth.", streams.declares_average),
    Rule("1.27", "BANDWIDTH is the measured peak, to a tenth.", streams.declares_peak),
    Rule("1.30", "The peak is at most twice the average.", streams.keeps_peak, is_must=False),
    Rule(
        "1.32",
        "The first variant is the one nearest to 2 Mbit/s.",
        streams.lists_the_default_first,
        is_must=False,
    ),
    Rule("2.3", "There is AAC in stereo.", streams.has_stereo_aac),
    Rule("2.11", "Channels do not change without a discontinuity.", streams.keeps_channels),
    Rule("2.17", "A segment has one audio stream.", streams.has_one_audio_stream),
    Rule("4.3", "Captions that are declared are in the segments.", streams.carries_captions),
    Rule("4.4", "Captions that are in the segments are declared.", streams.declares_captions),
    Rule("6.1", "There are I-frame playlists.", streams.has_i_frames),
    Rule("6.8", "They say that they list I-frames only.", _lists_i_frames_only),
    Rule("6.9", "Their peak is that of RFC 8216.", streams.declares_i_frame_rates),
    Rule("7.1", "Media continues across segments.", continuity.is_joined),
    Rule("7.2", "Continuity counters are sequential.", continuity.has_sequential_counters),
    Rule("7.4", "Segments start with an IDR frame.", continuity.starts_with_idr),
    Rule("7.5", "The target duration is 6 s; here at most.", continuity.has_target_of_six, is_must=False),
    Rule("7.7", "No segment is half a second longer than the target.", continuity.keeps_target),
    Rule("8.1", "Durations add up to what the segments hold.", continuity.lists_true_durations),
    Rule("8.2", "All renditions have one target duration.", continuity.has_one_target),
    Rule("8.3", "All renditions last equally long, over one range (8.7).", continuity.covers_one_range),
    Rule("8.6", "Playlists are of the type VOD.", _is_on_demand),
    Rule("8.10", "Captions have a language.", streams.names_languages),
    Rule("8.13", "Encoding does not change without a discontinuity.", continuity.keeps_parameters),
    Rule("8.14", "Nor does the frame rate.", continuity.keeps_frame_rate),
    Rule("8.22", "Segments of all renditions are aligned.", continuity.aligns_segments, is_must=False),
    Rule("9.1", "Variants declare CODECS.", _has(VARIANT, "CODECS")),
    Rule("9.2", "Variants declare RESOLUTION.", _has(VARIANT, "RESOLUTION")),
    Rule("9.3", "I-frame playlists declare CODECS.", _has(I_FRAMES, "CODECS")),
    Rule("9.4", "I-frame playlists declare RESOLUTION.", _has(I_FRAMES, "RESOLUTION")),
    Rule("9.6", "Audio of more than two channels would be apart.", streams.has_no_multichannel),
    Rule(
        "9.11",
        "The master says that segments are independent.",
        _is_independent_there,
        is_must=False,
    ),
    Rule("9.12", "Or else all media playlists do.", _is_independent),
    Rule("9.13", "BANDWIDTH is that of all that is played together.", streams.declares_peak),
    Rule("9.14", "Variants declare AVERAGE-BANDWIDTH.", _has(VARIANT, "AVERAGE-BANDWIDTH")),
    Rule("9.15", "Variants declare FRAME-RATE.", _has(VARIANT, "FRAME-RATE")),
    Rule("9.21", "The smallest of several variants suits cellular.", streams.suits_cellular),
)

# MUSTs that playlists and segments cannot show, and the tests that do.
ELSEWHERE = {
    "1.24": "SDR, also of I-frames (6.16), so no VIDEO-RANGE (9.16): tests/encoding/test_colors.py",
    "8.18": "no redirects: tests/e2e/test_streaming.py",
    "10.1": "gzip: tests/e2e/test_streaming.py",
    "12.1": "TLS is CloudFront's (12.2, 12.3): docs/smoke-test.md",
}

# What is not kept, and why.
NOT_KEPT = {
    "1.18": "Sources of fewer frames than Apple names keep them: 1 to 15 fps.",
    "1.22": "Every source becomes BT.709, so that all players show the same.",
    "1.25": "Caps are lower than Apple's averages, for a constant quality (docs/encoding.md).",
    "1.32b": "One list serves Wi-Fi and cellular; its first variant is that for Wi-Fi.",
    "2.1": "Audio is muxed (9.5): with separate streams every segment would be two requests.",
    "2.18": "Loudness is measured, and evened out only where the owner asks for it (LoudnessTargetLufs).",
    "6.2": "I-frames are those of the segments, one every 2 s: more would have to be encoded and stored.",
    "7.6": "Segments last 4 s, so that playing and switching start sooner.",
    "9.9": "MUST. A source smaller than the second step, and a copy before its ladder, have one variant.",
    "9.10": "One variant of the largest size: two would cost a third of the CPU time more.",
    "10.2": "No second stream to fail over to: the CDN's is the one address.",
    "12.4": "URLs of segments do not change: there is no authentication to bind them to.",
}


def declared_elsewhere(reading: Reading) -> Iterator[str]:
    """RFC 8216 on what is declared, where Apple has no rule of its own."""
    yield from streams.declares_codecs(reading)
    yield from streams.declares_size(reading)
    yield from streams.declares_rate(reading)
    yield from streams.times_i_frames(reading)
    for uri, text in reading.video.i_frames.items():
        yield from (f"{uri}: {sentence}" for sentence in media.i_frame_violations(text))
