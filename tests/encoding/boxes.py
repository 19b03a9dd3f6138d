"""Builds files byte by byte: MP4 boxes, Matroska elements, RIFF chunks, frame sizes in coded frames."""

import struct
import zlib
from collections.abc import Iterator, Sequence


def box(kind: bytes, *parts: bytes) -> bytes:
    """An MP4 box."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, *parts: bytes) -> bytes:
    """An MP4 box with version 0 and no flags."""
    return box(kind, bytes(4), *parts)


def boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of each box in `body`, which is a sequence of boxes."""
    position = 0
    while position + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, position)
        yield kind, body[position + 8 : position + size]
        position += size


def edited(body: bytes, changes: dict[bytes, bytes]) -> bytes:
    """`body` with the content of the box types in `changes` replaced, nested boxes included."""
    containers = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
    parts = []
    for kind, content in boxes(body):
        inside = edited(content, changes) if kind in containers else content
        parts.append(box(kind, changes.get(kind, inside)))
    return b"".join(parts)


def with_audio_tables(movie: bytes, tables: dict[bytes, bytes]) -> bytes:
    """The MP4 file `movie` with the sample tables (`stbl`) of its audio stream replaced by `tables`."""
    parts = []
    for kind, body in boxes(movie):
        tracks = [
            box(inner, edited(content, tables) if b"soun" in content else content)
            for inner, content in (boxes(body) if kind == b"moov" else ())
        ]
        parts.append(box(kind, *tracks) if kind == b"moov" else box(kind, body))
    return b"".join(parts)


def with_compressed_index(movie: bytes) -> bytes:
    """The MOV file `movie` with its `moov` at the end compressed (QuickTime file format: `cmov`)."""
    parts = []
    for kind, body in boxes(movie):
        index = zlib.compress(box(kind, body))
        data = box(b"cmvd", struct.pack(">I", len(body) + 8), index)
        compressed = box(b"cmov", box(b"dcom", b"zlib"), data)
        parts.append(box(kind, compressed if kind == b"moov" else body))
    return b"".join(parts)


def element(identifier: str, *parts: bytes | int | str) -> bytes:
    """A Matroska element: `identifier` in hexadecimal, its size in eight bytes, numbers big-endian.

    EBML is RFC 8794, the identifiers of Matroska are RFC 9559.
    """
    body = b"".join(_ebml_value(part) for part in parts)
    return bytes.fromhex(identifier) + struct.pack(">Q", len(body) | 1 << 56) + body


