"""`make retry`: processes again what failed by a fault of ours since a time, through the stack's own API.

2026-11-26T03:12:44Z  7912445c-fbb3-404b-987a-b73f62c712e0  video
2026-11-26T03:12:51Z  3f0e8f3a-4c39-4ea1-9d1f-27a4f1f4b0c7  ladder
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import urllib3

from account.errors import AccountError

_INDEX = "byListing"
# A run may last for 7 days, and a READY video is listed since its source was published.
_LADDERS_FAIL_WITHIN = timedelta(days=8)
_BATCH = 100  # of BatchGetItem
# Repeating a request is safe, so that throttles and faults that pass are waited out.
_PATIENCE = urllib3.Retry(
    total=6, backoff_factor=1, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None
)
_TIMEOUT = urllib3.Timeout(connect=5, read=35)  # API Gateway answers within 29 s
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Failed:
    """A video that FAILED, or a READY one whose ladder did; `failed_at` is ISO 8601."""

    video_id: str
    failed_at: str
    is_ladder: bool

    def __str__(self) -> str:
        return f"{self.failed_at[:19]}Z  {self.video_id}  {'ladder' if self.is_ladder else 'video'}"


@dataclass(frozen=True, slots=True)
class VideoRecords:
    """`client` is a boto3 DynamoDB client, `table` the stack's table of videos."""

    client: Any
    table: str

    def failed(self, code: str, since: datetime) -> Iterator[Failed]:
        """What has failed with `code` since then: videos, then ladders, each in the order of their lists.

        Videos whose files were removed are left out.
        """
        for item in self._items("failed", since):
            if _code_of(item) == code and "removedAt" not in item:
                yield Failed(item["videoId"]["S"], item["updatedAt"]["S"], is_ladder=False)
        for item in self._items("ready", since - _LADDERS_FAIL_WITHIN):
            has_failed = item.get("ladder", {}).get("S") == "failed" and _code_of(item) == code
            if has_failed and item["updatedAt"]["S"] >= _text(since):
                yield Failed(item["videoId"]["S"], item["updatedAt"]["S"], is_ladder=True)

    def _items(self, listing: str, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The records of a list, beginning with those that came onto it at `since`."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=_INDEX,
            KeyConditionExpression="listing = :listing AND listedAt >= :since",
            ExpressionAttributeValues={":listing": {"S": listing}, ":since": {"S": _text(since)}},
        )
        ids = (item["videoId"] for page in pages for item in page["Items"])
        while keys := [{"videoId": video_id} for video_id in islice(ids, _BATCH)]:
            yield from self._read(keys)

    def _read(self, keys: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
        unread: Any = {self.table: {"Keys": keys}}
        while unread:
            answer = self.client.batch_get_item(RequestItems=unread)
            yield from answer["Responses"].get(self.table, [])
            unread = answer.get("UnprocessedKeys")


def retry(failed: Iterable[Failed], url: str, say: Callable[[str], None]) -> Counter[str]:
    """Ask the API at `url` to process each again; how many it took (`begun`), or why it did not.

    Raises AccountError when the API cannot be reached.
    """
    pool = urllib3.PoolManager(retries=_PATIENCE, timeout=_TIMEOUT)
    outcomes: Counter[str] = Counter()
    for video in failed:
        try:
            answer = pool.request("POST", f"{url.rstrip('/')}/video/{video.video_id}/retry")
        except urllib3.exceptions.HTTPError as error:
            raise AccountError(f"{url} does not answer: {error}; {outcomes['begun']} were begun") from error
        outcome = "begun" if answer.status == _ACCEPTED else _refusal(answer)
        if outcome != "begun":
            say(f"{video}: {outcome}")
        outcomes[outcome] += 1
    return outcomes


def asked(environ: Mapping[str, str]) -> tuple[str, datetime]:
    """CODE and SINCE. Raises AccountError when one is missing or unreadable."""
    code, since = environ.get("CODE", ""), environ.get("SINCE", "")
    if not code or not since:
        raise AccountError(
            "say what to process again: make retry CODE=processing_failed SINCE=2026-11-26T00:00Z "
            "(docs/failures.md has the codes)"
        )
    try:
        time = datetime.fromisoformat(since)
    except ValueError as error:
        raise AccountError(f"SINCE={since} is no time; write it as 2026-11-26T00:00Z") from error
    return code, time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def run(records: VideoRecords, url: str, environ: Mapping[str, str], confirms: Callable[[str], bool]) -> int:
    """List what is to be done, ask, do it, and say what came of it; the exit status."""
    code, since = asked(environ)
    failed = list(records.failed(code, since))
    print(*failed, f"{len(failed)} to process again at {url}", sep="\n")
    if not failed or not confirms("Process them again?"):
        return 0
    outcomes = retry(failed, url, print)
    print(*(f"{count} {outcome}" for outcome, count in outcomes.most_common()), sep="\n")
    return int(outcomes["begun"] != len(failed))


def _refusal(answer: urllib3.BaseHTTPResponse) -> str:
    try:
        return f"{answer.status} {answer.json()['code']}"
    except (ValueError, KeyError, TypeError):
        return str(answer.status)


def _code_of(item: Mapping[str, Any]) -> str:
    return str(item.get("failure", {}).get("M", {}).get("code", {}).get("S", ""))


def _text(time: datetime) -> str:
    """As the table has its times, so that texts compare as times do."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
