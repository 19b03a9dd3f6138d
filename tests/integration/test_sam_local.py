"""`sam local invoke`, as `make env` prints it, with every sample event."""

import json
from typing import Any

import pytest

from local.sample_ids import SampleIds
from local.settings import Settings
from tests.support.system.client import Client
from tests.support.system.cloud import Cloud
from tests.support.system.containers import SamLocal
from tests.support.system.event_outcomes import SAMPLES
from tests.support.system.event_outcomes.stage import Stage, event_file


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_event_does_its_work_in_a_container(
    containers: SamLocal,
    settings: Settings,
    cloud: Cloud,
    client: Client,
    seeded: SampleIds,
    name: str,
) -> None:
    path, function = event_file(name, settings), SAMPLES[name].function
    event: dict[str, Any] = json.loads(path.read_text())

    SAMPLES[name].outcome(Stage(cloud, client, seeded, event), lambda: containers.invoke(function, path))
