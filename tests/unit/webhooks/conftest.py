import pytest

from tests.unit.webhooks.house import House, make


@pytest.fixture
def house(mocked_aws: None) -> House:
    return make()
