from reelway import ffmpeg
from tests.unit.reelway.ffmpeg.commands import FIRST, FOLDER, MIDDLE, encode, graph, values


def test_stills_come_out_of_the_decode_that_feeds_the_rungs() -> None:
    command = encode(FIRST)
    assert "select='eq(n,0)+not(mod((pts-0),50))',scale=160:90" in graph(command)
    assert "thumbnail=6[poster]" in graph(command)
    assert str(ffmpeg.chunk_tiles(FOLDER)) in command
    assert str(ffmpeg.chunk_poster(FOLDER)) in command


def test_the_first_frame_of_a_chunk_is_no_tile_unless_it_is_one() -> None:
    dropped = r"noise=amount=0:drop='mod((round(pts*tb*25.000000)-0)\,50)'"
    assert values(encode(MIDDLE), "-bsf:v") == [dropped]


def test_only_the_chunk_that_has_it_makes_the_poster() -> None:
    assert "[poster]" not in graph(encode(MIDDLE))
    assert str(ffmpeg.chunk_poster(FOLDER)) not in encode(MIDDLE)


def test_a_sprite_reads_our_own_tiles_and_nothing_else() -> None:
    command = ffmpeg.sprite(FOLDER / "tiles.mjpeg", rows=3, output=FOLDER / "sprite.jpg")
    assert values(command, "-protocol_whitelist") == ["file"]
    assert values(command, "-format_whitelist") == values(command, "-f")[:1] == ["mjpeg"]
    assert values(command, "-vf") == ["tile=10x3"]
