"""The files that commands leave in a folder, and the options that they are written with."""

from fractions import Fraction
from pathlib import Path

# The same for all chunks, so that they join; large enough that B-frames' decoding times and AAC priming stay
# positive.
_TS_OFFSET_S = 10
_MIN_GOP_S = 0.001  # ffmpeg's HLS muxer then cuts at every IDR
# Exact numbers: ffmpeg prints seconds with six digits. `i` stands for the decoded frame.
TIMES_FORMAT = "{pts} {tb} {ptsi} {tbi}"
COPY = "source"  # the name of the source's own stream, where rungs have theirs


def chunk_playlist(folder: Path, name: str) -> Path:
    """ffmpeg's list of a rung's GOPs: the duration and the file of each."""
    return folder / f"{name}.m3u8"


def chunk_times(folder: Path) -> Path:
    """A line for each frame that the first rung's encoder got; `frame_times` reads it."""
    return folder / "frames.txt"


def frame_times(text: str) -> list[tuple[Fraction, Fraction]]:
    """Seconds on the job's clock: when a frame is shown, and when the decoded one was due that it shows."""
    words = map(str.split, text.splitlines())
    return [(int(pts) * Fraction(base), int(due) * Fraction(due_base)) for pts, base, due, due_base in words]


def chunk_audio_packets(folder: Path) -> Path:
    """What ffmpeg's framecrc muxer lists of the chunk's audio, on the job's clock."""
    return folder / "chunk-audio.txt"


def chunk_tiles(folder: Path) -> Path:
    """JPEGs one after the other."""
    return folder / "tiles.mjpeg"


def chunk_poster(folder: Path) -> Path:
    return folder / "poster.jpg"


def sprite_file(folder: Path) -> Path:
    return folder / "sprite.jpg"


def copied_packets(folder: Path) -> Path:
    """What ffmpeg's framecrc muxer lists of a copied source."""
    return folder / "packets.txt"


def audio_file(folder: Path) -> Path:
    """The audio of the whole video."""
    return folder / "audio.m4a"


def audio_packets(folder: Path) -> Path:
    """What ffmpeg's framecrc muxer lists of the source's audio."""
    return folder / "audio-packets.txt"


def loudness_file(folder: Path) -> Path:
    """What ffmpeg's ebur128 filter has measured of the encoded audio, ten times a second."""
    return folder / "loudness.txt"


def no_extras() -> list[str]:
    """No subtitles, data, metadata or chapters: only what is seen and heard is published."""
    return ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]


def gop_files(folder: Path, name: str, *, min_s: float = _MIN_GOP_S) -> list[str]:
    """A file for each GOP, to be joined to segments: cut at the first IDR past each multiple of `min_s`."""
    return [
        *("-avoid_negative_ts", "disabled", "-output_ts_offset", str(_TS_OFFSET_S)),
        # An event playlist lists every file from the first on.
        *("-f", "hls", "-hls_time", str(min_s), "-hls_list_size", "0", "-hls_playlist_type", "event"),
        # Playlist and files appear when they are complete, so that they can be read while ffmpeg runs.
        *("-hls_flags", "+temp_file"),
        # Chunks start their continuity counters anew, which demuxers would take for lost packets.
        *("-hls_segment_options", "mpegts_flags=+initial_discontinuity"),
        *("-hls_segment_filename", str(folder / f"{name}-%05d.ts")),
        str(chunk_playlist(folder, name)),
    ]
