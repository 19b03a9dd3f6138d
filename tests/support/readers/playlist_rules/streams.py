"""Checks of Apple's rules on what the segments hold: codecs, audio, bit rates, captions, I-frames."""

from collections.abc import Iterator

from tests.support.readers import captions, h264_sps, transport_stream
from tests.support.readers.playlist_rules import media, multivariant
from tests.support.readers.playlist_rules.content import peak_bps
from tests.support.readers.playlist_rules.multivariant import Stream
from tests.support.readers.playlist_rules.reading import Reading
from tests.support.readers.transport_stream import TICKS_PER_S, MalformedError

_TOLERANCE = 0.1  # of the measured bit rates (1.26, 1.27)
_MAX_PEAK_RATIO = 2.0  # of the peak to the average bit rate (1.30)
_MAX_FPS = 60  # 1.19
_PROFILES, _MAX_LEVEL = {66, 77, 100}, 52  # profile_idc of Baseline, Main and High; ten times the level (1.3)
_AAC_LC, _MAX_CHANNELS = 2, 2
_ADTS = 0x0F  # stream_type of AAC (ISO/IEC 13818-1, table 2-34)
_FIRST_BPS = 2_000_000  # 1.32
_MAX_CELLULAR_BPS, _CELLULAR_PIXELS = 192_000, 426 * 240  # 9.21
_SEGMENT_S = 4  # of encoded rungs
_CTA_608 = {"CC1", "CC2", "CC3", "CC4"}  # the channels of captions that can be read back
_ROUNDING_TICKS = 1  # FRAME-RATE has three decimals, and a PTS is a whole number of ticks


def declares_avc(reading: Reading) -> Iterator[str]:
    for stream in (*reading.variants, *reading.i_frame_streams):
        if stream.codecs and sum(codec.startswith("avc1.") for codec in stream.codecs) != 1:
            yield f"{stream.uri}: CODECS is {','.join(sorted(stream.codecs))}, without one of H.264."


def is_transport_stream(reading: Reading) -> Iterator[str]:
    for uri, body in reading.video.bytes_of.items():
        if not body.startswith(b"\x47"):
            yield f"{uri} is no transport stream."


def keeps_level(reading: Reading) -> Iterator[str]:
    for variant, sps in _parameter_sets(reading):
        if sps[1] not in _PROFILES or sps[3] > _MAX_LEVEL:
            yield f"{variant.uri}: Profile {sps[1]} at level {sps[3]} is above High at {_MAX_LEVEL}."


def is_progressive(reading: Reading) -> Iterator[str]:
    for variant, sps in _parameter_sets(reading):
        if not h264_sps.is_progressive(sps):
            yield f"{variant.uri}: The video is interlaced."


def _parameter_sets(reading: Reading) -> Iterator[tuple[Stream, bytes]]:
    for variant, content in reading.measured:
        frames = (frame for stream in content.streams for frame in stream.video_frames)
        yield from ((variant, sps) for sps in {frame.sps for frame in frames} if sps)


def keeps_rate(reading: Reading) -> Iterator[str]:
    for variant in reading.variants:
        if variant.frame_rate > _MAX_FPS:
            yield f"{variant.uri}: {variant.frame_rate} fps are more than {_MAX_FPS}."


def declares_rate(reading: Reading) -> Iterator[str]:
    """FRAME-RATE is the highest rate, that of the smallest gap between frames (RFC 8216, 4.3.4.2)."""
    for variant, content in reading.measured:
        gaps = [gap for stream in content.streams for gap in stream.pts_gaps]
        rate = variant.frame_rate
        if gaps and rate and abs(min(gaps) - TICKS_PER_S / rate) > _ROUNDING_TICKS:
            yield f"{variant.uri}: FRAME-RATE is {rate}; frames are {min(gaps)} ticks apart."


