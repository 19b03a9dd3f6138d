"""The table of inputs: how each kind of file is made from a drawn clip, and what must come of it."""

from fractions import Fraction
from typing import Any

from tests.encoding import table_kinds, table_ladder, table_probe, table_sound, table_timing
from tests.encoding.drawing import Clip
from tests.encoding.inputs import Input, encoded, held

_NTSC = Fraction(30000, 1001)
_ALL = range(200)  # the frames of a plain clip

_X264 = "-c:v libx264 -preset ultrafast -crf 18"
_X264_B = "-c:v libx264 -preset veryfast -crf 18"
_X265 = "-c:v libx265 -preset ultrafast -crf 18 -x265-params log-level=error"
_VP8 = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M"
_VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M"
_AV1 = "-c:v libaom-av1 -usage realtime -cpu-used 8"
_MPEG2 = "-c:v mpeg2video -q:v 2 -bf 2"
_PRORES = "-c:v prores_ks -profile:v hq"
_HD_TAGS = "-vf setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709"
_AAC, _OPUS = "-c:a aac", "-c:a libopus"
_H264_AAC = f"{_X264} {_AAC}"
_COPIED = "-c copy {out}"


def _avi_mp3(name: str, options: str, offset_s: float = 0.023, held: tuple[int, int] = (0, 0)) -> Input:
    """An AVI whose MP3 audio is encoded in a separate run.

    In one run the muxer would repeat the first frame for the delay of the MP3 encoder. `offset_s` differs for
    B-frames: AVI stores decoding times only, so that every player shows reordered frames late. The first and
    the last frame are then `held` for so many more, while there is audio.
    """
    audio = "-i {clip} -vn -c:a libmp3lame -write_xing 0 -id3v2_version 0 -f mp3 {step}"
    joined = f"-i {{clip}} -i {{step}} -map 0:v -map 1:a {options} -c:a copy {{out}}"
    numbers = [*[0] * held[0], *_ALL, *[199] * held[1]]
    return Input(name, (audio, joined), offset_s=offset_s, numbers=numbers)


_FRAGMENTS = f"{_X264} -g 25 {_AAC} -movflags +frag_keyframe+empty_moov+default_base_moof"
# Without an edit list the delay of the AAC encoder delays the video too: the first frame is shown longer.
_HELD_FIRST = [0, *_ALL]
# Windows Media Audio loses the first samples, and the click at 0 s with them: start between two clicks.
_LATER = "-ss 0.52"
# Its first frame is then a little more than a frame later than the audio, and is held from the start on.
_WMV: dict[str, Any] = {"numbers": [13, 13, *range(13, 200)], "seconds": range(1, 8)}

