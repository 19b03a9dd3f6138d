import pytest

from tests.unit.reelway.live_status.announcer import AnnouncerSetup


@pytest.fixture
def setup() -> AnnouncerSetup:
    return AnnouncerSetup()
