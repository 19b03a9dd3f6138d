"""Every call is allowed to the role that makes it, and whatever a role is allowed is needed by a call."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.cases import Case, Cases
from tests.faults.cloudformation import arn
from tests.faults.deployment import deployment
from tests.faults.invariants import violations
from tests.faults.network import Request
from tests.faults.permissions import Grant, Permission, asked_by, grants_of
from tests.faults.rarities import rarities
from tests.faults.receivers import requests_of_webhooks
from tests.faults.world import UPLOADS

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
    ("unlisted", "UploadFunction dynamodb:UpdateItem 2", "throttled"),
    ("form", "PlanFunction s3:PutObject", "throttled"),
    ("form", "PrepareFunction s3:HeadObject", "file removed"),
    ("form", "EncodeFunction s3:HeadObject", "file removed"),
    ("unlisted", "UnlistFunction dynamodb:UpdateItem", "throttled"),
    ("form", "ChangesFunction apigatewaymanagementapi:PostToConnection", "5 min"),
    ("form", "ChangesFunction dynamodb:Query", "20 min"),
    ("form", "PublishFunction dynamodb:UpdateItem", "killed after"),
    ("form", "EncodeFunction s3:PutObject 3", "throttled"),  # the poster's
    ("delete", "ChangesFunction sqs:SendMessage", "5 min"),
)


@dataclass
class Asked:
    """What functions ask for by their own roles, and, for each video, by that of a job, in all scenarios."""

    by_function: dict[str, set[Permission]]
    by_job: dict[str, set[Permission]]


@pytest.fixture(scope="session")
def all_asked(cases: Cases) -> Asked:
    found = Asked({name: set() for name in deployment().functions}, {})
    for request in _requests(cases):
        if request.session:
            assert request.session.role == "JobRole"
            of_video = found.by_job.setdefault(request.session.tags["video"], set())
            of_video.update(asked_by(request))
        else:
            found.by_function[request.call.function].update(asked_by(request))
    return found


@pytest.fixture(scope="session")
def asked(all_asked: Asked) -> dict[str, set[Permission]]:
    return all_asked.by_function


def test_a_job_asks_only_for_what_belongs_to_its_video(all_asked: Asked) -> None:
    role = deployment().roles["JobRole"]
    assert len(all_asked.by_job) > 1
    for video_id, asked in all_asked.by_job.items():
        grants = list(grants_of(role, {"video": video_id}))
        assert not {each for each in asked if not any(grant.covers(each) for grant in grants)}
        others = {each for each in asked if each.action != "s3:ListBucket"}
        foreign = list(grants_of(role, {"video": "another"}))
        assert not {each for each in others if any(grant.covers(each) for grant in foreign)}


def test_jobs_do_what_their_role_is_allowed(all_asked: Asked) -> None:
    role, used = deployment().roles["JobRole"], set[int]()
    for video_id, asked in all_asked.by_job.items():
        grants = enumerate(grants_of(role, {"video": video_id}))
        used |= {number for number, grant in grants if any(map(grant.covers, asked))}
    assert [grant for number, grant in enumerate(grants_of(role)) if number not in used] == []


@pytest.mark.parametrize("name", deployment().functions)
def test_a_role_is_allowed_what_its_function_does(name: str, asked: dict[str, set[Permission]]) -> None:
    grants = list(grants_of(deployment().functions[name]))
    assert not {each for each in asked[name] if not any(grant.covers(each) for grant in grants)}


@pytest.mark.parametrize("name", deployment().functions)
def test_a_function_does_what_its_role_is_allowed(name: str, asked: dict[str, set[Permission]]) -> None:
    grants = {grant for grant in grants_of(deployment().functions[name]) if not _is_for_lambda(grant)}
    assert not {grant for grant in grants if not any(map(grant.covers, asked[name]))}


def _requests(cases: Cases) -> Iterator[Request]:
    yield from cases.requests
    for scenario, name, way in _HEALED:
        call = next(call for call in cases.of_scenario[scenario] if str(call).startswith(name))
        assert not cases.play(Case(scenario, ((call, way),)))[1]
        yield from cases.world.network.requests
    for rarity in rarities(cases.scenarios):
        assert not violations(rarity.play(cases.world), rarity.scenario), rarity.needs
        requests = cases.world.network.requests
        assert {*rarity.needs} <= {
            (each.call.function, of.action) for each in requests for of in asked_by(each)
        }
        yield from requests
    story = cases.scenarios["upload"].deleted_when_ready().play(cases.world)
    # A form is used once more, after all was removed for good.
    cases.world.storage.put(UPLOADS, f"uploads/{story.video_id}", b"late")
    cases.world.go(60)
    yield from cases.world.network.requests
    yield from requests_of_webhooks(cases.world)


def _is_for_lambda(grant: Grant) -> bool:
    sources = [arn(mapping.source) for mapping in deployment().mappings if mapping.function == grant.of]
    is_of_source = any(map(grant.pattern.startswith, sources)) or (sources and grant.pattern == "*")
    is_polling = is_of_source and grant.action in _POLLING
    return is_polling or grant.pattern.rpartition(":")[2] in _OF_LAMBDA
