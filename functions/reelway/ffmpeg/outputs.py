"""The files that commands leave in a folder, and the options that all of them are written with."""

from pathlib import Path

# One constant for all chunks: it keeps B-frame and AAC priming timestamps positive.
_TS_OFFSET_S = 10
COPY = "source"


def chunk_playlist(folder: Path, name: str) -> Path:
    """ffmpeg's list of a rendition's GOPs: the length and the file of each."""
    return folder / f"{name}.m3u8"


def chunk_times(folder: Path) -> Path:
    """A line for each frame that the first rung got: its time in seconds on the job's clock."""
    return folder / "frames.txt"


def chunk_tiles(folder: Path) -> Path:
    return folder / "tiles.mjpeg"


def chunk_poster(folder: Path) -> Path:
    return folder / "poster.jpg"


def copied_packets(folder: Path) -> Path:
    return folder / "packets.txt"


def sound(folder: Path) -> Path:
    return folder / "audio.m4a"


def audio_packets(folder: Path) -> Path:
    return folder / "sound.txt"


def no_extras() -> list[str]:
    return ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]


def gop_files(folder: Path, name: str, *, min_s: float = 0.001) -> list[str]:
    """A file for each GOP, to be joined to segments: cut at the first IDR past n times `min_s`.

    Their list grows with them, and is whole whenever it is read.
    """
    return [
        *("-avoid_negative_ts", "disabled", "-output_ts_offset", str(_TS_OFFSET_S)),
        *("-f", "hls", "-hls_time", str(min_s), "-hls_list_size", "0", "-hls_playlist_type", "event"),
        *("-hls_flags", "+temp_file"),
        # Chunks start their continuity counters anew.
        *("-hls_segment_options", "mpegts_flags=+initial_discontinuity"),
        *("-hls_segment_filename", str(folder / f"{name}-%05d.ts")),
        str(chunk_playlist(folder, name)),
    ]
