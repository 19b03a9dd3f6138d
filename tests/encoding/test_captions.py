"""Closed captions of the source in every rung: each pair of bytes, in its order and at its time."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.support.media import captioned, corpus
from tests.support.media.captioned import Data, rolled_up
from tests.support.readers import captions, playlist_rules, transport_stream
from tests.support.readers.captions import Pair
from tests.support.readers.hls_player import Player
from tests.support.readers.transport_stream import TICKS_PER_S
from tests.support.system.pipeline import Outcome, process

pytestmark = pytest.mark.usefixtures("programs")

DURATION_S = 8
FIRST_TEXT, SECOND_TEXT = "line {} of the film", "ligne {} du film"


def pairs_of(text: str, count: int) -> list[Data]:
    """At least `count` pairs: one line of text after the other, with some padding in between."""
    found: list[Data] = []
    for n in range(count):
        found += [*rolled_up(text.format(n)), *[(0, 0)] * 5]
        if len(found) >= count:
            break
    return found


def clip(ffmpeg: Path, output: Path, *, rate: Fraction, size: str) -> Path:
    """8 s of film with other captions in each field: CC1 and CC3."""
    is_fast = rate > 30
    raw, with_captions = output.with_suffix(".264"), output.with_suffix(".cc.264")
    corpus.run(
        ffmpeg, "-stream_loop", "-1", "-i", corpus.file("bikes.mp4"), "-an", "-t", str(DURATION_S), "-vf",
        f"settb=1/1000,setpts=N/({rate})/TB,fps={rate},scale={size},setsar=1", "-c:v", "libx264", "-preset",
        "ultrafast", "-bf", "0", "-g", str(round(2 * rate)), "-x264-params", "aud=1", "-t",
        str(DURATION_S), raw,
    )  # fmt: skip
    frames = round(DURATION_S * rate) // (2 if is_fast else 1) - 10
    fields = [pairs_of(text, frames)[:frames] for text in (FIRST_TEXT, SECOND_TEXT)]
    with_captions.write_bytes(captioned.captioned(raw.read_bytes(), fields=fields, is_fast=is_fast))
    # The times of a raw stream add up rounded durations; these are exact.
    exact = f"setts=ts=round(N/({rate}*TB)):duration=1/({rate}*TB)"
    corpus.run(ffmpeg, "-framerate", str(rate), "-i", with_captions, "-c", "copy", "-bsf:v", exact, output)
    return output


def published_pairs(outcome: Outcome, rendition: str) -> list[Pair]:
    segments = outcome.published().segments[f"manifest?rendition={rendition}"]
    return captions.pairs(transport_stream.read_all(segments.values()))


def source_pairs(player: Player, source: Path) -> list[Pair]:
    corpus.run(player.ffmpeg, "-i", source, "-c", "copy", source.with_suffix(".ts"))
    return captions.pairs([transport_stream.read(source.with_suffix(".ts").read_bytes())])


@pytest.mark.parametrize(
    ("rate", "size", "container", "rungs"),
    [
        (Fraction(30), "360:360", "mkv", 2),
        (Fraction(30000, 1001), "360:360", "mp4", 2),
        (Fraction(60000, 1001), "720:720", "mkv", 4),
        (Fraction(60), "720:720", "mp4", 4),
    ],
    ids=["30", "29.97 kept", "59.94", "60 kept"],
)
def test_every_pair_of_captions_is_in_every_rung(
    player: Player, tmp_path: Path, rate: Fraction, size: str, container: str, rungs: int
) -> None:
    source = clip(player.ffmpeg, tmp_path / f"clip.{container}", rate=rate, size=size)
    expected = source_pairs(player, source)
    assert len(expected) > DURATION_S * 20

    outcome = process(source, tmp_path, chunk_s=4)

    assert outcome.plan
    assert len(outcome.renditions) >= rungs
    for rendition in outcome.renditions:
        found = published_pairs(outcome, rendition)
        for field in (1, 2):
            assert [p.data for p in found if p.field == field] == [
                p.data for p in expected if p.field == field
            ]
        late_s = [
            Fraction(there.pts - found[0].pts - (here.pts - expected[0].pts), TICKS_PER_S)
            for here, there in zip(sorted_by_field(expected), sorted_by_field(found), strict=True)
        ]
        assert max(map(abs, late_s)) < Fraction(1, 25), rendition
    assert playlist_rules.violations(outcome.published()) == []
    for channel in ("CC1", "CC3"):
        assert f'INSTREAM-ID="{channel}"' in outcome.master()


def sorted_by_field(pairs: list[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (pair.field, pair.pts))


def test_without_captions_every_variant_says_so(player: Player, tmp_path: Path) -> None:
    outcome = process(corpus.file("bigbuckbunny.mp4"), tmp_path)

    assert outcome.master().count("CLOSED-CAPTIONS=NONE") == len(outcome.renditions) > 1
    assert "EXT-X-MEDIA:" not in outcome.master()


def test_padding_alone_is_no_captions(player: Player, tmp_path: Path) -> None:
    raw, padded = tmp_path / "raw.264", tmp_path / "padded.264"
    corpus.run(
        player.ffmpeg, "-i", corpus.file("bikes.mp4"), "-an", "-t", "2", "-vf", "scale=320:240", "-c:v",
        "libx264", "-preset", "ultrafast", "-bf", "0", "-x264-params", "aud=1", raw,
    )  # fmt: skip
    padded.write_bytes(captioned.captioned(raw.read_bytes(), fields=[[], []], is_fast=False))
    corpus.run(player.ffmpeg, "-framerate", "25", "-i", padded, "-c", "copy", tmp_path / "padded.mp4")

    outcome = process(tmp_path / "padded.mp4", tmp_path)

    assert "CLOSED-CAPTIONS=NONE" in outcome.master()
