"""What an owner's uploads count, as they begin, go on, end and are given up."""

from dataclasses import replace

import pytest

from reelway.errors import RequestRefused
from reelway.quotas import MAX_OPEN, Begun, Fate, Quotas, Usage

NOW = "2026-11-26T08:00:00.000000Z"
SOON, LATE = "2026-11-26T08:59:59.000000Z", "2026-11-26T09:00:00.000000Z"
TOMORROW = "2026-11-27T00:00:01.000000Z"
EXPECTED, RECORDED = Fate(), Fate(size_bytes=70)
PROCESSED = Fate(size_bytes=70, duration_s=90.0)
ENDED = replace(PROCESSED, has_ended=True)
ONE = Usage(day=NOW[:10]).with_begun("a", 100, NOW)


def refused(
    usage: Usage, quotas: Quotas, fates: dict[str, Fate], *, size_bytes: int = 1, now: str = NOW
) -> str:
    """The sentence of the refusal of another upload, and when to try again; "" where there is room."""
    settled = usage.settled(fates, now)
    try:
        settled.check("new", size_bytes, fates, quotas, now)
    except RequestRefused as refusal:
        return f"{refusal.detail} ({refusal.headers['Retry-After']})"
    return ""


@pytest.mark.parametrize(
    ("fate", "now", "room"),
    [
        (EXPECTED, NOW, 100),  # as large as it may be
        (RECORDED, NOW, 130),  # as large as it is
        (PROCESSED, NOW, 130),
        (ENDED, NOW, 130),
        (None, NOW, 200),  # nothing is known of it any more: it never arrived
        (RECORDED, TOMORROW, 200),  # it counts for the day on which it began
        (ENDED, TOMORROW, 200),
    ],
)
def test_bytes_are_counted_as_they_turn_out(fate: Fate | None, now: str, room: int) -> None:
    fates = {"a": fate} if fate else {}
    quotas = Quotas(bytes_per_day=200)
    assert not refused(ONE, quotas, fates, size_bytes=room, now=now)
    assert "bytes that an owner may upload in a day" in refused(
        ONE, quotas, fates, size_bytes=room + 1, now=now
    )


def test_what_has_ended_is_counted_once() -> None:
    usage = ONE.settled({"a": ENDED}, NOW)
    assert (usage.begun, usage.size_bytes, usage.duration_s) == ({}, 70, 90.0)
    assert usage.settled({"a": ENDED}, NOW) == usage


def test_the_upload_that_uses_up_the_minutes_is_the_last() -> None:
    quotas = Quotas(minutes_per_day=3)
    two = ONE.with_begun("b", 100, NOW)
    assert not refused(two, quotas, {"a": PROCESSED, "b": RECORDED})
    sentence = refused(two, quotas, {"a": ENDED, "b": PROCESSED})
    assert sentence == (
        "The 3 minutes of video that an owner may upload in a day are used up. Try again in 16 hours. (57600)"
    )
    assert not refused(two, quotas, {"a": ENDED, "b": PROCESSED}, now=TOMORROW)


@pytest.mark.parametrize(
    ("fate", "now", "is_held"),
    [
        (EXPECTED, NOW, True),
        (EXPECTED, SOON, True),
        (EXPECTED, LATE, False),  # given up, as it seems
        (RECORDED, LATE, True),
        (RECORDED, TOMORROW, True),
        (ENDED, NOW, False),
        (None, NOW, False),
    ],
)
def test_videos_at_once_are_those_that_are_uploaded_or_processed(
    fate: Fate | None, now: str, is_held: bool
) -> None:
    sentence = refused(ONE, Quotas(at_once=1), {"a": fate} if fate else {}, now=now)
    expected = "1 videos of this owner are being uploaded or processed, as many as may be at once."
    assert sentence == (f"{expected} Try again in a minute. (60)" if is_held else "")


def test_an_upload_that_begins_again_counts_once() -> None:
    usage, fates = ONE.settled({"a": EXPECTED}, NOW), {"a": EXPECTED}
    usage.check("a", 200, fates, Quotas(200, 0, 1), NOW)
    assert usage.with_begun("a", 200, NOW).begun == {"a": Begun(200, NOW)}


def test_the_record_of_an_owner_stays_small() -> None:
    many = Usage(day=NOW[:10], begun={str(n): Begun(1, NOW) for n in range(MAX_OPEN)})
    assert refused(many, Quotas(minutes_per_day=9), dict.fromkeys(many.begun, EXPECTED), now=LATE)


def test_a_refusal_has_a_code_and_a_status() -> None:
    with pytest.raises(RequestRefused) as refusal:
        ONE.check("new", 1, {"a": EXPECTED}, Quotas(at_once=1), NOW)
    assert (refusal.value.status, refusal.value.code) == (429, "quota_exceeded")


def test_no_file_may_be_larger_than_a_days_bytes() -> None:
    assert [Quotas(of_day).max_bytes(100) for of_day in (0, 99, 101)] == [100, 99, 100]
