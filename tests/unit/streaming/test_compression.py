import gzip

import pytest

from streaming.compression import accepts_gzip, gzipped, gzipped_etag


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "gzip, deflate, br, zstd", "br;q=1, gzip; q=0.5", "GZIP", "x-gzip", "*", "gzip;q=1.000",
     "deflate,gzip", "gzip;q=0.001", "gzip;q=0.5, identity;q=0.5", "identity;q=0, *;q=0.1", "*;q=0, gzip"],
)  # fmt: skip
def test_a_client_that_takes_gzip_gets_it(accepted: str) -> None:
    assert accepts_gzip({"accept-encoding": accepted})


@pytest.mark.parametrize(
    "accepted",
    ["", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0.0", "*;q=0", "gzip;q=0, *",
     "gzip;q=0.5, identity", "gzip;q=x", "gzip;q=2", "gzipped", "br, x-gzip;q=0", "g zip", ";q=1", ","],
)  # fmt: skip
def test_every_other_client_gets_the_text_as_it_is(accepted: str) -> None:
    assert not accepts_gzip({"accept-encoding": accepted})


def test_without_the_header_the_text_is_sent_as_it_is() -> None:
    assert not accepts_gzip({})


def test_the_same_text_is_always_the_same_bytes() -> None:
    assert gzip.decompress(gzipped(b"#EXTM3U")) == b"#EXTM3U"
    assert gzipped(b"#EXTM3U") == gzipped(b"#EXTM3U")
    assert gzipped(b"x")[4:8] == bytes(4)  # the time


def test_another_coding_is_another_entity_tag() -> None:
    assert gzipped_etag('"0a1b"') == '"0a1b-gzip"'
