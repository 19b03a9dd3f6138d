"""Audio that the smallest rung encodes to fewer bits: the same AAC frames, whatever the source's are like."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.encoding import clips
from tests.support.media import corpus
from tests.support.readers import playlist_rules, transport_stream
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

pytestmark = pytest.mark.usefixtures("programs")

_AAC = ["-c:a", "aac", "-b:a", "128k", "-ac", "2"]
_COPY = ["-c", "copy"]
# ffmpeg's encoder needs 1,024 samples before the first, which its edit list cuts away; Apple's has 2,112.
_APPLE_PRIMING, _PRIMING = (2112).to_bytes(4, "big"), (1024).to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class Kind:
    """How the audio of a file is encoded, and what is then done to it by a stream copy.

    A PES packet has a time for its first AAC frame only. In a stream of fewer bits there are more of them, so
    that the frames behind a gap (`has_gap`) may be taken for earlier, up to the next PES packet.
    """

    name: str
    audio: tuple[str, ...]
    copied: tuple[str, ...] = ()
    has_apples_priming: bool = False
    has_gap: bool = False
    is_encoded: bool = True


KINDS = (
    Kind("44.1-khz", (*_AAC, "-ar", "44100")),
    Kind("mono", (*_AAC, "-ar", "48000", "-ac", "1")),
    Kind("22.05-khz", (*_AAC, "-ar", "22050")),
    Kind("without-edit-list", tuple(_AAC), copied=("-use_editlist", "0"), has_gap=True),
    Kind("apple", tuple(_AAC), has_apples_priming=True),
    # A second without packets, across the joint at 4 s; and a gap of less than a frame.
    Kind(
        "hole",
        tuple(_AAC),
        copied=("-bsf:a", "noise=amount=0:drop='between(pts*tb\\,3.5\\,4.5)'"),
        has_gap=True,
    ),
    Kind("off-the-grid", tuple(_AAC), copied=("-bsf:a", "setts=pts=PTS+if(gt(N\\,150)\\,317)")),
    Kind("light-already", (*_AAC, "-b:a", "64k"), is_encoded=False),
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_smallest_rung_has_the_audio_frames_of_the_others(
    kind: Kind, player: Player, tmp_path: Path
) -> None:
    outcome = process(_made(kind, player, tmp_path), tmp_path / "job", chunk_s=4)

    assert outcome.plan
    assert outcome.renditions == ("360p", "240p")
    assert (outcome.plan.keeps_audio, len(outcome.plan.chunks)) == (True, 3)
    published = outcome.published()
    frames = [
        [stream.audio_frames for stream in transport_stream.read_all(segments.values())]
        for segments in published.segments.values()
    ]
    for copied, encoded in zip(*frames, strict=True):
        pairs = list(zip(copied, encoded, strict=True))
        apart = [abs(a.pts - b.pts) for a, b in pairs]
        assert max([apart[0], apart[-1]] if kind.has_gap else apart) <= 1
        assert {(a.rate_hz, a.channels) for a, _ in pairs} == {(b.rate_hz, b.channels) for _, b in pairs}
    assert kind.has_gap or playlist_rules.violations(published) == []
    copied_bps, encoded_bps = (player.audio_bps(str(outcome.playlist(name))) for name in outcome.renditions)
    assert (encoded_bps < copied_bps * 0.8) == kind.is_encoded


def _made(kind: Kind, player: Player, folder: Path) -> Path:
    film = clips.moving(
        player.ffmpeg, folder / "film.mp4", duration_s=12.32, size="480:360", audio=list(kind.audio)
    )
    if kind.has_apples_priming:
        content = film.read_bytes()
        at = content.index(_PRIMING, content.rindex(b"elst"))
        film.write_bytes(content[:at] + _APPLE_PRIMING + content[at + 4 :])
    if not kind.copied:
        return film
    corpus.run(player.ffmpeg, "-i", film, *_COPY, *kind.copied, folder / "copied.mp4")
    return folder / "copied.mp4"