CONTAINERS = (
    encoded("h264-aac.mp4", _H264_AAC),
    encoded("h264-aac-index-first.mp4", f"{_H264_AAC} -movflags +faststart"),
    encoded("h264-aac-fragments.mp4", _FRAGMENTS, numbers=_HELD_FIRST),
    encoded("h264-b-frames-mp3.mp4", f"{_X264_B} -c:a libmp3lame"),
    encoded("h264-opus.mp4", f"{_X264} {_OPUS}"),
    encoded("hevc-aac.mp4", f"{_X265} -tag:v hvc1 {_AAC}"),
    encoded("hevc-10-bit-ac3.mkv", f"{_X265} -pix_fmt yuv420p10le -c:a ac3"),
    encoded("av1-opus.mp4", f"{_AV1} {_OPUS}"),
    encoded("av1-opus.webm", f"{_AV1} {_OPUS}"),
    encoded("vp9-opus.webm", f"{_VP9} {_OPUS}"),
    encoded("vp9-aac.mp4", f"{_VP9} {_AAC}"),
    encoded("vp8-vorbis.webm", f"{_VP8} -c:a libvorbis"),
    encoded("vvc-aac.mp4", f"-c:v libvvenc -preset faster {_AAC}", Clip(50)),
    encoded("mpeg4-aac.mp4", f"-c:v mpeg4 -q:v 2 -bf 2 {_AAC}"),
    encoded("h264-pcm.mov", f"{_X264} -c:a pcm_s16le"),
    encoded("h264-alac-timecode.mov", f"{_X264} -c:a alac -timecode 01:00:00:00"),
    encoded("mjpeg-pcm.mov", "-c:v mjpeg -q:v 3 -c:a pcm_s24le"),
    encoded("prores-pcm.mov", f"{_PRORES} -c:a pcm_s24le"),
    encoded(
        "dnxhr-pcm.mov",
        "-vf scale=out_color_matrix=bt709 -c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p -c:a pcm_s16le",
        Clip(50, width=320, height=240),
    ),
    encoded("h264-flac.mkv", f"{_X264} -c:a flac"),
    encoded("h264-eac3.mkv", f"{_X264} -c:a eac3"),
    encoded("ffv1-pcm.mkv", "-c:v ffv1 -c:a pcm_s16le"),
    _avi_mp3("xvid-mp3.avi", "-c:v libxvid -q:v 2"),
    _avi_mp3("mpeg4-b-frames-mp3.avi", "-c:v mpeg4 -q:v 2 -bf 2", -0.017, held=(1, 3)),
    _avi_mp3("h264-mp3.avi", _X264),
    _avi_mp3("h264-b-frames-mp3.avi", _X264_B, -0.057, held=(2, 4)),
    _avi_mp3("msmpeg4v3-mp3.avi", "-c:v msmpeg4 -q:v 2 -g 8 -mbd rd"),
    encoded("mjpeg-pcm.avi", "-c:v mjpeg -q:v 3 -c:a pcm_s16le"),
    encoded("huffyuv-pcm.avi", "-c:v huffyuv -pix_fmt yuv422p -c:a pcm_s16le"),
    encoded("raw-bgr24-pcm.avi", "-c:v rawvideo -pix_fmt bgr24 -c:a pcm_u8"),
    encoded("flv1-mp3.flv", "-c:v flv -q:v 2 -ar 44100 -c:a libmp3lame"),
    encoded("h264-aac.flv", _H264_AAC),
    encoded("h264-b-frames-aac.flv", f"{_X264_B} {_AAC}"),
    encoded("wmv2-wmav2.wmv", f"{_LATER} -c:v wmv2 -q:v 2 -c:a wmav2", **_WMV),
    encoded("wmv1-wmav1.wmv", f"{_LATER} -c:v wmv1 -q:v 2 -c:a wmav1", **_WMV),
    encoded("theora-vorbis.ogv", "-c:v libtheora -q:v 9 -c:a libvorbis"),
    encoded("h264-aac.3gp", f"{_H264_AAC} -ac 1"),
    encoded(
        "h263-amr.3gp",
        "-c:v h263 -q:v 2 -mbd rd -c:a libopencore_amrnb -ac 1 -ar 8000",
        Clip(width=176, height=144),
    ),
    encoded("mpeg2-mp2.ts", f"{_MPEG2} -c:a mp2"),
    encoded("h264-b-frames-aac.ts", f"{_X264_B} {_AAC}"),
    encoded("hevc-ac3.ts", f"{_X265} -c:a ac3"),
    encoded("mpeg2-ac3.vob", f"{_MPEG2} -c:a ac3"),
    encoded("mpeg1-mp2.mpg", "-c:v mpeg1video -q:v 2 -bf 2 -c:a mp2"),
    encoded("mpeg2-mp2.mpg", f"{_MPEG2} -c:a mp2 -f svcd"),
    encoded("rv20-ac3.rm", "-c:v rv20 -q:v 2 -mbd rd -c:a ac3"),
)


def _h264(name: str, clip: Clip, **expected: Any) -> Input:
    return encoded(name, _H264_AAC, clip, **expected)


