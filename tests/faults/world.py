"""The whole system in one process: what template.yaml deploys, on fake services and in fake time."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
from botocore.auth import AUTH_TYPE_MAPS, SigV4Auth
from botocore.useragent import UserAgentString

from tests.faults.clock import Clock
from tests.faults.cloudformation import physical_name
from tests.faults.declared import Schedule
from tests.faults.deployment import deployment
from tests.faults.dynamodb import Dynamodb
from tests.faults.edges import Cdn, KeyValues, Sockets, secrets, socket_event
from tests.faults.event_bus import EventBus
from tests.faults.event_sources import QueueSource, StreamSource
from tests.faults.lambdas import ENVIRONMENT, Lambdas
from tests.faults.network import Network, Service
from tests.faults.processing import Processing
from tests.faults.recorded_ffmpeg import Recorder
from tests.faults.s3 import S3
from tests.faults.sequential import Quotas, pools
from tests.faults.sqs import Sqs
from tests.faults.step_functions import StepFunctions
from tests.faults.storage import Storage
from tests.faults.streams import Streams
from tests.faults.sts import Sts
from tests.faults.tables import Tables
from tests.faults.timeline import Timeline
from tests.support.readers import template

UPLOADS, MEDIA = physical_name("UploadsBucket"), physical_name("MediaBucket")
_HOUR_S, _DAY_S, _RESTS = 3600.0, 86_400.0, 4
_BETWEEN_S = 10 * 86_400  # from one scenario to the next, in which everything cached has expired


class World:
    """Made by `opened`; `start_again` empties it for the next scenario."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.timeline = Timeline(self.clock)
        self.deployment = deployment()
        self.sqs = Sqs(self.clock, self.deployment.queues)
        self.sockets = Sockets(self.clock, on_closed=self.tell_closed)
        self.cdn = Cdn()
        self.bus = EventBus(physical_name("EventBus"))
        self.key_values = KeyValues()
        self.sts = Sts(self.clock)
        self.tables = Tables(self.clock, self.deployment.tables)
        buckets = map(physical_name, template.of_type("AWS::S3::Bucket"))
        self.storage = Storage(self.clock, self.sqs, buckets, self.deployment.notifications)
        self.workflows = StepFunctions(lambda name, data: self.processing.begin(name, data))
        services: dict[str, Service] = {
            "dynamodb": Dynamodb(self.tables),
            "dynamodb-streams": Streams(self.clock, self.tables),
            "s3": S3(self.storage),
            "sqs": self.sqs,
            "sfn": self.workflows,
            "apigatewaymanagementapi": self.sockets,
            "cloudfront": self.cdn,
            "sts": self.sts,
            "eventbridge": self.bus,
            "secrets-manager": secrets,
            "cloudfront-keyvaluestore": self.key_values,
        }
        self.network = Network(self.clock, services, self.sts)
        self.lambdas = Lambdas(self.deployment.functions, self.network, self.timeline)
        self.lambdas.on_failure = lambda queue, event, outcome: self.sqs.send(
            queue, json.dumps({"requestPayload": event, "responsePayload": outcome.document})
        )
        self.quotas = Quotas()
        self._is_resting = False
        self.timeline.after_each = self._look

    def attach(self, session: boto3.Session) -> None:
        """Load the functions, and make the readers of queues and streams."""
        self.network.attach(session)
        self.processing = Processing(self.deployment, self.lambdas, self.timeline, self.storage)
        self.lambdas.load()
        shared = self.sqs, self.lambdas, self.timeline
        self._sources: list[QueueSource | StreamSource] = [
            QueueSource(mapping, *shared)
            if mapping.source in self.deployment.queues
            else StreamSource(mapping, partial(self.tables.records, mapping.source), *shared)
            for mapping in self.deployment.mappings
        ]

    def start_again(self, *, hourly: bool = False) -> None:
        """An empty world, days later; functions stay warm. Schedules may come `hourly`, for long stories."""
        self.timeline.clear()
        self.clock.sleep(_BETWEEN_S)
        self.network.forget()
        self.lambdas.clear()
        self.quotas.refill()
        self.storage.clear()
        self.sqs.clear()
        self.tables.clear()
        self.workflows.executions.clear()
        self.sockets.by_id.clear()
        self.cdn.invalidations = 0
        self.bus.clear()
        self.key_values.pairs.clear()
        self.processing.is_silent = False
        for source in self._sources:
            source.clear()
        for number, schedule in enumerate(self.deployment.schedules):
            period_s = max(schedule.period_s, _HOUR_S if hourly else 0.0)
            self.timeline.at(schedule.period_s * 0.9 + number, partial(self._tick, schedule, period_s))

    def repeat_deliveries(self) -> None:
        """Queues and streams deliver once more what they hold, or have delivered last."""
        for queue in self.sqs.contents:
            self.sqs.repeat(queue)
        for source in self._sources:
            if isinstance(source, StreamSource):
                source.repeat(3)

    def tell_closed(self, connection_id: str) -> None:
        """API Gateway calls $disconnect, and does not try again."""
        event = socket_event("$disconnect", connection_id)
        self.timeline.at(0.2, lambda: self.lambdas.invoke("SocketFunction", event))

    def go(self, seconds: float) -> None:
        self.timeline.go(seconds)

    def rest_of_the_day(self, *, days: int = 1) -> None:
        """A day, or more, in which nothing new happens: what is due, and every schedule now and then."""
        self._is_resting = True
        for _ in range(_RESTS):
            self.timeline.go(days * _DAY_S / _RESTS)
            self.call_schedules()
            self.timeline.go(60)
        self._is_resting = False

    def call_schedules(self) -> None:
        for schedule in self.deployment.schedules:
            self.lambdas.invoke_async(schedule.function, _scheduled(schedule, self.clock.text()))

    def _tick(self, schedule: Schedule, period_s: float) -> None:
        if not self._is_resting:
            self.lambdas.invoke_async(schedule.function, _scheduled(schedule, self.clock.text()))
        pause_s = _DAY_S / _RESTS if self._is_resting else period_s
        self.timeline.at(pause_s, partial(self._tick, schedule, period_s))

    def _look(self) -> None:
        for source in self._sources:
            source.look()


