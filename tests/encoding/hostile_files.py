"""Makers of hostile files and of files that are not videos: each takes a MakerTools and returns the bytes.

The tables group them by what they attack; their keys are the ids of the tests. More are in `hostile_sizes`,
`hostile_clocks` and `broken_files`. No file is larger than a few megabytes, whatever its header declares.
"""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.encoding import boxes
from tests.encoding.forbidden_targets import MARK, ForbiddenTargets
from tests.support.media import corpus

_SCRATCH = count()


@dataclass(frozen=True, slots=True)
class MakerTools:
    """The ffmpeg that makes the files, a scratch folder, and the targets that the files refer to."""

    ffmpeg: Path
    folder: Path
    targets: ForbiddenTargets

    def make(self, *options: str | Path, to: str) -> bytes:
        """The bytes that ffmpeg writes for `options`; `to` is the file's suffix and so its format."""
        output = self.folder / f"{next(_SCRATCH)}.{to}"
        corpus.run(self.ffmpeg, *options, output)
        return output.read_bytes()

    def write(self, content: bytes | str, ending: str) -> Path:
        path = self.folder / f"{next(_SCRATCH)}.{ending}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def video(self, *options: str | Path, to: str, size: str = "64x64", frames: int = 50) -> bytes:
        """ffmpeg's test source at 25 fps; `size` is widthxheight."""
        source = ("-f", "lavfi", "-i", f"testsrc=s={size}:r=25")
        return self.make(*source, *options, "-frames:v", str(frames), to=to)


Maker = Callable[[MakerTools], bytes]

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def with_audio(ending: str, *options: str, codec: tuple[str, ...] = H264) -> Maker:
    """Two seconds of video (50 frames) with a tone as audio."""
    tone = ("-f", "lavfi", "-i", "sine=r=48000:d=2", "-map", "0:v", "-map", "1:a")
    return lambda tools: tools.video(*tone, *codec, "-c:a", "aac", *options, to=ending)


# ── Files that refer to other files ────────────────────────────────────────────────────────────────


def _targets(tools: MakerTools) -> tuple[str, str]:
    return str(tools.targets.video), f"{tools.targets.url}/other.ts"