RATES = (
    encoded("59.94-fps-720p.mp4", f"{_HD_TAGS} {_H264_AAC}", Clip(90, _NTSC * 2, 1280, 720)),
    _h264("59.94-fps.mp4", Clip(360, _NTSC * 2)),
    _h264("59.94-fps.ts", Clip(360, _NTSC * 2), numbers=held(range(360))),
    _h264("59.94-fps-in-milliseconds.mkv", Clip(360, _NTSC * 2)),
    _h264("50-fps-in-milliseconds.flv", Clip(300, Fraction(50)), numbers=held(range(300))),
    _h264("48-fps.mp4", Clip(288, Fraction(48))),
    _h264("120-fps.mp4", Clip(720, Fraction(120)), numbers=range(0, 720, 2), rate=Fraction(60)),
    _h264("30-fps.mp4", Clip(240, Fraction(30))),
    _h264("29.97-fps.ts", Clip(240, _NTSC)),
    _h264("29.97-fps-in-milliseconds.mkv", Clip(240, _NTSC)),
    _h264("29.97-fps-in-milliseconds.flv", Clip(240, _NTSC)),
    encoded("29.97-fps-in-milliseconds.wmv", "-c:v wmv2 -q:v 2 -c:a pcm_s16le", Clip(240, _NTSC)),
    _h264("24-fps.mp4", Clip(192, Fraction(24))),
    _h264("23.976-fps-in-milliseconds.mkv", Clip(192, Fraction(24000, 1001))),
    _h264("15-fps.mp4", Clip(120, Fraction(15))),
    _h264("1-fps.mp4", Clip(14, Fraction(1))),
    _h264("1-fps.mkv", Clip(14, Fraction(1))),
    _h264("1-fps.ts", Clip(14, Fraction(1))),
    encoded("one-frame.mp4", f"{_X264} -an", Clip(1), seconds=()),
    encoded("one-frame-at-60-fps.ts", f"{_X264} -an", Clip(1, Fraction(60)), seconds=()),
    encoded("one-frame-with-music.mp4", rf"-vf select=eq(n\\,0) {_H264_AAC}", numbers=[0] * 200),
)

_JITTER = "-vf setpts=PTS+0.006*sin(N*1.7)/TB -enc_time_base 1:90000 -video_track_timescale 90000"

VARIABLE = (
    encoded(
        "phone-drops-frames.mp4",
        rf"-vf select=mod(n\\,7)-3 -fps_mode vfr {_H264_AAC}",
        numbers=[n - (n % 7 == 3) for n in range(199)],
    ),
    encoded("phone-jitters.mp4", f"{_JITTER} {_H264_AAC}", Clip(240, Fraction(30))),
    encoded(
        "screen-in-milliseconds.mkv", f"-vf setpts=PTS+0.012*sin(N*2.3)/TB -enc_time_base 1:1000 {_H264_AAC}"
    ),
    encoded(
        "screen-stands-still.mkv",
        rf"-vf select=lt(n\\,40)+gt(n\\,140) -fps_mode vfr {_H264_AAC}",
        numbers=[*range(40), *[39] * 101, *range(141, 200)],
    ),
    encoded(
        "screen-stands-still-to-the-end.mp4",
        rf"-vf select=lt(n\\,40)+eq(n\\,199) -fps_mode vfr {_H264_AAC}",
        numbers=[*range(40), *[39] * 159, 199],
    ),
)


def _interlaced(name: str, options: str, clip: Clip, *, first: str = "tff", **expected: Any) -> Input:
    """Every two frames of the clip become the fields of one interlaced frame.

    `first` is the field that is shown first: tff (top) or bff (bottom).
    """
    fields = f"-vf interlace=scan={first}:lowpass=off,setfield={first} -flags +ildct+ilme"
    return encoded(name, f"{fields} {options}", clip, **expected)


