"""The files that people have, as a table: how each is made of a drawn clip, and what must come of it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests import media
from tests.encoding.marked import Clip, draw

PLAIN = Clip()
_NTSC = Fraction(30000, 1001)
_BRIEF = Clip(frames=50)
_X264 = "-c:v libx264 -preset ultrafast -crf 18"
_X265 = "-c:v libx265 -preset ultrafast -crf 18 -x265-params log-level=error"
_AAC = "-c:a aac"
_MPEG2 = "-c:v mpeg2video -q:v 2"
_OPUS = "-c:a libopus"
_HD = "-vf scale=out_color_matrix=bt709"  # what players take for granted where nothing is declared
_ALL = range(PLAIN.frames)


@dataclass(frozen=True, slots=True)
class Input:
    """One kind of file. `name` ends with its container.

    `made` are ffmpeg's arguments, of several runs where one is not enough: `{clip}` is the drawn clip,
    `{out}` the file, `{step}` one in between. What is expected is the clip as it was drawn where nothing
    else is said: `numbers` of the frames in their order, `rate` and `size` of the best rendition, `seconds`
    of which the click is heard (none for no sound at all), and the lateness of the sound in seconds. The last
    frame stands until `held_s`, where sound goes on for longer than the picture.
    `is_delayed` are files of muxers that shift the sound against the picture.
    """

    name: str
    made: str | Sequence[str]
    clip: Clip = PLAIN
    numbers: Sequence[int] | None = None
    rate: Fraction | None = None
    size: tuple[int, int] | None = None
    seconds: Sequence[int] | None = None
    offset_s: float = 0.0
    held_s: float = 0.0
    chunk_s: int = 4
    is_delayed: bool = False

    @property
    def expected_numbers(self) -> list[int]:
        return list(range(self.clip.frames) if self.numbers is None else self.numbers)

    @property
    def expected_rate(self) -> Fraction:
        return self.rate or self.clip.rate

    @property
    def expected_size(self) -> tuple[int, int]:
        return self.size or (self.clip.width, self.clip.height)

    @property
    def expected_seconds(self) -> list[int]:
        heard = range(self.clip.clicks) if self.seconds is None else self.seconds
        return [] if "-an" in str(self.made) else [second % 16 for second in heard]


def make(row: Input, folder: Path, clips: Path, ffmpeg: Path) -> Path:
    """The file of `row`, in `folder`; its clip is kept in `clips` for other rows."""
    clip, output = draw(row.clip, clips, ffmpeg), folder / row.name
    text = folder / "subtitles.srt"
    text.write_text("1\n00:00:00,500 --> 00:00:02,000\nA line\n")
    names = {"clip": clip, "out": output, "step": folder / "step", "text": text, "folder": folder}
    steps = [row.made] if isinstance(row.made, str) else row.made
    for step in steps:
        media.run(ffmpeg, *shlex.split(step.format_map(names)))
    return output


def _encoded(options: str) -> str:
    return f"-i {{clip}} {options} {{out}}"


def _avi(name: str, options: str) -> Input:
    """The sound is encoded apart: with an encoder's delay the muxer would hold the first picture."""
    sound = "-i {clip} -vn -c:a libmp3lame -write_xing 0 -id3v2_version 0 -f mp3 {step}"
    joined = f"-i {{clip}} -i {{step}} -map 0:v -map 1:a {options} -c:a copy {{out}}"
    return Input(name, (sound, joined), is_delayed=True)


def _plain(name: str, options: str) -> Input:
    """A file whose name and codecs are all that is special."""
    return Input(name, _encoded(options))


def _windows(name: str, options: str) -> Input:
    """Begun in between, for the encoder of WMA swallows a click at the very start."""
    return Input(name, _encoded(options), numbers=range(13, 200), seconds=range(1, 8))


def _fragmented(name: str, flags: str) -> Input:
    """Without an edit list the encoder's delay before the sound is made up for by a longer first picture."""
    options = f"{_X264} -g 25 {_AAC} -movflags {flags}"
    return Input(name, _encoded(options), numbers=[0, *_ALL], seconds=range(8))


