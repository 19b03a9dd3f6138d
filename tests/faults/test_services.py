"""The model's DynamoDB and S3 answer as moto's do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.faults.cases import Cases
from tests.faults.clock import Clock
from tests.faults.deployment import deployment
from tests.faults.dynamodb import Dynamodb
from tests.faults.lambdas import ENVIRONMENT
from tests.faults.network import Service
from tests.faults.s3 import S3
from tests.faults.sqs import Sqs
from tests.faults.storage import Storage
from tests.faults.tables import Tables
from tests.faults.world import UPLOADS
from tests.support.doubles import moto_aws

Step = tuple[str, dict[str, Any]]
# What functions read of answers, and of the entries of lists; without `LastEvaluatedKey`, which DynamoDB has
# wherever a page is full, and moto only if there is another one.
_READ = (
    *("Error", "Item", "Items", "Count", "Attributes", "Responses", "UnprocessedKeys"),
    *("Body", "ContentType", "ContentLength", "ContentRange", "CacheControl", "ETag", "Metadata"),
    *("Parts", "Contents"),
)
_LISTED = {"Parts": ("PartNumber", "ETag", "Size"), "Contents": ("Key",)}
_CONFIG = Config(
    signature_version="s3v4", s3={"addressing_style": "virtual"}, retries={"total_max_attempts": 1}
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def _model(service: str, answering: Service) -> Any:
    session: Any = boto3.Session()
    session.events.register_first(
        "before-send", lambda event_name, request, **_: answering(event_name.rpartition(".")[2], request)
    )
    return session.client(service, config=_CONFIG)


@contextmanager
def _moto(service: str) -> Iterator[Any]:
    with mock_aws():
        session: Any = boto3.Session()
        yield session.client(service, config=_CONFIG)


def _answer(client: Any, step: Step) -> dict[str, Any]:
    """Or the refusal."""
    operation, parameters = step
    try:
        answered = getattr(client, xform_name(operation))(**parameters)
    except ClientError as refused:
        answered = {**refused.response, "Error": refused.response["Error"]["Code"]}
    return {name: _value(operation, name, value) for name, value in answered.items() if name in _READ}


def _value(operation: str, name: str, value: Any) -> Any:
    if name == "Body":
        return value.read()
    if name in _LISTED:
        return [{key: entry[key] for key in _LISTED[name]} for entry in value]
    if operation == "Scan" and isinstance(value, list):
        return sorted(value, key=lambda item: repr(sorted(item.items())))  # in no order
    return value


def _answers(client: Any, steps: Iterable[Step]) -> list[Any]:
    return [_answer(client, step) for step in steps]


def test_dynamodb_answers_every_request_of_all_scenarios(cases: Cases) -> None:
    """All of them one after the other, on the same tables."""
    asked = [request for request in cases.requests if request.call.service == "dynamodb"]
    steps = [(request.call.operation, dict(request.parameters)) for request in asked]
    of_model = _answers(_model("dynamodb", Dynamodb(Tables(Clock(), deployment().tables))), steps)
    with _moto("dynamodb") as moto:
        for name, declared in deployment().tables.items():
            keys = {key: declared[key] for key in moto_aws.TABLE_KEYS if key in declared}
            moto.create_table(TableName=moto_aws.REFERENCES[name], **keys)
        for step, answer in zip(steps, of_model, strict=True):
            assert answer == _answer(moto, step), step
    assert len(steps) > 500


def _of(key: str, **more: Any) -> dict[str, Any]:
    return {"Bucket": UPLOADS, "Key": key, **more}


_STEPS: list[Step] = [
    ("HeadObject", _of("a")),
    ("GetObject", _of("a")),
    ("PutObject", _of("a/1 é", Body=b"abc", ContentType="text/plain", CacheControl="no-cache")),
    ("PutObject", _of("a/1 é", Body=b"x", IfNoneMatch="*")),
    ("PutObject", _of("b", Body=b"", ContentType="text/plain", Metadata={"digest": "1"})),
    ("HeadObject", _of("b")),
    ("GetObject", _of("a/1 é")),
    ("GetObject", _of("a/1 é", Range="bytes=1-")),
    ("GetObject", _of("a/1 é", Range="bytes=0-1")),
    ("GetObject", _of("a/1 é", Range="bytes=9-")),
    ("ListObjectsV2", {"Bucket": UPLOADS, "Prefix": "a/"}),
    ("DeleteObject", _of("none")),
    ("DeleteObjects", {"Bucket": UPLOADS, "Delete": {"Objects": [{"Key": "b"}], "Quiet": True}}),
    ("HeadObject", _of("b")),
    ("ListParts", _of("c", UploadId="none")),
    ("AbortMultipartUpload", _of("c", UploadId="none")),
]


def test_s3_answers_alike() -> None:
    of_model = _answers(_model("s3", S3(_storage())), _STEPS)
    with _moto("s3") as moto:
        moto.create_bucket(Bucket=UPLOADS)
        for step, answer in zip(_STEPS, of_model, strict=True):
            assert answer == _answer(moto, step), step


def _storage() -> Storage:
    return Storage(Clock(), Sqs(Clock(), {}), [UPLOADS], [])


_PART = {"PartNumber": 2, "ETag": '"0cc175b9c0f1b6a831c399e269772661"'}


def _begun(client: Any) -> str:
    upload_id: str = client.create_multipart_upload(**_of("c", ContentType="video/mp4"))["UploadId"]
    return upload_id


def _parts(upload_id: str) -> list[Step]:
    def completed(part: Any) -> Step:
        return "CompleteMultipartUpload", _of("c", UploadId=upload_id, MultipartUpload={"Parts": [part]})

    return [
        ("UploadPart", _of("c", UploadId=upload_id, PartNumber=2, Body=b"a")),
        ("ListParts", _of("c", UploadId=upload_id)),
        completed(_PART | {"ETag": '"none"'}),
        completed(_PART),
        ("ListParts", _of("c", UploadId=upload_id)),
        ("GetObject", _of("c")),
    ]


def test_s3_joins_parts_alike() -> None:
    model = _model("s3", S3(_storage()))
    of_model = _answers(model, _parts(_begun(model)))
    with _moto("s3") as moto:
        moto.create_bucket(Bucket=UPLOADS)
        for step, answer in zip(_parts(_begun(moto)), of_model, strict=True):
            assert answer == _answer(moto, step), step