_FIELDS = Clip(400, Fraction(50))
_AVCHD = f"{_X264} -x264-params tff=1 -c:a ac3 -ac 6 -mpegts_m2ts_mode 1"
_DV = "-c:v dvvideo -c:a pcm_s16le -pix_fmt"

INTERLACED = (
    _interlaced("camcorder-mpeg2-ac3.ts", f"{_MPEG2} -c:a ac3", _FIELDS, numbers=held(range(400))),
    _interlaced("camcorder-avchd-5.1.m2ts", _AVCHD, _FIELDS, numbers=held(range(400))),
    _interlaced("bottom-field-first.mp4", f"{_X264} -x264-params bff=1 {_AAC}", _FIELDS, first="bff"),
    _interlaced("mpeg2.mkv", f"{_MPEG2} -c:a mp2", _FIELDS),
    _interlaced("prores.mov", f"{_PRORES} -c:a pcm_s16le", _FIELDS),
    _interlaced("59.94-fields.ts", f"{_MPEG2} -c:a mp2", Clip(480, _NTSC * 2), numbers=held(range(480))),
    _interlaced(
        "dv-pal.mov",
        f"{_DV} yuv420p",
        Clip(50, Fraction(50), 720, 576),
        first="bff",
    ),
    _interlaced("dv-ntsc.avi", f"{_DV} yuv411p", Clip(60, _NTSC * 2, 720, 480), first="bff"),
)

SIZES = (
    encoded("anamorphic.mp4", f"-vf setsar=16/11 {_H264_AAC}", size=(232, 120)),
    encoded("anamorphic-narrow.mkv", f"-vf setsar=8/9 {_H264_AAC}", size=(142, 120)),
    encoded(
        "dvd-pal-wide-5.1.vob",
        f"-vf setsar=64/45 {_MPEG2} -c:a ac3 -ac 6",
        Clip(30, width=720, height=576),
        size=(1024, 576),
    ),
    encoded("dvd-ntsc.vob", f"-vf setsar=8/9 {_MPEG2} -c:a ac3", Clip(36, _NTSC, 720, 480), size=(640, 480)),
    _h264("odd-size.mp4", Clip(width=161, height=121, pixels="yuv444p"), size=(160, 120)),
    encoded(
        "odd-size.webm",
        f"-pix_fmt yuv420p {_VP8} {_OPUS}",
        Clip(width=175, height=143, pixels="yuv444p"),
        size=(174, 142),
    ),
    _h264("portrait.mp4", Clip(width=120, height=212)),
    encoded("tiny.mp4", f"{_X264} -crf 1 {_AAC}", Clip(width=48, height=32)),
    encoded("1080p.mp4", f"{_HD_TAGS} {_H264_AAC}", Clip(8, width=1920, height=1080)),
)


def _rotated(name: str, filters: str, option: str, codec: str = _X264, **expected: Any) -> Input:
    """Stored rotated by `filters`, with a display matrix (`option`) by which players rotate it back."""
    stored = f"-i {{clip}} -vf {filters} {codec} {_AAC} -f mp4 {{step}}"
    return Input(name, (stored, f"{option} -i {{step}} {_COPIED}"), **expected)


ROTATED = (
    _rotated("phone-90.mp4", "transpose=clock", "-display_rotation 90"),
    _rotated("phone-180.mp4", "hflip,vflip", "-display_rotation 180"),
    _rotated("phone-270.mov", "transpose=cclock", "-display_rotation 270"),
    _rotated("phone-90-hevc.mov", "transpose=clock", "-display_rotation 90", f"{_X265} -tag:v hvc1"),
    _rotated("phone-90.mkv", "transpose=clock", "-display_rotation 90"),
    _rotated("mirrored.mp4", "hflip", "-display_hflip"),
    _rotated("upside-down.mp4", "vflip", "-display_vflip"),
    _rotated("mirrored-90.mp4", "transpose=clock_flip", "-display_rotation 90 -display_hflip"),
    _rotated("phone-90-anamorphic.mp4", "setsar=4/3,transpose=clock", "-display_rotation 90", size=(160, 90)),
)


