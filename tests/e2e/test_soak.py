"""`make soak` itself, for some seconds: what is killed meanwhile loses nothing that was acknowledged."""

import asyncio
import os
from pathlib import Path

import pytest

from bench.soak.running import Extent, soak
from local import environment
from local.settings import on_free_ports
from tests.support.media import corpus

pytestmark = pytest.mark.needs("restart")


def test_a_short_soak_finds_nothing_wrong(tmp_path: Path) -> None:
    environment.isolate(os.environ)
    extent = Extent(minutes=0.3, uploads=6, sockets=18)

    found = asyncio.run(soak(on_free_ports(tmp_path), extent, [corpus.file("carphone_pristine.mp4")], seed=1))

    assert found["faults"] == []
    assert sum(found["outcomes"].values()) + found["events"]["not acknowledged"] == extent.uploads
    assert found["events"]["workers killed"] > 0
