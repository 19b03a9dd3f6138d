"""Times as the tables and the API write them."""

from datetime import UTC, datetime, timedelta


def seconds_since(time: str) -> float:
    """Since an ISO 8601 time; 0 if it lies ahead, as it may by another machine's clock."""
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds())


def seconds_until(time: str) -> float:
    """Until an ISO 8601 time; 0 if it is past."""
    return max(0.0, (datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds())


def later(time: str, by: timedelta) -> str:
    """The ISO 8601 time that is `by` after another one."""
    return _text(datetime.fromisoformat(time) + by)


def utc_now(ago: timedelta = timedelta()) -> str:
    """ISO 8601 with microseconds and Z, of one length: sorted as text, times are in their order."""
    return _text(datetime.now(UTC) - ago)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")