def _separate(name: str, video: str, audio: str, **expected: Any) -> Input:
    """Video and audio are read from the clip as two inputs, with options for each."""
    return Input(
        name, f"{video} -i {{clip}} {audio} -i {{clip}} -map 0:v -map 1:a {_H264_AAC} {{out}}", **expected
    )


def _late_audio(name: str, held: int) -> Input:
    """The audio begins 1.3 s late; the last frame is repeated `held` times until it ends.

    How often depends on the container: some count the audio in whole AAC frames.
    """
    return _separate(name, "", "-itsoffset 1.3", offset_s=1.3, numbers=[*_ALL, *[199] * held])


def _late_video(name: str, held: int = 33) -> Input:
    """The video begins 1.32 s (33 frames) late: its first frame is shown from the start of the audio on.

    Where the container counts the delay of the AAC encoder, that is a frame earlier.
    """
    return _separate(name, "-itsoffset 1.32", "", offset_s=-1.32, numbers=[*[0] * held, *_ALL])


def _long_audio(name: str, held: int = 75) -> Input:
    """The video ends after 5 s (125 frames), the audio after 8 s: the last frame is repeated `held` times."""
    return _separate(name, "-t 5", "", numbers=[*range(125), *[124] * held])


_HUM = "-f lavfi -i sine=d=8"
_SECOND_IS_DEFAULT = f"-map 0:v -map 1:a -map 0:a {_H264_AAC} -disposition:a:0 0 -disposition:a:1 default"


def _without_packets(name: str, options: str = "") -> Input:
    """The header declares an audio stream that has no packets."""
    emptied = "-i {step} -c copy -bsf:a noise=amount=0:drop=1"
    return Input(
        name, (f"-i {{clip}} {_H264_AAC} -f mp4 {{step}}", f"{emptied} {options} {{out}}"), seconds=()
    )


AUDIO = (
    encoded("no-audio.mp4", f"{_X264} -an", seconds=()),
    encoded("no-audio.ts", f"{_X264} -an", seconds=()),
    _without_packets("audio-is-declared-but-absent.mp4", "-movflags +empty_moov+frag_keyframe"),
    _without_packets("audio-is-declared-but-absent.mkv"),
    _without_packets("audio-is-declared-but-absent.flv"),
    encoded("mono.mp4", f"{_H264_AAC} -ac 1"),
    encoded("mono-8-khz.mp4", f"{_H264_AAC} -ac 1 -ar 8000"),
    encoded("44.1-khz.mp4", f"{_H264_AAC} -ar 44100"),
    encoded("96-khz.mp4", f"{_H264_AAC} -ar 96000"),
    encoded("5.1.mp4", f"{_H264_AAC} -ac 6"),
    encoded("5.1-ac3.mkv", f"{_X264} -c:a ac3 -ac 6"),
    encoded("7.1-flac.mkv", f"{_X264} -c:a flac -ac 8"),
    encoded("dts.mkv", f"{_X264} -c:a dca -strict -2"),
    _late_audio("audio-starts-late.mp4", 33),
    _late_audio("audio-starts-late.mkv", 34),
    _late_audio("audio-starts-late.ts", 32),
    _late_audio("audio-starts-late.flv", 33),
    _late_video("video-starts-late.mp4"),
    _late_video("video-starts-late.mkv"),
    _late_video("video-starts-late.ts", 34),
    _late_video("video-starts-late.flv", 34),
    _long_audio("audio-is-longer.mp4"),
    _long_audio("audio-is-longer.mkv", 76),
    _long_audio("audio-is-longer.ts"),
    _long_audio("audio-is-longer.flv"),
    _separate("audio-is-shorter.mp4", "", "-t 2.5", seconds=range(3)),
    _separate("audio-is-shorter.ts", "", "-t 2.5", seconds=range(3)),
    Input("second-audio-is-default.mp4", f"-i {{clip}} {_HUM} {_SECOND_IS_DEFAULT} {{out}}"),
    Input("second-audio-is-default.mkv", f"-i {{clip}} {_HUM} {_SECOND_IS_DEFAULT} {{out}}"),
    Input("obs-two-audio-streams.mkv", f"-i {{clip}} {_HUM} -map 0:v -map 0:a -map 1:a {_H264_AAC} {{out}}"),
    Input("audio-comes-first.flv", f"-i {{clip}} -map 0:a -map 0:v {_H264_AAC} {{out}}"),
)