CONTAINERS = (
    _plain("h264-aac.mp4", f"{_X264} {_AAC}"),
    _plain("h264-aac-index-first.mp4", f"{_X264} {_AAC} -movflags +faststart"),
    _fragmented("h264-aac-fragments.mp4", "+frag_keyframe+empty_moov"),
    _fragmented("h264-aac-fragments-no-base.mp4", "+frag_keyframe+default_base_moof"),
    _plain("h264-b-frames-mp3.mp4", "-c:v libx264 -preset veryfast -c:a libmp3lame"),
    _plain("h264-opus.mp4", f"{_X264} {_OPUS}"),
    _plain("hevc-aac.mp4", f"{_X265} -tag:v hvc1 {_AAC}"),
    _plain("hevc-10-bit-ac3.mkv", f"{_X265} -pix_fmt yuv420p10le -c:a ac3"),
    _plain("av1-opus.mp4", f"-c:v libsvtav1 -preset 10 {_OPUS}"),
    _plain("av1-opus.webm", f"-c:v libsvtav1 -preset 10 {_OPUS}"),
    _plain("vp9-opus.webm", f"-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M {_OPUS}"),
    _plain("vp9-aac.mp4", f"-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M {_AAC}"),
    _plain("vp8-vorbis.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -c:a libvorbis"),
    _plain("mpeg4-aac.mp4", f"-c:v mpeg4 -q:v 2 -bf 2 {_AAC}"),
    _plain("h264-pcm.mov", f"{_X264} -c:a pcm_s16le"),
    _plain("mjpeg-pcm.mov", "-c:v mjpeg -q:v 3 -c:a pcm_s24le"),
    _plain("prores-pcm.mov", "-c:v prores_ks -profile:v hq -c:a pcm_s24le"),
    Input(
        "dnxhr-pcm.mov",
        _encoded(f"{_HD} -s 320x240 -c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p -c:a pcm_s16le"),
        size=(320, 240),
    ),
    _plain("h264-alac-timecode.mov", f"{_X264} -c:a alac -timecode 01:00:00:00"),
    _plain("h264-flac.mkv", f"{_X264} -c:a flac"),
    _plain("h264-eac3.mkv", f"{_X264} -c:a eac3"),
    _plain("ffv1-pcm.mkv", "-c:v ffv1 -c:a pcm_s16le"),
    _plain("vvc-aac.mp4", f"-c:v libvvenc -preset faster {_AAC}"),
    _avi("xvid-mp3.avi", "-c:v libxvid -q:v 2"),
    _avi("packed-b-frames-mp3.avi", "-c:v mpeg4 -q:v 2 -bf 1"),
    _plain("mjpeg-pcm.avi", "-c:v mjpeg -q:v 3 -c:a pcm_s16le"),
    _avi("h264-mp3.avi", _X264),
    _avi("h264-b-frames-mp3.avi", "-c:v libx264 -preset veryfast"),
    _plain("huffyuv-pcm.avi", "-c:v huffyuv -pix_fmt yuv422p -c:a pcm_s16le"),
    _plain("raw-bgr24-pcm.avi", "-c:v rawvideo -pix_fmt bgr24 -c:a pcm_u8"),
    _plain("flv1-mp3.flv", "-c:v flv -q:v 2 -ar 44100 -c:a libmp3lame"),
    _plain("h264-aac.flv", f"{_X264} {_AAC}"),
    _windows("wmv2-wmav2.wmv", "-ss 0.52 -c:v wmv2 -q:v 2 -c:a wmav2"),
    _windows("wmv1-wmav1.wmv", "-ss 0.52 -c:v wmv1 -q:v 2 -c:a wmav1"),
    _plain("theora-vorbis.ogv", "-c:v libtheora -q:v 9 -c:a libvorbis"),
    _plain("h264-aac.3gp", f"{_X264} {_AAC} -ac 1"),
    Input(
        "h263-amr.3gp",
        _encoded("-c:v h263 -q:v 2 -c:a libopencore_amrnb -ac 1 -ar 8000"),
        clip=Clip(width=176, height=144),
    ),
    _plain("mpeg2-mp2.ts", f"{_MPEG2} -c:a mp2"),
    _plain("h264-aac.ts", f"{_X264} {_AAC}"),
    _plain("hevc-ac3.ts", f"{_X265} -c:a ac3"),
    _plain("mpeg2-ac3.vob", f"{_MPEG2} -c:a ac3"),
    _plain("mpeg1-mp2.mpg", "-c:v mpeg1video -q:v 2 -c:a mp2"),
    _plain("mpeg2-mp2.mpg", f"{_MPEG2} -c:a mp2 -f svcd"),
    _plain("rv20-ac3.rm", "-c:v rv20 -q:v 2 -c:a ac3"),
)


