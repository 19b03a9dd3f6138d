"""Times as the tables and the API write them."""

from datetime import UTC, datetime, timedelta


def utc_now(ago: timedelta = timedelta()) -> str:
    """ISO 8601 with microseconds and Z, of one length: sorted as text, times are in their order."""
    return (datetime.now(UTC) - ago).isoformat(timespec="microseconds").replace("+00:00", "Z")