def _scheduled(schedule: Schedule, now: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(schedule.payload or "{}")
    return payload or {"source": "aws.events", "detail-type": "Scheduled Event", "time": now, "detail": {}}


def _user_agent(_: UserAgentString) -> str:
    """botocore's own takes long to put together for each request."""
    return "reelway"


@contextmanager
def opened(folder: Path, recordings: Path, programs: Path) -> Iterator[World]:
    """A world that keeps files in `folder` and `recordings` of what `programs` did."""
    world = World()
    recorder = Recorder(recordings, programs, world.clock.stopped, world.clock.sleep)
    variables = ENVIRONMENT | {"PATH": f"{programs}:{os.environ['PATH']}"}
    with ExitStack() as open_:
        open_.enter_context(mock.patch.dict(os.environ, variables))
        session = boto3.Session()
        open_.enter_context(mock.patch.object(boto3, "DEFAULT_SESSION", session))
        open_.enter_context(mock.patch.object(UserAgentString, "to_string", _user_agent))
        # SigV4A takes awscrt, which only the functions that need it carry. Nobody looks at signatures here.
        open_.enter_context(mock.patch.dict(AUTH_TYPE_MAPS, {"v4a": SigV4Auth}))
        open_.enter_context(pools())
        open_.enter_context(world.quotas.watched())
        open_.enter_context(world.clock.everywhere())
        world.attach(session)
        # Once more, for the modules that have been imported since.
        open_.enter_context(world.clock.everywhere())
        open_.enter_context(world.storage.as_files(folder))
        open_.enter_context(recorder.in_place())
        yield world
