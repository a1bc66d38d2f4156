"""Dates as feeds write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepstyle.catalogue.moments import iso_day, kept_moment, seconds_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-02", "2026-11-02T00:00:00Z"),
        ("2026-11-02 09:30:00", "2026-11-02T09:30:00Z"),
        ("2026-11-02T09:30:00+02:00", "2026-11-02T07:30:00Z"),
        ("2026-11-02T09:30:00.123Z", "2026-11-02T09:30:00Z"),
        ("20261102", "2026-11-02T00:00:00Z"),
        ("2026/11/02", "2026-11-02T00:00:00Z"),
        ("02.11.2026", "2026-11-02T00:00:00Z"),
        ("02.11.2026 09:30", "2026-11-02T09:30:00Z"),
        ("2 Nov 2026", "2026-11-02T00:00:00Z"),
        ("Mon, 02 Nov 2026 09:30:00 GMT", "2026-11-02T09:30:00Z"),
        ("1793611800", "2026-11-02T09:30:00Z"),
        ("1793611800000", "2026-11-02T09:30:00Z"),
    ],
)
def test_forms(text: str, moment: str) -> None:
    assert kept_moment(text) == (moment, ())
    assert kept_moment(moment) == (moment, ())


@pytest.mark.parametrize("text", ["11/02/2026", "soon", "0", "2026", "99999999", "2026-13-01", "0001-01-01", "\ud800"])
def test_what_cannot_be_read_is_omitted_and_said(text: str) -> None:
    moment, (problem,) = kept_moment(text)
    assert (moment, problem.code) == ("", "bad-date")


@given(st.text(max_size=40))
def test_any_text_gives_a_moment_or_a_reason(text: str) -> None:
    moment, problems = kept_moment(text)
    assert bool(moment) != bool(problems) or not text


@given(st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)), st.integers(-720, 720))
def test_later_moments_are_larger_texts_and_numbers(time: datetime, minutes: int) -> None:
    zoned = time.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    moment, _ = kept_moment(zoned.isoformat())
    assert datetime.fromisoformat(moment) == zoned
    assert seconds_of(moment) == zoned.astimezone(UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-02T09:30-0800", "2026-11-02"),
        ("2026/1/2", "2026-01-02"),
        ("02.11.2026", "2026-11-02"),
        ("31/1/26 10:00", "2026-01-31"),
        ("1/31/2026", "2026-01-31"),
        ("2/2/2026", "2026-02-02"),
        ("2/3/2026", "2/3/2026"),
        ("next week", "next week"),
    ],
)
def test_the_day_of_a_text(text: str, day: str) -> None:
    assert iso_day(text) == day
    assert iso_day("2/3/26", month_first=True) == "2026-02-03"