def _rated(name: str, clip: Clip, options: str = f"{_X264} {_AAC}", **expected: Any) -> Input:
    return Input(name, _encoded(options), clip=clip, **expected)


RATES = (
    _rated("59.94-fps.mp4", Clip(360, _NTSC * 2), numbers=range(0, 360, 2), rate=_NTSC),
    _rated("59.94-fps-in-milliseconds.mkv", Clip(360, _NTSC * 2), numbers=range(0, 360, 2), rate=_NTSC),
    _rated("59.94-fps-720p.mp4", Clip(90, _NTSC * 2, 1280, 720), f"{_HD} {_X264} {_AAC}"),
    _rated("59.94-fps.ts", Clip(360, _NTSC * 2), numbers=range(0, 360, 2), rate=_NTSC),
    _rated("120-fps.mp4", Clip(720, Fraction(120)), numbers=range(0, 720, 4), rate=Fraction(30)),
    _rated("50-fps.flv", Clip(300, Fraction(50)), numbers=range(0, 300, 2), rate=Fraction(25)),
    _rated("48-fps.mp4", Clip(288, Fraction(48)), numbers=range(0, 288, 2), rate=Fraction(24)),
    _rated("29.97-fps-in-milliseconds.mkv", Clip(240, _NTSC)),
    _rated("29.97-fps-in-milliseconds.flv", Clip(240, _NTSC)),
    _rated("29.97-fps.ts", Clip(240, _NTSC)),
    _rated("29.97-fps.wmv", Clip(240, _NTSC), "-c:v wmv2 -q:v 2 -g 12 -c:a pcm_s16le"),
    _rated("30-fps.mp4", Clip(240, Fraction(30))),
    _rated("24-fps.mp4", Clip(192, Fraction(24))),
    _rated("23.976-fps-in-milliseconds.mkv", Clip(192, Fraction(24000, 1001))),
    _rated("15-fps.mp4", Clip(120, Fraction(15))),
    _rated("12.5-fps.mp4", Clip(100, Fraction(25, 2))),
    _rated("4.5-fps.mp4", Clip(54, Fraction(9, 2))),
    _rated("4.5-fps.ts", Clip(54, Fraction(9, 2))),
    _rated("1-fps.mp4", Clip(14, Fraction(1))),
    _rated("1-fps.mkv", Clip(14, Fraction(1))),
    _rated("1-fps.ts", Clip(14, Fraction(1))),
    Input("one-frame.mp4", _encoded(f"{_X264} -an"), clip=Clip(1), seconds=()),
    Input(
        "one-frame-60-fps.ts",
        _encoded(f"{_X264} -an"),
        clip=Clip(1, Fraction(60)),
        rate=Fraction(30),
        seconds=(),
    ),
    Input(
        "one-frame-with-music.mp4",
        f"-i {{clip}} -map 0:v -vf trim=end_frame=1 -map 0:a {_X264} {_AAC} {{out}}",
        numbers=[0],
        held_s=8.0,
    ),
    Input(
        "twelve-minutes.mp4", _encoded(f"{_X264} {_AAC}"), clip=Clip(2880, Fraction(4), 96, 64), chunk_s=120
    ),
)

