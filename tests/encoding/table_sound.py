"""Rows of the table of inputs: surround mixes at full scale in every channel, which add up to far more."""

from tests.encoding.inputs import Input

# Clicks are drawn in one channel, at half of full scale.
_5_1 = "-af 'pan=5.1|c0=2*c0|c1=2*c0|c2=2*c0|c3=2*c0|c4=2*c0|c5=2*c0'"
_7_1 = "-af 'pan=7.1|c0=2*c0|c1=2*c0|c2=2*c0|c3=2*c0|c4=2*c0|c5=2*c0|c6=2*c0|c7=2*c0'"
_X264 = "-c:v libx264 -preset ultrafast -crf 18"

ALL = tuple(
    Input(name, f"-i {{clip}} {mix} {_X264} {codec} {{out}}")
    for name, mix, codec in (
        ("loud-5.1-aac.mp4", _5_1, "-c:a aac -b:a 384k"),
        ("loud-5.1-ac3.mkv", _5_1, "-c:a ac3 -b:a 448k"),
        ("loud-7.1-flac.mkv", _7_1, "-c:a flac"),
        ("loud-7.1-pcm.mov", _7_1, "-c:a pcm_s16le"),
    )
)