def _hls(tools: MakerTools, target: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\n{target}\n#EXT-X-ENDLIST\n".encode()


def _dash(tools: MakerTools) -> bytes:
    return f"""<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"
 profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">
<Representation id="1" bandwidth="1" width="64" height="64"><BaseURL>{_targets(tools)[1]}</BaseURL>
</Representation></AdaptationSet></Period></MPD>""".encode()


def _ffconcat(target: str) -> bytes:
    return f"ffconcat version 1.0\nfile '{target}'\nduration 2\n".encode()


def _sdp(tools: MakerTools) -> bytes:
    port = tools.targets.url.rpartition(":")[2]
    return (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=video {port} RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    ).encode()


def _asx(tools: MakerTools) -> bytes:
    return f'<asx version="3.0"><entry><ref href="{_targets(tools)[1]}"/></entry></asx>'.encode()


def _smil(tools: MakerTools) -> bytes:
    return f'<smil><body><video src="{_targets(tools)[1]}"/></body></smil>'.encode()


def _reference_movie(tools: MakerTools) -> bytes:
    """A QuickTime reference movie (`rmra`): it contains only the URL of another movie."""
    url = _targets(tools)[1].encode() + b"\0"
    reference = boxes.full_box(b"rdrf", b"url ", struct.pack(">I", len(url)), url)
    return boxes.box(b"ftyp", b"qt  ", bytes(4)) + boxes.box(
        b"moov", boxes.box(b"rmra", boxes.box(b"rmda", reference))
    )


def _data_reference(tools: MakerTools, reference: bytes) -> bytes:
    """A complete MP4 whose data reference (`dref`) declares that its samples are in another file."""
    entry = boxes.full_box(b"dref", struct.pack(">I", 1), reference)
    return boxes.edited(tools.video(*H264, to="mp4"), {b"dinf": entry})


def _url_reference(tools: MakerTools) -> bytes:
    return _data_reference(tools, boxes.full_box(b"url ", _targets(tools)[1].encode() + b"\0"))


def _alias_reference(tools: MakerTools) -> bytes:
    """A Macintosh alias record, version 2, with the POSIX path of the other file (tag 18)."""
    path = str(tools.targets.video).encode()
    name = tools.targets.video.name.encode()[:63]
    record = struct.pack(">4sHHH", bytes(4), 150 + 4 + len(path) + len(path) % 2 + 4, 2, 0)
    record += bytes(28) + bytes(12) + struct.pack("B", len(name)) + name.ljust(63, b"\0") + bytes(16)
    record += struct.pack(">hh", 1, 1) + bytes(16)
    record += struct.pack(">HH", 18, len(path)) + path + bytes(len(path) % 2) + struct.pack(">HH", 0xFFFF, 0)
    return _data_reference(tools, boxes.full_box(b"alis", record))


def _playlist_in_avi(tools: MakerTools) -> bytes:
    """An AVI with a playlist as its subtitle, which ffmpeg opens as a file in its own right."""
    frames = [tools.video("-c:v", "mjpeg", "-f", "image2pipe", to="jpg", frames=1)] * 50
    playlist = _hls(tools, _targets(tools)[1])
    subtitle = b"GAB2\0" + struct.pack("<HI", 2, 2) + b"x\0" + struct.pack("<HI", 4, len(playlist)) + playlist
    return boxes.avi(frames, (64, 64), subtitle)


def _playlist_in_front(tools: MakerTools) -> bytes:
    """A playlist followed by a transport stream: the result of probing it depends on the demuxer."""
    playlist = _hls(tools, _targets(tools)[1])
    return playlist + bytes(-len(playlist) % 188) + tools.video(*H264, to="ts")


REFERENCES: dict[str, Maker] = {
    "a playlist of a local file": lambda tools: _hls(tools, _targets(tools)[0]),
    "a playlist of a local file as a URL": lambda tools: _hls(tools, f"file://{_targets(tools)[0]}"),
    "a playlist of another server": lambda tools: _hls(tools, _targets(tools)[1]),
    "a playlist of a concatenation": lambda tools: _hls(
        tools, f"concat:{_targets(tools)[1]}|{_targets(tools)[0]}"
    ),
    "a playlist of a part of a file": lambda tools: _hls(
        tools, f"subfile,,start,0,end,0,,:{_targets(tools)[0]}"
    ),
    "a playlist of playlists": lambda tools: (
        b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + f"{tools.targets.url}/a.m3u8\n".encode()
    ),
    "a playlist with a key": lambda tools: (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n"
        + f'#EXT-X-KEY:METHOD=AES-128,URI="{tools.targets.url}/key"\n'.encode()
        + f"#EXTINF:2,\n{_targets(tools)[0]}\n".encode()
    ),
    "a DASH manifest": _dash,
    "a script of a local file": lambda tools: _ffconcat(_targets(tools)[0]),
    "a script of another server": lambda tools: _ffconcat(_targets(tools)[1]),
    "a script of numbered images": lambda tools: _ffconcat(str(tools.folder / "%03d.png")),
    "a session description": _sdp,
    "an ASX file": _asx,
    "a RAM file": lambda tools: f"{_targets(tools)[1]}\n".encode(),
    "a SMIL file": _smil,
    "an ASF redirector": lambda tools: f"[Reference]\r\nRef1={_targets(tools)[1]}\r\n".encode(),
    "a QuickTime text link": lambda tools: f"RTSPtext\r\n{_targets(tools)[1]}\r\n".encode(),
    "a reference movie": _reference_movie,
}
# Files that refer to others, but are valid videos without them.
REFERRING_VIDEOS: dict[str, Maker] = {
    "a movie with its data at a URL": _url_reference,
    "a movie with its data in an alias": _alias_reference,
    "an AVI with a playlist for subtitles": _playlist_in_avi,
    "a playlist in front of a transport stream": _playlist_in_front,
}


# ── Videos with metadata, chapters, subtitles and attachments, none of which may be published ──────

_TEXT = MARK.decode()


def _marked(tools: MakerTools, *options: str | Path, to: str) -> bytes:
    """A video with MARK as every tag, as chapter titles, and as a subtitle."""
    chapters = tools.write(
        f";FFMETADATA1\ntitle={_TEXT}\nartist={_TEXT}\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle={_TEXT}\n",
        "txt",
    )
    subtitle = tools.write(f"1\n00:00:00,000 --> 00:00:02,000\n{_TEXT}\n", "srt")
    tags = [f"{name}={_TEXT}" for name in ("title", "comment", "description", "copyright", "service_name")]
    return tools.video(
        "-f", "lavfi", "-i", "sine=r=48000:d=2", "-i", chapters, "-i", subtitle, "-map", "0:v", "-map", "1:a",
        "-map", "3:s", "-map_metadata", "2", "-map_chapters", "2",
        *[word for tag in tags for word in ("-metadata", tag)],
        *[word for stream in "vas" for word in (f"-metadata:s:{stream}", f"handler_name={_TEXT}")],
        *[word for stream in "vas" for word in (f"-metadata:s:{stream}", f"title={_TEXT}")],
        *H264, "-c:a", "aac", "-ac", "2", *options, to=to,
    )  # fmt: skip


def _marked_matroska(tools: MakerTools) -> bytes:
    font = tools.write(MARK * 10, "ttf")
    playlist = tools.write(_hls(tools, _targets(tools)[1]) + MARK, "m3u8")
    return _marked(
        tools, "-c:s", "srt", "-attach", font, "-metadata:s:t:0", "mimetype=application/x-truetype-font",
        "-attach", playlist, "-metadata:s:t:1", "mimetype=application/vnd.apple.mpegurl", to="mkv",
    )  # fmt: skip


def _marked_transport_stream(tools: MakerTools) -> bytes:
    data = tools.write(MARK * 10, "bin")
    return tools.video(
        "-f", "data", "-i", data, "-map", "0:v", "-map", "1:d", "-c:d", "copy", "-metadata",
        f"service_name={_TEXT}", "-metadata", f"service_provider={_TEXT}", *H264, to="ts",
    )  # fmt: skip


MARKED: dict[str, Maker] = {
    "an MP4 with tags, chapters and subtitles": lambda tools: _marked(tools, "-c:s", "mov_text", to="mp4"),
    "a MOV with tags, chapters and subtitles": lambda tools: _marked(tools, "-c:s", "mov_text", to="mov"),
    "a Matroska file with attachments too": _marked_matroska,
    "a transport stream with data": _marked_transport_stream,
}


# ── Files that are not videos ──────────────────────────────────────────────────────────────────────


def _zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("video.mp4", b"no video" * 100)
    return archive.getvalue()


def _noise() -> bytes:
    return random.Random(1).randbytes(200_000)  # noqa: S311  the same on every run


NO_MEDIA: dict[str, Maker] = {
    "an empty file": lambda tools: b"",
    "one byte": lambda tools: b"x",
    "a text": lambda tools: b"this is a text and no video " * 100,
    "subtitles": lambda tools: b"1\n00:00:00,000 --> 00:00:02,000\ntext\n",
    "a web page": lambda tools: b"<!DOCTYPE html><html><body><video src='a.mp4'></video></body></html>",
    "an archive": lambda tools: _zip(),
    "a PDF": lambda tools: b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",
    "a program": lambda tools: b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(500),
    "noise": lambda tools: _noise(),
    "zeros": lambda tools: bytes(100_000),
}


def _image(ending: str, *options: str) -> Maker:
    return lambda tools: tools.video(*options, to=ending, frames=1)


STILL_IMAGES: dict[str, Maker] = {
    "a JPEG": _image("jpg"),
    "a PNG": _image("png"),
    "a WebP": _image("webp"),
    "a BMP": _image("bmp"),
    "a still GIF": _image("gif"),
    "an AVIF": _image("avif", "-c:v", "libaom-av1", "-cpu-used", "8"),
    "an SVG": lambda tools: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
    "an animated GIF": lambda tools: tools.video(to="gif", frames=10),
}


def _audio(ending: str, *options: str) -> Maker:
    return lambda tools: tools.make("-f", "lavfi", "-i", "sine=d=2", *options, to=ending)


def _covered(ending: str, *options: str) -> Maker:
    """An audio file with cover art."""
    return lambda tools: tools.make(
        "-f", "lavfi", "-i", "sine=d=2", "-i", tools.write(STILL_IMAGES["a PNG"](tools), "png"),
        "-map", "0", "-map", "1", "-disposition:v", "attached_pic", *options, to=ending,
    )  # fmt: skip


AUDIO_FILES: dict[str, Maker] = {
    "an MP3": _audio("mp3"),
    "an MP3 with a cover": lambda tools: corpus.file("withcover.mp3").read_bytes(),
    "an M4A": _audio("m4a"),
    "an M4A with a cover": _covered("m4a", "-c:v", "copy"),
    "a WAV": _audio("wav"),
    "a FLAC": _audio("flac"),
    "a FLAC with a cover": _covered("flac", "-c:v", "copy"),
    "an Ogg Vorbis": _audio("ogg", "-c:a", "libvorbis"),
    "an Opus": _audio("opus", "-c:a", "libopus"),
    "an AAC": _audio("aac"),
    "an AIFF": _audio("aiff"),
    "an AC-3": _audio("ac3"),
    "a WMA": _audio("wma"),
    "a Matroska of audio": _audio("mka"),
}