def _ebml_value(part: bytes | int | str) -> bytes:
    if isinstance(part, int):
        return part.to_bytes(max(1, -(-part.bit_length() // 8)), "big")
    return part.encode() if isinstance(part, str) else part


def matroska(*, video_track: bytes, blocks: Iterator[bytes], duration_ms: float) -> bytes:
    """A file with one cluster and one video stream.

    `video_track` is the content of its TrackEntry after track number, UID and type.
    """
    head = element("1a45dfa3", element("4282", "matroska"), element("4287", 4), element("4285", 2))
    info = element("1549a966", element("2ad7b1", 1_000_000), element("4489", struct.pack(">d", duration_ms)))
    track = element("ae", element("d7", 1), element("73c5", 1), element("83", 1), video_track)
    cluster = element("1f43b675", element("e7", 0), *blocks)
    return head + element("18538067", info, element("1654ae6b", track), cluster)


def simple_block(time_ms: int, content: bytes) -> bytes:
    """A SimpleBlock: a keyframe of track 1, `time_ms` after the start of its cluster."""
    return element("a3", struct.pack(">BhB", 0x81, time_ms, 0x80), content)


def block_flags(file: bytes) -> Iterator[int]:
    """Where the flags of each SimpleBlock of a Matroska file are; 0x80 is that of a keyframe."""
    position = file.index(bytes.fromhex("1f43b675"))
    while position < len(file):
        identifier, position = _vint(file, position, keeps_marker=True)
        size, position = _vint(file, position)
        if identifier == 0xA3:
            yield position + 3  # after the number of the track and two bytes of time
        if identifier != 0x1F43B675:  # blocks are inside of clusters
            position += size


def _vint(file: bytes, position: int, *, keeps_marker: bool = False) -> tuple[int, int]:
    """A variable-size integer (RFC 8794, 4), and the position after it."""
    length = 9 - file[position].bit_length()
    value = int.from_bytes(file[position : position + length], "big")
    return value if keeps_marker else value & ~(1 << 7 * length), position + length


def chunk(kind: bytes, *parts: bytes) -> bytes:
    """A RIFF chunk, padded to an even size."""
    body = b"".join(parts)
    return struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2)


def avi(frames: list[bytes], size: tuple[int, int], subtitle: bytes) -> bytes:
    """An AVI of MJPEG at 25 fps with one subtitle in a `txts` stream, as DivX players read it."""
    width, height = size
    count = len(frames)
    avih = struct.pack("<14I", 40_000, 0, 0, 0x10, count, 0, 2, 0, width, height, 0, 0, 0, 0)
    vids = _stream(b"vids", b"MJPG", 1, 25, count)
    format_ = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", 0, 0, 0, 0, 0)
    txts = _stream(b"txts", bytes(4), 1, 25, 1)
    headers = chunk(
        b"LIST",
        b"hdrl",
        chunk(b"avih", avih),
        chunk(b"LIST", b"strl", chunk(b"strh", vids), chunk(b"strf", format_)),
        chunk(b"LIST", b"strl", chunk(b"strh", txts), chunk(b"strf")),
    )
    coded = [chunk(b"00dc", frame) for frame in frames]
    movie = chunk(b"LIST", b"movi", chunk(b"01tx", subtitle), *coded)
    return chunk(b"RIFF", b"AVI ", headers, movie)


def _stream(kind: bytes, handler: bytes, scale: int, rate: int, length: int) -> bytes:
    return struct.pack("<4s4sIHHIIIIIIII4H", kind, handler, 0, 0, 0, 0, scale, rate, 0, length, 0, 0, 0,
                       0, 0, 0, 0)  # fmt: skip


def jpeg_resized(content: bytes, width: int, height: int) -> bytes:
    """Writes the size into every baseline JPEG in `content` (marker SOF0); the coded data are kept."""
    parts = content.split(b"\xff\xc0\x00\x11\x08")
    claimed = struct.pack(">HH", height, width)
    return parts[0] + b"".join(b"\xff\xc0\x00\x11\x08" + claimed + part[4:] for part in parts[1:])


def png_resized(content: bytes, width: int, height: int) -> bytes:
    """Writes the size into every PNG in `content` (chunk IHDR); the coded data are kept."""
    parts = content.split(b"IHDR")
    resized = parts[0]
    for part in parts[1:]:
        header = b"IHDR" + struct.pack(">II", width, height) + part[8:13]
        resized += header + struct.pack(">I", zlib.crc32(header)) + part[17:]
    return resized


def vp9_resized(content: bytes, width: int, height: int) -> bytes:
    """Writes the size into every VP9 keyframe (profile 0) in `content`.

    The uncompressed header stores width - 1 and height - 1 in 16 bits each, after the sync code.
    """
    sync = b"\x49\x83\x42"  # VP9 bitstream specification, 7.2.1: frame_sync_code
    parts = content.split(sync)
    claimed = (width - 1) << 16 | (height - 1)
    resized = parts[0]
    for part in parts[1:]:
        bits = int.from_bytes(part[:5], "big")  # color in 4 bits, the size, 4 bits more
        kept = bits & 0xF0_0000_000F
        resized += sync + (kept | claimed << 4).to_bytes(5, "big") + part[5:]
    return resized


def h264_resized(stream: bytes, width: int, height: int) -> bytes:
    """Writes the size, in multiples of 16, into every SPS of an Annex B stream.

    The stream must be Baseline profile with pic_order_cnt_type 2.
    """
    start = b"\x00\x00\x00\x01\x67"  # a start code and the NAL unit header of an SPS
    parts = stream.split(start)
    resized = parts[0]
    for part in parts[1:]:
        end = part.index(b"\x00\x00\x00\x01")
        resized += start + _sps_resized(part[:end], width // 16, height // 16) + part[end:]
    return resized


def _sps_resized(parameters: bytes, width_blocks: int, height_blocks: int) -> bytes:
    """An SPS of another size (ITU-T H.264, 7.3.2.1.1). No size here needs emulation prevention bytes."""
    bits = "".join(f"{byte:08b}" for byte in parameters[3:])
    position = 0
    # seq_parameter_set_id, log2_max_frame_num_minus4, pic_order_cnt_type, max_num_ref_frames
    for _ in range(4):
        position = _after_number(bits, position)
    position += 1  # gaps_in_frame_num_value_allowed_flag
    head = bits[:position]
    for _ in range(2):
        position = _after_number(bits, position)
    # frame_mbs_only_flag and direct_8x8_inference_flag as they were; no cropping, no VUI; the stop bit.
    rest = bits[position : position + 2] + "0" + "0" + "1"
    whole = head + _number(width_blocks - 1) + _number(height_blocks - 1) + rest
    whole += "0" * (-len(whole) % 8)
    return parameters[:3] + bytes(int(whole[n : n + 8], 2) for n in range(0, len(whole), 8))


def _after_number(bits: str, position: int) -> int:
    """The position after the Exp-Golomb code (ITU-T H.264, 9.1) that begins at `position`."""
    zeros = bits.index("1", position) - position
    return position + 2 * zeros + 1


def _number(value: int) -> str:
    """The Exp-Golomb code of `value` (ITU-T H.264, 9.1)."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def with_edits(movie: bytes, edits_s: Sequence[tuple[int, int]]) -> bytes:
    """The MP4 file `movie` whose edit lists show the parts `edits_s`, (first, last) second of the media.

    Its index must be at the end, since it becomes longer.
    """
    parts = []
    for kind, body in boxes(movie):
        if kind == b"moov":
            ticks_per_s = struct.unpack_from(">I", dict(boxes(body))[b"mvhd"], 12)[0]
            body = b"".join(
                box(name, _with_edits(part, edits_s, ticks_per_s) if name == b"trak" else part)
                for name, part in boxes(body)
            )
        parts.append(box(kind, body))
    return b"".join(parts)


def _with_edits(trak: bytes, edits_s: Sequence[tuple[int, int]], movie_ticks_per_s: int) -> bytes:
    """Media times count from what the edit list that is there begins with."""
    parts = dict(boxes(trak))
    ticks_per_s = struct.unpack_from(">I", dict(boxes(parts[b"mdia"]))[b"mdhd"], 12)[0]
    first = struct.unpack_from(">i", dict(boxes(parts[b"edts"]))[b"elst"], 12)[0]
    rows = [
        struct.pack(">Iii", movie_ticks_per_s * (end - start), first + ticks_per_s * start, 1 << 16)
        for start, end in edits_s
    ]
    listed = full_box(b"elst", struct.pack(">I", len(rows)), *rows)
    return b"".join(box(kind, listed if kind == b"edts" else body) for kind, body in boxes(trak))


def with_audio_behind(movie: bytes) -> bytes:
    """The MP4 or MOV file `movie` with the chunks of its audio behind those of its video.

    Its index must be at the end.
    """
    parts = list(boxes(movie))
    index = dict(parts)[b"moov"]
    tracks = [body for kind, body in boxes(index) if kind == b"trak"]
    data, places = bytearray(), list[dict[int, int]]()
    start = sum(len(body) + 8 for kind, body in parts if kind not in {b"mdat", b"moov"}) + 8
    for track in sorted(tracks, key=lambda body: b"soun" in body):
        moved = {}
        for at, size in _chunks(track):
            moved[at] = start + len(data)
            data += movie[at : at + size]
        places.append(moved)
    others = [box(kind, body) for kind, body in parts if kind not in {b"mdat", b"moov"}]
    moved_to = {at: to for moved in places for at, to in moved.items()}
    return b"".join(others) + box(b"mdat", bytes(data)) + box(b"moov", _moved(index, moved_to))


def _chunks(track: bytes) -> Iterator[tuple[int, int]]:
    """(offset, size) of each chunk of samples."""
    tables = {kind: body for kind, body in _nested(track) if kind in {b"stco", b"stsc", b"stsz"}}
    offsets = struct.unpack(f">{len(tables[b'stco']) // 4 - 2}I", tables[b"stco"][8:])
    rows = list(struct.iter_unpack(">III", tables[b"stsc"][8:]))
    size, count = struct.unpack_from(">II", tables[b"stsz"], 4)
    sizes = [size] * count if size else list(struct.unpack(f">{count}I", tables[b"stsz"][12:]))
    sample = 0
    for number, offset in enumerate(offsets, 1):
        samples = next(row[1] for row in reversed(rows) if row[0] <= number)
        yield offset, sum(sizes[sample : sample + samples])
        sample += samples


def _nested(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    for kind, content in boxes(body):
        yield kind, content
        if kind in {b"trak", b"mdia", b"minf", b"stbl"}:
            yield from _nested(content)


def _moved(body: bytes, places: dict[int, int]) -> bytes:
    parts = []
    for kind, content in boxes(body):
        if kind in {b"trak", b"mdia", b"minf", b"stbl"}:
            content = _moved(content, places)
        elif kind == b"stco":
            offsets = struct.unpack(f">{len(content) // 4 - 2}I", content[8:])
            content = content[:8] + struct.pack(f">{len(offsets)}I", *(places[each] for each in offsets))
        parts.append(box(kind, content))
    return b"".join(parts)