VARIABLE = (
    Input(
        "phone-drops-frames.mp4",
        _encoded(rf"-vf 'select=mod(n\,7)-3' -fps_mode vfr {_X264} {_AAC}"),
        numbers=[n - (n % 7 == 3) for n in _ALL[:-1]],  # of the last, too, nothing is left
    ),
    Input(
        "phone-trembles.mp4",
        _encoded(
            "-vf setpts=PTS+0.006*sin(N*1.7)/TB -enc_time_base 1:90000 -video_track_timescale 90000 "
            f"{_X264} {_AAC}"
        ),
        clip=Clip(240, Fraction(30)),
    ),
    Input(
        "screen-in-milliseconds.mkv",
        _encoded(f"-vf setpts=PTS+0.012*sin(N*2.3)/TB -enc_time_base 1:1000 {_X264} {_AAC}"),
    ),
    Input(
        "screen-stands-still.mkv",
        _encoded(rf"-vf 'select=lt(n\,40)+gt(n\,140)' -fps_mode vfr {_X264} {_AAC}"),
        numbers=[*range(40), *[39] * 101, *range(141, 200)],
    ),
    Input(
        "screen-stands-still-to-the-end.mp4",
        _encoded(rf"-vf 'select=lt(n\,40)+eq(n\,199)' -fps_mode vfr {_X264} {_AAC}"),
        numbers=[*range(40), *[39] * 159, 199],
    ),
)

_FIELDS = Clip(200, Fraction(50), per_number=2)
_TFF = "-vf interlace=scan=tff:lowpass=off,setfield=tff"
_BFF = "-vf interlace=scan=bff:lowpass=off,setfield=bff"
_WOVEN = "-flags +ildct+ilme"


