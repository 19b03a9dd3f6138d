"""Makers of small files with hostile timestamps: gaps of hours, absurd rates, streams without a packet."""

import struct

from tests.encoding import boxes
from tests.encoding.hostile_files import H264, Maker, MakerTools, with_audio

GAP_S = 28 * 3600  # more than the 26.5 hours after which 33-bit MPEG timestamps wrap


# ── Gaps and clocks ────────────────────────────────────────────────────────────────────────────────


def _gap(ending: str, *options: str, gap_s: int = GAP_S, codec: tuple[str, ...] = H264) -> Maker:
    """25 frames in one second, and one more at `gap_s`."""
    return lambda tools: tools.video(
        "-vf", f"settb=1/1000,setpts='if(lt(N,25),N*40,{gap_s * 1000})'", "-fps_mode", "passthrough", *codec,
        *options, to=ending, frames=26,
    )  # fmt: skip


def _wrong_duration_matroska(tools: MakerTools) -> bytes:
    """An MKV with a gap that declares a duration of one second."""
    content = _gap("mkv")(tools)
    ends = struct.pack(">d", GAP_S * 1000 + 40)
    assert ends in content
    return content.replace(ends, struct.pack(">d", 1000)).replace(b"28:00:00", b"00:00:01")


def _wrong_duration_mp4(tools: MakerTools) -> bytes:
    """An MP4 with a gap that declares a duration of one second."""
    content = _gap("mp4")(tools)
    ends = struct.pack(">I", (GAP_S * 1000) + 40)
    assert ends in content
    return content.replace(ends, struct.pack(">I", 1000))


def _empty_edit(tools: MakerTools) -> bytes:
    """An MP4 whose edit list begins with an empty edit of 28 hours."""
    edits = struct.pack(">IIiI", 2, GAP_S * 1000, -1, 0x10000) + struct.pack(">IiI", 2000, 0, 0x10000)
    return boxes.edited(tools.video(*H264, to="mp4"), {b"edts": boxes.full_box(b"elst", edits)})


def _audio_gap(ending: str) -> Maker:
    """Audio whose second half is 28 hours late; a resampler would fill the gap with silence."""
    return lambda tools: tools.video(
        "-f", "lavfi", "-i", "sine=r=48000:d=2", "-map", "0:v", "-map", "1:a", *H264, "-c:a", "libmp3lame",
        "-bsf:a", f"setts=ts=if(lt(N\\,40)\\,TS\\,TS+{GAP_S}/TB)", to=ending,
    )  # fmt: skip


ENDLESS_GAPS: dict[str, Maker] = {
    "in the sample times of an mp4": _gap("mp4"),
    "in the fragments of an mp4": _gap("mp4", "-movflags", "empty_moov+frag_every_frame"),
    "in the cluster times of an mkv": _gap("mkv"),
    "in an mkv without a duration": _gap("mkv", "-live", "1"),
    "in an mkv that declares one second": _wrong_duration_matroska,
    "in an mp4 that declares one second": _wrong_duration_mp4,
    "in an flv": _gap("flv", codec=("-c:v", "flv1")),
    "in the timestamps of a ts, which wrap": _gap("ts"),
    "in a ts, 3 hours long": _gap("ts", gap_s=3 * 3600),
    "in an mp4, 3 hours long": _gap("mp4", gap_s=3 * 3600),
    "in the audio of an mkv": _audio_gap("mkv"),
    "in the audio of a ts": _audio_gap("ts"),
}


STRANGE_CLOCKS: dict[str, Maker] = {
    "an mkv that starts after a day": with_audio("mkv", "-output_ts_offset", "90000"),
    "an mp4 that starts after a day": with_audio("mp4", "-output_ts_offset", "90000"),
    "an flv that starts after a day": with_audio("flv", "-output_ts_offset", "90000"),
    "a ts that starts just before its clock wraps": with_audio("ts", "-output_ts_offset", "95442"),
    "an mp4 with an empty edit of 28 hours": _empty_edit,
    "an mp4 that starts before zero": with_audio("mp4", "-output_ts_offset", "-1", "-movflags",
                                             "negative_cts_offsets"),
}  # fmt: skip
ABSURD_RATES: dict[str, Maker] = {
    "a frame every eleven days": lambda tools: tools.video("-r", "1/1000000", *H264, to="mkv", frames=2),
    "a million frames per second": lambda tools: tools.video(
        "-vf", "settb=1/1000000,setpts=N", "-fps_mode", "passthrough", "-enc_time_base", "1/1000000",
        "-video_track_timescale", "1000000", "-c:v", "mjpeg", to="mov",
    ),
    "a million frames per second in an avi": lambda tools: tools.video("-c:v", "mjpeg", to="avi").replace(
        struct.pack("<II", 1, 25), struct.pack("<II", 1, 1_000_000)
    ),
}  # fmt: skip


def _pcm(*, channels: int = 1, rate_hz: int = 48_000) -> Maker:
    """An AVI whose header declares a wrong number of channels or a wrong sample rate for its PCM audio."""

    def make(tools: MakerTools) -> bytes:
        content = with_audio("avi", "-c:a", "pcm_s16le", codec=("-c:v", "mpeg4"))(tools)
        real = struct.pack("<HHI", 1, 1, 48_000)
        assert real in content
        return content.replace(real, struct.pack("<HHI", 1, channels, rate_hz))

    return make


ABSURD_AUDIO: dict[str, Maker] = {
    "2147483647 samples per second": _pcm(rate_hz=2_147_483_647),
    "700000 samples per second": _pcm(rate_hz=700_001),
    "one sample per second": _pcm(rate_hz=1),
    "65535 channels": _pcm(channels=65_535),
    "64 channels": _pcm(channels=64),
}


# ── Audio that is declared but has no packets ──────────────────────────────────────────────────────


def _without_packets(ending: str, *options: str) -> Maker:
    """A file whose header declares an audio stream without a packet: a bitstream filter drops all of them."""
    return lambda tools: tools.video(
        "-f", "lavfi", "-i", "sine=r=48000:d=2", "-map", "0:v", "-map", "1:a", *H264, "-c:a", "aac", "-bsf:a",
        "noise=amount=0:drop=1", *options, to=ending,
    )  # fmt: skip


def _empty_audio_tables(tools: MakerTools) -> bytes:
    """An MP4 whose audio stream has sample tables without an entry."""
    empty = {b"stts": bytes(8), b"stsc": bytes(8), b"stsz": bytes(12), b"stco": bytes(8)}
    return boxes.with_audio_tables(with_audio("mp4")(tools), empty)


ABSENT_AUDIO: dict[str, Maker] = {
    "a ts": _without_packets("ts"),
    "an mkv": _without_packets("mkv"),
    "an mp4": _empty_audio_tables,
    "an mp4 in fragments": _without_packets("mp4", "-movflags", "empty_moov+frag_keyframe"),
}