def declares_codecs(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        found = {f.codec for stream in content.streams for f in stream.video_frames if f.codec}
        found |= {frame.codec for stream in content.streams for frame in stream.audio_frames}
        if variant.codecs and found != variant.codecs:
            declared = ",".join(sorted(variant.codecs))
            yield f"{variant.uri}: CODECS is {declared}; the segments have {','.join(sorted(found))}."


def declares_size(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        frames = [frame for stream in content.streams for frame in stream.video_frames]
        sizes = {h264_sps.frame_size(sps) for sps in {frame.sps for frame in frames if frame.sps}}
        if variant.width and sizes != {(variant.width, variant.height)}:
            found = ", ".join(f"{width}x{height}" for width, height in sorted(sizes))
            yield (f"{variant.uri}: RESOLUTION is {variant.width}x{variant.height}; the frames are {found}.")


def declares_average(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        declared, found = variant.average_bandwidth_bps, content.average_bps
        if declared and abs(declared - found) > _TOLERANCE * found:
            yield f"{variant.uri}: AVERAGE-BANDWIDTH is {declared}, the average {found:.0f} bit/s."


def declares_peak(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        if abs(variant.bandwidth_bps - content.peak_bps) > _TOLERANCE * content.peak_bps:
            yield (
                f"{variant.uri}: BANDWIDTH is {variant.bandwidth_bps}, the peak {content.peak_bps:.0f} bit/s."
            )


def suits_cellular(reading: Reading) -> Iterator[str]:
    """A ladder that goes down to 240 lines of 16:9 has a peak there that a cellular network carries.

    Of a video that is shorter than a segment, the first frame alone may be more.
    """
    smallest = min(reading.variants, key=lambda variant: variant.width * variant.height)
    content = reading.contents.get(smallest.uri)
    is_small = smallest.width * smallest.height <= _CELLULAR_PIXELS and len(reading.variants) > 1
    is_long = content is not None and content.duration_s >= _SEGMENT_S
    if is_small and is_long and smallest.bandwidth_bps > _MAX_CELLULAR_BPS:
        yield f"{smallest.uri}: {smallest.bandwidth_bps} bit/s are more than {_MAX_CELLULAR_BPS}."


def keeps_peak(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        peak, average = content.peak_bps, content.average_bps
        if peak > _MAX_PEAK_RATIO * average:
            yield (
                f"{variant.uri}: The peak of {peak:.0f} bit/s is {peak / average:.2f} times the average, "
                f"more than {_MAX_PEAK_RATIO:g}."
            )


def lists_the_default_first(reading: Reading) -> Iterator[str]:
    distances = [abs(variant.average_bandwidth_bps - _FIRST_BPS) for variant in reading.variants]
    if distances and distances[0] > min(distances):
        yield f"{reading.variants[0].uri} is the first variant, but another is nearer to 2 Mbit/s."


def has_stereo_aac(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        frames = {frame.object_type for stream in content.streams for frame in stream.audio_frames}
        if not frames <= {_AAC_LC}:
            yield f"{variant.uri}: The audio has object types {sorted(frames)}, not AAC-LC alone."


def has_no_multichannel(reading: Reading) -> Iterator[str]:
    for variant, channels in _channels(reading):
        if max(channels, default=0) > _MAX_CHANNELS:
            yield f"{variant.uri}: Audio of {max(channels)} channels is muxed with the video."


def keeps_channels(reading: Reading) -> Iterator[str]:
    for variant, channels in _channels(reading):
        if len(channels) > 1:
            yield f"{variant.uri}: The audio changes between {sorted(channels)} channels."


def _channels(reading: Reading) -> Iterator[tuple[Stream, set[int]]]:
    for variant, content in reading.measured:
        yield variant, {frame.channels for stream in content.streams for frame in stream.audio_frames}


def has_one_audio_stream(reading: Reading) -> Iterator[str]:
    for variant, content in reading.measured:
        for segment in content.segments:
            if segment.stream.stream_types.count(_ADTS) > 1:
                yield f"{variant.uri}: {segment.listed.uri} has several audio streams."


def carries_captions(reading: Reading) -> Iterator[str]:
    declared = {channel["INSTREAM-ID"] for channel in multivariant.captions(reading.video.master)}
    for variant, content in reading.measured:
        for channel in sorted(declared & _CTA_608 - captions.channels(content.streams)):
            yield f"{variant.uri}: {channel} is declared, but not in the segments."


def declares_captions(reading: Reading) -> Iterator[str]:
    declared = {channel["INSTREAM-ID"]: channel for channel in multivariant.captions(reading.video.master)}
    groups = {f'"{channel["GROUP-ID"]}"' for channel in declared.values()} or {"NONE"}
    for variant, content in reading.measured:
        for channel in sorted(captions.channels(content.streams) - set(declared)):
            yield f"{variant.uri}: {channel} is in the segments, but not declared."
        if {variant.attributes.get("CLOSED-CAPTIONS")} != groups:
            yield f"{variant.uri}: CLOSED-CAPTIONS does not name what is declared."


def names_languages(reading: Reading) -> Iterator[str]:
    for channel in multivariant.captions(reading.video.master):
        if "LANGUAGE" not in channel:
            yield f"{channel['NAME']} has no LANGUAGE."


def has_i_frames(reading: Reading) -> Iterator[str]:
    """For each size, and each entry is one IDR frame that can be decoded alone, in its place."""
    sizes = {(stream.width, stream.height) for stream in reading.i_frame_streams}
    for variant in reading.variants:
        if (variant.width, variant.height) not in sizes:
            yield f"{variant.uri}: There is no I-frame playlist of its size."
    bodies = reading.video.bytes_of
    for stream in reading.i_frame_streams:
        if stream.uri not in reading.video.i_frames:
            yield f"{stream.uri} is listed, but there is no such playlist."
        for listed in reading.listed_i_frames(stream):
            part = bodies.get(listed.uri, b"")[listed.offset : listed.offset + listed.size_bytes]
            if not _is_one_idr(part) or len(part) < listed.size_bytes:
                place = f"{listed.size_bytes}@{listed.offset} of {listed.uri}"
                yield f"{stream.uri}: {place} is no IDR frame alone."


def _is_one_idr(part: bytes) -> bool:
    try:
        read = transport_stream.read(part)
    except MalformedError:
        return False
    return read.begins_with_tables and [frame.is_idr for frame in read.video_frames] == [True]


def times_i_frames(reading: Reading) -> Iterator[str]:
    """Durations last to the next I-frame, so the sums are the times at which I-frames are shown."""
    bodies = reading.video.bytes_of
    for stream in reading.i_frame_streams:
        listed = reading.listed_i_frames(stream)
        parts = [bodies.get(each.uri, b"")[each.offset : each.offset + each.size_bytes] for each in listed]
        if not listed or not all(_is_one_idr(part) for part in parts):
            continue
        shown = [transport_stream.read(part).video_frames[0].pts for part in parts]
        at_s = 0.0
        for each, pts in zip(listed, shown, strict=True):
            if abs((pts - shown[0]) / TICKS_PER_S - at_s) > 1 / _MAX_FPS / 2:
                place = f"{each.offset} of {each.uri}"
                yield f"{stream.uri}: The I-frame at {place} is not shown at {at_s:.3f} s."
            at_s += each.duration_s


def declares_i_frame_rates(reading: Reading) -> Iterator[str]:
    for stream in reading.i_frame_streams:
        listed = [(each.size_bytes, each.duration_s) for each in reading.listed_i_frames(stream)]
        target_s = media.target_duration_s(reading.video.i_frames.get(stream.uri, "")) or 1
        peak = peak_bps(listed, target_s) if listed and all(length for _, length in listed) else 0.0
        if abs(stream.bandwidth_bps - peak) > _TOLERANCE * peak:
            yield f"{stream.uri}: BANDWIDTH is {stream.bandwidth_bps}, the peak {peak:.0f} bit/s."