def _interlaced(name: str, options: str, clip: Clip = _FIELDS, **expected: Any) -> Input:
    """Two frames of the clip are woven into one; the first of them is what must be shown."""
    numbers = range(clip.frames // clip.per_number)
    return Input(name, _encoded(options), clip=clip, numbers=numbers, rate=clip.number_rate, **expected)


INTERLACED = (
    _interlaced("camcorder-mpeg2-ac3.ts", f"{_TFF} {_MPEG2} {_WOVEN} -c:a ac3"),
    _interlaced(
        "camcorder-avchd-5.1.m2ts",
        f"{_TFF} {_X264} {_WOVEN} -x264-params tff=1 -c:a ac3 -ac 6 -mpegts_m2ts_mode 1",
    ),
    _interlaced("interlaced-bottom-first.mp4", f"{_BFF} {_X264} {_WOVEN} -x264-params bff=1 {_AAC}"),
    _interlaced("interlaced.mkv", f"{_TFF} {_MPEG2} {_WOVEN} -c:a mp2"),
    _interlaced("interlaced-prores.mov", f"{_TFF} -c:v prores_ks {_WOVEN} -c:a pcm_s16le"),
    _interlaced(
        "interlaced-59.94.ts", f"{_TFF} {_MPEG2} {_WOVEN} -c:a mp2", Clip(240, _NTSC * 2, per_number=2)
    ),
    _interlaced(
        "dv.avi",
        f"{_BFF} -c:v dvvideo -pix_fmt yuv420p -c:a pcm_s16le",
        Clip(100, Fraction(50), 720, 576, per_number=2),
        size=(600, 480),
    ),
    _interlaced(
        "dv.mov",
        f"{_BFF} -c:v dvvideo -pix_fmt yuv411p -c:a pcm_s16le",
        Clip(100, _NTSC * 2, 720, 480, per_number=2),
    ),
)

SIZES = (
    Input("anamorphic.mp4", _encoded(f"-vf setsar=16/11 {_X264} {_AAC}"), size=(232, 120)),
    Input("anamorphic-narrow.mkv", _encoded(f"-vf setsar=8/9 {_X264} {_AAC}"), size=(142, 120)),
    _rated(
        "dvd-pal-wide.vob",
        Clip(50, width=720, height=576),
        f"-vf setsar=64/45 {_MPEG2} -c:a ac3 -ac 6",
        size=(854, 480),
    ),
    _rated("dvd-ntsc.vob", Clip(60, _NTSC, 720, 480), f"-vf setsar=8/9 {_MPEG2} -c:a ac3", size=(640, 480)),
    Input(
        "odd-size.mp4",
        _encoded(f"-vf scale=161:121,setsar=1 -pix_fmt yuv444p {_X264} {_AAC}"),
        size=(160, 120),
    ),
    Input(
        "odd-size.webm",
        _encoded(f"-vf scale=175:143,setsar=1 -c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M {_OPUS}"),
        size=(174, 142),
    ),
    _rated("portrait.mp4", Clip(width=120, height=212)),
    _rated("tiny.mp4", Clip(width=48, height=32), f"{_X264} -crf 1 {_AAC}"),
    _rated("1080p.mp4", Clip(8, width=1920, height=1080)),
)


def _turned(name: str, filters: str, option: str, codec: str = _X264, **expected: Any) -> Input:
    encode = f"-i {{clip}} -vf {filters} {codec} {_AAC} -f mp4 {{step}}"
    return Input(name, (encode, f"{option} -i {{step}} -c copy {{out}}"), **expected)


TURNED = (
    _turned("phone-90.mp4", "transpose=clock", "-display_rotation 90"),
    _turned("phone-180.mp4", "hflip,vflip", "-display_rotation 180"),
    _turned("phone-270.mov", "transpose=cclock", "-display_rotation 270"),
    _turned("phone-90-hevc.mov", "transpose=clock", "-display_rotation 90", f"{_X265} -tag:v hvc1"),
    _turned("phone-90.mkv", "transpose=clock", "-display_rotation 90"),
    _turned("mirrored.mp4", "hflip", "-display_hflip"),
    _turned("upside-down-mirrored.mp4", "vflip", "-display_vflip"),
    _turned("mirrored-90.mp4", "transpose=clock_flip", "-display_rotation 90 -display_hflip"),
    _turned("phone-90-anamorphic.mp4", "setsar=4/3,transpose=clock", "-display_rotation 90", size=(160, 90)),
)

_TONE_LATE = f"-i {{clip}} -itsoffset 1.3 -i {{clip}} -map 0:v -map 1:a {_X264}"
_PICTURE_LATE = f"-itsoffset 1.3 -i {{clip}} -i {{clip}} -map 0:v -map 1:a {_X264}"
_LONGER = f"-t 5 -i {{clip}} -i {{clip}} -map 0:v -map 1:a {_X264}"
_SHORTER = f"-i {{clip}} -t 2.5 -i {{clip}} -map 0:v -map 1:a {_X264}"
_TWO = f"-i {{clip}} -f lavfi -i anullsrc=d=8 -map 0:v -map 1:a -map 0:a {_X264} {_AAC}"

SOUND = (
    _plain("no-sound.mp4", f"{_X264} -an"),
    _plain("no-sound.ts", f"{_X264} -an"),
    _plain("mono.mp4", f"{_X264} {_AAC} -ac 1"),
    _plain("mono-8-khz.mp4", f"{_X264} {_AAC} -ac 1 -ar 8000"),
    _plain("44.1-khz.mp4", f"{_X264} {_AAC} -ar 44100"),
    _plain("96-khz.mp4", f"{_X264} {_AAC} -ar 96000"),
    _plain("5.1.mp4", f"{_X264} {_AAC} -ac 6"),
    _plain("5.1-ac3.mkv", f"{_X264} -c:a ac3 -ac 6"),
    _plain("7.1-flac.mkv", f"{_X264} -c:a flac -ac 8"),
    _plain("dts.mkv", f"{_X264} -c:a dca -strict -2"),
    Input("sound-starts-late.mp4", f"{_TONE_LATE} {_AAC} {{out}}", offset_s=1.3, held_s=9.3),
    Input("sound-starts-late.mkv", f"{_TONE_LATE} {_AAC} {{out}}", offset_s=1.3, held_s=9.3),
    Input("sound-starts-late.ts", f"{_TONE_LATE} {_AAC} {{out}}", offset_s=1.3, held_s=9.3),
    Input("sound-starts-late.flv", f"{_TONE_LATE} {_AAC} {{out}}", offset_s=1.3, held_s=9.3),
    Input("picture-starts-late.mp4", f"{_PICTURE_LATE} {_AAC} {{out}}", offset_s=-1.3),
    Input("picture-starts-late.mkv", f"{_PICTURE_LATE} {_AAC} {{out}}", offset_s=-1.3),
    Input("picture-starts-late.ts", f"{_PICTURE_LATE} {_AAC} {{out}}", offset_s=-1.3),
    Input("sound-is-longer.mp4", f"{_LONGER} {_AAC} {{out}}", numbers=range(125), held_s=8.0),
    Input("sound-is-longer.mkv", f"{_LONGER} {_AAC} {{out}}", numbers=range(125), held_s=8.0),
    Input("sound-is-longer.ts", f"{_LONGER} {_AAC} {{out}}", numbers=range(125), held_s=8.0),
    Input("sound-is-shorter.mp4", f"{_SHORTER} {_AAC} {{out}}", seconds=range(3)),
    Input("sound-is-shorter.ts", f"{_SHORTER} {_AAC} {{out}}", seconds=range(3)),
    Input("second-sound-is-default.mp4", f"{_TWO} -disposition:a:0 0 -disposition:a:1 default {{out}}"),
    Input("second-sound-is-default.mkv", f"{_TWO} -disposition:a:0 0 -disposition:a:1 default {{out}}"),
    Input(
        "obs-with-two-sounds.mkv",
        f"-i {{clip}} -f lavfi -i anullsrc=d=8 -map 0:v -map 0:a -map 1:a {_X264} {_AAC} {{out}}",
    ),
    Input("sound-before-picture.flv", f"-i {{clip}} -map 0:a -map 0:v {_X264} {_AAC} {{out}}"),
)

_COPY_CUT = "-ss 1.3 -i {step} -c copy {out}"
STARTS = (
    _plain("starts-at-5.mp4", f"{_X264} {_AAC} -output_ts_offset 5"),
    _plain("starts-at-33.mkv", f"{_X264} {_AAC} -output_ts_offset 33"),
    _plain(
        "starts-at-33.webm",
        f"-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M {_OPUS} -output_ts_offset 33",
    ),
    _plain("starts-at-an-hour.ts", f"{_X264} {_AAC} -output_ts_offset 3600"),
    _plain("clock-wraps.ts", f"{_X264} {_AAC} -output_ts_offset 95438"),
    _plain("starts-at-an-hour.vob", f"{_MPEG2} -c:a ac3 -output_ts_offset 3600"),
    Input(
        "trimmed-by-edit-list.mp4",
        (f"-i {{clip}} {_X264} -g 50 {_AAC} -f mp4 {{step}}", _COPY_CUT),
        is_delayed=True,
        numbers=range(33, 200),
        seconds=range(2, 8),
    ),
    Input(
        "trimmed-b-frames-by-edit-list.mov",
        (f"-i {{clip}} -c:v libx264 -preset veryfast -g 50 {_AAC} -f mp4 {{step}}", _COPY_CUT),
        is_delayed=True,
        numbers=range(33, 200),
        seconds=range(2, 8),
    ),
    Input(
        "recorded-by-a-browser.webm",
        _encoded(f"-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M {_OPUS} -live 1"),
    ),
    Input(
        "recorded-by-a-browser-vp9.webm",
        _encoded(f"-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M {_OPUS} -live 1"),
    ),
    Input("recorder-crashed.mkv", _encoded(f"{_X264} {_AAC} -live 1")),
    Input("recorder-crashed.flv", _encoded(f"{_X264} {_AAC} -flvflags no_duration_filesize")),
    _fragmented("recorded-in-fragments.mp4", "+frag_keyframe+empty_moov+default_base_moof+skip_trailer"),
)

PIXELS = (
    _plain("full-range.mp4", f"-vf scale=out_range=pc -pix_fmt yuvj420p {_X264} {_AAC}"),
    _plain("4-2-2.mp4", f"-pix_fmt yuv422p {_X264} {_AAC}"),
    _plain("4-2-2-10-bit.mov", f"-pix_fmt yuv422p10le {_X264} -c:a pcm_s24le"),
    _plain("4-4-4.mp4", f"-pix_fmt yuv444p {_X264} {_AAC}"),
    _plain("4-2-0-10-bit.mp4", f"-pix_fmt yuv420p10le {_X264} {_AAC}"),
    _plain("rgb.mkv", f"-c:v libx264rgb -preset ultrafast -crf 18 {_AAC}"),
    _plain("rgb-ffv1.mkv", "-c:v ffv1 -pix_fmt gbrp16le -c:a pcm_s16le"),
    _plain("bgra-huffyuv.avi", "-c:v huffyuv -pix_fmt bgra -c:a pcm_s16le"),
    _plain(
        "hd-colors-in-sd.mp4",
        f"{_HD} -colorspace bt709 -color_primaries bt709 -color_trc bt709 {_X264} {_AAC}",
    ),
)

_BOTH = f"-map 0 -map 1 {_X264} {_AAC}"
_COVER = "-i {clip} -frames:v 1 -c:v mjpeg -f image2 -update 1 {folder}/cover.jpg"
EXTRAS = (
    Input(
        "with-cover.mp4",
        (
            _COVER,
            f"-i {{clip}} -i {{folder}}/cover.jpg {_BOTH} -c:v:1 copy -disposition:v:1 attached_pic {{out}}",
        ),
    ),
    Input(
        "cover-first.mp4",
        (
            _COVER,
            f"-i {{folder}}/cover.jpg -i {{clip}} {_BOTH} -c:v:0 copy -disposition:v:0 attached_pic {{out}}",
        ),
    ),
    Input(
        "with-cover.mkv",
        f"-i {{clip}} -attach {{folder}}/subtitles.srt -metadata:s:2 mimetype=text/plain {_X264} {_AAC} "
        "{out}",
    ),
    Input(
        "second-picture-is-default.mkv",
        f"-f lavfi -i color=gray:s=64x48:d=8 -i {{clip}} -map 0:v -map 1:v -map 1:a {_X264} {_AAC} "
        "-disposition:v:0 0 -disposition:v:1 default {out}",
    ),
    Input(
        "two-pictures.mp4",
        f"-i {{clip}} -f lavfi -i color=gray:s=64x48:d=8 -map 0:v -map 0:a -map 1:v {_X264} {_AAC} {{out}}",
    ),
    Input("subtitles.mp4", f"-i {{clip}} -i {{text}} -map 0 -map 1 {_X264} {_AAC} -c:s mov_text {{out}}"),
    Input("subtitles-ass.mkv", f"-i {{clip}} -i {{text}} -map 0 -map 1 {_X264} {_AAC} -c:s ass {{out}}"),
    Input("subtitles-srt.mkv", f"-i {{clip}} -i {{text}} -map 1 -map 0 {_X264} {_AAC} -c:s srt {{out}}"),
    Input(
        "chapters.mkv",
        (
            "-i {clip} -c copy -f ffmetadata {step}",
            f"-i {{clip}} -i {{step}} -map 0 -map_metadata 1 {_X264} {_AAC} {{out}}",
        ),
    ),
    Input("timecode.mp4", f"-i {{clip}} {_X264} {_AAC} -timecode 10:00:00:00 {{out}}"),
)

ALL = (*CONTAINERS, *RATES, *VARIABLE, *INTERLACED, *SIZES, *TURNED, *SOUND, *STARTS, *PIXELS, *EXTRAS)
