"""The API of DynamoDB's streams, by which records are read that Lambda has given up."""

import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.answers import answer, body_of, error
from tests.faults.clock import Clock
from tests.faults.tables import Record, Tables

SHARD = "shardId-00000000000000000000-00000000"  # the only one of each stream
_KEPT_S = 86_400.0
_PAGE = 1000


class Streams:
    """Iterators are the stream's ARN and the number of the next record, as JSON."""

    def __init__(self, clock: Clock, tables: Tables) -> None:
        self._clock = clock
        self._tables = {table.stream_arn: table for table in tables.by_name.values()}

    def __call__(self, operation: str, request: AWSPreparedRequest) -> AWSResponse:
        asked = body_of(request)
        if operation == "GetShardIterator":
            return self._begin(asked, request)
        if operation == "GetRecords":
            return self._read(asked, request)
        raise NotImplementedError(f"streams:{operation}")

    def _begin(self, asked: dict[str, Any], request: AWSPreparedRequest) -> AWSResponse:
        if asked["StreamArn"] not in self._tables or asked["ShardId"] != SHARD:
            return error(request, "ResourceNotFoundException")
        assert asked["ShardIteratorType"] == "AT_SEQUENCE_NUMBER"
        iterator = json.dumps([asked["StreamArn"], int(asked["SequenceNumber"])])
        return answer(request, {"ShardIterator": iterator})

    def _read(self, asked: dict[str, Any], request: AWSPreparedRequest) -> AWSResponse:
        stream, number = json.loads(asked["ShardIterator"])
        found = [each for each in self._tables[stream].records if _number(each) >= number]
        if found and self._clock.now() - found[0]["seen_s"] > _KEPT_S:
            return error(request, "TrimmedDataAccessException")
        page = found[:_PAGE]
        following = _number(page[-1]) + 1 if page else number
        return answer(request, {"Records": page, "NextShardIterator": json.dumps([stream, following])})


def _number(record: Record) -> int:
    return int(record["dynamodb"]["SequenceNumber"])
