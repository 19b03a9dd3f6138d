"""Builds a valid published video of two renditions, "low" and "high", in which one thing can be changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.support.media import stream_bytes
from tests.support.media.stream_bytes import PACKET_BYTES
from tests.support.readers.playlist_rules import Published

SPS = stream_bytes.sps(426, 240)
LARGE_SPS = stream_bytes.sps(640, 360)
Change = Callable[[str], str]


def published(
    small: Sequence[bytes] | None = None,
    large: Sequence[bytes] | None = None,
    *,
    lengths_s: Sequence[float] = (2.0, 2.0, 2.0),
) -> Published:
    """A video of two renditions, which the playlists describe correctly; of three segments by default."""
    renditions = {
        "low": (small or stream_bytes.segments(3, sps_of=SPS), "426x240"),
        "high": (large or stream_bytes.segments(3, sps_of=LARGE_SPS), "640x360"),
    }
    master = "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    playlists, i_frames, segments, scrubbed = {}, {}, {}, ""
    for name, (parts, size) in renditions.items():
        listed = list(zip(parts, lengths_s, strict=False))
        peak_bps = max(len(part) * 8 / length_s for part, length_s in listed)
        average_bps = sum(map(len, parts)) * 8 / sum(length_s for _, length_s in listed)
        master += (
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak_bps:.0f},AVERAGE-BANDWIDTH={average_bps:.0f},"
            f'CODECS="avc1.64001e,mp4a.40.2",RESOLUTION={size},FRAME-RATE=25.000,CLOSED-CAPTIONS=NONE\n{name}\n'
        )
        segments[name] = {f"{name}{n}.ts": part for n, part in enumerate(parts)}
        entries = "".join(f"#EXTINF:{lengths_s[n]:.6f},\n{name}{n}.ts\n" for n in range(len(parts)))
        playlists[name] = (
            f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{round(max(lengths_s))}\n"
            "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            f"{entries}#EXT-X-ENDLIST\n"
        )
        frames = [(first_frame_bytes(part), length_s) for part, length_s in listed]
        peak_bps = max(size_bytes * 8 / length_s for size_bytes, length_s in frames)
        scrubbed += (
            f'#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={peak_bps:.0f},CODECS="avc1.64001e",RESOLUTION={size},'
            f'URI="{name}-i"\n'
        )
        entries = "".join(
            f"#EXTINF:{length_s:.6f},\n#EXT-X-BYTERANGE:{size_bytes}@0\n{name}{n}.ts\n"
            for n, (size_bytes, length_s) in enumerate(frames)
        )
        i_frames[f"{name}-i"] = (
            f"#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:{round(max(lengths_s))}\n"
            "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-I-FRAMES-ONLY\n"
            f"{entries}#EXT-X-ENDLIST\n"
        )
    return Published(master + scrubbed, playlists, i_frames, segments)


def first_frame_bytes(part: bytes) -> int:
    """Where the second frame begins: the second packet of the video that starts a PES packet."""
    heads = [at for at in range(0, len(part), PACKET_BYTES) if part[at + 1 : at + 3] == b"\x41\x00"]
    return [*heads, len(part), len(part)][1]


def with_playlist(change: Change) -> Published:
    video = published()
    return replace(video, playlists={**video.playlists, "low": change(video.playlists["low"])})


def with_master(change: Change) -> Published:
    video = published()
    return replace(video, master=change(video.master))


def with_segment(n: int, change: Callable[[bytes], bytes]) -> Published:
    """Segment `n` of the small rendition is changed; the playlists describe the changed one."""
    parts = list(stream_bytes.segments(3, sps_of=SPS))
    parts[n] = change(parts[n])
    return published(parts)


def replaced(old: str, new: str, count: int = 1) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, count)

    return change


def without_packet(pid: int, number: int) -> Callable[[bytes], bytes]:
    def change(part: bytes) -> bytes:
        packets = [part[at : at + PACKET_BYTES] for at in range(0, len(part), PACKET_BYTES)]
        places = [n for n, p in enumerate(packets) if p[1] & 0x1F == pid >> 8 and p[2] == pid & 0xFF]
        del packets[places[number]]
        return b"".join(packets)

    return change