def _trimmed(name: str, codec: str) -> Input:
    """Cut at 1.3 s by a stream copy: earlier frames remain in the file, and an edit list hides them."""
    made = (f"-i {{clip}} {codec} -g 50 {_AAC} -f mp4 {{step}}", f"-ss 1.3 -i {{step}} {_COPIED}")
    return Input(name, made, numbers=range(33, 200), seconds=range(2, 8), offset_s=0.02)


STARTS = (
    encoded("starts-at-5.mp4", f"{_H264_AAC} -output_ts_offset 5"),
    encoded("starts-at-33.mkv", f"{_H264_AAC} -output_ts_offset 33"),
    encoded("starts-at-33.webm", f"{_VP8} {_OPUS} -output_ts_offset 33"),
    encoded("starts-at-an-hour.ts", f"{_H264_AAC} -output_ts_offset 3600"),
    encoded("starts-at-an-hour.vob", f"{_MPEG2} -c:a ac3 -output_ts_offset 3600"),
    encoded("clock-wraps.ts", f"{_H264_AAC} -output_ts_offset 95438"),  # 33 bits end at 95,443.7 s
    _trimmed("trimmed-by-edit-list.mp4", _X264),
    _trimmed("trimmed-b-frames-by-edit-list.mov", _X264_B),
    encoded("recorded-by-a-browser-vp8.webm", f"{_VP8} {_OPUS} -live 1"),
    encoded("recorded-by-a-browser-vp9.webm", f"{_VP9} {_OPUS} -live 1"),
    encoded("recorded-by-a-browser.mp4", f"{_FRAGMENTS}+skip_trailer", numbers=_HELD_FIRST),
    encoded("recorder-crashed.mkv", f"{_X264_B} {_AAC} -live 1"),
    encoded("recorder-crashed.flv", f"{_H264_AAC} -flvflags no_duration_filesize"),
    Input(
        "recorded-by-a-browser-audio-is-longer.webm",
        f"-t 5 -i {{clip}} -i {{clip}} -map 0:v -map 1:a {_VP8} {_OPUS} -live 1 {{out}}",
        numbers=[*range(125), *[124] * 76],
    ),
)

_HD = "-vf scale=out_color_matrix=bt709"

PIXELS = (
    encoded("full-range.mp4", f"-vf scale=out_range=pc -pix_fmt yuvj420p {_H264_AAC}"),
    encoded("full-range.mkv", f"-vf scale=out_range=pc -pix_fmt yuvj420p -c:v mjpeg -q:v 2 {_AAC}"),
    encoded("4-2-2.mp4", f"-pix_fmt yuv422p {_H264_AAC}"),
    encoded("4-2-2-10-bit.mov", f"-pix_fmt yuv422p10le {_X264} -c:a pcm_s24le"),
    encoded("4-4-4.mp4", f"-pix_fmt yuv444p {_H264_AAC}"),
    encoded("4-2-0-10-bit.mp4", f"-pix_fmt yuv420p10le {_H264_AAC}"),
    encoded("rgb.mkv", f"-c:v libx264rgb -preset ultrafast -crf 18 {_AAC}"),
    encoded("rgb-16-bit-ffv1.mkv", "-c:v ffv1 -pix_fmt gbrp16le -c:a pcm_s16le"),
    encoded("bgra-huffyuv.avi", "-c:v huffyuv -pix_fmt bgra -c:a pcm_s16le"),
    encoded("hd-colors-in-sd.mp4", f"{_HD} {_H264_AAC}"),
)

