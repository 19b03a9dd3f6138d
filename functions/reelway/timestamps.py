"""Times as clients and the tables see them."""

from datetime import UTC, datetime, timedelta


def utc_now(ago: timedelta = timedelta()) -> str:
    """ISO 8601 with microseconds and Z, so that the order of texts is the order of times."""
    return (datetime.now(UTC) - ago).isoformat(timespec="microseconds").replace("+00:00", "Z")
