"""An MP4 whose edit lists leave out a part in the middle, as an editor makes it that does not encode."""

from functools import partial
from pathlib import Path

from tests.encoding.boxes import with_edits
from tests.encoding.inputs import encoded, make
from tests.encoding.marks import joined, read
from tests.support.readers.hls_player import Player
from tests.support.system.pipeline import process

_MAX_OFFSET_FRAMES = 1  # 40 ms; what is left out are 2 s

CUT = encoded(
    "two-edits.mp4",
    "-c:v libx264 -preset ultrafast -crf 18 -g 25 -c:a aac",
    rewritten=partial(with_edits, edits_s=((0, 2), (4, 8))),
)


def test_what_an_edit_list_leaves_out_is_neither_seen_nor_heard(
    player: Player, programs: None, tmp_path: Path
) -> None:
    outcome = process(make(CUT, tmp_path, tmp_path, player.ffmpeg), tmp_path / "job", chunk_s=4)

    assert outcome.failure is None
    stream = joined(outcome.playlist(outcome.renditions[0]), tmp_path / "stream.ts")
    found = read(stream, player.ffmpeg, tmp_path, has_audio=True)
    assert found.numbers == [*range(50), *range(100, 200)]
    assert found.seconds == [0, 1, 4, 5, 6, 7]
    shown = list(zip(found.times_s, found.numbers, strict=True))
    for click in found.clicks:
        _, number = min(shown, key=lambda frame: abs(frame[0] - click.at_s))
        assert number is not None
        assert abs(number - 25 * click.second) <= _MAX_OFFSET_FRAMES