_COVER = "-i {clip} -frames:v 1 -c:v mjpeg -f image2 -update 1 {step}"
_STILL = "-f image2 -i {step}"
_GRAY = "-f lavfi -i color=gray:s=64x48:d=8"
_WITH_TEXT = "-i {clip} -i {subtitles} -map 0 -map 1"
_AS_COVER_LAST = f"-map 0 -map 1 {_H264_AAC} -c:v:1 copy -disposition:v:1 attached_pic {{out}}"
_AS_COVER_FIRST = f"-map 0 -map 1 {_H264_AAC} -c:v:0 copy -disposition:v:0 attached_pic {{out}}"
_PREFERS_SECOND = f"-map 0 -map 1 {_H264_AAC} -disposition:v:0 0 -disposition:v:1 default {{out}}"
_BITMAPS = "-f sup -i {bitmaps} -map 0 -map 1"
_TWO_VIDEO_STREAMS = f"-map 0:v -map 0:a -map 1:v {_H264_AAC} {{out}}"
_CHAPTERS = "-f ffmetadata -i {chapters} -map 0 -map_chapters 1"

EXTRAS = (
    Input("cover.mp4", (_COVER, f"-i {{clip}} {_STILL} {_AS_COVER_LAST}")),
    Input("cover-first.mp4", (_COVER, f"{_STILL} -i {{clip}} {_AS_COVER_FIRST}")),
    encoded("attachment.mkv", f"{_H264_AAC} -attach {{subtitles}} -metadata:s:2 mimetype=text/plain"),
    Input("second-video-is-default.mkv", f"{_GRAY} -i {{clip}} {_PREFERS_SECOND}"),
    Input("second-video-is-default.mp4", f"{_GRAY} -i {{clip}} {_PREFERS_SECOND}"),
    Input("two-video-streams.mp4", f"-i {{clip}} {_GRAY} {_TWO_VIDEO_STREAMS}"),
    Input("two-video-streams.ts", f"-i {{clip}} {_GRAY} {_TWO_VIDEO_STREAMS}"),
    Input("subtitles.mp4", f"{_WITH_TEXT} {_H264_AAC} -c:s mov_text {{out}}"),
    Input("subtitles-ass.mkv", f"{_WITH_TEXT} {_H264_AAC} -c:s ass {{out}}"),
    Input("subtitles-first.mkv", f"-i {{subtitles}} -i {{clip}} -map 0 -map 1 {_H264_AAC} -c:s srt {{out}}"),
    Input("subtitles-bitmaps.mkv", f"-i {{clip}} {_BITMAPS} {_H264_AAC} -c:s copy {{out}}"),
    Input("subtitles-bitmaps.vob", f"-i {{clip}} {_BITMAPS} {_MPEG2} -c:a ac3 -c:s dvdsub {{out}}"),
    Input("subtitles-bitmaps.ts", f"-i {{clip}} {_BITMAPS} {_H264_AAC} -c:s dvbsub {{out}}"),
    Input("chapters.mkv", f"-i {{clip}} {_CHAPTERS} {_H264_AAC} {{out}}"),
    Input("chapters.mp4", f"-i {{clip}} {_CHAPTERS} {_H264_AAC} {{out}}"),
    encoded("timecode.mp4", f"{_H264_AAC} -timecode 10:00:00:00"),
)

ALL = (
    *CONTAINERS,
    *RATES,
    *VARIABLE,
    *INTERLACED,
    *SIZES,
    *ROTATED,
    *AUDIO,
    *STARTS,
    *PIXELS,
    *EXTRAS,
    *table_kinds.ALL,
    *table_ladder.ALL,
    *table_probe.ALL,
    *table_sound.ALL,
    *table_timing.ALL,
)
