"""Two short films: one that is published as it is and encoded afterwards, and one that is only encoded."""

from pathlib import Path

from tests.support.media import corpus

_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=8")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=8")
_GOPS = ("-g", "50", "-keyint_min", "50", "-sc_threshold", "0")
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *_GOPS)


def standard(ffmpeg: Path, folder: Path) -> bytes:
    """H.264 and stereo AAC with a keyframe every two seconds."""
    output = folder / "standard.mp4"
    audio = ("-c:a", "aac", "-ac", "2", "-b:a", "96k")
    video = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p", *_GOPS)
    corpus.run(ffmpeg, *_PICTURE, *_SOUND, *video, "-bitexact", *audio, "-movflags", "+faststart", output)
    return output.read_bytes()


def other(ffmpeg: Path, folder: Path) -> bytes:
    """Sound that must be encoded, in a container without an index at its beginning."""
    output = folder / "other.mkv"
    corpus.run(ffmpeg, *_PICTURE, *_SOUND, *_X264, "-bitexact", "-c:a", "libopus", "-ac", "2", output)
    return output.read_bytes()
