"""Inputs whose size or rate is no step of the ladder: the top rung is as large and as smooth as they are."""

from fractions import Fraction

from tests.encoding.drawing import Clip
from tests.encoding.inputs import Input, encoded, held

_FILM, _NTSC = Fraction(24000, 1001), Fraction(30000, 1001)
_X264 = "-c:v libx264 -preset ultrafast -crf 18"
_X265 = "-c:v libx265 -preset ultrafast -crf 18 -x265-params log-level=error"
_MPEG2 = "-c:v mpeg2video -q:v 2"
_INTERLACED = "interlace=scan=tff:lowpass=off,setfield=tff"
_AS_FIELDS = "-flags +ildct+ilme"
_AC3 = "-c:a ac3"


SIZES = (
    encoded("film-in-hevc.mp4", f"{_X265} -tag:v hvc1 {_AC3}", Clip(12, _FILM, 1920, 804)),
    encoded("film-of-480-lines.mkv", f"{_X264} {_AC3}", Clip(36, _FILM, 854, 356)),
    encoded("square.mkv", f"{_X264} {_AC3}", Clip(36, width=642, height=642)),
    encoded("phone-screen.mkv", f"{_X264} {_AC3}", Clip(8, width=1080, height=2400), size=(864, 1920)),
)

RATES = (
    encoded("game-at-60-fps.mkv", f"{_X264} {_AC3}", Clip(300, Fraction(60), 320, 240)),
    encoded("game-at-60-fps-of-480-lines.mkv", f"{_X264} {_AC3}", Clip(120, Fraction(60), 640, 480)),
    encoded("game-at-60-fps-of-720-lines.mkv", f"{_X264} {_AC3}", Clip(60, Fraction(60), 1280, 720)),
)

_BROADCAST = Clip(60, Fraction(50), 704, 576)
# Of every two frames of a film, one lasts for two fields and one for three.
_PULLED_DOWN = [number for number in range(96) for _ in range(2 + number % 2)]
_HALVES = Clip(300, Fraction(50))
_FIRST_HALF = f"-t 3 -i {{clip}} -an -vf {_INTERLACED} {_AS_FIELDS} {_MPEG2} -f mpegts {{step}}-1"
_EVEN = r"select=not(mod(n\\,2))"
# The muxer delays interlaced frames by one frame more.
_SECOND_HALF = f"-ss 3 -i {{clip}} -an -vf {_EVEN} -r 25 {_MPEG2} -output_ts_offset 3.04 -f mpegts {{step}}-2"

INTERLACED = (
    encoded(
        "broadcast.ts",
        f"-vf {_INTERLACED},setsar=16/11 {_AS_FIELDS} {_MPEG2} -bf 2 -c:a mp2",
        _BROADCAST,
        numbers=held(range(60)),
        size=(1024, 576),
    ),
    encoded(
        "telecine.ts",
        f"-vf telecine=first_field=top:pattern=23,setfield=tff {_AS_FIELDS} {_MPEG2} -bf 2 -c:a mp2",
        Clip(96, _FILM),
        numbers=held(_PULLED_DOWN),
        rate=2 * _NTSC,
    ),
    Input(
        "broadcast-turns-progressive.ts",
        (_FIRST_HALF, _SECOND_HALF, "-i concat:{step}-1|{step}-2 -c copy {out}"),
        _HALVES,
        numbers=[*range(150), *(number - number % 2 for number in range(150, 300))],
        seconds=(),
    ),
)

ALL = (*SIZES, *RATES, *INTERLACED)
