"""Rows for files that are rare but real: codecs of editors, old cameras and web pages; odd streams."""

from functools import partial

from tests.encoding.drawing import Clip
from tests.encoding.inputs import encoded

_X264 = "-c:v libx264 -preset ultrafast -crf 18"
_OPEN_GOPS = "-c:v libx264 -preset veryfast -crf 18 -bf 3 -g 12 -x264-params open-gop=1"
_VP9_10_BIT = "-c:v libvpx-vp9 -pix_fmt yuv420p10le -deadline realtime -cpu-used 8 -b:v 1M"
# In macroblocks of 16 pixels: 160x120 is all that is shown of 176x144.
_CROPPED = "-bsf:v h264_metadata=crop_right=16:crop_bottom=24"
_AAC, _PCM = "-c:a aac", "-c:a pcm_s16le"


# Two seconds show whether a codec is read; each of these is one that few files have.
_short = partial(encoded, clip=Clip(50))

EDITORS = (
    _short("hevc-4-2-2-10-bit.mp4", f"-c:v libx265 -preset ultrafast -crf 18 -pix_fmt yuv422p10le {_AAC}"),
    _short("qtrle.mov", f"-c:v qtrle {_PCM}"),
    _short("png.mov", f"-c:v png {_PCM}"),
    _short("prores-4444.mov", f"-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le {_PCM}"),
    _short("v210.mov", f"-c:v v210 -pix_fmt yuv422p10le {_PCM}"),
    _short("raw-uyvy422.mov", f"-c:v rawvideo -pix_fmt uyvy422 {_PCM}"),
    _short("utvideo.avi", f"-c:v utvideo -pix_fmt yuv422p {_PCM}"),
    _short("ffvhuff.avi", f"-c:v ffvhuff {_PCM}"),
)
OLD = (
    _short("cinepak-adpcm.avi", "-c:v cinepak -q:v 1 -c:a adpcm_ms"),
    _short("svq1-adpcm.mov", "-c:v svq1 -q:v 2 -c:a adpcm_ima_qt"),
    _short("flv1-nellymoser.flv", "-c:v flv -q:v 2 -c:a nellymoser -ar 44100 -ac 1"),
    _short("h263p-adpcm.avi", "-c:v h263p -q:v 2 -mbd rd -c:a adpcm_ima_wav"),
    _short("mpeg4-mp2.avi", "-c:v mpeg4 -q:v 2 -c:a mp2"),
)
STREAMS = (
    _short("h264-cropped.ts", f"-vf pad=176:136 {_X264} {_CROPPED} {_AAC}"),
    _short("h264-intra-refresh.ts", f"{_X264} -x264-params intra-refresh=1:keyint=25 {_AAC}"),
    _short("h264-open-gop.mkv", f"{_OPEN_GOPS} {_AAC}"),
    _short("h264-many-slices.mp4", f"{_X264} -slices 6 {_AAC}"),
    _short("vp9-10-bit.webm", f"{_VP9_10_BIT} -c:a libopus"),
    _short("aac-latm.ts", f"{_X264} {_AAC} -mpegts_flags latm"),
    _short("truehd.mkv", f"{_X264} -c:a truehd -strict -2"),
    _short("opus-5.1.mkv", f"{_X264} -c:a libopus -ac 6"),
    _short("pcm-s24-96-khz.mov", f"{_X264} -c:a pcm_s24le -ar 96000"),
)
ALL = (*EDITORS, *OLD, *STREAMS)
