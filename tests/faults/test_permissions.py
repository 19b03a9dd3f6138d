"""Every call is allowed to the role that makes it, and whatever a role is allowed is needed by a call."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.faults.cases import Case, Cases
from tests.faults.deployment import deployment
from tests.faults.faults import Once, Outage
from tests.faults.network import Call, Fault, Request
from tests.faults.permissions import Grant, Permission, asked_by, grants_of
from tests.faults.story import Story

# Lambda itself polls queues and streams, and sends what it gives up, with the rights of the function.
_POLLING = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
_OF_LAMBDA = {mapping.on_failure for mapping in deployment().mappings if mapping.on_failure}
# Calls that break, so that others are made which nothing else needs.
_HEALED = (
    ("parts", "UploadFunction s3:CompleteMultipartUpload", "lost"),
    ("unlisted", "UploadFunction s3:PutObject", "killed after"),
    ("unlisted", "UploadFunction dynamodb:PutItem 2", "throttled"),
    ("form", "PlanFunction s3:PutObject", "throttled"),
    ("form", "PrepareFunction s3:HeadObject", "file removed"),
    ("form", "EncodeFunction s3:HeadObject", "file removed"),
    ("unlisted", "UnlistFunction dynamodb:UpdateItem", "throttled"),
    ("form", "ChangesFunction apigatewaymanagementapi:PostToConnection", "5 min"),
    ("form", "ChangesFunction dynamodb:Query", "20 min"),
    ("delete", "ChangesFunction sqs:SendMessage", "5 min"),
)
# What no scenario of this folder needs, with the reason.
_OTHERWISE = {
    ("AnnounceFunction", "sqs:SendMessage"): "more than 250 sockets on a video",
    ("AnnounceFunction", "sqs:ChangeMessageVisibility"): "announcements that fail",
    ("PrepareFunction", "s3:AbortMultipartUpload"): "files of more than 8 MB are sent in parts",
    ("EncodeFunction", "s3:AbortMultipartUpload"): "files of more than 8 MB are sent in parts",
    ("StreamingFunction", "s3:GetObject"): "lists of so many videos that they are kept as a file",
    ("StreamingFunction", "s3:PutObject"): "lists of so many videos that they are kept as a file",
    ("VideosFunction", "dynamodb:BatchGetItem"): "lists of failed videos",
    ("VideosFunction", "s3:ListBucket"): "retries of videos whose file is gone",
    ("PublishFunction", "dynamodb:GetItem"): "a ladder that ends after its video was deleted or retried",
    ("AnnounceFunction", "dynamodb:PutItem"): "crowds of sockets on one video",
    ("LostWorkFunction", "s3:PutObject"): "more lost work than one run looks at",
    ("LostWorkFunction", "s3:DeleteObject"): "more lost work than one run looks at",
    ("KeepAliveFunction", "sqs:SendMessage"): "more sockets than one run reaches",
    ("PublishFunction", "s3:ListBucket"): "stills that there are not",
    ("DeletionsFunction", "s3:DeleteObject"): "playlists of renditions that are not offered any more",
    ("DeletionsFunction", "s3:PutObject"): "ladders that take longer than a day",
}


@pytest.fixture(scope="session")
def asked(cases: Cases) -> dict[str, set[Permission]]:
    """By function, in all scenarios."""
    found: dict[str, set[Permission]] = {name: set() for name in deployment().functions}
    for request in _requests(cases):
        found[request.call.function].update(asked_by(request))
    return found


@pytest.mark.parametrize("name", deployment().functions)
def test_a_role_is_allowed_what_its_function_does(name: str, asked: dict[str, set[Permission]]) -> None:
    grants = list(grants_of(deployment().functions[name]))
    assert not {each for each in asked[name] if not any(grant.covers(each) for grant in grants)}


@pytest.mark.parametrize("name", deployment().functions)
def test_a_function_does_what_its_role_is_allowed(name: str, asked: dict[str, set[Permission]]) -> None:
    grants = {grant for grant in grants_of(deployment().functions[name]) if not _is_for_others(grant)}
    assert not {grant for grant in grants if not any(map(grant.covers, asked[name]))}


def _requests(cases: Cases) -> Iterator[Request]:
    yield from cases.requests
    for scenario, name, way in _HEALED:
        call = next(call for call in cases.of_scenario[scenario] if str(call).startswith(name))
        cases.play(Case(scenario, ((call, way),)))
        yield from cases.world.network.requests
    cases.scenarios["upload"].deleted_when_ready().play(cases.world)
    yield from cases.world.network.requests
    for operation in (("sfn", "StartExecution"), ("dynamodb", "PutItem")):
        cases.scenarios["form"].for_days().play(cases.world, partial(_hopeless, operation))
        yield from cases.world.network.requests


def _hopeless(operation: tuple[str, str], story: Story) -> list[Fault]:
    """Nothing can be planned for years, and giving up fails as well at first."""
    clock, giving_up = story.world.clock, Call("FailFunction", "dynamodb", "UpdateItem", 1)
    return [Outage(clock, ("PlanFunction", *operation), 10**9), Once(clock, giving_up, "throttled")]


def _is_for_others(grant: Grant) -> bool:
    is_of_lambda = grant.action in _POLLING or grant.pattern.rpartition(":")[2] in _OF_LAMBDA
    return is_of_lambda or (grant.function, grant.action) in _OTHERWISE
