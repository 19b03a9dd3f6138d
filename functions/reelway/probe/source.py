"""What is known of an uploaded file before anything is decoded."""

from dataclasses import dataclass
from fractions import Fraction

from reelway.frame_grid import MAX_FPS
from reelway.probe.containers import container_of, remux_muxer
from reelway.probe.streams import AudioStream, VideoStream

MAX_PIXELS = 35_389_440  # of one frame: 8192x4320, which is 8K DCI and everything smaller
MAX_STREAMS = 32  # all languages and subtitles of a film; each has buffers of its own

AAC_FRAME_SAMPLES = 1024  # of AAC-LC (ISO/IEC 14496-3, 4.5.1.1)
_MAX_CHANNELS = 6  # 5.1, which every player mixes down itself
_MIN_SAMPLE_RATE_HZ = 8_000  # of AAC that is common; a broken file may declare any
_MAX_SAMPLE_RATE_HZ = 48_000  # of AAC-LC that every player takes
# How much longer than twice its declared duration a file is decoded: enough for short files to show that they
# declared a wrong one.
_OVERTIME_S = 15
_ROUNDING_S = 0.001  # of containers' clocks
_MAX_UNHEARD_AAC_FRAMES = 3  # one primes the decoder, one or two fill the last block
_MAX_UNHEARD_SHARE = 0.01  # files joined from several have so many frames at times that overlap
_MAX_SILENCE_S = 0.1  # at the end, in which players do not stumble over a segment without audio


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a file may make ffmpeg decode; larger frames and further streams end in an error.

    `pixels` of one frame in whole coding blocks, which hold more than what is shown.
    """

    pixels: int = MAX_PIXELS
    streams: int = MAX_STREAMS


@dataclass(frozen=True, slots=True)
class Source:
    """`container` is libav's format name, e.g. 'mov,mp4,m4a,3gp,3g2,mj2'.

    `start_s` is the file's first timestamp, or up to a frame less, so that the video starts on the output's
    frame grid; the streams count from there. `is_indexed` is false of a recording that was never finished:
    it declares no duration, and has no index to seek by. `is_interleaved` is false of a file whose audio lies
    far from its video: who reads both at once goes to and fro.
    """

    container: str
    start_s: float
    duration_s: float
    size_bytes: int
    video: VideoStream
    audio: AudioStream | None
    bounds: Bounds = Bounds()
    is_indexed: bool = True
    is_interleaved: bool = True

    @property
    def is_exactly_seekable(self) -> bool:
        """Whether a seek lands on the wanted frame."""
        return self.is_indexed and container_of(self.container).seeks_exactly

    @property
    def remux_container(self) -> str | None:
        """ffmpeg's name of an exactly seekable container that can hold the video as it is."""
        return remux_muxer(self.video.codec, has_alpha=self.video.has_alpha)

    @property
    def _max_unheld_s(self) -> float:
        """How much sooner audio may begin, or later it may end, than the video: a frame of either."""
        rate_hz = max(self.audio.sample_rate_hz, _MIN_SAMPLE_RATE_HZ) if self.audio else _MAX_SAMPLE_RATE_HZ
        frame_s = max(1 / self.video.shown_rate, Fraction(1, MAX_FPS))
        return float(max(frame_s, Fraction(AAC_FRAME_SAMPLES, rate_hz))) + _ROUNDING_S

    @property
    def starts_held(self) -> bool:
        """Whether the first frame is shown from the start on: audio begins more than a frame before it.

        The source starts with the audio then, or up to a frame earlier, which is filled with silence.
        """
        return self.audio is not None and self.video.start_s > self._max_unheld_s

    @property
    def shown_from_s(self) -> float:
        """When the first frame is shown, from the source's start."""
        return 0.0 if self.starts_held else self.video.start_s

    @property
    def audio_tail_s(self) -> float:
        """For how long audio goes on after the video, where that is more than a frame of either."""
        if self.audio is None:
            return 0.0
        tail_s = self.audio.start_s + self.audio.duration_s - self.video.start_s - self.video.duration_s
        return tail_s if tail_s > self._max_unheld_s else 0.0

    @property
    def video_end_s(self) -> float:
        """When the last frame has been shown, from the source's start: it stays while audio goes on."""
        return self.video.start_s + self.video.duration_s + self.audio_tail_s

    @property
    def shown_s(self) -> float:
        """How long the video is shown, with the time for which its first and its last frame are held."""
        return self.video_end_s - self.shown_from_s

    @property
    def latest_s(self) -> float:
        """Upper bound on decoded seconds from the first frame.

        A file that continues past it declared a wrong duration. There is room below it, because files
        declare too little where frames hardly change near their end.
        """
        return 2 * self.shown_s + _OVERTIME_S

    @property
    def has_copyable_audio(self) -> bool:
        """Whether the audio could be copied into every rendition: playable, and at most stereo."""
        return self.has_playable_audio and self.audio is not None and self.audio.channels <= 2

    @property
    def has_playable_audio(self) -> bool:
        """Whether players take the audio as it is: AAC-LC, at most 48 kHz, with exact timestamps (MP4).

        It must not start more than a frame late or end early, because silence cannot be added to a copy, and
        players stumble over segments without audio.
        """
        return (
            self.audio is not None
            and self.audio.start_s + self.audio.duration_s >= self.video_end_s - _MAX_SILENCE_S
            and container_of(self.container).has_exact_times
            and self.audio.codec == "aac"
            and self.audio.profile == "LC"
            and self.audio.channels <= _MAX_CHANNELS
            and self.audio.sample_rate_hz <= _MAX_SAMPLE_RATE_HZ
            and self.audio.start_s * self.audio.sample_rate_hz <= AAC_FRAME_SAMPLES
            and not self._has_unheard_audio
        )

    @property
    def _has_unheard_audio(self) -> bool:
        """Whether an edit list cuts away more AAC frames than those at the ends: copies would have them."""
        if self.audio is None:
            return False
        heard = self.audio.duration_s * self.audio.sample_rate_hz / AAC_FRAME_SAMPLES
        return self.audio.frames > heard * (1 + _MAX_UNHEARD_SHARE) + _MAX_UNHEARD_AAC_FRAMES
