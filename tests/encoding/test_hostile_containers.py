"""Containers that are built against their reader end within seconds, whatever becomes of them."""

from tests.encoding import hostile_containers
from tests.encoding.hostile_files import Maker
from tests.encoding.test_hostile import Processor, cases, process, targets

__all__ = ["process", "targets"]  # fixtures
_WITHIN_S = 30


@cases(hostile_containers.BUSY)
def test_a_container_that_is_built_against_its_reader_keeps_it_for_seconds(
    process: Processor,
    maker: Maker,
) -> None:
    measured = process(maker)
    assert measured.code in {"READY", "unreadable", "no_video"}
    assert measured.wall_s < _WITHIN_S


@cases(hostile_containers.HARMLESS)
def test_a_picture_that_nobody_asked_for_is_not_decoded(
    process: Processor,
    maker: Maker,
) -> None:
    measured = process(maker)
    assert measured.code == "READY"
    assert measured.peak_mb < 150
