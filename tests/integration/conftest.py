"""Fixtures for tests of the deployed system as the owner of the account sees it."""

import pytest

from local import seed
from local.sample_ids import SampleIds
from local.settings import Settings
from local.system import System
from tests.support.media import corpus
from tests.support.system.containers import SamLocal, sam_local_of


@pytest.fixture
def seeded(settings: Settings, running: System) -> SampleIds:
    """What the sample events are about, as after `make seed`."""
    return seed.seed(settings, corpus.file("bigbuckbunny.mp4"))


@pytest.fixture(scope="session")
def containers(settings: Settings, running: System) -> SamLocal:
    """`sam local`, where there is a Docker engine with Lambda's image; else the test is skipped."""
    return sam_local_of(settings)
